"""The outbox: a message is a row of the transaction it tells of; accounts/delivery.py sends it.

Email is the channel. Where a mail server refused the person's address for good, and a phone is
known, each further message goes to the phone too (accounts/sms.py).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string, select_template
from django.utils import timezone
from django.utils.translation import override

from accounts import sms
from accounts.models import OutboxMessage, User

# The words of a message are kept as long as a person is likely to ask what was written.
WORDS_KEPT = timedelta(days=30)
# Messages whose words are a secret, and of no use once it has lapsed.
CODE_KINDS = frozenset({"login_code", "new_address_code", "old_address_code"})
# Short messages a day to one phone, or for one account: one more than a family of five is sent on
# the day it is registered. A phone is never proved, and the ministry pays each of them.
MOST_TEXTS = 6
TEXTS_COUNTED = timedelta(days=1)
# Rows emptied at a time, so that no statement holds many rows for long.
EMPTIED_AT_ONCE = 5000


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
    user is refused, up to MOST_TEXTS. The answer is the email.
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
    if phone and user is not None and _may_be_texted(user, phone):
        text = short_text(template, language=language, context=context)
        OutboxMessage.objects.create(
            **common, channel=OutboxMessage.Channel.SMS, recipient=phone, body_text=text
        )
    return message


def _may_be_texted(user: User, phone: str) -> bool:
    """While mail is refused; the officer is told to call in any case."""
    if not user.mail_refused_at or not settings.SMS_URL:
        return False
    lately = OutboxMessage.objects.filter(created_at__gt=timezone.now() - TEXTS_COUNTED)
    texts = lately.filter(Q(recipient=phone) | Q(user=user), channel=OutboxMessage.Channel.SMS)
    # Words are kept for longer than the day, and their index finds the day without the years.
    return texts.exclude(body_text="").count() < MOST_TEXTS


def lapse_codes() -> int:
    """Give up codes that could not be sent while they were valid."""
    now = timezone.now()
    return (
        OutboxMessage.objects.filter(
            Q(claimed_until=None) | Q(claimed_until__lt=now),
            state=OutboxMessage.State.QUEUED,
            kind__in=CODE_KINDS,
            created_at__lt=now - _code_is_valid(),
        )
    ).update(state=OutboxMessage.State.DEAD, claimed_until=None, last_error="Lapsed")


def empty_old_words() -> int:
    """Empty the bodies of settled messages once nobody needs them; the subject stays on record.

    Returns how many were emptied, at most EMPTIED_AT_ONCE.
    """
    now = timezone.now()
    lapsed = Q(kind__in=CODE_KINDS, created_at__lt=now - _code_is_valid())
    settled = OutboxMessage.objects.exclude(state=OutboxMessage.State.QUEUED)
    old = settled.filter(lapsed | Q(created_at__lt=now - WORDS_KEPT)).exclude(body_text="")
    return OutboxMessage.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:EMPTIED_AT_ONCE])
    ).update(body_text="", body_html="")


def _code_is_valid() -> timedelta:
    return timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
