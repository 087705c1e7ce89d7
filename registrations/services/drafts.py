"""Pages write rows: which pages are open to the citizen now, and how an answer is kept."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from registrations.enums import ApplicationStatus, Stay
from registrations.models import Application
from registrations.services import representation
from registrations.services.moves import ActorMayNot, acts_for_citizen, lock
from registrations.steps import SETTLED_ON_SENDING, Step, steps_of, unanswered


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
    return wanted - SETTLED_ON_SENDING


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
    write(locked)
    answered = [page for page in locked.answered_pages if page != key]
    locked.answered_pages = [*answered, key] if finished else answered
    locked.saved_at = timezone.now()
    locked.save()
    if locked.mission is not None:
        representation.set_term(locked.citizen, locked.mission)
    return locked
