"""The sender of the outbox: takes due messages under a lease and sends them, emails over one
connection, short messages through the gateway (accounts/sms.py).

A worker that is killed leaves what it held to the next one, as soon as the lease has run out. What
the mail server had accepted at that moment is sent once more, under the same Message-ID.
"""

import contextlib
import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import mailboxes, sms
from accounts.models import OutboxMessage

logger = logging.getLogger(__name__)

# A worker begins nothing in the second half of its lease. One message waits for five answers of
# the mail server at most, each for EMAIL_TIMEOUT seconds: together less than that half.
LEASE = timedelta(minutes=2)
# Minutes to wait after the first, second … failed attempt; after the last the message is dead.
# Together 4.7 days: a mail server is given four to five (RFC 5321, 4.5.4.1).
BACK_OFF_MINUTES = (1, 2, 5, 15, 60, 240, 720, 1440, 1440, 1440, 1440)


def claim(
    limit: int, channel: OutboxMessage.Channel = OutboxMessage.Channel.EMAIL
) -> list[OutboxMessage]:
    """Take up to ``limit`` due messages of a channel under a lease; other workers skip them."""
    now = timezone.now()
    with transaction.atomic():
        due = list(
            OutboxMessage.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(
                Q(claimed_until=None) | Q(claimed_until__lt=now),
                state=OutboxMessage.State.QUEUED,
                channel=channel,
                next_attempt_at__lte=now,
            )
            .order_by("next_attempt_at")[:limit]
        )
        until = now + LEASE
        OutboxMessage.objects.filter(pk__in=[message.pk for message in due]).update(
            claimed_until=until
        )
    for message in due:
        message.claimed_until = until
    return due


def deliver_due(limit: int = 64, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due; returns how many messages were tried.

    What there is no time left for, or what is left when ``stopping`` says so, is given back
    untried.
    """
    return _deliver_mail(limit, stopping) + _deliver_sms(limit, stopping)


def _deliver_mail(limit: int, stopping: Callable[[], bool]) -> int:
    """Where the mail server cannot be reached, all of them are put off."""
    waiting = claim(limit)
    held = len(waiting)
    if not waiting:
        return 0
    connection = get_connection()
    try:
        while waiting and not stopping():
            connection.open()
            if not _time_is_left(waiting[0]):
                break
            _deliver(waiting.pop(0), connection)
    except OSError as error:
        while waiting:
            _put_off(waiting.pop(), error)
    finally:
        _hang_up(connection)
    for message in waiting:
        _settle(message)
    return held - len(waiting)


def _deliver_sms(limit: int, stopping: Callable[[], bool]) -> int:
    """A gateway that does not answer is asked once; the others wait for the next round."""
    waiting = claim(limit, OutboxMessage.Channel.SMS)
    held = len(waiting)
    gateway = sms.gateway() if waiting else None
    try:
        while waiting and not stopping() and _time_is_left(waiting[0]):
            if gateway is None:
                raise sms.Unreachable("no gateway")
            _text(waiting[0], gateway)
            waiting.pop(0)
    except sms.Unreachable as error:
        while waiting:
            _put_off(waiting.pop(), error)
    for message in waiting:
        _settle(message)
    return held - len(waiting)


def _text(message: OutboxMessage, gateway: sms.Gateway) -> None:
    """Raises sms.Unreachable, which says the same of every other message."""
    try:
        gateway.send(to=message.recipient, text=message.body_text, public_id=message.public_id)
    except sms.Refused as error:
        _fail(message, OutboxMessage.State.BOUNCED, error)
    except sms.Unreachable:
        raise
    except Exception as error:  # as with mail: one message must not stop the others
        _put_off(message, error)
    else:
        _sent(message)


def _time_is_left(message: OutboxMessage) -> bool:
    assert message.claimed_until is not None
    return timezone.now() < message.claimed_until - LEASE / 2


def _deliver(message: OutboxMessage, connection: BaseEmailBackend) -> None:
    try:
        _as_email(message, connection).send()
    except Exception as error:  # whatever is wrong with one message must not stop the others
        if _is_final(error):
            _fail(message, OutboxMessage.State.BOUNCED, error)
            if _answers(error):
                mailboxes.note_refusal(message)
        else:
            _put_off(message, error)
        if not _goes_on(error):
            _hang_up(connection)
    else:
        _sent(message)
        mailboxes.note_taken(message)


def _as_email(message: OutboxMessage, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """Reports that it did not arrive go to the return path, answers of people to the sender."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    email = EmailMultiAlternatives(
        message.subject,
        message.body_text,
        settings.MAIL_RETURN_PATH or None,
        [message.recipient],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": f"<{message.public_id}@{domain}>",
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    if message.body_html:
        email.attach_alternative(message.body_html, "text/html")
    return email


def _answers(error: Exception) -> list[int]:
    """The codes by which the mail server refused; none where it did not answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _words in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _is_final(error: Exception) -> bool:
    """A 5xx answer to the recipient or to the message, or a message that is no message.

    Everything else may pass, a refused sender too: that is our own setting.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return all(code >= 500 for code in _answers(error))
    return isinstance(error, ValueError)


def _goes_on(error: Exception) -> bool:
    """Whether the mail server still listens: it refused one message and said no goodbye (421)."""
    answers = _answers(error)
    return bool(answers) and 421 not in answers


def _hang_up(connection: BaseEmailBackend) -> None:
    with contextlib.suppress(OSError):
        connection.close()


def _sent(message: OutboxMessage) -> None:
    _settle(
        message,
        state=OutboxMessage.State.SENT,
        sent_at=timezone.now(),
        attempts=message.attempts + 1,
    )


def _put_off(message: OutboxMessage, error: Exception) -> None:
    """Try again later, or give up after the last attempt."""
    if message.attempts >= len(BACK_OFF_MINUTES):
        _fail(message, OutboxMessage.State.DEAD, error)
        return
    wait = timedelta(minutes=BACK_OFF_MINUTES[message.attempts])
    _fail(message, OutboxMessage.State.QUEUED, error, next_attempt_at=timezone.now() + wait)


def _fail(
    message: OutboxMessage, state: OutboxMessage.State, error: Exception, **changes: Any
) -> None:
    """Write down the failed attempt: the kind of error and the code, never the server's words,
    which may quote the person's address."""
    codes = [error] if isinstance(error, sms.GatewayError) else _answers(error)
    said = " ".join([type(error).__name__, *map(str, codes)])
    logger.warning("message %s: %s, now %s", message.public_id, said, state)
    _settle(message, state=state, attempts=message.attempts + 1, last_error=said[:300], **changes)


def _settle(message: OutboxMessage, **changes: Any) -> None:
    """Write what became of the message and end the lease, if it is still ours."""
    OutboxMessage.objects.filter(pk=message.pk, claimed_until=message.claimed_until).update(
        claimed_until=None, **changes
    )
