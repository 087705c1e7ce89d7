"""Everything the portal holds about one person, for the person: as JSON, and to read."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import OutboxMessage, User
from registrations import pdf
from registrations.answers import sections
from registrations.models import Application, Citizen, ResidencyRecord
from registrations.services import declarations
from registrations.services.looks import looks_at


def as_json(citizen: Citizen, *, actor: User) -> dict[str, Any]:
    """The person's data by kind; dates in ISO form, choices by their code."""
    _log(citizen, actor, "json")
    applications = list(citizen.applications.order_by("id"))
    return {
        "made_at": timezone.now().isoformat(),
        "applications": [_application(application) for application in applications],
        "register": [_record(record) for record in citizen.residency_records.order_by("id")],
        "messages": [
            {"at": message.created_at.isoformat(), "subject": message.subject}
            for message in _messages(citizen)
        ],
        "looks": [
            {"at": look.at.isoformat(), "what": str(look.done), "where": str(look.where)}
            for look in looks_at(citizen)
        ],
    }


def _application(application: Application) -> dict[str, Any]:
    return {
        "reference": application.reference,
        "status": application.status,
        "mission": application.mission.code if application.mission else "",
        "answers": declarations.collect(application),
        "declared": [
            {"at": declared.frozen_at.isoformat(), "answers": declared.answers}
            for declared in application.declarations.order_by("sequence")
        ],
        "events": [
            {"at": event.at.isoformat(), "from": event.from_status, "to": event.to_status}
            for event in application.events.order_by("id")
        ],
        "consents": [
            {"at": consent.given_at.isoformat(), "version": consent.text_version}
            for consent in application.consents.order_by("id")
        ],
        "copies": [
            {"kind": copy.kind, "name": copy.original_name, "sha256": copy.sha256}
            for copy in application.attachments.order_by("id")
        ],
    }


def _record(record: ResidencyRecord) -> dict[str, Any]:
    return {
        "number": record.number,
        "mission": record.mission.code,
        "kind": record.kind,
        "registered_on": record.registered_on.isoformat(),
        "entered": record.entered,
        "last_confirmed_at": record.last_confirmed_at.isoformat(),
        "closed_at": record.closed_at.isoformat() if record.closed_at else "",
        "closing_ground": record.closing_ground,
        "certificates": [
            {"number": one.number, "date": one.issued_on.isoformat(), "state": str(one.state)}
            for one in record.certificates.order_by("id")
        ],
        "changes": [
            {"page": one.page, "proposed": one.proposed, "state": one.state}
            for one in record.changerequests.order_by("id")
        ],
        "help": [
            {"topic": one.topic, "text": one.text, "answer": one.answer, "state": one.state}
            for one in record.helprequests.order_by("id")
        ],
    }


def as_pdf(citizen: Citizen, *, actor: User) -> bytes:
    """The same to read, in the active language."""
    _log(citizen, actor, "pdf")
    parts: list[dict[str, Any]] = []
    for application in citizen.applications.order_by("id"):
        parts += _answers_to_read(application)
    parts.append(_part(_("Register"), _register_rows(citizen)))
    parts.append(
        _part(_("Messages"), [(_moment(one.created_at), one.subject) for one in _messages(citizen)])
    )
    parts.append(
        _part(
            _("Who looked at your data"),
            [(_moment(look.at), f"{look.where}: {look.done}") for look in looks_at(citizen)],
        )
    )
    return pdf.render(
        "personal_data",
        {
            "title": _("What the consular register holds about you"),
            "person": str(citizen),
            "made": _moment(timezone.now()),
            "date_iso": timezone.localdate().isoformat(),
            "language": actor.language,
            "parts": [part for part in parts if part["rows"]],
        },
    )


def _answers_to_read(application: Application) -> list[dict[str, Any]]:
    name = str(application.reference or _("draft"))
    return [
        _part(
            f"{name}: {section.name}",
            [(str(row.label), row.text) for page in section.pages for row in page.rows if row.text],
        )
        for section in sections(declarations.collect(application))
    ]


def _register_rows(citizen: Citizen) -> list[tuple[str, str]]:
    return [
        (record.number, f"{record.mission}, {date_format(record.registered_on, 'DATE_FORMAT')}")
        for record in citizen.residency_records.select_related("mission").order_by("id")
    ]


def _part(heading: str, rows: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {"heading": heading, "rows": [list(row) for row in rows]}


def _messages(citizen: Citizen) -> list[OutboxMessage]:
    references = {application.reference for application in citizen.applications.all()}
    references |= {record.number for record in citizen.residency_records.all()}
    own = OutboxMessage.objects.filter(reference__in=references - {""})
    return list(own.exclude(user__is_staff=True).order_by("id"))


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") + " UTC"


def _log(citizen: Citizen, actor: User, form: str) -> None:
    audit.record(actor=actor, action="data.downloaded", target=citizen, details={"form": form})
