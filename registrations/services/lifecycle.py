"""What each transition of a case means: start, submit, take, ask, answer, register, refuse …

All of them go through transitions.transition(), which says in which order things happen.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from missions import calendar
from registrations import law, references
from registrations.enums import (
    Actor,
    ApplicationStatus,
    DeregistrationGround,
    RefusalGround,
)
from registrations.models import (
    Application,
    Consent,
    DepartureNotice,
    InformationRequest,
)
from registrations.services import (
    awaited_answers,
    closing,
    declarations,
    drafts,
    inserts,
    notifications,
    representation,
    requests,
    rows,
)
from registrations.services.registering import register  # noqa: F401
from registrations.services.starting import start  # noqa: F401

# What a caller catches stands beside what it calls.
from registrations.services.transitions import (  # noqa: F401
    ActorMayNot,
    AlreadyRegistered,
    AnswerAwaited,
    ComeOfAge,
    Incomplete,
    MayTakeBack,
    NoSuchTransition,
    PageOutOfDate,
    ProofNotSeen,
    TransitionRefused,
    acts_for_citizen,
    check_transition,
    gives_cases,
    lock,
    lock_entry,
    parts_of,
    transition,
)
from registrations.steps import askable_again


@transaction.atomic
def submit(
    application: Application, *, actor: User, consent: law.ConsentText, language: str
) -> Application:
    """Send the draft. A second call (double click, another tab) returns what the first one made.

    Raises Incomplete where a page the law asks for has no answer, and ComeOfAge where the child
    whom the actor began to register has turned 18 since.
    """
    locked = lock(application)
    if locked.submitted_at is not None and acts_for_citizen(actor, locked):
        return locked
    check_transition(locked, ApplicationStatus.SUBMITTED, actor=actor)
    if missing := declarations.missing_pages(locked):
        raise Incomplete(locked, missing)
    assert locked.mission is not None
    representation.set_term_of(locked)
    if not acts_for_citizen(actor, locked):
        raise ComeOfAge(locked, "the person has come of age and applies in person")
    _write_consent(locked, actor, consent, language)
    declarations.freeze(locked)
    now = timezone.now()
    return transition(
        locked,
        ApplicationStatus.SUBMITTED,
        actor=actor,
        reference=_unused_reference(now.year),
        submitted_at=now,
        submitted_by=actor,
        due_at=calendar.due_at(locked.mission, now, law.REGISTRATION_WORKING_DAYS),
    )


def _unused_reference(year: int) -> str:
    """Random ones meet now and then: 100,000 a year leave one draw in 6,000 that is taken."""
    while True:
        reference = references.new_reference(year)
        if not Application.objects.filter(reference=reference).exists():
            return reference


def _write_consent(
    application: Application, actor: User, consent: law.ConsentText, language: str
) -> None:
    Consent.objects.create(
        application=application,
        given_by=actor,
        text_version=consent.version,
        text_sha256=consent.sha256(language),
        language=language,
    )


def take(application: Application, *, actor: User, seen_version: int | None = None) -> Application:
    """The officer opens the case and answers for it."""
    return transition(
        application,
        ApplicationStatus.IN_REVIEW,
        actor=actor,
        seen_version=seen_version,
        assigned_to=actor,
        taken_at=timezone.now(),
    )


@transaction.atomic
def assign(
    application: Application, *, to: User, actor: User, seen_version: int | None = None
) -> Application:
    """The head of the section gives a case in work to another officer; the status stays."""
    locked = lock(application)
    if not gives_cases(actor, locked) or Actor.OFFICER not in parts_of(to, locked):
        raise ActorMayNot(locked, "the head gives cases to an officer posted at the mission")
    if locked.status not in {ApplicationStatus.IN_REVIEW, ApplicationStatus.MORE_INFO}:
        raise NoSuchTransition(locked, "only a case in work is given to somebody")
    if seen_version is not None and seen_version != locked.version:
        raise PageOutOfDate(locked, "the application has changed since the page was opened")
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
    """Reopen the named pages for the citizen and stop the clock.

    Raises ValueError for a page that is not asked for again.
    """
    locked = lock(application)
    check_transition(locked, ApplicationStatus.MORE_INFO, actor=actor, seen_version=seen_version)
    if wrong := set(pages) - {step.key for step in askable_again(locked)}:
        raise ValueError(f"not asked for again: {', '.join(sorted(wrong))}")
    assert locked.mission is not None
    assert locked.due_at is not None
    now = timezone.now()
    days_left = max(0, calendar.working_days_between(locked.mission, now, locked.due_at))
    InformationRequest.objects.create(
        application=locked,
        pages=list(pages),
        text=text,
        answer_by=answer_by,
        asked_at=now,
        asked_by=actor,
        working_days_left=days_left,
    )
    details = {"pages": list(pages), "answer_by": answer_by.isoformat()}
    return transition(
        locked, ApplicationStatus.MORE_INFO, actor=actor, note=text, details=details, paused_at=now
    )


@transaction.atomic
def answer(application: Application, *, actor: User) -> Application:
    """The citizen sends the reopened pages; the clock goes on with the days it had left."""
    locked = lock(application)
    if locked.status == ApplicationStatus.IN_REVIEW and acts_for_citizen(actor, locked):
        return locked
    check_transition(locked, ApplicationStatus.IN_REVIEW, actor=actor)
    if not acts_for_citizen(actor, locked):
        raise ActorMayNot(locked, "only the citizen or a representative answers")
    if missing := declarations.missing_pages(locked):
        raise Incomplete(locked, missing)
    request = locked.requests.open().get()
    request.answered_at = timezone.now()
    request.save()
    declarations.freeze(locked)
    return _resume(locked, request, actor=actor)


@transaction.atomic
def go_on(application: Application, *, actor: User) -> Application:
    """The officer goes on without the answer once its day has passed; the clock goes on.

    What the citizen typed and did not send is no declaration: the rows are put back. Raises
    AnswerAwaited before that day is over.
    """
    locked = lock(application)
    check_transition(locked, ApplicationStatus.IN_REVIEW, actor=actor)
    if acts_for_citizen(actor, locked):
        raise ActorMayNot(locked, "the citizen answers")
    request = locked.requests.open().get()
    if not awaited_answers.is_late(locked, request.answer_by):
        raise AnswerAwaited(locked, "the day of the answer has not passed")
    rows.put_back(locked, drafts.reopened(locked))
    request.lapsed_at = timezone.now()
    request.save()
    return _resume(locked, request, actor=actor, details={"unanswered": True})


def _resume(
    application: Application,
    request: InformationRequest,
    *,
    actor: User,
    details: dict[str, Any] | None = None,
) -> Application:
    """Back in work, with the days the clock had left, one at least."""
    assert application.mission is not None
    days = max(1, request.working_days_left)
    return transition(
        application,
        ApplicationStatus.IN_REVIEW,
        actor=actor,
        details=details,
        paused_at=None,
        due_at=calendar.due_at(application.mission, timezone.now(), days),
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


@transaction.atomic
def withdraw(application: Application, *, actor: User) -> Application:
    """The citizen takes back what is not decided yet, also while an officer works on it, with what
    was typed and not sent; no answer is waited for any more.

    Consent can be taken back at any time (ADR 20). Of a withdrawal and a decision at the same
    moment the first one holds; whoever comes second is told what happened.
    """
    locked = lock(application)
    now = timezone.now()
    check_transition(locked, ApplicationStatus.WITHDRAWN, actor=actor)
    if locked.status == ApplicationStatus.MORE_INFO:
        rows.put_back(locked, drafts.reopened(locked))
    withdrawn = transition(
        locked, ApplicationStatus.WITHDRAWN, actor=actor, withdrawn_at=now, paused_at=None
    )
    withdrawn.requests.open().update(lapsed_at=now)
    return withdrawn


@transaction.atomic
def deregister(
    application: Application,
    *,
    actor: User,
    ground: DeregistrationGround,
    seen_version: int | None = None,
) -> Application:
    """Close the entry on a listed ground: certificates are withdrawn, the insert is returned.

    Raises MayTakeBack on the person's own application while it can be taken back.
    """
    locked = lock(application)
    check_transition(locked, ApplicationStatus.DEREGISTERED, actor=actor, seen_version=seen_version)
    entry = lock_entry(locked.residency_record)
    if ground == DeregistrationGround.OWN_APPLICATION:
        notice = DepartureNotice.objects.filter(record=entry).open().first()
        if notice is not None and notice.can_be_taken_back:
            raise MayTakeBack(application, "the application to leave can still be taken back")
    locked = transition(
        locked, ApplicationStatus.DEREGISTERED, actor=actor, details={"ground": ground}
    )
    record = closing.close(locked.residency_record, actor=actor, ground=ground)
    inserts.give_back(record, actor=actor)
    notifications.about_application(
        locked,
        "removed_from_register",
        record=record,
        ground=ground,
        unsettled=requests.lapsed(record),
    )
    return locked


def draft_expires_on(application: Application) -> date:
    """The day until which a draft is kept, counted from the last saved page.

    It is the day at the mission, of which the reminder speaks too; without one the day of UTC.
    """
    until = application.saved_at + timedelta(days=law.DRAFT_KEPT_DAYS)
    mission = application.mission
    return calendar.local_date(mission, until) if mission is not None else until.date()
