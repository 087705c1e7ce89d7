"""Requests of registered persons to the mission: made once, settled once, told to the person."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from missions import calendar
from registrations.enums import Actor, RequestState
from registrations.models import ResidencyRecord
from registrations.models.requests import SETTLED_KINDS, MissionRequest
from registrations.services.moves import acts_for_citizen, parts_of

Request = TypeVar("Request", bound=MissionRequest)


class RequestRefused(Exception):
    """The request cannot be made or settled; ``request`` is the row as it stands, if any."""

    def __init__(self, reason: str, request: MissionRequest | None = None) -> None:
        super().__init__(reason)
        self.request = request


def due_at(record: ResidencyRecord, working_days: int, since: datetime | None = None) -> datetime:
    """The end of the working day by which the mission answers."""
    return calendar.due_at(record.mission, since or timezone.now(), working_days)


def may_decide(actor: User, record: ResidencyRecord) -> bool:
    """An officer posted at the record's mission today; nobody settles his own request."""
    return Actor.OFFICER in parts_of(actor, record.application)


@transaction.atomic
def make(model: type[Request], *, record: ResidencyRecord, actor: User, **said: Any) -> Request:
    """Write the request down.

    Raises RequestRefused where the actor does not act for the person or the entry is closed, and
    IntegrityError where such a request is open already and only one may be.
    """
    record = ResidencyRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if not acts_for_citizen(actor, record.application):
        raise RequestRefused("only the person or a representative asks")
    if record.closed_at is not None:
        raise RequestRefused("the entry is closed")
    request = model.objects.create(record=record, requested_by=actor, **said)
    _log(actor, request, "made")
    return request


def said_before(
    model: type[Request], *, record: ResidencyRecord, actor: User, **said: Any
) -> Request | None:
    """The actor's open request that says the same, which a second click would make twice.

    Within a transaction: the entry is locked, so that two clicks at once wait for one another.
    """
    ResidencyRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    waiting: list[Request] = list(model.objects.filter(record=record, requested_by=actor).open())
    for one in waiting:
        if all(getattr(one, name) == value for name, value in said.items()):
            return one
    return None


@transaction.atomic
def settle(
    request: Request, *, state: RequestState, actor: User, answer: str = "", **changes: Any
) -> Request:
    """Close an open request; ``changes`` are further columns of it.

    Done and refused are an officer's word, withdrawn the person's. Raises RequestRefused where it
    is not for the actor to say, or somebody was faster.
    """
    locked: Request = (
        type(request)
        .objects.select_for_update(of=("self",))
        .select_related("record__mission", "record__application__citizen", "settled_by")
        .get(pk=request.pk)
    )
    if not locked.is_open:
        raise RequestRefused("the request is settled already", locked)
    if state == RequestState.WITHDRAWN:
        allowed = acts_for_citizen(actor, locked.record.application)
    else:
        allowed = may_decide(actor, locked.record)
    if not allowed:
        raise RequestRefused("the request is not for this person to settle", locked)
    locked.state = state
    locked.settled_at = timezone.now()
    locked.settled_by = actor
    locked.answer = answer
    for column, value in changes.items():
        setattr(locked, column, value)
    locked.save()
    _log(actor, locked, str(state))
    return locked


def _log(actor: User, request: MissionRequest, verb: str) -> None:
    audit.record(
        actor=actor,
        action=f"{request._meta.model_name}.{verb}",
        target=request,
        label=request.record.number,
        mission=request.record.mission.code,
    )


def open_requests(record: ResidencyRecord) -> list[MissionRequest]:
    """What the person waits for, of every kind, the most pressing first."""
    found = [one for kind in SETTLED_KINDS for one in kind.objects.filter(record=record).open()]
    return sorted(found, key=lambda one: one.due_at)
