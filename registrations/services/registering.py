"""The decision to register: the number, the entry it makes, and the entry it replaces elsewhere."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from missions import calendar
from registrations.enums import (
    ApplicationStatus,
    Capacity,
    DeregistrationGround,
    ResidencyKind,
    Stay,
)
from registrations.models import Application, Citizen, ExitPermit, ResidencyRecord
from registrations.services import (
    closing,
    help_requests,
    inserts,
    notifications,
    numbering,
    representation,
    requests,
    voting,
)
from registrations.services.transitions import (
    AlreadyRegistered,
    Incomplete,
    ProofNotSeen,
    TransitionRefused,
    check_transition,
    lock,
    lock_entry,
    transition,
)

# Closed on these grounds, an entry says that there is nobody to register elsewhere.
NOBODY_TO_REGISTER = (DeregistrationGround.DEATH, DeregistrationGround.CITIZENSHIP_ENDED)
# The point of the officer's checklist that says such a ground was asked about and does not hold.
EARLIER_ENTRY_CHECKED = "earlier_entry"


class EarlierEntryEnded(TransitionRefused):
    """The entry that moves here was closed meanwhile because of death or lost citizenship."""


def earlier_entry_ended(application: Application) -> bool:
    """Whether that happened to the entry which the application moves."""
    left: ResidencyRecord | None = application.transfer_of
    return left is not None and left.closing_ground in NOBODY_TO_REGISTER


@transaction.atomic
def register(
    application: Application,
    *,
    actor: User,
    checked: Collection[str],
    kind: ResidencyKind | None = None,
    seen_version: int | None = None,
) -> ResidencyRecord:
    """Enter the person, as declared, in the register under the mission's next number of the year.

    ``checked`` are the points of the checklist the officer confirmed; ``kind`` only where the
    officer registers another kind than was declared. Raises AlreadyRegistered, ProofNotSeen,
    EarlierEntryEnded where that was not asked about, and Incomplete where a permanent resident
    declared no exit permit.
    """
    locked = lock(application)
    check_transition(locked, ApplicationStatus.REGISTERED, actor=actor, seen_version=seen_version)
    left = _entry_to_leave(locked)
    if earlier_entry_ended(locked) and EARLIER_ENTRY_CHECKED not in checked:
        raise EarlierEntryEnded(locked, "the ground on which the earlier entry was closed stands")
    if locked.capacity != Capacity.SELF and representation.PROOF_CHECKED not in checked:
        raise ProofNotSeen(locked, "nobody has checked that the applicant represents the person")
    kind = kind or _declared_kind(locked)
    permit = _needed_permit(locked, kind)
    assert locked.mission is not None
    representation.set_term(locked.citizen, locked.mission)
    # The counter is locked before the log is (ADR 18).
    locked, sequence = _numbered(locked, left, kind=kind, checked=checked, actor=actor)
    record = _entry(locked, kind=kind, permit=permit, sequence=sequence)
    if left is not None:
        _hand_over(left, record, actor=actor)
    if locked.transfer_of_id is not None:
        _arrive(locked.citizen, record)
    return record


def _entry_to_leave(application: Application) -> ResidencyRecord | None:
    """The entry that this application moves here, locked, if it moves one that is in force.

    Raises AlreadyRegistered where another entry of the person is in force.
    """
    moved: ResidencyRecord | None = application.transfer_of
    left = lock_entry(moved) if moved is not None else None
    in_force = application.citizen.residency_records.in_force()
    if in_force.exclude(pk=left.pk if left else None).exists():
        raise AlreadyRegistered(application, "the person is on the register")
    return left if left is not None and left.closed_at is None else None


def _declared_kind(application: Application) -> ResidencyKind:
    declaration = application.current_declaration
    assert declaration is not None
    return Stay(declaration.answers["length"]["stay"]).residency_kind


def _needed_permit(application: Application, kind: ResidencyKind) -> ExitPermit | None:
    """The exit permit that a permanent resident declared; Incomplete where there is none."""
    if kind != ResidencyKind.PERMANENT:
        return None
    declaration = application.current_declaration
    assert declaration is not None
    permit: ExitPermit | None = ExitPermit.objects.filter(citizen=application.citizen).first()
    if permit is None or not declaration.answers.get("exit-permit"):
        raise Incomplete(application, ["exit-permit"])
    return permit


def _numbered(
    application: Application,
    left: ResidencyRecord | None,
    *,
    kind: ResidencyKind,
    checked: Collection[str],
    actor: User,
) -> tuple[Application, int]:
    """The application as registered under the mission's next number, and that number alone."""
    mission = application.mission
    assert mission is not None
    now = timezone.now()
    year = calendar.local_date(mission, now).year
    sequence = numbering.next_number(mission, year=year, series="register")
    number = numbering.register_number(mission, year, sequence)
    if representation.PROOF_CHECKED in checked:
        representation.confirm_representation(application, actor=actor)
    if left is not None:
        _leave_old_mission(application, left, actor=actor)
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


def _leave_old_mission(application: Application, left: ResidencyRecord, *, actor: User) -> None:
    """Close the entry that this application moves here."""
    assert application.mission is not None
    transition(
        left.application,
        ApplicationStatus.TRANSFERRED,
        actor=actor,
        details={"to": application.mission.code, "reference": application.reference},
    )
    closing.close(left, actor=actor, ground=DeregistrationGround.REGISTERED_ELSEWHERE, moves=True)


def _hand_over(left: ResidencyRecord, opened: ResidencyRecord, *, actor: User) -> None:
    """What goes along with the person; of what ended with the old entry the person is told."""
    inserts.carry_over(left, opened, actor=actor)
    help_requests.hand_over(left, opened, actor=actor)
    voting.hand_over(left, opened, actor=actor)
    if ended := requests.lapsed(left):
        notifications.about_record(opened, "requests_ended", left=left, unsettled=ended)


def _arrive(citizen: Citizen, record: ResidencyRecord) -> None:
    """The person lives where the move said, from now on."""
    for field, value in record.entered["address"].items():
        setattr(citizen, field, value)
    citizen.save()


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
