"""The signed link of a question "is everything still true?": who holds it needs no sign-in.

It says nothing but that nothing has changed, and only for as long as the question stands: it is
used up by any answer, replaced by a later question, and runs out a while after the answer was due.
While the entry moves it rests: somebody has said that the place is another.
"""

import base64
from datetime import date, timedelta
from enum import Enum
from uuid import UUID

from django.core import signing
from django.utils import timezone

from accounts.models import AddressChange
from missions import calendar
from registrations import law
from registrations.enums import ConfirmationOccasion
from registrations.models import Confirmation, ResidencyRecord
from registrations.services.notifications import keepers_of

SALT = "registrations.still-here"


class LinkState(Enum):
    OPEN = "open"
    ANSWERED = "answered"
    REPLACED = "replaced"
    EXPIRED = "expired"
    CLOSED = "closed"
    MOVING = "moving"


def token_of(question: Confirmation) -> str:
    """What stands in the address: the question's UUID and our signature, short enough to text."""
    short = base64.urlsafe_b64encode(question.public_id.bytes).rstrip(b"=").decode()
    return signing.Signer(salt=SALT).sign(short)


def find(token: str) -> Confirmation | None:
    """The question of a link; None where we did not sign it."""
    try:
        short = signing.Signer(salt=SALT).unsign(token)
        public_id = UUID(bytes=base64.urlsafe_b64decode(f"{short}=="))
    except (signing.BadSignature, ValueError):
        return None
    asked = Confirmation.objects.select_related("record__citizen", "record__mission")
    question: Confirmation | None = asked.filter(public_id=public_id).first()
    return question


def answers_until(question: Confirmation) -> date:
    """The last day, at the mission, on which the link answers."""
    return question.answer_by + timedelta(days=law.CONFIRM_LINK_GRACE_DAYS)


def shown_name(record: ResidencyRecord) -> str:
    """All that the page says of a person, since a link can be passed on: the given name, else an
    initial."""
    citizen = record.citizen
    given = citizen.given_names or citizen.given_names_latin
    family = citizen.family_name or citizen.family_name_latin
    return given or f"{family[:1]}."


def state_of(question: Confirmation) -> LinkState:
    """What the link can do at this moment."""
    record = question.record
    if question.confirmed_at is not None:
        return LinkState.ANSWERED
    if record.closed_at is not None:
        return LinkState.CLOSED
    if _is_replaced(question):
        return LinkState.REPLACED
    if answers_until(question) < calendar.local_date(record.mission, timezone.now()):
        return LinkState.EXPIRED
    # Last, so that a link that answers no more does not tell of the move.
    return LinkState.OPEN if record.open_transfer is None else LinkState.MOVING


def still_answers(question: Confirmation) -> bool:
    """As the row stands now, not as it was read."""
    return state_of(Confirmation.objects.get(pk=question.pk)) == LinkState.OPEN


def _is_replaced(question: Confirmation) -> bool:
    """By a later question, or because those who were asked no longer act for the person: what a
    parent got before the child came of age answers nothing afterwards. Neither does a mailbox that
    the account has left since."""
    if question.occasion == ConfirmationOccasion.COMING_OF_AGE:
        return True
    record = question.record
    later = record.confirmations.filter(occasion=question.occasion, pk__gt=question.pk)
    ended = record.citizen.representatives.filter(
        ends_at__gt=question.asked_at, ends_at__lte=timezone.now()
    )
    return later.exists() or ended.exists() or went_to_a_left_mailbox(question)


def went_to_a_left_mailbox(question: Confirmation) -> bool:
    """Whether who keeps the entry has another address since; the link went to all of them."""
    left = AddressChange.objects.filter(
        user__in=keepers_of(question.record.citizen), done_at__gt=question.asked_at
    )
    return bool(left.exists())
