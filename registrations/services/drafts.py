"""Pages write rows: which pages are open to the citizen now, and how an answer is kept."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from registrations.enums import ApplicationStatus, Stay
from registrations.models import Application
from registrations.services import changes, representation
from registrations.services.moves import ActorMayNot, acts_for_citizen, lock, lock_entry
from registrations.steps import OWN_WORD, Step, settled, steps_of, unanswered


class PageClosed(Exception):
    """The page cannot be edited now: the application was sent and nobody asked for this page."""


def open_pages(application: Application) -> list[Step]:
    """All pages of a draft; of a case sent back, those that are to be answered; otherwise none."""
    if application.status == ApplicationStatus.DRAFT:
        return steps_of(application)
    wanted = reopened(application)
    return [step for step in steps_of(application) if step.key in wanted]


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
    finished: bool = True,
) -> Application:
    """Let ``write`` change the rows of one open page and remember that it was answered.

    ``finished=False`` keeps what there is of the page and asks for it again before the sending.
    Raises PageClosed, or ActorMayNot for somebody who does not act for the citizen.
    """
    locked = lock(application)
    if not acts_for_citizen(actor, locked):
        raise ActorMayNot(locked, "only the citizen or a representative edits the answers")
    if key not in {step.key for step in open_pages(locked)}:
        raise PageClosed(key)
    _write(locked, key, write, actor)
    answered = [page for page in locked.answered_pages if page != key]
    locked.answered_pages = [*answered, key] if finished else answered
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
        held.citizen.refresh_from_db()

    changes.change_at_once(left, key, write=into_entry, actor=actor)
