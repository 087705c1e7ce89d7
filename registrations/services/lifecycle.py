"""Every move of an application goes through transition(); the table of moves is enums.TRANSITIONS.

Order of effects, in one database transaction: the row is locked, the move is looked up, the actor
is checked, the status is written with its who and when, the event and the audit entry are added,
the message to the citizen is queued. Messages leave after the commit.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from missions import calendar
from missions.models import ForeignMission
from registrations import law, references
from registrations.enums import (
    OPEN_STATUSES,
    TRANSITIONS,
    Actor,
    ApplicationStatus,
    Capacity,
    DeregistrationGround,
    RefusalGround,
    ResidencyKind,
)
from registrations.models import (
    Application,
    ApplicationEvent,
    Citizen,
    Consent,
    ExitPermit,
    InformationRequest,
    LegalRepresentative,
    ResidencyRecord,
)
from registrations.services import certificates, declarations, notifications, numbering


class MoveRefused(Exception):
    """The move cannot be made. ``application`` is the row as it stands, for the page that says
    so; ``last_event`` tells who did what before."""

    def __init__(self, application: Application, reason: str) -> None:
        super().__init__(reason)
        self.application = application

    @property
    def last_event(self) -> ApplicationEvent | None:
        return self.application.events.select_related("actor").last()


class MoveNotInTable(MoveRefused):
    """Nothing leads from the status the application has to the one asked for."""


class ActorMayNot(MoveRefused):
    """The person has no part in this application that allows the move."""


class PageOutOfDate(MoveRefused):
    """The application changed after the page was opened that asks for the move."""


class Incomplete(MoveRefused):
    """Something the law asks for is missing; ``pages`` are the keys of the pages to fill in."""

    def __init__(self, application: Application, pages: Collection[str]) -> None:
        super().__init__(application, "incomplete: " + ", ".join(pages))
        self.pages = list(pages)


def acts_for_citizen(actor: User, application: Application) -> bool:
    """The person himself, or a legal representative whose term has not ended."""
    citizen = application.citizen
    if citizen.account_id == actor.pk:
        return True
    return citizen.representatives.filter(user=actor, ends_on=None).exists()


def parts_of(actor: User, application: Application) -> set[Actor]:
    """The parts the person plays here. Nobody decides his own case or that of one he keeps."""
    if acts_for_citizen(actor, application):
        return {Actor.CITIZEN}
    if (
        actor.is_staff
        and actor.is_active
        and actor.has_perm("registrations.decide_application")
        and ForeignMission.objects.of_officer(actor).filter(pk=application.mission_id).exists()
    ):
        return {Actor.OFFICER}
    return set()


def lock(application: Application) -> Application:
    """The row as it stands now, locked to the end of the transaction."""
    locked: Application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("citizen", "mission", "assigned_to")
        .get(pk=application.pk)
    )
    return locked


def check_move(
    application: Application,
    to: ApplicationStatus,
    *,
    actor: User,
    seen_version: int | None = None,
) -> None:
    """Raises MoveNotInTable, ActorMayNot or PageOutOfDate."""
    move = TRANSITIONS.get((ApplicationStatus(application.status), to))
    if move is None:
        raise MoveNotInTable(application, f"{application.status} does not lead to {to}")
    if not parts_of(actor, application) & set(move.actors):
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
    check_move(locked, to, actor=actor, seen_version=seen_version)
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
    audit.record(
        actor=actor,
        action=f"application.{to}",
        target=locked,
        mission=locked.mission.code if locked.mission else "",
        details={"from": before, **(details or {})},
    )
    notifications.moved(locked, event)
    return locked


@transaction.atomic
def start(*, account: User, capacity: Capacity = Capacity.SELF) -> Application:
    """A draft for the account's own person, or for a new person whom it represents.

    An open application of the same person is handed back instead of a second one; so is a draft
    for somebody represented who has no name yet, which is what a second click would begin.
    """
    # Two clicks at once wait for one another here.
    User.objects.select_for_update().get(pk=account.pk)
    if begun := _begun(account, capacity):
        return begun
    if capacity == Capacity.SELF:
        citizen, _created = Citizen.objects.get_or_create(account=account)
    else:
        citizen = Citizen.objects.create()
        LegalRepresentative.objects.create(citizen=citizen, user=account, capacity=capacity)
    application = Application.objects.create(citizen=citizen, applicant=account, capacity=capacity)
    audit.record(actor=account, action="application.started", target=application)
    return application


def _begun(account: User, capacity: Capacity) -> Application | None:
    if capacity == Capacity.SELF:
        return Application.objects.filter(
            citizen__account=account, status__in=OPEN_STATUSES
        ).first()
    return Application.objects.filter(
        status=ApplicationStatus.DRAFT,
        capacity=capacity,
        applicant=account,
        citizen__name_key="",
        citizen__representatives__user=account,
        citizen__representatives__ends_on=None,
    ).first()


@transaction.atomic
def submit(
    application: Application, *, actor: User, consent: law.ConsentText, language: str
) -> Application:
    """Send the draft. A second call (double click, another tab) returns what the first one made.

    Raises Incomplete where a page the law asks for has no answer.
    """
    locked = lock(application)
    if locked.submitted_at is not None and acts_for_citizen(actor, locked):
        return locked
    check_move(locked, ApplicationStatus.SUBMITTED, actor=actor)
    if missing := declarations.missing_pages(locked):
        raise Incomplete(locked, missing)
    now = timezone.now()
    Consent.objects.create(
        application=locked,
        given_by=actor,
        text_version=consent.version,
        text_sha256=consent.sha256(language),
        language=language,
    )
    declarations.freeze(locked)
    assert locked.mission is not None
    return transition(
        locked,
        ApplicationStatus.SUBMITTED,
        actor=actor,
        reference=references.new_reference(now.year),
        submitted_at=now,
        submitted_by=actor,
        due_at=calendar.due_at(locked.mission, now, law.REGISTRATION_WORKING_DAYS),
    )


def take(application: Application, *, actor: User) -> Application:
    """The officer opens the case and answers for it."""
    return transition(
        application,
        ApplicationStatus.IN_REVIEW,
        actor=actor,
        assigned_to=actor,
        taken_at=timezone.now(),
    )


@transaction.atomic
def assign(application: Application, *, to: User, actor: User) -> Application:
    """Give an open case to another officer of the mission; the status stays."""
    locked = lock(application)
    if Actor.OFFICER not in parts_of(actor, locked) or Actor.OFFICER not in parts_of(to, locked):
        raise ActorMayNot(locked, "both must be posted at the mission")
    if locked.status not in {ApplicationStatus.IN_REVIEW, ApplicationStatus.MORE_INFO}:
        raise MoveNotInTable(locked, "only a case in work is given to somebody")
    locked.assigned_to = to
    locked.version += 1
    locked.save()
    audit.record(
        actor=actor,
        action="application.assigned",
        target=locked,
        mission=locked.mission.code if locked.mission else "",
        details={"to": str(to)},
    )
    return locked


@transaction.atomic
def ask(
    application: Application,
    *,
    actor: User,
    pages: Collection[str],
    text: str,
    answer_by: date,
    seen_version: int | None = None,
) -> Application:
    """Reopen the named pages for the citizen and stop the clock."""
    locked = lock(application)
    check_move(locked, ApplicationStatus.MORE_INFO, actor=actor, seen_version=seen_version)
    assert locked.mission is not None
    assert locked.due_at is not None
    now = timezone.now()
    InformationRequest.objects.create(
        application=locked,
        pages=list(pages),
        text=text,
        answer_by=answer_by,
        asked_at=now,
        asked_by=actor,
        working_days_left=max(0, calendar.working_days_between(locked.mission, now, locked.due_at)),
    )
    return transition(
        locked,
        ApplicationStatus.MORE_INFO,
        actor=actor,
        note=text,
        details={"pages": list(pages), "answer_by": answer_by.isoformat()},
        paused_at=now,
    )


@transaction.atomic
def answer(application: Application, *, actor: User) -> Application:
    """The citizen sends the reopened pages; the clock goes on with the days it had left."""
    locked = lock(application)
    if locked.status == ApplicationStatus.IN_REVIEW and acts_for_citizen(actor, locked):
        return locked
    check_move(locked, ApplicationStatus.IN_REVIEW, actor=actor)
    if missing := declarations.missing_pages(locked):
        raise Incomplete(locked, missing)
    request = locked.requests.get(answered_at=None)
    now = timezone.now()
    request.answered_at = now
    request.save()
    declarations.freeze(locked)
    assert locked.mission is not None
    return transition(
        locked,
        ApplicationStatus.IN_REVIEW,
        actor=actor,
        paused_at=None,
        due_at=calendar.due_at(locked.mission, now, max(1, request.working_days_left)),
    )


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
    permit = ExitPermit.objects.filter(citizen=locked.citizen).first()
    if kind == ResidencyKind.PERMANENT and permit is None:
        raise Incomplete(locked, ["exit_permit"])
    declaration = locked.current_declaration
    assert declaration is not None
    assert locked.mission is not None
    now = timezone.now()
    today = calendar.local_date(locked.mission, now)
    sequence = numbering.next_number(locked.mission, year=today.year, series="register")
    number = numbering.register_number(locked.mission, today.year, sequence)
    locked = transition(
        locked,
        ApplicationStatus.REGISTERED,
        actor=actor,
        details={"checked": sorted(checked), "kind": kind, "number": number},
        decided_at=now,
        decided_by=actor,
        register_number=number,
    )
    assert locked.mission is not None
    return ResidencyRecord.objects.create(
        application=locked,
        citizen=locked.citizen,
        mission=locked.mission,
        kind=kind,
        year=today.year,
        sequence=sequence,
        number=number,
        exit_permit=permit if kind == ResidencyKind.PERMANENT else None,
        entered=declaration.answers,
        registered_on=today,
        registered_at=now,
        registered_by=actor,
        planned_end=locked.planned_end if kind == ResidencyKind.TEMPORARY else None,
    )


def refuse(
    application: Application,
    *,
    actor: User,
    ground: RefusalGround,
    text: str,
    seen_version: int | None = None,
) -> Application:
    """Refuse on one of the listed grounds, with an explanation for the citizen."""
    return transition(
        application,
        ApplicationStatus.REFUSED,
        actor=actor,
        note=text,
        details={"ground": ground},
        seen_version=seen_version,
        decided_at=timezone.now(),
        decided_by=actor,
        refusal_ground=ground,
        refusal_text=text,
    )


def withdraw(application: Application, *, actor: User) -> Application:
    """The citizen takes back what is not decided yet."""
    return transition(
        application,
        ApplicationStatus.WITHDRAWN,
        actor=actor,
        withdrawn_at=timezone.now(),
        paused_at=None,
    )


@transaction.atomic
def deregister(
    application: Application, *, actor: User, ground: DeregistrationGround
) -> Application:
    """Close the entry on a listed ground: certificates are withdrawn, the insert is returned."""
    locked = transition(
        application,
        ApplicationStatus.DEREGISTERED,
        actor=actor,
        details={"ground": ground},
    )
    record = locked.residency_record
    now = timezone.now()
    record.closed_at = now
    record.closed_by = actor
    record.closing_ground = ground
    record.save()
    certificates.revoke_all(record, actor=actor, reason=str(ground.label))
    insert = getattr(record, "passport_insert", None)
    if insert is not None and insert.returned_on is None:
        insert.returned_on = calendar.local_date(record.mission, now)
        insert.save()
    return locked


def draft_expires_at(application: Application) -> Any:
    """Until when a draft is kept, counted from the last saved page."""
    return application.saved_at + timedelta(days=law.DRAFT_KEPT_DAYS)
