"""A move to another place: told once by the person, nothing typed twice.

Within the district the address is changed at once. Into another district the new mission gets an
application that carries everything over; when its officer registers the person, the old entry is
closed in the same transaction (lifecycle.register), and both missions' journals have the line.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from missions import calendar
from missions.models import ForeignMission
from registrations import law
from registrations.enums import OPEN_STATUSES, ResidencyKind
from registrations.models import Application, ResidencyRecord
from registrations.services import attachments, freshness, lifecycle, notifications
from registrations.services.representation import capacity_of
from registrations.steps import steps_of

CARRIED = (
    "stay",
    "purpose",
    "occupation",
    "education",
    "address_in_kazakhstan",
)
OF_THE_PERSON = ("street", "postcode", "local_address")
OF_THE_PLACE = ("country", "region", "city", "arrived_on", "mission", "other_mission_reason")


class MoveNotPossible(Exception):
    """The entry is closed, or a move of it is under way already."""


@dataclass(frozen=True)
class NewPlace:
    """Where the person lives now. ``mission`` serves the place, or is another one for the
    ``other_mission_reason`` given."""

    country: str
    region: str
    city: str
    street: str
    postcode: str
    local_address: str
    arrived_on: date
    mission: ForeignMission
    other_mission_reason: str = ""


@transaction.atomic
def report_move(
    record: ResidencyRecord,
    *,
    place: NewPlace,
    actor: User,
    consent: law.ConsentText,
    language: str,
) -> Application | None:
    """The application at the mission of the new place; None where the same mission serves it.

    Raises MoveNotPossible, and lifecycle.ActorMayNot for somebody who does not act for the person.
    """
    record = lifecycle.lock_entry(record)
    held = record.application
    if not lifecycle.acts_for_citizen(actor, held):
        raise lifecycle.ActorMayNot(held, "only the person or a representative tells of a move")
    if record.closed_at is not None:
        raise MoveNotPossible("the entry is closed")
    if record.citizen.applications.filter(status__in=OPEN_STATUSES).exists():
        raise MoveNotPossible("an application of the person is under way")
    if place.mission == record.mission:
        _move_within(record, held, place, actor)
        return None
    moved = _carry_over(record, held, place, actor)
    return lifecycle.submit(moved, actor=actor, consent=consent, language=language)


def _move_within(record: ResidencyRecord, held: Application, place: NewPlace, actor: User) -> None:
    """The same mission goes on: the address and the day of the move stand in the entry at once."""
    for name in OF_THE_PERSON:
        setattr(held.citizen, name, getattr(place, name))
    held.citizen.save()
    for name in OF_THE_PLACE:
        setattr(held, name, getattr(place, name))
    held.planned_end = _end_ahead(held, place)
    held.save()
    if record.kind == ResidencyKind.TEMPORARY:
        record.planned_end = held.planned_end
        record.save(update_fields=["planned_end"])
    audit.record(
        actor=actor,
        action="record.address_changed",
        target=record,
        mission=record.mission.code,
    )
    freshness.confirm(record, actor=actor)
    notifications.about_record(record, "details_changed")


def _carry_over(
    record: ResidencyRecord, held: Application, place: NewPlace, actor: User
) -> Application:
    """An application with every page answered: by the entry, and the place by the person now."""
    moved = Application(
        citizen=record.citizen,
        applicant=actor,
        capacity=capacity_of(actor, record.citizen),
        transfer_of=record,
        **{name: getattr(held, name) for name in CARRIED},
    )
    for name in (*OF_THE_PERSON, *OF_THE_PLACE):
        setattr(moved, name, getattr(place, name))
    moved.planned_end = _end_ahead(held, place)
    moved.answered_pages = [step.key for step in steps_of(moved)]
    moved.save()
    attachments.carry_over(held, moved)
    return moved


def _end_ahead(held: Application, place: NewPlace) -> date | None:
    """The planned end as far as it lies ahead: what ended with the old place says nothing of the
    new one."""
    yesterday = calendar.local_date(place.mission, timezone.now()) - timedelta(days=1)
    end: date | None = held.planned_end
    return end if end is not None and end > max(place.arrived_on, yesterday) else None
