"""The citizen's own request to be on the voters' list of the mission's polling station."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from missions.calendar import local_date
from registrations import law
from registrations.models import ResidencyRecord, VotingRequest
from registrations.services.representation import age_on
from registrations.services.transitions import lock_entry


class MayNotVote(Exception):
    """Nobody else asks for a vote, and nobody votes under the adult age or after leaving."""


def may_ask(record: ResidencyRecord, actor: User) -> bool:
    """The person alone, of age at the mission today, while the entry is in force."""
    born = record.citizen.birth_date
    today = local_date(record.mission, timezone.now())
    return (
        record.closed_at is None
        and record.citizen.account_id == actor.pk
        and born is not None
        and age_on(born, today) >= law.ADULT_AGE
    )


@transaction.atomic
def ask(record: ResidencyRecord, *, actor: User) -> VotingRequest:
    """Record the request once; a second call returns the first. Raises MayNotVote."""
    record = lock_entry(record)
    if not may_ask(record, actor):
        raise MayNotVote(record.number)
    try:
        with transaction.atomic():
            request = VotingRequest.objects.create(record=record, requested_by=actor)
    except IntegrityError:
        return VotingRequest.objects.get(record=record, withdrawn_at=None)
    _log(request, actor, "voting.asked")
    return request


@transaction.atomic
def take_back(record: ResidencyRecord, *, actor: User) -> None:
    """Take the request back, if there is one. Raises MayNotVote for somebody else."""
    if record.citizen.account_id != actor.pk:
        raise MayNotVote(record.number)
    record = lock_entry(record)
    held = VotingRequest.objects.filter(record=record, withdrawn_at=None)
    for request in held:
        request.withdrawn_at = timezone.now()
        request.save()
        _log(request, actor, "voting.taken_back")


def end(record: ResidencyRecord, *, actor: User) -> None:
    """The request ends with the entry."""
    for request in VotingRequest.objects.filter(record=record, withdrawn_at=None):
        request.withdrawn_at = timezone.now()
        request.save()
        _log(request, actor, "voting.ended")


def hand_over(left: ResidencyRecord, opened: ResidencyRecord, *, actor: User) -> None:
    """Who asked once stays asked: the request goes along to the list of the new mission."""
    asked = VotingRequest.objects.filter(record=left, withdrawn_at=None).first()
    if asked is None:
        return
    end(left, actor=actor)
    goes_on = VotingRequest.objects.create(
        record=opened, requested_by=asked.requested_by, requested_at=asked.requested_at
    )
    _log(goes_on, actor, "voting.handed_over")


def _log(request: VotingRequest, actor: User, action: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        target=request,
        label=request.record.number,
        mission=request.record.mission.code,
    )
