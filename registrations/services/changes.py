"""Keeping an entry true: what the person changes at once, and what an officer accepts first.

Contacts, address details, stay and people close to the person are the person's own word. Who the
person is stands in the register only as an officer saw it: a change of identity is a request with
before and after, and the register is amended when the officer accepts it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from registrations import law
from registrations.enums import AttachmentKind, RequestState, ResidencyKind, Stay
from registrations.models import (
    Application,
    Attachment,
    ChangeRequest,
    Citizen,
    ExitPermit,
    PreviousName,
    ResidencyRecord,
    TravelDocument,
)
from registrations.names import fold
from registrations.services import (
    attachments,
    declarations,
    freshness,
    notifications,
    representation,
    requests,
    rows,
)
from registrations.services.transitions import ActorMayNot, acts_for_citizen, lock_entry
from registrations.steps import OWN_WORD, SEEN_BY_OFFICER, steps_of
from registrations.uploads import AdmittedFile

AT_ONCE = ("address", "stay", "life", *OWN_WORD)
PERMIT = "exit-permit"
CHANGEABLE = (*AT_ONCE, *SEEN_BY_OFFICER)
# What the new mission was sent is frozen: a change in between would be lost with the move.
NOT_WHILE_MOVING = tuple(key for key in CHANGEABLE if key not in OWN_WORD)

# Pages that only an entry of a permanent resident has.
ONLY_PERMANENT = (PERMIT, "exit-permit-copy", "photo")

Write = Callable[[Application], None]


# Copies that may prove one change.
MOST_PROOFS = 4


class NothingChanged(Exception):
    """The answers are the same as in the register."""


class TooManyProofs(Exception):
    """As many copies as may prove the change are there."""


@transaction.atomic
def change_at_once(record: ResidencyRecord, key: str, *, write: Write, actor: User) -> None:
    """Let ``write`` change the rows of one page of AT_ONCE; the person is told of it.

    Where the answers stay the same, the person has only confirmed them, and no message is sent.

    Raises ActorMayNot, RequestRefused for a closed entry and for what moves with it, and
    ValueError for another page.
    """
    if key not in AT_ONCE:
        raise ValueError(f"{key} is an officer's to change")
    application = _open_to(record, actor)
    _must_not_move(record, key)
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
    """Ask the mission to change one page of SEEN_BY_OFFICER; the rows stay as they are.

    What ``write`` would make of the rows is read back and rolled back. Raises NothingChanged,
    RequestRefused, and IntegrityError where a change of the page waits already.
    """
    if key not in SEEN_BY_OFFICER:
        raise ValueError(f"{key} needs no officer")
    application = _open_to(record, actor)
    _must_not_move(record, key)
    # A temporary entry rests on no permit, whatever was typed once.
    none_yet = key == PERMIT and record.kind == ResidencyKind.TEMPORARY
    before = {} if none_yet else declarations.of_page(application, key)
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
    held = lock_entry(record)
    application = held.application
    if not acts_for_citizen(actor, application):
        raise ActorMayNot(application, "only the person or a representative changes the entry")
    if held.closed_at is not None:
        raise requests.RequestRefused("closed")
    return application


def changeable(record: ResidencyRecord) -> set[str]:
    """The pages that can be changed now: none of a closed entry, some while it moves."""
    if record.closed_at is not None:
        return set()
    moving = record.transfers.open().exists()
    return set(CHANGEABLE) - set(NOT_WHILE_MOVING if moving else ())


def waits_for_move(change: ChangeRequest) -> bool:
    """Open, and not accepted here unless the new mission refuses the move."""
    return change.is_open and _is_frozen(change.record, change.page)


def _is_frozen(record: ResidencyRecord, key: str) -> bool:
    return key in NOT_WHILE_MOVING and bool(record.transfers.open().exists())


def _must_not_move(record: ResidencyRecord, key: str) -> None:
    if _is_frozen(record, key):
        raise requests.RequestRefused("moving")


def _as_written(application: Application, key: str, write: Write) -> Any:
    with transaction.atomic():
        write(application)
        written = declarations.of_page(application, key)
        transaction.set_rollback(True)
    application.citizen.refresh_from_db()
    return written


@transaction.atomic
def accept(change: ChangeRequest, *, actor: User) -> ChangeRequest:
    """Amend the person's rows and the register by what was proposed; tell the person.

    It confirms the entry only where whoever asked still acts for the person: what a parent asked
    for is no word of the adult whom the entry now waits for. Raises RequestRefused where it is
    settled already or not for the actor to settle.
    """
    # A move that is told meanwhile waits for this lock: what it carries over has the change.
    record = lock_entry(change.record)
    _must_not_move(record, change.page)
    settled = requests.settle(change, state=RequestState.DONE, actor=actor)
    _amend(record, settled)
    if copy := proofs_of(settled).first():
        kept = record.application.attachments.filter(kind=copy.kind, replaced_at=None)
        kept.exclude(change_request=settled).update(replaced_at=timezone.now())
    if settled.page == PERMIT and record.kind == ResidencyKind.TEMPORARY:
        _become_permanent(record)
    record.save()
    if settled.page == "birth":
        representation.set_term(record.citizen, record.mission)
    if acts_for_citizen(settled.requested_by, record.application):
        freshness.confirm(record, actor=actor)
    notifications.about_record(record, "change_accepted")
    return settled


def _amend(record: ResidencyRecord, change: ChangeRequest) -> None:
    """The rows and the register say it now; the name given up stays among the other names."""
    page, answers = change.page, change.proposed
    if page == "other-names":
        answers = _with_names_kept_since(record.citizen, change)
    amended = {page: answers}
    before = _names(record.citizen)
    if page == "document":
        _new_document(record.citizen, answers)
    else:
        rows.write(record.application, page, answers)
    if page in {"name", "latin-name"}:
        _keep_former_name(record.citizen, before[page])
        amended["other-names"] = declarations.collect(record.application)["other-names"]
    record.entered = record.entered | amended


def _names(citizen: Citizen) -> dict[str, str]:
    return {"name": citizen.full_name, "latin-name": citizen.full_name_latin}


def _keep_former_name(citizen: Citizen, former: str) -> None:
    """So that a search by it still finds the entry."""
    former = former[: PreviousName._meta.get_field("name").max_length]
    known = [*_names(citizen).values(), *citizen.previous_names.values_list("name", flat=True)]
    if former and fold(former) not in {fold(name) for name in known}:
        citizen.previous_names.create(name=former)
        citizen.save()


def _with_names_kept_since(citizen: Citizen, change: ChangeRequest) -> list[dict[str, str]]:
    """What was proposed, and the names given up while the proposal waited, which it cannot know."""
    known = {fold(each["name"]) for each in (*change.before, *change.proposed)}
    kept = citizen.previous_names.values_list("name", flat=True)
    return [*change.proposed, *({"name": name} for name in kept if fold(name) not in known)]


def proofs_of(change: ChangeRequest) -> QuerySet[Attachment]:
    """The copies that are to prove the change, without those taken back."""
    proofs: QuerySet[Attachment] = change.copies.filter(replaced_at=None)
    return proofs


def must_take_proof(change: ChangeRequest) -> None:
    """Raises RequestRefused once the change is settled, and TooManyProofs."""
    if not change.is_open:
        raise requests.RequestRefused("settled", change)
    if proofs_of(change).count() >= MOST_PROOFS:
        raise TooManyProofs


@transaction.atomic
def add_proof(
    change: ChangeRequest, admitted: AdmittedFile, *, kind: AttachmentKind, actor: User
) -> Attachment:
    """Keep a copy that is to prove a change, as long as an officer can still look at it.

    The file was drawn anew before, which takes long. Raises what must_take_proof raises, and
    ActorMayNot.
    """
    held = requests.lock_request(change)
    must_take_proof(held)
    application = held.record.application
    return attachments.add(application, admitted, kind=kind, actor=actor, change_request=held)


@transaction.atomic
def remove_proof(copy: Attachment, *, actor: User) -> None:
    """Take back a copy that was to prove a change; an officer may have seen it, so it is kept as
    replaced. Raises RequestRefused once the change is settled."""
    assert copy.change_request is not None
    change = requests.lock_request(copy.change_request)
    if not change.is_open or not acts_for_citizen(actor, copy.application):
        raise requests.RequestRefused("settled", change)
    attachments.remove(copy, actor=actor)


def refuse(change: ChangeRequest, *, actor: User, answer: str) -> ChangeRequest:
    """Leave the register as it is and say why."""
    with transaction.atomic():
        settled = requests.settle(change, state=RequestState.REFUSED, actor=actor, answer=answer)
        notifications.about_record(settled.record, "change_refused", answer=answer)
    return settled


def _become_permanent(record: ResidencyRecord) -> None:
    """With the permit the temporary entry becomes a permanent one, under the same number."""
    application = record.application
    application.stay, application.planned_end = Stay.PERMANENT, None
    application.answered_pages = [step.key for step in steps_of(application)]
    application.save()
    record.kind, record.planned_end = ResidencyKind.PERMANENT, None
    record.exit_permit = ExitPermit.objects.get(citizen=record.citizen)
    now = declarations.collect(application)
    record.entered = record.entered | {key: now[key] for key in ("length", "stay", *ONLY_PERMANENT)}


def _new_document(citizen: Citizen, answers: dict[str, str]) -> None:
    """The document seen before is kept as replaced, not written over."""
    citizen.documents.filter(replaced_at=None).update(replaced_at=timezone.now())
    if not answers:
        return
    days = {
        field: date.fromisoformat(answers[field]) if answers[field] else None
        for field in ("issued_on", "expires_on")
    }
    TravelDocument.objects.create(citizen=citizen, **(answers | days))
