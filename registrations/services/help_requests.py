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

    Raises TooManyOpen, and what requests.make raises.
    """
    request = requests.make(
        HelpRequest,
        record=record,
        actor=actor,
        topic=topic,
        text=text,
        place=place,
        phone=phone,
        is_urgent=is_urgent,
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
    officers = User.objects.filter(pk__in=posted.values("user"), is_active=True)
    for officer in officers:
        outbox.queue(
            to=officer.email,
            user=officer,
            language=officer.language,
            kind="help_asked",
            template="help_asked",
            context={"help": request, "mission": request.record.mission},
            reference=request.record.number,
        )


@transaction.atomic
def take(request: HelpRequest, *, actor: User) -> HelpRequest:
    """The officer answers for it from now on, so that two do not call twice."""
    locked: HelpRequest = HelpRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not requests.may_decide(actor, locked.record) or not locked.is_open:
        raise requests.RequestRefused("not for this person to take", locked)
    if locked.taken_by is not None and locked.taken_by != actor:
        raise requests.RequestRefused("a colleague has taken it", locked)
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
