"""Messages to the citizen: queued in the transaction of the move, in the person's own language.

The text never holds a personal number; the document itself is behind the sign-in.
"""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts import outbox
from accounts.models import User
from registrations.enums import ApplicationStatus
from registrations.models import Application, ApplicationEvent, ResidencyRecord

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
    )


def about_record(record: ResidencyRecord, template: str, **context: Any) -> None:
    """Queue a message about an entry to whoever keeps it: the person, or the representatives."""
    for account in keepers_of(record):
        outbox.queue(
            to=account.email,
            user=account,
            language=account.language,
            kind=template,
            template=template,
            context={
                "record": record,
                "mission": record.mission,
                "timezone": record.mission.timezone,
                **context,
            },
            reference=record.number,
        )


def keepers_of(record: ResidencyRecord) -> list[User]:
    """The accounts that look after the entry now; empty where nobody can be written to."""
    if record.citizen.account is not None:
        return [record.citizen.account]
    now = timezone.now()
    acting = record.citizen.representatives.filter(Q(ends_at=None) | Q(ends_at__gt=now))
    return [one.user for one in acting.select_related("user")]
