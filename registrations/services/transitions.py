"""One transition of an application: who may make it, and the only function that writes a status.

The table is enums.TRANSITIONS. Order of effects, in one database transaction: the row is locked,
the transition is looked up, the actor is checked, the status is written with its who and when, the
event and the audit entry are added, the message to the citizen is queued. Messages leave after the
commit. What each transition means stands in registrations/services/lifecycle.py.

Whoever locks several rows takes them in one order, which ADR 18 gives with its reasons: the
application, the entry in the register, what hangs on the entry, the counter of numbers, and the
audit log last. lock() and lock_entry() are the ways in.
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from missions.models import ForeignMission, PostingRole
from registrations.enums import TRANSITIONS, Actor, ApplicationStatus
from registrations.models import Application, ApplicationEvent, ResidencyRecord
from registrations.services import notifications


class TransitionRefused(Exception):
    """It cannot be made. ``application`` is the row as it stands, for the page that says so;
    ``last_event`` tells who did what before."""

    def __init__(self, application: Application, reason: str) -> None:
        super().__init__(reason)
        self.application = application

    @property
    def last_event(self) -> ApplicationEvent | None:
        return self.application.events.select_related("actor").last()


class NoSuchTransition(TransitionRefused):
    """Nothing leads from the status the application has to the one asked for."""


class ActorMayNot(TransitionRefused):
    """The person has no part in this application that allows the transition."""


class PageOutOfDate(TransitionRefused):
    """The application changed after the page was opened that asks for the transition."""


class AlreadyRegistered(TransitionRefused):
    """The person is on the register: the entry is kept true, not made again."""


class ProofNotSeen(TransitionRefused):
    """Nobody has checked that the applicant represents the person."""


class AnswerAwaited(TransitionRefused):
    """The citizen may still answer: the day named in the request has not passed."""


class ComeOfAge(TransitionRefused):
    """The person is an adult now: nobody applies for a child any more."""


class MayTakeBack(TransitionRefused):
    """The person's own application to leave can still be taken back."""


class Incomplete(TransitionRefused):
    """Something the law asks for is missing; ``pages`` are the keys of the pages to fill in."""

    def __init__(self, application: Application, pages: Collection[str]) -> None:
        super().__init__(application, "incomplete: " + ", ".join(pages))
        self.pages = list(pages)


def acts_for_citizen(actor: User, application: Application) -> bool:
    """The person himself, or a legal representative whose term has not ended."""
    citizen = application.citizen
    if citizen.account_id == actor.pk:
        return True
    return citizen.representatives.acting(actor).exists()


def parts_of(actor: User, application: Application) -> set[Actor]:
    """The parts the person plays here. Nobody decides his own case, or that of one he keeps or
    has applied for."""
    if acts_for_citizen(actor, application):
        return {Actor.CITIZEN}
    if application.applicant_id == actor.pk:
        return set()
    if not actor.is_staff or not actor.has_perm("registrations.decide_application"):
        return set()
    missions = ForeignMission.objects.of_officer(actor)
    parts = set()
    if missions.filter(pk=application.mission_id).exists():
        parts.add(Actor.OFFICER)
    taking_over = Application.objects.filter(
        transfer_of__application=application,
        mission__in=missions,
        status=ApplicationStatus.IN_REVIEW,
    )
    if application.status == ApplicationStatus.REGISTERED and taking_over.exists():
        parts.add(Actor.RECEIVING_OFFICER)
    return parts


def gives_cases(user: User, application: Application) -> bool:
    """The head of the section of the case's own mission; being one elsewhere counts for nothing."""
    heads = user.postings.current().filter(mission=application.mission, role=PostingRole.HEAD)
    return user.has_perm("registrations.assign_application") and heads.exists()


def lock(application: Application) -> Application:
    """The row as it stands now, locked to the end of the transaction."""
    locked: Application = (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("citizen", "mission", "assigned_to")
        .get(pk=application.pk)
    )
    return locked


def lock_entry(record: ResidencyRecord) -> ResidencyRecord:
    """The entry as it stands now, locked after the application that it came from."""
    application = lock(record.application)
    locked: ResidencyRecord = (
        ResidencyRecord.objects.select_for_update(of=("self",), no_key=True)
        .select_related("mission")
        .get(pk=record.pk)
    )
    locked.application, locked.citizen = application, application.citizen
    return locked


def check_transition(
    application: Application,
    to: ApplicationStatus,
    *,
    actor: User,
    seen_version: int | None = None,
) -> None:
    """Raises NoSuchTransition, ActorMayNot or PageOutOfDate."""
    found = TRANSITIONS.get((ApplicationStatus(application.status), to))
    if found is None:
        raise NoSuchTransition(application, f"{application.status} does not lead to {to}")
    if not parts_of(actor, application) & set(found.actors):
        raise ActorMayNot(application, f"{to} is not for this person to say")
    if seen_version is not None and seen_version != application.version:
        raise PageOutOfDate(application, "the application has changed since the page was opened")


@transaction.atomic
def transition(
    application: Application,
    to: ApplicationStatus,
    *,
    actor: User,
    note: str = "",
    details: dict[str, Any] | None = None,
    seen_version: int | None = None,
    **changes: Any,
) -> Application:
    """The only writer of a status. ``changes`` are the columns the status implies."""
    locked = lock(application)
    check_transition(locked, to, actor=actor, seen_version=seen_version)
    before = ApplicationStatus(locked.status)
    locked.status = to
    locked.version += 1
    for column, value in changes.items():
        setattr(locked, column, value)
    locked.save()
    event = ApplicationEvent.objects.create(
        application=locked,
        from_status=before,
        to_status=to,
        actor=actor,
        note=note,
        details=details or {},
    )
    _log(event)
    notifications.moved(locked, event)
    return locked


def _log(event: ApplicationEvent) -> None:
    application = event.application
    audit.record(
        actor=event.actor,
        action=f"application.{event.to_status}",
        target=application,
        mission=application.mission.code if application.mission else "",
        details={"from": event.from_status, **event.details},
    )
