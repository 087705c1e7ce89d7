"""The outbox: a message is a row of the transaction it tells of; the worker sends it afterwards."""

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from accounts.models import OutboxMessage, User

LEASE = timedelta(minutes=2)
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


def queue(
    *,
    to: str,
    language: str,
    kind: str,
    template: str,
    context: dict[str, Any],
    reference: str = "",
    user: User | None = None,
) -> OutboxMessage:
    """Write the message in the caller's transaction; it leaves only if that one is committed."""
    words = render(template, language=language, context=context | {"reference": reference})
    return OutboxMessage.objects.create(
        recipient=to,
        user=user,
        language=language,
        kind=kind,
        reference=reference,
        subject=words.subject,
        body_text=words.text,
        body_html=words.html,
    )


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
    return due


def deliver_due(limit: int = 64) -> int:
    """Send what is due, over one connection; returns how many were tried."""
    messages = claim(limit)
    if not messages:
        return 0
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        for message in messages:
            _put_off(message, error)
        return len(messages)
    try:
        for message in messages:
            _deliver(message, connection)
    finally:
        connection.close()
    return len(messages)


def _deliver(message: OutboxMessage, connection: BaseEmailBackend) -> None:
    try:
        _as_email(message, connection).send()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        if _is_final(error):
            _settle(message, OutboxMessage.State.BOUNCED, error)
        else:
            _put_off(message, error)
        return
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
    """A 5xx answer about the recipient or the message; everything else may pass."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


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
    message.last_error = f"{type(error).__name__}: {getattr(error, 'smtp_code', '')}"[:300]
    message.save(
        update_fields=["state", "attempts", "claimed_until", "last_error", "next_attempt_at"]
    )
