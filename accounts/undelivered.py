"""Reports of mail servers that a message they had taken did not arrive.

A report comes to MAIL_RETURN_PATH, lies in the mailbox that BOUNCES_URL names, and is read from
there: the message becomes *not accepted* and its person is marked as out of reach by mail. What is
understood is deleted, since it quotes the message; anything else is left there, marked as read.

Nobody can forge one: it must quote the Message-ID, which only the recipient and the servers on the
way have seen.
"""

import logging
import re
import ssl
import uuid
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from flufl.bounce import all_failures
from imap_tools import (
    AND,
    BaseMailBox,
    MailBox,
    MailBoxUnencrypted,
    MailMessage,
    MailMessageFlags,
)

from accounts import mailboxes
from accounts.models import OutboxMessage

TIMEOUT_SECONDS = 10
# The rest is read in the next round.
READ_AT_ONCE = 200
SENT_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=@)")
# An enhanced status code of a failure for good (RFC 3463); it holds nothing of the person.
STATUS = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")

logger = logging.getLogger(__name__)


def read_reports() -> dict[str, int]:
    """Read what is new; how many messages were *noted*, how many *left*, how many marks *ended*.

    Raises OSError or imap_tools.ImapToolsError where the mailbox does not open.
    """
    read = Counter(noted=0, left=0)
    address = mailbox_address()
    if address is not None:
        with _open(address) as mailbox:
            for mail in mailbox.fetch(AND(seen=False), limit=READ_AT_ONCE, mark_seen=False):
                read[_read(mail, mailbox)] += 1
    if read["left"]:
        logger.warning("mailbox of reports: %s messages are for a person to read", read["left"])
    if read.total() < READ_AT_ONCE:
        read["ended"] = mailboxes.clear_arrived()
    return dict(read)


def mailbox_address() -> SplitResult | None:
    """What BOUNCES_URL names; None where nobody reads reports. Raises ImproperlyConfigured."""
    if not settings.BOUNCES_URL:
        return None
    try:
        address = urlsplit(settings.BOUNCES_URL)
        whole = address.hostname and address.username and address.password
        port_is_a_number = address.port is None or address.port > 0
    except ValueError:
        whole = port_is_a_number = False
    schemes = {"imaps", "imap"} if settings.DEVELOPMENT else {"imaps"}
    if whole and port_is_a_number and address.scheme in schemes:
        return address
    raise ImproperlyConfigured("BOUNCES_URL must be empty or imaps://user:password@host/INBOX.")


def _open(address: SplitResult) -> BaseMailBox:
    host = str(address.hostname)
    box: BaseMailBox
    if address.scheme == "imaps":
        trusted = ssl.create_default_context()
        box = MailBox(host, address.port or 993, timeout=TIMEOUT_SECONDS, ssl_context=trusted)
    else:
        box = MailBoxUnencrypted(host, address.port or 143, timeout=TIMEOUT_SECONDS)
    user, password = unquote(address.username or ""), unquote(address.password or "")
    return box.login(user, password, unquote(address.path.strip("/")) or "INBOX")


def _read(mail: MailMessage, mailbox: BaseMailBox) -> str:
    """What is noted is written down before it is deleted: read twice, it says the same."""
    uid = str(mail.uid)
    if note(mail.obj):
        mailbox.delete(uid)
        return "noted"
    mailbox.flag(uid, MailMessageFlags.SEEN, value=True)
    return "left"


def note(report: Message) -> bool:
    """Write down which of our messages did not arrive; False where the report says none."""
    try:
        reported, reason = _reported(report)
    except Exception as error:  # strangers write there too; one message must not stop the others
        logger.warning("mailbox of reports: %s in a message", type(error).__name__)
        return False
    with transaction.atomic():
        messages = OutboxMessage.objects.select_for_update(no_key=True).filter(
            public_id__in=reported, channel=OutboxMessage.Channel.EMAIL
        )
        for message in messages:
            if message.state == OutboxMessage.State.SENT:
                message.state = OutboxMessage.State.BOUNCED
            message.last_error = reason
            message.save(update_fields=["state", "last_error"])
            mailboxes.note_refusal(message)
            logger.warning("message %s: %s", message.public_id, reason)
        return bool(messages)


def _reported(report: Message) -> tuple[list[uuid.UUID], str]:
    """Which messages failed for good, and the code; none while their servers go on trying."""
    passing, final = all_failures(report)
    if passing or not final:
        return [], ""
    quoted = "\n".join(_texts(report))
    status = STATUS.search(quoted)
    ids = [uuid.UUID(found) for found in SENT_ID.findall(quoted)]
    return ids, f"Reported {status.group() if status else ''}".strip()


def _texts(report: Message) -> Iterator[str]:
    """Headers and readable parts of the report and of what it encloses."""
    for part in report.walk():
        yield from (str(value) for value in part.values())
        if part.get_content_maintype() == "text":
            yield bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
