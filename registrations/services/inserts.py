"""Passport inserts of permanent residents."""

from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import User
from registrations.enums import ResidencyKind
from registrations.models import PassportInsert, ResidencyRecord


class NoInsertForTemporary(Exception):
    """Temporary residents are registered without an insert."""


@transaction.atomic
def record_insert(
    record: ResidencyRecord, *, number: str, issued_on: date, actor: User
) -> PassportInsert:
    """Note the insert given to a permanent resident.

    Raises NoInsertForTemporary, and IntegrityError where the record has an insert or the number
    is taken.
    """
    if record.kind != ResidencyKind.PERMANENT:
        raise NoInsertForTemporary(record.number)
    insert = PassportInsert.objects.create(
        record=record, number=number, issued_on=issued_on, issued_by=actor
    )
    audit.record(actor=actor, action="insert.recorded", target=insert, mission=record.mission.code)
    return insert
