"""Whether mail reaches a person: the mark ``User.mail_refused_at``, who sets it and what ends it.

A server that takes our messages may refuse the address at once, or report days later that a
message it took did not arrive (accounts/undelivered.py). After a refusal at once the next message
that is taken ends the mark. After a report that says nothing, since that server takes everything:
a message nobody has reported for a while ends it. A code read from the mailbox ends either.
"""

from datetime import timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import OutboxMessage, User

# Servers give up after five days and say so then (RFC 5321, 4.5.4.1).
REPORTED_WITHIN = timedelta(days=6)


def note_refusal(message: OutboxMessage) -> None:
    """The message did not reach its address; the first refusal is the day that counts."""
    _owner(message).filter(mail_refused_at=None).update(mail_refused_at=timezone.now())


def note_taken(message: OutboxMessage) -> None:
    """The next server took the message."""
    refused = OutboxMessage.objects.filter(
        user=message.user_id, recipient=message.recipient, state=OutboxMessage.State.BOUNCED
    )
    last = refused.order_by("created_at").last()
    if last is None or last.sent_at is None:
        _clear(_owner(message))


def note_opened(user: User) -> None:
    """The person has read a code that was sent there."""
    _clear(User.objects.filter(pk=user.pk))


def clear_arrived() -> int:
    """End the marks of addresses whose latest message nobody has reported, if none was refused
    since; returns how many."""
    newest = OutboxMessage.objects.filter(
        channel=OutboxMessage.Channel.EMAIL, user=OuterRef("pk"), recipient=OuterRef("email")
    ).order_by("-created_at")
    arrived = newest.filter(
        state=OutboxMessage.State.SENT, sent_at__lt=timezone.now() - REPORTED_WITHIN
    )
    refused = newest.filter(state=OutboxMessage.State.BOUNCED)
    marked = User.objects.exclude(mail_refused_at=None).annotate(
        last_arrived=Subquery(arrived.values("created_at")[:1]),
        last_refused=Subquery(refused.values("created_at")[:1]),
    )
    none_since = Q(last_refused=None) | Q(last_refused__lt=F("last_arrived"))
    return _clear(marked.filter(none_since, last_arrived__gt=F("mail_refused_at")))


def _owner(message: OutboxMessage) -> QuerySet[User]:
    """Nobody where the account has left that address, which then says nothing of it."""
    return User.objects.filter(messages=message, email=message.recipient)


def _clear(users: QuerySet[User]) -> int:
    return users.exclude(mail_refused_at=None).update(mail_refused_at=None)
