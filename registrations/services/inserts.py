"""Passport inserts of permanent residents."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from missions import calendar
from registrations.enums import ResidencyKind
from registrations.models import PassportInsert, ResidencyRecord
from registrations.services import requests
from registrations.services.transitions import lock_entry


class InsertRefused(Exception):
    """The entry is closed, or it is not for this person to record an insert in it."""


class NoInsertForTemporary(InsertRefused):
    """Temporary residents are registered without an insert."""


@transaction.atomic
def record_insert(
    record: ResidencyRecord, *, number: str, issued_on: date, actor: User
) -> PassportInsert:
    """Note the insert given to a permanent resident.

    An insert that counts as returned, since another entry of the person was closed, is taken over
    where it is still in the passport. Raises InsertRefused, NoInsertForTemporary among it, and
    IntegrityError where the record has an insert or the number is taken.
    """
    record = lock_entry(record)
    if not requests.may_decide(actor, record):
        raise InsertRefused("not for this person to record")
    if record.closed_at is not None:
        raise InsertRefused("the entry is closed")
    if record.kind != ResidencyKind.PERMANENT:
        raise NoInsertForTemporary(record.number)
    kept = PassportInsert.objects.filter(
        number=number, record__citizen=record.citizen, returned_on__isnull=False
    ).first()
    insert = kept or PassportInsert(number=number, issued_by=actor)
    insert.record, insert.issued_on, insert.returned_on = record, issued_on, None
    insert.save()
    _log(insert, record, "recorded", actor=actor)
    return insert


def give_back(record: ResidencyRecord, *, actor: User) -> None:
    """The insert of an entry that ``actor`` closes is handed in, where there is one."""
    insert = PassportInsert.objects.filter(record=record, returned_on=None).first()
    if insert is not None:
        insert.returned_on = calendar.local_date(record.mission, timezone.now())
        insert.save()
        _log(insert, record, "returned", actor=actor)


def carry_over(closed: ResidencyRecord, opened: ResidencyRecord, *, actor: User) -> None:
    """The insert stays in the passport when a permanent resident moves to another mission."""
    if opened.kind != ResidencyKind.PERMANENT:
        give_back(closed, actor=actor)
        return
    insert = PassportInsert.objects.filter(record=closed, returned_on=None).first()
    if insert is not None:
        insert.record = opened
        insert.save()
        for record in (closed, opened):
            _log(insert, record, "carried_over", actor=actor)


def _log(insert: PassportInsert, record: ResidencyRecord, verb: str, *, actor: User) -> None:
    """With the number of the entry: the insert may go along to another one."""
    audit.record(
        actor=actor,
        action=f"insert.{verb}",
        target=insert,
        mission=record.mission.code,
        details={"entry": record.number},
    )
