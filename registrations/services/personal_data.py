"""Everything the portal holds about one person, for the person: as JSON, and to read.

What is held stands in registrations/services/holdings.py; here it is put into words.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import LANGUAGES, AuditEvent, User
from missions.countries import country_name
from missions.models import ConsularDistrict
from registrations import law, pdf
from registrations.answers import rows_of, sections
from registrations.models import ChangeRequest, Citizen, Declaration, ResidencyRecord
from registrations.services import holdings
from registrations.services.holdings import OF_ACCOUNT, OF_PERSON, Kind
from registrations.services.looks import looks_at
from registrations.steps import STEP_BY_KEY

# Fields that are only told apart from their neighbours by a word of their own.
LABELS: dict[str, str | Promise] = {
    "answered_at": gettext_lazy("answered"),
    "asked_at": gettext_lazy("asked"),
    "at": gettext_lazy("when"),
    "created_at": gettext_lazy("begun"),
    "frozen_at": gettext_lazy("sent"),
    "made_at": gettext_lazy("made"),
    "revoked_at": gettext_lazy("withdrawn"),
    "to_status": gettext_lazy("status"),
    "uploaded_at": gettext_lazy("added"),
    "used_at": gettext_lazy("used"),
}
# Of the log of an account; what is not named here is written as it stands in the log.
EVENTS: dict[str, str | Promise] = {
    "sessions.ended": gettext_lazy("Signed out on all devices"),
    "recovery_codes.made": gettext_lazy("Recovery codes made"),
    "recovery_code.used": gettext_lazy("A recovery code used"),
    "address_change.asked": gettext_lazy("A change of the email address asked for"),
    "address_change.viewed": gettext_lazy("An officer looked at the change of the email address"),
    "address_change.done": gettext_lazy("Email address changed"),
    "address_change.refused": gettext_lazy("The change of the email address refused"),
    "address_change.stopped": gettext_lazy("The change of the email address stopped"),
}
# Beyond Latin, Greek, Cyrillic and their punctuation.
UNPRINTABLE = re.compile("[^\\n\u0020-\u052f\u1e00-\u206f\u20a0-\u214f\u2190-\u2193]")
ANSWERS = frozenset({"answers", "entered", "before", "proposed"})


def as_json(citizen: Citizen, *, actor: User) -> dict[str, Any]:
    """The person's data by kind, and the account of whoever takes them along."""
    _log(citizen, actor, "json")
    found: dict[str, Any] = {"made_at": timezone.now().isoformat()}
    for kinds, whose in ((OF_ACCOUNT, actor), (OF_PERSON, citizen)):
        for kind in kinds:
            found[kind.key] = [holdings.told(kind, row) for row in kind.rows(whose)]
    found["account_events"] = [
        {"at": event.at.isoformat(), "what": event.action}
        for event in holdings.events_of_account(actor)
    ]
    found["messages"] = [
        {
            "at": message.created_at.isoformat(),
            "kind": message.kind,
            "reference": message.reference,
            "state": message.state,
            "subject": message.subject,
            "text": message.body_text,
        }
        for message in holdings.messages_about(citizen)
    ]
    found["looks"] = [
        {"at": look.at.isoformat(), "what": str(look.done), "where": str(look.where)}
        for look in looks_at(citizen)
    ]
    return found


def as_pdf(citizen: Citizen, *, actor: User) -> bytes:
    """The same to read, in the active language."""
    _log(citizen, actor, "pdf")
    parts = [_part_of(kind, kind.rows(actor)) for kind in OF_ACCOUNT]
    parts.append(_part(_("Safety of your account"), _account_events(actor)))
    parts += [_part_of(kind, kind.rows(citizen)) for kind in OF_PERSON]
    parts.append(_messages(citizen))
    looks = [(_moment(look.at), f"{look.where}: {look.done}") for look in looks_at(citizen)]
    parts.append(_part(_("Who looked at your data"), looks))
    data = {
        "title": _("What the consular register holds about you"),
        "person": str(citizen),
        "made": _moment(timezone.now()),
        "note": "",
        "date_iso": timezone.localdate().isoformat(),
        "language": get_language() or actor.language,
        "parts": [part for part in parts if part["items"]],
    }
    try:
        return pdf.render("personal_data", data)
    except pdf.UnprintableText:
        note = _("Signs that cannot be printed here stand as □; the JSON file has them.")
        return pdf.render("personal_data", _printable(data) | {"note": note})


def _printable(value: Any) -> Any:
    """The value with each sign as □ that the fonts may not have: other scripts, pictures."""
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return UNPRINTABLE.sub("□", value) if isinstance(value, str) else value


def _part_of(kind: Kind, rows: Iterable[models.Model]) -> dict[str, Any]:
    if kind.model is ResidencyRecord:
        heading = pgettext("the list of registered people", "Register")
    else:
        heading = capfirst(str(kind.model._meta.verbose_name_plural))
    items = [{"name": str(row), "rows": _lines(kind, row)} for row in rows]
    return {"heading": heading, "items": [item for item in items if item["rows"]]}


def _part(heading: str, rows: Iterable[tuple[str, str]]) -> dict[str, Any]:
    lines = [list(row) for row in rows]
    return {"heading": heading, "items": [{"name": "", "rows": lines}] if lines else []}


def _messages(citizen: Citizen) -> dict[str, Any]:
    found = holdings.messages_about(citizen)
    items = [
        {"name": one.subject, "rows": [[_moment(one.created_at), one.body_text]]} for one in found
    ]
    return {"heading": _("Messages"), "items": items}


def _account_events(account: User) -> list[tuple[str, str]]:
    def words(event: AuditEvent) -> str:
        return str(EVENTS.get(event.action, event.action))

    return [(_moment(event.at), words(event)) for event in holdings.events_of_account(account)]


def _lines(kind: Kind, row: models.Model) -> list[list[str]]:
    """Label and words of each field that has both; answers page by page."""
    lines = []
    for field in kind.fields:
        if field.name in ANSWERS:
            continue
        label = LABELS.get(field.name, field.verbose_name)
        words = _words(row, field)
        if words and (isinstance(label, Promise) or field.name in LABELS):
            lines.append([capfirst(str(label)), words])
    if kind.link is not None:
        lines.append([_("Address"), kind.link(row)])
    return lines + _answers(row)


def _answers(row: models.Model) -> list[list[str]]:
    """What was declared, entered or proposed, as the person's own pages put it."""
    if isinstance(row, ChangeRequest):
        rows = list(rows_of(STEP_BY_KEY[row.page], row.proposed, row.before))
    elif isinstance(row, Declaration | ResidencyRecord):
        answers = row.answers if isinstance(row, Declaration) else row.entered
        found = sections(answers)
        rows = [one for section in found for page in section.pages for one in page.rows]
    else:
        return []
    return [[str(one.label), _change(one.before, one.text)] for one in rows if one.text]


def _change(before: str | None, text: str) -> str:
    return text if before is None or before == text else f"{before} → {text}"


def _region(code: str) -> str:
    district = ConsularDistrict.objects.filter(region_code=code).first()
    return district.region if district else code


def _pages(keys: Iterable[str]) -> str:
    return "; ".join(str(STEP_BY_KEY[key].name) for key in keys if key in STEP_BY_KEY)


# Codes that are no choices of their field.
CODES: dict[str, Callable[[Any], str]] = {
    "country": country_name,
    "birth_country": country_name,
    "citizenship": country_name,
    "region": _region,
    "legal_act": lambda key: str(law.ACT_BY_KEY[key].title) if key in law.ACT_BY_KEY else key,
    "page": lambda key: _pages([key]),
    "pages": lambda keys: _pages(keys) if isinstance(keys, list) else str(keys),
    "answered_pages": _pages,
    "languages": lambda codes: ", ".join(dict(LANGUAGES).get(code, code) for code in codes),
}


def _words(row: models.Model, field: models.Field[Any, Any]) -> str:
    value = getattr(row, field.name)
    if value in (None, "", [], {}):
        return ""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if field.name in CODES:
        return CODES[field.name](value)
    if isinstance(value, bool):
        return pgettext("answer", "Yes") if value else pgettext("answer", "No")
    if isinstance(value, datetime):
        return _moment(value)
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value)


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") + " UTC"


def _log(citizen: Citizen, actor: User, form: str) -> None:
    audit.record(actor=actor, action="data.downloaded", target=citizen, details={"form": form})
