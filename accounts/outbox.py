"""The outbox: a message is a row of the transaction it tells of; the worker sends it afterwards.

Email is the channel. Where a mail server refused the person's address for good, and a phone is
known, each further message goes to the phone too (accounts/sms.py).
"""

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string, select_template
from django.utils import timezone
from django.utils.translation import override

from accounts import sms
from accounts.models import OutboxMessage, User

LEASE = timedelta(minutes=2)
# The longest that one message takes; less of the lease left, and it is another worker's.
SENDING = timedelta(seconds=15)
# Minutes to wait after the first, second … failed attempt; after the last the message is dead.
BACK_OFF_MINUTES = (1, 2, 5, 15, 60, 240, 720)


@dataclass(frozen=True)
class Rendered:
    """A message in one language, as it will be read."""

    subject: str
    text: str
    html: str


def render(template: str, *, language: str, context: dict[str, Any]) -> Rendered:
    """Render ``templates/messages/<template>.subject.txt``, ``.txt`` and ``.html``."""
    with override(language):
        words = {"language": language, "portal": settings.PORTAL_ORIGIN, **context}
        subject, text, html = (
            render_to_string(f"messages/{template}{suffix}", words)
            for suffix in (".subject.txt", ".txt", ".html")
        )
    return Rendered(" ".join(subject.split()), text.strip() + "\n", html)


def short_text(template: str, *, language: str, context: dict[str, Any]) -> str:
    """``templates/messages/<template>.sms.txt`` where there is one and it fits, else "sign in"."""
    general = "messages/_short.sms.txt"
    words = {"language": language, "portal": settings.PORTAL_ORIGIN, **context}
    with override(language):
        own = select_template([f"messages/{template}.sms.txt", general]).render(words).strip()
        if sms.parts(own) <= sms.MOST_PARTS:
            return own
        return render_to_string(general, words).strip()


def queue(
    *,
    to: str,
    language: str,
    kind: str,
    template: str,
    context: dict[str, Any],
    reference: str = "",
    user: User | None = None,
    phone: str = "",
) -> OutboxMessage:
    """Write the message in the caller's transaction; it leaves only if that one is committed.

    ``phone`` (international form) is where the user may be texted; it is used while mail to the
    user is refused. The answer is the email.
    """
    context = context | {"reference": reference}
    words = render(template, language=language, context=context)
    common = {
        "user": user,
        "language": language,
        "kind": kind,
        "reference": reference,
        "subject": words.subject,
    }
    message = OutboxMessage.objects.create(
        **common, recipient=to, body_text=words.text, body_html=words.html
    )
    if phone and user is not None and user.mail_refused_at and settings.SMS_URL:
        OutboxMessage.objects.create(
            **common,
            channel=OutboxMessage.Channel.SMS,
            recipient=phone,
            body_text=short_text(template, language=language, context=context),
        )
    return message


def claim(limit: int) -> list[OutboxMessage]:
    """Take up to ``limit`` due messages under a lease; other workers skip them."""
    now = timezone.now()
    with transaction.atomic():
        due = list(
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(
                Q(claimed_until=None) | Q(claimed_until__lt=now),
                state=OutboxMessage.State.QUEUED,
                next_attempt_at__lte=now,
            )
            .order_by("next_attempt_at")[:limit]
        )
        OutboxMessage.objects.filter(pk__in=[message.pk for message in due]).update(
            claimed_until=now + LEASE
        )
    for message in due:
        message.claimed_until = now + LEASE
    return due


def deliver_due(limit: int = 64) -> int:
    """Send what is due; returns how many messages were taken in hand."""
    messages = claim(limit)
    _deliver_mail([one for one in messages if one.channel == OutboxMessage.Channel.EMAIL])
    _deliver_sms([one for one in messages if one.channel == OutboxMessage.Channel.SMS])
    return len(messages)


def _deliver_mail(messages: list[OutboxMessage]) -> None:
    """Over one connection."""
    if not messages:
        return
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        for message in messages:
            _put_off(message, error)
        return
    try:
        for message in filter(_is_still_ours, messages):
            _deliver(message, connection)
    finally:
        connection.close()


def _deliver_sms(messages: list[OutboxMessage]) -> None:
    """A gateway that does not answer is asked once, lest the emails of the next round wait."""
    gateway = sms.gateway() if messages else None
    silence = None if gateway else sms.Unreachable("no gateway")
    for message in filter(_is_still_ours, messages):
        if gateway is None or silence:
            _put_off(message, silence or sms.Unreachable())
            continue
        try:
            gateway.send(to=message.recipient, text=message.body_text, public_id=message.public_id)
        except sms.Refused as error:
            _settle(message, OutboxMessage.State.BOUNCED, error)
        except sms.Unreachable as error:
            silence = error
            _put_off(message, error)
        except sms.Unavailable as error:
            _put_off(message, error)
        else:
            _sent(message)


def _is_still_ours(message: OutboxMessage) -> bool:
    return message.claimed_until is not None and timezone.now() + SENDING < message.claimed_until


def _deliver(message: OutboxMessage, connection: BaseEmailBackend) -> None:
    try:
        _as_email(message, connection).send()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        if _is_final(error):
            _settle(message, OutboxMessage.State.BOUNCED, error)
            if _is_about_recipient(error):
                _note_mailbox(message, refused=True)
        else:
            _put_off(message, error)
        return
    _sent(message)
    _note_mailbox(message, refused=False)


def _sent(message: OutboxMessage) -> None:
    message.state = OutboxMessage.State.SENT
    message.sent_at = timezone.now()
    message.attempts += 1
    message.claimed_until = None
    message.save(update_fields=["state", "sent_at", "attempts", "claimed_until"])


def _as_email(message: OutboxMessage, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    email = EmailMultiAlternatives(
        message.subject,
        message.body_text,
        to=[message.recipient],
        headers={
            "Message-ID": f"<{message.public_id}@{domain}>",
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    if message.body_html:
        email.attach_alternative(message.body_html, "text/html")
    return email


def _is_final(error: Exception) -> bool:
    """A 5xx answer about the recipient or the message. About the portal's own standing (its
    address, its sign-in) it may pass, as everything else may."""
    return _is_about_recipient(error) or isinstance(error, ValueError)


def _is_about_recipient(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def _note_mailbox(message: OutboxMessage, *, refused: bool) -> None:
    """Keep whether the person's address takes mail; an address left behind says nothing of it."""
    if message.user_id is None:
        return
    theirs = User.objects.filter(pk=message.user_id, email=message.recipient)
    if refused:
        theirs.filter(mail_refused_at=None).update(mail_refused_at=timezone.now())
    else:
        theirs.exclude(mail_refused_at=None).update(mail_refused_at=None)


def _put_off(message: OutboxMessage, error: Exception) -> None:
    if message.attempts >= len(BACK_OFF_MINUTES):
        _settle(message, OutboxMessage.State.DEAD, error)
        return
    wait = timedelta(minutes=BACK_OFF_MINUTES[message.attempts])
    message.next_attempt_at = timezone.now() + wait
    _settle(message, OutboxMessage.State.QUEUED, error)


def _settle(message: OutboxMessage, state: OutboxMessage.State, error: Exception) -> None:
    message.state = state
    message.attempts += 1
    message.claimed_until = None
    # Of a mail server's words only the code is kept: they may name the person.
    said = str(error) if isinstance(error, sms.GatewayError) else getattr(error, "smtp_code", "")
    message.last_error = f"{type(error).__name__}: {said}"[:300]
    message.save(
        update_fields=["state", "attempts", "claimed_until", "last_error", "next_attempt_at"]
    )
