"""Keeping an entry true: what the person changes at once, and what an officer accepts first.

Contacts, address details, stay and people close to the person are the person's own word. Who the
person is stands in the register only as an officer saw it: a change of identity is a request with
before and after, and the register is amended when the officer accepts it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from registrations import law
from registrations.enums import RequestState, ResidencyKind
from registrations.models import (
    Application,
    Attachment,
    ChangeRequest,
    Citizen,
    PreviousName,
    ResidencyRecord,
    TravelDocument,
)
from registrations.services import (
    attachments,
    declarations,
    freshness,
    notifications,
    representation,
    requests,
)
from registrations.services.lifecycle import ActorMayNot, acts_for_citizen, lock

AT_ONCE = ("contact", "stay", "life", "emergency", "household")
BY_OFFICER = ("name", "latin-name", "other-names", "birth", "iin", "sex", "document")

Write = Callable[[Application], None]


class NothingChanged(Exception):
    """The answers are the same as in the register."""


@transaction.atomic
def change_at_once(record: ResidencyRecord, key: str, *, write: Write, actor: User) -> None:
    """Let ``write`` change the rows of one page of AT_ONCE; the person is told of it.

    Where the answers stay the same, the person has only confirmed them, and no message is sent.

    Raises ActorMayNot, RequestRefused for a closed entry, and ValueError for another page.
    """
    if key not in AT_ONCE:
        raise ValueError(f"{key} is an officer's to change")
    application = _open_to(record, actor)
    before = declarations.collect(application)[key]
    write(application)
    application.save()
    freshness.confirm(record, actor=actor)
    if declarations.collect(application)[key] == before:
        return
    if key == "stay" and record.kind == ResidencyKind.TEMPORARY:
        record.planned_end = application.planned_end
        record.save(update_fields=["planned_end"])
    audit.record(
        actor=actor,
        action="record.changed",
        target=record,
        mission=record.mission.code,
        details={"page": key},
    )
    notifications.about_record(record, "details_changed")


@transaction.atomic
def propose(record: ResidencyRecord, key: str, *, write: Write, actor: User) -> ChangeRequest:
    """Ask the mission to change one page of BY_OFFICER; the rows stay as they are.

    What ``write`` would make of the rows is read back and rolled back. Raises NothingChanged,
    RequestRefused, and IntegrityError where a change of the page waits already.
    """
    if key not in BY_OFFICER:
        raise ValueError(f"{key} needs no officer")
    application = _open_to(record, actor)
    _must_not_move(record)
    before = declarations.collect(application)[key]
    proposed = _as_written(application, key, write)
    if proposed == before:
        raise NothingChanged(key)
    change = requests.make(
        ChangeRequest,
        record=record,
        actor=actor,
        page=key,
        before=before,
        proposed=proposed,
        due_at=requests.due_at(record, law.CHANGE_WORKING_DAYS),
    )
    notifications.about_record(record, "change_received")
    return change


def _open_to(record: ResidencyRecord, actor: User) -> Application:
    application = lock(record.application)
    if not acts_for_citizen(actor, application):
        raise ActorMayNot(application, "only the person or a representative changes the entry")
    if ResidencyRecord.objects.get(pk=record.pk).closed_at is not None:
        raise requests.RequestRefused("the entry is closed")
    return application


def _must_not_move(record: ResidencyRecord) -> None:
    """What the new mission was sent is frozen: a change in between would be lost with the move."""
    if record.transfers.open().exists():
        raise requests.RequestRefused("the entry is moving to another mission")


def _as_written(application: Application, key: str, write: Write) -> Any:
    with transaction.atomic():
        write(application)
        written = declarations.collect(application)[key]
        transaction.set_rollback(True)
    application.citizen.refresh_from_db()
    return written


@transaction.atomic
def accept(change: ChangeRequest, *, actor: User) -> ChangeRequest:
    """Amend the person's rows and the register by what was proposed; tell the person.

    Raises RequestRefused where it is settled already or not for the actor to settle.
    """
    _must_not_move(change.record)
    settled = requests.settle(change, state=RequestState.DONE, actor=actor)
    record = ResidencyRecord.objects.select_for_update(of=("self",)).get(pk=settled.record_id)
    _write_back(record.citizen, settled.page, settled.proposed)
    record.entered = record.entered | {settled.page: settled.proposed}
    record.save()
    if settled.copies.filter(replaced_at=None).exists():
        kept = record.application.attachments.filter(kind="identity", replaced_at=None)
        kept.exclude(change_request=settled).update(replaced_at=timezone.now())
    if settled.page == "birth":
        representation.set_term(record.citizen, record.mission)
    freshness.confirm(record, actor=actor)
    notifications.about_record(record, "change_accepted")
    return settled


@transaction.atomic
def remove_proof(copy: Attachment, *, actor: User) -> None:
    """Take back a copy that was to prove a change; an officer may have seen it, so it is kept as
    replaced. Raises RequestRefused once the change is settled."""
    change = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=copy.change_request_id)
    if not change.is_open or not acts_for_citizen(actor, copy.application):
        raise requests.RequestRefused("the change is settled", change)
    attachments.remove(copy, actor=actor)


def refuse(change: ChangeRequest, *, actor: User, answer: str) -> ChangeRequest:
    """Leave the register as it is and say why."""
    with transaction.atomic():
        settled = requests.settle(change, state=RequestState.REFUSED, actor=actor, answer=answer)
        notifications.about_record(settled.record, "change_refused", answer=answer)
    return settled


def _write_back(citizen: Citizen, page: str, answers: Any) -> None:
    """The rows say what the answers of the page say; the reverse of declarations.collect."""
    if page == "document":
        _new_document(citizen, answers)
        return
    if page == "other-names":
        citizen.previous_names.all().delete()
        PreviousName.objects.bulk_create(PreviousName(citizen=citizen, **name) for name in answers)
    else:
        for field, value in answers.items():
            _set(citizen, field, value)
    citizen.save()


def _set(citizen: Citizen, field: str, value: Any) -> None:
    if field == "birth_date":
        value = date.fromisoformat(value)
    if field == "differs_confirmed":
        field = "iin_differs_confirmed"
    setattr(citizen, field, value)


def _new_document(citizen: Citizen, answers: dict[str, str]) -> None:
    citizen.documents.filter(replaced_at=None).update(replaced_at=timezone.now())
    if not answers:
        return
    days = {
        field: date.fromisoformat(answers[field]) if answers[field] else None
        for field in ("issued_on", "expires_on")
    }
    TravelDocument.objects.create(citizen=citizen, **(answers | days))
