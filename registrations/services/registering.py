"""The decision to register: the number, the entry it makes, and the entry it replaces elsewhere."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from missions import calendar
from registrations.enums import ApplicationStatus, DeregistrationGround, ResidencyKind
from registrations.models import Application, ExitPermit, ResidencyRecord
from registrations.services import closing, inserts, numbering, representation
from registrations.services.moves import Incomplete, check_move, lock, transition


@transaction.atomic
def register(
    application: Application,
    *,
    actor: User,
    checked: Collection[str],
    kind: ResidencyKind | None = None,
    seen_version: int | None = None,
) -> ResidencyRecord:
    """Enter the person in the register under the mission's next number of the year.

    ``checked`` are the points of the checklist the officer confirmed; ``kind`` only where the
    officer registers another kind than was asked for. Raises Incomplete where a permanent
    resident shows no exit permit.
    """
    locked = lock(application)
    check_move(locked, ApplicationStatus.REGISTERED, actor=actor, seen_version=seen_version)
    kind = kind or locked.kind
    permit = _needed_permit(locked, kind)
    if representation.PROOF_CHECKED in checked:
        representation.confirm_representation(locked, actor=actor)
    assert locked.mission is not None
    representation.set_term(locked.citizen, locked.mission)
    left = _leave_old_mission(locked, actor=actor)
    locked, sequence = _numbered(locked, kind=kind, checked=checked, actor=actor)
    record = _entry(locked, kind=kind, permit=permit, sequence=sequence)
    if left is not None:
        inserts.carry_over(left, record)
    return record


def _needed_permit(application: Application, kind: ResidencyKind) -> ExitPermit | None:
    """The exit permit of a permanent resident; Incomplete where there is none to show."""
    if kind != ResidencyKind.PERMANENT:
        return None
    permit: ExitPermit | None = ExitPermit.objects.filter(citizen=application.citizen).first()
    if permit is None:
        raise Incomplete(application, ["exit_permit"])
    return permit


def _numbered(
    application: Application, *, kind: ResidencyKind, checked: Collection[str], actor: User
) -> tuple[Application, int]:
    """The application as registered under the mission's next number, and that number alone."""
    mission = application.mission
    assert mission is not None
    now = timezone.now()
    year = calendar.local_date(mission, now).year
    sequence = numbering.next_number(mission, year=year, series="register")
    number = numbering.register_number(mission, year, sequence)
    registered = transition(
        application,
        ApplicationStatus.REGISTERED,
        actor=actor,
        details={"checked": sorted(checked), "kind": kind, "number": number},
        decided_at=now,
        decided_by=actor,
        register_number=number,
    )
    return registered, sequence


def _leave_old_mission(application: Application, *, actor: User) -> ResidencyRecord | None:
    """Close the entry that this application moves here, if it moves one that is still in force."""
    left: ResidencyRecord | None = application.transfer_of
    if left is None:
        return None
    held = lock(left.application)
    if held.status != ApplicationStatus.REGISTERED:
        return None
    assert application.mission is not None
    transition(
        held,
        ApplicationStatus.TRANSFERRED,
        actor=actor,
        details={"to": application.mission.code, "reference": application.reference},
    )
    return closing.close(left, actor=actor, ground=DeregistrationGround.REGISTERED_ELSEWHERE)


def _entry(
    application: Application, *, kind: ResidencyKind, permit: ExitPermit | None, sequence: int
) -> ResidencyRecord:
    """What the decision writes into the register, as it was declared."""
    declaration = application.current_declaration
    assert declaration is not None
    assert application.mission is not None
    assert application.decided_at is not None
    assert application.decided_by is not None
    on = calendar.local_date(application.mission, application.decided_at)
    planned_end = declaration.answers["stay"].get("planned_end")
    temporary = kind == ResidencyKind.TEMPORARY
    return ResidencyRecord.objects.create(
        application=application,
        citizen=application.citizen,
        mission=application.mission,
        kind=kind,
        year=on.year,
        sequence=sequence,
        number=application.register_number,
        exit_permit=permit,
        entered=declaration.answers,
        registered_on=on,
        registered_at=application.decided_at,
        registered_by=application.decided_by,
        planned_end=date.fromisoformat(planned_end) if planned_end and temporary else None,
    )
