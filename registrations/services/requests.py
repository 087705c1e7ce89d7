"""Requests of registered persons to the mission: made once, settled once, told to the person."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from missions import calendar
from registrations.enums import Actor, RequestState
from registrations.models import ResidencyRecord
from registrations.models.requests import SETTLED_KINDS, MissionRequest
from registrations.services.transitions import acts_for_citizen, lock_entry, parts_of

Request = TypeVar("Request", bound=MissionRequest)


# Why a request is not made or settled, and how whoever asked is told.
REFUSALS: dict[str, str | Promise] = {
    "not_yours": _("Not yours to settle"),
    "closed": _("The entry is closed: nothing of it can be changed."),
    "moving": _("The entry is moving to another mission. Wait until that mission has decided."),
    "acts_no_more": _("Who asked for this acts for the person no more: nothing follows from it."),
    "consent": _("The consent is taken back: that cannot be refused."),
    "ended": _("It has ended already, without a decision."),
    "taken": _("A colleague takes care of it already: %(who)s"),
}


class RequestRefused(Exception):
    """The request cannot be made or settled.

    ``code`` is a key of REFUSALS, ``message`` its words, and ``who`` the colleague they name; what
    is "settled" has none: ``request``, the row as it stands, says what became of it.
    """

    def __init__(
        self, code: str, request: MissionRequest | None = None, *, who: User | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = "" if code == "settled" else str(REFUSALS[code]) % {"who": who or ""}
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
    record = lock_entry(record)
    if not acts_for_citizen(actor, record.application):
        raise RequestRefused("not_yours")
    if record.closed_at is not None:
        raise RequestRefused("closed")
    request = model.objects.create(record=record, requested_by=actor, **said)
    _log(actor, request, "made")
    return request


def lock_request(request: Request) -> Request:
    """The request as it stands now, locked after its entry."""
    record = lock_entry(request.record)
    locked: Request = (
        type(request)
        .objects.select_for_update(of=("self",), no_key=True)
        .select_related("settled_by")
        .get(pk=request.pk)
    )
    locked.record = record
    return locked


def said_before(
    model: type[Request], *, record: ResidencyRecord, actor: User, **said: Any
) -> Request | None:
    """The actor's open request that says the same, which a second click would make twice.

    Within a transaction: the entry is locked, so that two clicks at once wait for one another.
    """
    lock_entry(record)
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
    locked = lock_request(request)
    if not locked.is_open:
        raise RequestRefused("settled", locked)
    if state == RequestState.WITHDRAWN:
        allowed = acts_for_citizen(actor, locked.record.application)
    else:
        allowed = may_decide(actor, locked.record)
    if not allowed:
        raise RequestRefused("not_yours", locked)
    locked.state = state
    locked.settled_at = timezone.now()
    locked.settled_by = actor
    locked.answer = answer
    for column, value in changes.items():
        setattr(locked, column, value)
    locked.save()
    _log(actor, locked, str(state))
    return locked


def _log(actor: User | None, request: MissionRequest, verb: str) -> None:
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


def end(
    request: MissionRequest, *, state: RequestState, actor: User | None, answer: str = ""
) -> None:
    """End what is open without a word of its own: the caller holds the entry and tells the person.

    Its entry is closed by ``actor``, or whoever asked acts for the person no more.
    """
    request.state = state
    request.settled_at = timezone.now()
    request.settled_by = actor
    request.answer = answer
    request.save()
    _log(actor, request, str(state))


def lapsed(record: ResidencyRecord) -> list[MissionRequest]:
    """What ended unsettled when the entry was closed, the most pressing kind first; not what ended
    by itself before, of which the person was told then."""
    ended = {"record": record, "state": RequestState.LAPSED, "settled_by__isnull": False}
    return [one for kind in SETTLED_KINDS for one in kind.objects.filter(**ended)]
