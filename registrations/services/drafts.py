"""Pages write rows: which pages are open to the citizen now, and how an answer is kept."""

from collections.abc import Callable, Collection

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from registrations.enums import ApplicationStatus, Stay
from registrations.models import Application
from registrations.services import changes, households, representation
from registrations.services.transitions import ActorMayNot, acts_for_citizen, lock, lock_entry
from registrations.steps import (
    OWN_WORD,
    TOGETHER,
    Step,
    answered_keys,
    settled,
    steps_of,
    unanswered,
)


class PageClosed(Exception):
    """The page cannot be edited now: the application was sent and nobody asked for this page."""


def open_pages(application: Application) -> list[Step]:
    """All pages of a draft; of a case sent back, those that are to be answered; otherwise none."""
    if application.status == ApplicationStatus.DRAFT:
        return steps_of(application)
    wanted = reopened(application)
    return [step for step in steps_of(application) if step.key in wanted]


def open_page(application: Application, key: str) -> Step | None:
    """The page of this key if it is open now; pages are asked together in a draft alone."""
    pages = open_pages(application)
    if application.status == ApplicationStatus.DRAFT and TOGETHER.applies_to(application):
        pages = [*pages, TOGETHER]
    return next((step for step in pages if step.key == key), None)


def in_turn(application: Application, at: Step | None = None) -> list[Step]:
    """The open pages as the person meets them one after another.

    Who a represented person is, is asked on one page, and what is known of the home is not asked
    again. ``at`` is where the person is, who may have come to any open page.
    """
    if application.status != ApplicationStatus.DRAFT:
        return open_pages(application)
    known = households.not_asked_again(application)
    together = at if at and at.key in TOGETHER.parts else TOGETHER
    met: list[Step] = []
    for one in steps_of(application):
        grouped = TOGETHER.applies_to(application) and one.key in TOGETHER.parts
        step = together if grouped else one
        if step not in met and (step == at or step.key not in known):
            met.append(step)
    return met


def waiting(application: Application) -> list[Step]:
    """The pages the person is led to: in a draft those without an answer, in turn."""
    if application.status != ApplicationStatus.DRAFT:
        return open_pages(application)
    answered = answered_keys(application)
    return [step for step in in_turn(application) if set(step.keys) - answered]


def reopened(application: Application) -> set[str]:
    """The pages the officer named, and those that apply only since they were answered anew.

    The region goes with the place: another country has other regions. Who now says that the stay is
    for some time is asked for its end; who leaves for good, for the decision and its copy. They
    can look at them again until all is sent.
    """
    request = application.open_request
    if application.status != ApplicationStatus.MORE_INFO or request is None:
        return set()
    wanted = set(request.pages) | {step.key for step in unanswered(application)}
    if "place" in wanted:
        wanted.add("region")
    declaration = application.current_declaration
    declared = declaration.answers if declaration else {}
    if application.stay == Stay.SOME_TIME and declared.get("length") != {"stay": application.stay}:
        wanted.add("stay")
    wanted |= {step.key for step in steps_of(application) if step.key not in declared}
    return wanted - settled(application)


@transaction.atomic
def save_page(
    application: Application,
    key: str,
    *,
    actor: User,
    write: Callable[[Application], None],
    unfinished: Collection[str] = (),
) -> Application:
    """Let ``write`` change the rows of one open page and remember that it was answered.

    Of ``unfinished`` pages is kept what there is; they are asked for again before the sending.
    Raises PageClosed, or ActorMayNot for somebody who does not act for the citizen.
    """
    locked = lock(application)
    if not acts_for_citizen(actor, locked):
        raise ActorMayNot(locked, "only the citizen or a representative edits the answers")
    step = open_page(locked, key)
    if step is None:
        raise PageClosed(key)
    born = locked.citizen.birth_date
    _write(locked, key, write, actor)
    answered = [page for page in locked.answered_pages if page not in step.keys]
    answered += [page for page in step.keys if page not in unfinished]
    locked.answered_pages = answered
    if "birth" in step.keys:
        households.settle_arrival(locked, born_before=born)
    locked.saved_at = timezone.now()
    locked.save()
    representation.set_term_of(locked)
    return locked


def _write(
    application: Application, key: str, write: Callable[[Application], None], actor: User
) -> None:
    """How the person is reached is said to both missions: of an entry in force that moves it
    changes there, at once, and is logged and told as on the entry's own page."""
    left = application.entry_to_leave
    if key not in OWN_WORD or left is None or lock_entry(left).closed_at is not None:
        write(application)
        return

    def into_entry(held: Application) -> None:
        write(application)
        held.refresh_from_db(fields=["citizen", "applicant"])

    changes.change_at_once(left, key, write=into_entry, actor=actor)
