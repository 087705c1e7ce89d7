"""Pages write rows: which pages are open to the citizen now, and how an answer is kept."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from registrations.enums import ApplicationStatus
from registrations.models import Application, InformationRequest
from registrations.services import representation
from registrations.services.moves import ActorMayNot, acts_for_citizen, lock
from registrations.steps import Step, askable_again, steps_of, unanswered


class PageClosed(Exception):
    """The page cannot be edited now: the application was sent and nobody asked for this page."""


def open_pages(application: Application) -> list[Step]:
    """All pages of a draft; of a case sent back, those that are to be answered; otherwise none."""
    if application.status == ApplicationStatus.DRAFT:
        return steps_of(application)
    if application.status == ApplicationStatus.MORE_INFO and application.open_request:
        wanted = _wanted(application, application.open_request)
        return [step for step in askable_again(application) if step.key in wanted]
    return []


def _wanted(application: Application, request: InformationRequest) -> set[str]:
    """The pages the officer named, and those that apply only since they were answered anew.

    The region goes with the place: another country has other regions. Who now says that he leaves
    for good is asked for the decision and its copy, and can look at them again until all is sent.
    """
    wanted = set(request.pages) | {step.key for step in unanswered(application)}
    if "place" in wanted:
        wanted.add("region")
    declaration = application.current_declaration
    declared = declaration.answers if declaration else {}
    return wanted | {step.key for step in steps_of(application) if step.key not in declared}


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
