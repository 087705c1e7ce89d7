"""Answers written into the rows: the reverse of declarations.collect.

Pages write rows, and what is sent is frozen. Where the case goes on without what was typed last,
the rows are made to say again what was declared: search, warnings, the record page and the register
all read the rows.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from registrations.enums import AttachmentKind
from registrations.models import (
    Application,
    Citizen,
    EmergencyContact,
    ExitPermit,
    FamilyMember,
    PreviousName,
    TravelDocument,
)
from registrations.phones import e164
from registrations.services import declarations, representation
from registrations.steps import OWN_WORD, STEP_BY_KEY, steps_of

# Pages whose answers are columns of the application; those of the others are of the person.
OF_THE_CASE = {"place", "region", "length", "stay", "life"}
DATES = {"birth_date", "issued_on", "expires_on", "arrived_on", "planned_end"}
COLUMNS = {"differs_confirmed": "iin_differs_confirmed"}
COPIES = [key for key, step in STEP_BY_KEY.items() if step.attachment]


def put_back(application: Application, pages: Iterable[str]) -> None:
    """The rows of these pages say what was declared last; what was typed since is not kept.

    So do the copies of every kind, and the end of a representation that follows from the birth
    date. The language stays: the account is written to in it, whatever becomes of the case. So does
    what the entry in force that moves says at once of how the person is reached.
    """
    stays = OWN_WORD if application.entry_to_leave is not None else ()
    declaration = application.current_declaration
    assert declaration is not None
    declared, typed = declaration.answers, declarations.collect(application)
    for page in {*pages, *COPIES} - {*stays}:
        if STEP_BY_KEY[page].attachment or declared.get(page, {}) != typed.get(page, {}):
            write(application, page, declared.get(page))
    application.answered_pages = [step.key for step in steps_of(application)]
    application.save()
    representation.set_term_of(application)


def write(application: Application, page: str, answers: Any) -> None:
    """Let the rows say what the answers of one page say; the caller saves the application.

    None stands for a page that did not apply: its copies are taken back, other rows stay, since
    nothing asks for them.
    """
    if kind := STEP_BY_KEY[page].attachment:
        _copies(application, kind, answers or [])
    elif answers is None:
        return
    elif page in ROWS:
        ROWS[page](application.citizen, answers)
    elif page in OF_THE_CASE:
        _set(application, answers)
    elif page == "address":
        _set(application.address_holder, answers)
        application.citizen.save()
    else:
        _set(application.citizen, answers)
        application.citizen.save()


def _set(row: models.Model, answers: dict[str, Any]) -> None:
    for field, value in answers.items():
        day = date.fromisoformat(value) if field in DATES and value else None
        setattr(row, COLUMNS.get(field, field), day if field in DATES else value)


def _contact(citizen: Citizen, answers: dict[str, Any]) -> None:
    _set(citizen, {field: value for field, value in answers.items() if field != "language"})
    citizen.phone_e164 = e164(citizen.phone)
    citizen.save()


def _previous_names(citizen: Citizen, answers: list[dict[str, Any]]) -> None:
    citizen.previous_names.all().delete()
    PreviousName.objects.bulk_create(PreviousName(citizen=citizen, **name) for name in answers)
    citizen.save()


def _document(citizen: Citizen, answers: dict[str, Any]) -> None:
    if not answers:
        citizen.documents.filter(replaced_at=None).update(replaced_at=timezone.now())
        return
    document = citizen.document or TravelDocument(citizen=citizen)
    _set(document, answers)
    document.save()


def _exit_permit(citizen: Citizen, answers: dict[str, Any]) -> None:
    permit = ExitPermit.objects.filter(citizen=citizen).first() or ExitPermit(citizen=citizen)
    _set(permit, answers)
    permit.save()


def _people(model: type[models.Model]) -> Callable[[Citizen, list[dict[str, Any]]], None]:
    def write_people(citizen: Citizen, answers: list[dict[str, Any]]) -> None:
        model._default_manager.filter(citizen=citizen).delete()
        for answer in answers:
            person = model(citizen=citizen)
            _set(person, answer)
            person.save()

    return write_people


ROWS: dict[str, Callable[[Citizen, Any], None]] = {
    "contact": _contact,
    "other-names": _previous_names,
    "document": _document,
    "exit-permit": _exit_permit,
    "emergency": _people(EmergencyContact),
    "household": _people(FamilyMember),
}


def _copies(
    application: Application, kind: AttachmentKind, answers: Iterable[dict[str, Any]]
) -> None:
    """The declared copies count again; those that were sent since are kept as replaced."""
    declared = {answer["file"] for answer in answers}
    for copy in application.attachments.filter(kind=kind, change_request=None):
        counts = str(copy.public_id) in declared
        if counts != (copy.replaced_at is None):
            copy.replaced_at = None if counts else timezone.now()
            copy.save()
