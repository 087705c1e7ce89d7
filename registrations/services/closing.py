"""Closing an entry of the register, on a listed ground or because another mission takes it over."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from registrations.enums import DeregistrationGround, RequestState
from registrations.models import DepartureNotice, HelpRequest, ResidencyRecord
from registrations.models.requests import MissionRequest
from registrations.services import certificates, requests, voting
from registrations.services.transitions import lock_entry


@transaction.atomic
def close(
    record: ResidencyRecord, *, actor: User, ground: DeregistrationGround, moves: bool = False
) -> ResidencyRecord:
    """Close the entry: its certificates are withdrawn, what was asked for ends, line by line.

    Where the entry ``moves``, open calls for help and the request to vote wait for hand_over(). The
    insert is the caller's affair: it is returned, or goes along to the next entry. The caller has
    locked the entry before it wrote the move down.
    """
    locked = lock_entry(record)
    now = timezone.now()
    locked.closed_at = now
    locked.closed_by = actor
    locked.closing_ground = ground
    locked.save()
    certificates.revoke_all(locked, actor=actor, reason=str(ground.label))
    _end_requests(locked, actor=actor, moves=moves)
    if not moves:
        voting.end(locked, actor=actor)
    locked.confirmations.open().update(lapsed_at=now)
    return locked


def moves_along(request: MissionRequest) -> bool:
    """Who called for help is helped by the mission that takes the entry over."""
    return isinstance(request, HelpRequest)


def _end_requests(record: ResidencyRecord, *, actor: User, moves: bool) -> None:
    with override(record.application.correspondent.language):
        answer = _answer_to_unsettled(record)
    for request in requests.open_requests(record):
        if moves and moves_along(request):
            continue
        if isinstance(request, DepartureNotice) and _is_what_was_asked(record):
            requests.end(request, state=RequestState.DONE, actor=actor)
        else:
            requests.end(request, state=RequestState.LAPSED, actor=actor, answer=answer)


def _answer_to_unsettled(record: ResidencyRecord) -> str:
    """Only who is registered elsewhere has a mission to ask."""
    if record.closing_ground == DeregistrationGround.REGISTERED_ELSEWHERE:
        return _("The entry was closed before this was settled. Ask the mission you go to.")
    return _("The entry was closed before this was settled. It ended with the entry.")


def _is_what_was_asked(record: ResidencyRecord) -> bool:
    return record.closing_ground == DeregistrationGround.OWN_APPLICATION
