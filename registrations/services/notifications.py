"""Messages to the citizen: queued in the transaction of the move, in the person's own language.

The text never holds a personal number; the document itself is behind the sign-in.
"""

from typing import Any

from accounts import outbox
from registrations.enums import ApplicationStatus
from registrations.models import Application, ApplicationEvent, Citizen

# A move into one of these statuses is told to the citizen under this template's words.
TEMPLATES: dict[tuple[ApplicationStatus, ApplicationStatus], str] = {
    (ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED): "application_received",
    (ApplicationStatus.IN_REVIEW, ApplicationStatus.MORE_INFO): "more_information_needed",
    (ApplicationStatus.MORE_INFO, ApplicationStatus.IN_REVIEW): "answer_received",
    (ApplicationStatus.IN_REVIEW, ApplicationStatus.REGISTERED): "registered",
    (ApplicationStatus.IN_REVIEW, ApplicationStatus.REFUSED): "refused",
    (ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN): "withdrawn",
    (ApplicationStatus.MORE_INFO, ApplicationStatus.WITHDRAWN): "withdrawn",
    (ApplicationStatus.REGISTERED, ApplicationStatus.DEREGISTERED): "removed_from_register",
}
# Who wants to be called in an emergency only is texted where silence costs the person something:
# an answer is due, an appeal is possible, protection by the register ends.
NOT_ROUTINE = {"more_information_needed", "refused", "removed_from_register"}


def phone_for(citizen: Citizen, kind: str) -> str:
    """The phone that a message of this kind may go to while mail is refused; empty: none."""
    if citizen.call_only_in_emergency and kind not in NOT_ROUTINE:
        return ""
    return citizen.phone_e164


def moved(application: Application, event: ApplicationEvent) -> None:
    """Queue the message that belongs to the move, if one does."""
    move = (ApplicationStatus(event.from_status), ApplicationStatus(event.to_status))
    if template := TEMPLATES.get(move):
        _queue(application, template)


def preview(application: Application, template: str, **context: Any) -> "outbox.Rendered":
    """The message as the citizen will get it, for the officer's confirm page."""
    return outbox.render(
        template, language=application.applicant.language, context=_context(application) | context
    )


def _context(application: Application) -> dict[str, Any]:
    return {
        "application": application,
        "request": application.open_request,
        "mission": application.mission,
        "timezone": application.mission.timezone if application.mission else "UTC",
    }


def _queue(application: Application, template: str) -> None:
    applicant = application.applicant
    outbox.queue(
        to=applicant.email,
        user=applicant,
        language=applicant.language,
        kind=template,
        template=template,
        context=_context(application),
        reference=application.reference,
        phone=phone_for(application.citizen, template),
    )
