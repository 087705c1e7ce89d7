"""A registered person asks the mission for help; the mission takes it up and answers."""

from django.db import transaction

from accounts import audit, outbox
from accounts.models import User
from missions.models import Posting
from registrations import law
from registrations.enums import HelpTopic, RequestState
from registrations.models import HelpRequest, ResidencyRecord
from registrations.services import notifications, requests

# Each request is told to every officer of the mission; a handful says all that there is to say.
MOST_OPEN = 5


class TooManyOpen(Exception):
    """The mission has MOST_OPEN unanswered requests of this entry already."""


@transaction.atomic
def ask(
    record: ResidencyRecord,
    *,
    topic: HelpTopic,
    text: str,
    place: str,
    phone: str,
    is_urgent: bool,
    actor: User,
) -> HelpRequest:
    """Write the request down; the officers of the mission are told at once, without its words.

    The same words once more, while the request is open, are the same request. Raises TooManyOpen,
    and what requests.make raises.
    """
    said = {"topic": topic, "text": text, "place": place, "phone": phone, "is_urgent": is_urgent}
    if made := requests.said_before(HelpRequest, record=record, actor=actor, **said):
        return made
    request = requests.make(
        HelpRequest,
        record=record,
        actor=actor,
        **said,
        due_at=requests.due_at(record, law.HELP_WORKING_DAYS),
    )
    # Counted after make() has locked the entry, so that two at once are two.
    if HelpRequest.objects.filter(record=record).open().count() > MOST_OPEN:
        raise TooManyOpen
    notifications.about_record(record, "help_received")
    _tell_officers(request)
    return request


def _tell_officers(request: HelpRequest) -> None:
    posted = Posting.objects.current().filter(mission=request.record.mission)
    for officer in User.objects.filter(pk__in=posted.values("user"), is_active=True):
        _tell(officer, request, "help_asked")


def _tell(officer: User, request: HelpRequest, template: str) -> None:
    record = request.record
    outbox.queue(
        to=officer.email,
        user=officer,
        language=officer.language,
        kind=template,
        template=template,
        context={"help": request, "record": record, "mission": record.mission},
        reference=record.number,
    )


@transaction.atomic
def take(request: HelpRequest, *, actor: User) -> HelpRequest:
    """The officer answers for it from now on, so that two do not call twice.

    Raises RequestRefused.
    """
    locked = requests.lock_request(request)
    if not locked.is_open:
        raise requests.RequestRefused("settled", locked)
    if not requests.may_decide(actor, locked.record):
        raise requests.RequestRefused("not_yours", locked)
    if locked.taken_by is not None and locked.taken_by != actor:
        raise requests.RequestRefused("taken", locked, who=locked.taken_by)
    locked.taken_by = actor
    locked.save()
    audit.record(
        actor=actor,
        action="helprequest.taken",
        target=locked,
        label=locked.record.number,
        mission=locked.record.mission.code,
    )
    return locked


@transaction.atomic
def answer(request: HelpRequest, *, actor: User, answer: str) -> HelpRequest:
    """Close the request with what was done; the person is told."""
    settled = requests.settle(request, state=RequestState.DONE, actor=actor, answer=answer)
    notifications.about_record(settled.record, "help_answered", answer=answer)
    return settled


def hand_over(left: ResidencyRecord, opened: ResidencyRecord, *, actor: User) -> None:
    """Open calls for help go along to the mission that took the entry over, with a new clock.

    Its officers, the person and whoever had taken the call are told.
    """
    for request in HelpRequest.objects.filter(record=left).open():
        taken_by = request.taken_by
        request.record, request.taken_by = opened, None
        request.due_at = requests.due_at(opened, law.HELP_WORKING_DAYS)
        request.save()
        for record in (left, opened):
            audit.record(
                actor=actor,
                action="helprequest.handed_over",
                target=request,
                label=record.number,
                mission=record.mission.code,
            )
        notifications.about_record(opened, "help_handed_over")
        _tell_officers(request)
        if taken_by is not None:
            _tell(taken_by, request, "help_handed_over")
