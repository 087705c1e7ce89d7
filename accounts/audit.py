"""The log of reads, prints, exports and decisions; record() is its only writer.

Each event carries the hash of the one before it, so that a row taken out, put in or altered by
the owner of the database shows in verify().
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import override

from accounts.models import AuditEvent, User

# One writer at a time appends to the chain; the number only has to be ours alone in this database.
CHAIN_LOCK = 361_2012


# What the hash of an event covers, in this order.
HASHED = (
    "previous_hash",
    "at",
    "actor",
    "actor_email",
    "action",
    "target_type",
    "target_id",
    "target_label",
    "mission",
    "details",
)


def _digest(values: Sequence[Any]) -> str:
    """The hash of an event whose columns HASHED hold ``values``."""
    previous, at, *words, details = values
    said = [previous, at.isoformat(), *words]
    said.append(json.dumps(details, sort_keys=True, ensure_ascii=False))
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def record(
    *,
    actor: User | None,
    action: str,
    target: models.Model | None = None,
    mission: str = "",
    label: str | Promise = "",
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event in the caller's transaction.

    ``action`` is "thing.verb-in-the-past" (``application.registered``); ``label`` is what a person
    will read years later, without personal numbers (default: the target's own text); ``mission``
    is the mission's code. ``actor`` None means the portal itself.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        last = AuditEvent.objects.order_by("-id").values_list("hash", flat=True).first()
        event = AuditEvent(
            at=timezone.now(),
            actor=str(actor or ""),
            actor_email=actor.email if actor else "",
            action=action,
            target_type=target._meta.label_lower if target else "",
            target_id=str(getattr(target, "public_id", "") or (target.pk if target else "") or ""),
            target_label=_untranslated(label or target or "")[:400],
            mission=mission,
            details=details or {},
            previous_hash=last or "",
        )
        event.hash = _digest([getattr(event, column) for column in HASHED])
        event.save(force_insert=True)
    return event


def _untranslated(label: object) -> str:
    """In the language of the source, whoever acts: the log is in one language."""
    with override(None):
        return str(label)


def first_broken_event() -> AuditEvent | None:
    """The first event, oldest first, whose hash or link does not hold; None where all do.

    Events taken from the end leave a whole, shorter chain: that shows only to whoever noted the
    hash of a later event (``has_event``).
    """
    previous = ""
    events = AuditEvent.objects.order_by("id").values_list("pk", "hash", *HASHED)
    for pk, written, *values in events.iterator(chunk_size=5000):
        if values[0] != previous or written != _digest(values):
            return AuditEvent.objects.get(pk=pk)
        previous = written
    return None


def has_event(hash_noted: str) -> bool:
    """Whether the event is still there whose hash was noted somewhere else."""
    return AuditEvent.objects.filter(hash=hash_noted).exists()
