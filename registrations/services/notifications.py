"""Messages to the citizen: queued in the transaction of the move, in the person's own language.

The text never holds a personal number; the document itself is behind the sign-in.
"""

from dataclasses import dataclass
from typing import Any

from accounts import outbox
from accounts.models import User
from registrations.enums import OPEN_STATUSES, ApplicationStatus
from registrations.models import (
    Application,
    ApplicationEvent,
    Citizen,
    ComingOfAge,
    ResidencyRecord,
)

# A move into one of these statuses is told to the citizen under this template's words.
TEMPLATES: dict[tuple[ApplicationStatus, ApplicationStatus], str] = {
    (ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED): "application_received",
    (ApplicationStatus.IN_REVIEW, ApplicationStatus.MORE_INFO): "more_information_needed",
    (ApplicationStatus.MORE_INFO, ApplicationStatus.IN_REVIEW): "answer_received",
    (ApplicationStatus.IN_REVIEW, ApplicationStatus.REGISTERED): "registered",
    (ApplicationStatus.IN_REVIEW, ApplicationStatus.REFUSED): "refused",
    (ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN): "withdrawn",
    (ApplicationStatus.MORE_INFO, ApplicationStatus.WITHDRAWN): "withdrawn",
}
# Who wants to be called in an emergency only is texted where silence costs the person something:
# an answer is due, help is answered, an appeal is possible, the entry is in doubt or closed.
NOT_ROUTINE = {
    "more_information_needed",
    "answer_reminder",
    "help_answered",
    "help_handed_over",
    "refused",
    "coming_of_age_reminder",
    "still_here_reminder",
    "record_unconfirmed",
    "removed_from_register",
}


def phone_for(citizen: Citizen, kind: str) -> str:
    """The phone that a message of this kind may go to while mail is refused; empty: none."""
    if citizen.call_only_in_emergency and kind not in NOT_ROUTINE:
        return ""
    return citizen.phone_e164


@dataclass(frozen=True)
class Reader:
    """Whom a message goes to, in which language; ``user`` is None for an address without account.

    An adult who has not taken over the entry yet is read at the address the mission knows.
    """

    email: str
    language: str
    user: User | None = None

    @classmethod
    def of(cls, account: User) -> "Reader":
        return cls(account.email, account.language, account)


def moved(application: Application, event: ApplicationEvent) -> None:
    """Queue the message that belongs to the move, if one does."""
    move = (ApplicationStatus(event.from_status), ApplicationStatus(event.to_status))
    template = TEMPLATES.get(move)
    if event.details.get("unanswered"):
        template = "went_on_unanswered"
    if template is None:
        return
    readers = readers_of_application(application)
    if not readers and event.from_status in OPEN_STATUSES:
        readers = [Reader.of(application.applicant)]
    for reader in readers:
        _queue(reader, application.citizen, template, application.reference, _context(application))


def about_application(application: Application, template: str, **context: Any) -> None:
    """Queue a message about an application that no move brings with it."""
    for reader in readers_of_application(application):
        _queue(
            reader,
            application.citizen,
            template,
            application.reference,
            _context(application) | context,
        )


def to_applicant(application: Application, template: str) -> None:
    """Queue a message to whoever applied, though that one may no longer act for the person."""
    reader = Reader.of(application.applicant)
    _queue(reader, application.citizen, template, application.reference, _context(application))


def preview(application: Application, template: str, **context: Any) -> "outbox.Rendered":
    """The message as the citizen will get it, for the officer's confirm page."""
    reader = next(iter(readers_of_application(application)), Reader.of(application.applicant))
    said = _context(application) | {"for_whom": _for_whom(reader, application.citizen)} | context
    return outbox.render(template, language=reader.language, context=said)


def readers_of_application(application: Application) -> list[Reader]:
    """The applicant while that one may act for the person; else whoever keeps the person now."""
    keepers = keepers_of(application.citizen)
    if application.applicant in keepers:
        return [Reader.of(application.applicant)]
    return [Reader.of(account) for account in keepers] or _invited(application)


def _context(application: Application) -> dict[str, Any]:
    return {
        "application": application,
        "request": application.open_request,
        "mission": application.mission,
        "timezone": application.mission.timezone if application.mission else "UTC",
    }


def _queue(
    reader: Reader, citizen: Citizen, template: str, reference: str, context: dict[str, Any]
) -> None:
    outbox.queue(
        to=reader.email,
        user=reader.user,
        language=reader.language,
        kind=template,
        template=template,
        context=context | {"for_whom": _for_whom(reader, citizen)},
        reference=reference,
        phone=phone_for(citizen, template),
    )


def _for_whom(reader: Reader, citizen: Citizen) -> str:
    """The given name for a reader who looks after somebody else; a parent may have several."""
    if reader.user is None or citizen.account_id == reader.user.pk:
        return ""
    return str(citizen.given_names or citizen.given_names_latin)


def about_record(record: ResidencyRecord, template: str, **context: Any) -> None:
    """Queue a message about an entry to whoever keeps it: the person, or the representatives."""
    said = {
        "record": record,
        "mission": record.mission,
        "timezone": record.mission.timezone,
        **context,
    }
    keepers = [Reader.of(account) for account in keepers_of(record.citizen)]
    for reader in keepers or _invited(record.application):
        _queue(reader, record.citizen, template, record.number, said)


def keepers_of(citizen: Citizen) -> list[User]:
    """The accounts that look after the person now; empty where nobody may act."""
    if citizen.account is not None:
        return [citizen.account]
    acting = citizen.representatives.current().select_related("user").order_by("pk")
    return [one.user for one in acting]


def _invited(application: Application) -> list[Reader]:
    """Who has come of age and is asked to take the entry over, in the language of the family."""
    invited = ComingOfAge.objects.filter(
        citizen=application.citizen, invited_at__isnull=False, taken_over_at=None
    ).first()
    if invited is None:
        return []
    account = User.objects.filter(email=invited.email).first()
    if account is not None and account.last_login is not None:
        return [Reader.of(account)]
    return [Reader(invited.email, application.applicant.language, account)]
