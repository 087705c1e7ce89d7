"""Applying again after a refusal: the same person, the answers given before, the copies sent."""

from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.models import User
from registrations.enums import OPEN_STATUSES, ApplicationStatus
from registrations.models import Application
from registrations.services import attachments, declarations, rows
from registrations.services.representation import capacity_of
from registrations.services.transitions import (
    ActorMayNot,
    AlreadyRegistered,
    NoSuchTransition,
    acts_for_citizen,
    lock,
)

# What of the answers stands in the application; the rest are rows of the person.
KEPT = (
    "country",
    "region",
    "city",
    "mission",
    "other_mission_reason",
    "stay",
    "purpose",
    "arrived_on",
    "planned_end",
    "occupation",
    "education",
    "address_in_kazakhstan",
)


@transaction.atomic
def apply_again(refused: Application, *, actor: User) -> Application:
    """A draft with the answers of the refused application, to be corrected and sent.

    An open application of the person is handed back instead of a second one. Raises ActorMayNot,
    AlreadyRegistered, and NoSuchTransition for an application that was not refused. A move is told
    again while its entry is in force; where that is closed, it is applied for anew.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    refused = lock(refused)
    citizen = refused.citizen
    if not acts_for_citizen(actor, refused):
        raise ActorMayNot(refused, "only the person or a representative applies")
    begun: Application | None = citizen.applications.filter(status__in=OPEN_STATUSES).first()
    if begun is not None:
        return begun
    if citizen.residency_records.in_force().exists():
        raise AlreadyRegistered(refused, "the person is on the register")
    if refused.status != ApplicationStatus.REFUSED:
        raise NoSuchTransition(refused, "only a refused application is applied for again")
    again: Application = Application.objects.create(
        citizen=citizen,
        applicant=actor,
        capacity=capacity_of(actor, citizen),
        answered_pages=_still_answered(refused),
        **{name: getattr(refused, name) for name in KEPT},
    )
    # The address of a move is its own until it is registered.
    rows.write(again, "address", declarations.of_page(refused, "address"))
    attachments.carry_over(refused, again)
    audit.record(
        actor=actor,
        action="application.started",
        target=again,
        details={"after": refused.reference},
    )
    return again


def _still_answered(refused: Application) -> list[str]:
    """All pages, but whom to call in an emergency where the law had that forgotten meanwhile."""
    gone = {"emergency"} if refused.contacts_purged_at is not None else set()
    return [key for key in refused.answered_pages if key not in gone]


def refused_last(newest_first: Iterable[Application]) -> set[int]:
    """The refused applications after which their person applied for nothing else; no moves of an
    entry in force, which are told again and not applied for."""
    last: dict[int, Application] = {}
    for application in newest_first:
        last.setdefault(application.citizen_id, application)
    return {
        one.pk
        for one in last.values()
        if one.status == ApplicationStatus.REFUSED and one.entry_to_leave is None
    }
