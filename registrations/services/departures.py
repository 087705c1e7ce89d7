"""Leaving the register: the person's notice, a week to take it back, the mission's closing."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from registrations import law
from registrations.enums import DeregistrationGround, LeavingReason, RequestState
from registrations.models import DepartureNotice, ResidencyRecord
from registrations.services import freshness, lifecycle, notifications, requests
from registrations.services.transitions import acts_for_citizen


class TooEarly(Exception):
    """The person may still take the notice back."""


class TooLate(Exception):
    """The notice can no longer be taken back: the mission is closing the entry."""


@transaction.atomic
def give_notice(
    record: ResidencyRecord, *, reason: LeavingReason, text: str, actor: User
) -> DepartureNotice:
    """Write the notice down. The mission's clock starts when it can no longer be taken back.

    A move that is under way rests on the consent: whoever takes that back withdraws the move too.
    Raises RequestRefused, and IntegrityError where a notice is open already.
    """
    if reason == LeavingReason.CONSENT and acts_for_citizen(actor, record.application):
        for move in record.transfers.open():
            lifecycle.withdraw(move, actor=actor)
    now = timezone.now()
    undo_until = now + timedelta(days=law.DEPARTURE_UNDO_DAYS)
    notice = requests.make(
        DepartureNotice,
        record=record,
        actor=actor,
        reason=reason,
        text=text,
        requested_at=now,
        undo_until=undo_until,
        due_at=requests.due_at(record, law.DEREGISTRATION_WORKING_DAYS, since=undo_until),
    )
    notifications.about_record(record, "departure_received", notice=notice)
    return notice


@transaction.atomic
def take_back(notice: DepartureNotice, *, actor: User) -> DepartureNotice:
    """The person stays, and has said so.

    Raises TooLate, or RequestRefused where it is settled already.
    """
    held = requests.lock_request(notice)
    if held.is_open and held.undo_until < timezone.now():
        raise TooLate(notice.pk)
    settled = requests.settle(held, state=RequestState.WITHDRAWN, actor=actor)
    freshness.confirm(settled.record, actor=actor)
    notifications.about_record(settled.record, "departure_taken_back")
    return settled


def takes_consent_back(notice: DepartureNotice) -> bool:
    """Whether the data may be used no more, said by somebody who acts for the person still."""
    return notice.reason == LeavingReason.CONSENT and asker_acts(notice)


def asker_acts(notice: DepartureNotice) -> bool:
    """Whether who gave the notice acts for the person still: a parent, until the child is 18."""
    return acts_for_citizen(notice.requested_by, notice.record.application)


@transaction.atomic
def close_entry(notice: DepartureNotice, *, actor: User) -> DepartureNotice:
    """Take the person off the register.

    Raises TooEarly while the notice can be taken back, and RequestRefused where it is settled or
    is no word of the person: whoever gave it acts for the person no more.
    """
    if notice.undo_until > timezone.now():
        raise TooEarly(notice.pk)
    settled = requests.settle(notice, state=RequestState.DONE, actor=actor)
    if not asker_acts(settled):
        raise requests.RequestRefused("acts_no_more", notice)
    lifecycle.deregister(
        settled.record.application, actor=actor, ground=DeregistrationGround.OWN_APPLICATION
    )
    return settled


@transaction.atomic
def refuse(notice: DepartureNotice, *, actor: User, answer: str) -> DepartureNotice:
    """Keep the entry and say why, as a refusal of the service needs a reason.

    Raises RequestRefused where it is settled, and where the consent is taken back: that waits for
    nobody's leave (the consent's own words, ADR 20).
    """
    if takes_consent_back(notice):
        raise requests.RequestRefused("consent", notice)
    settled = requests.settle(notice, state=RequestState.REFUSED, actor=actor, answer=answer)
    notifications.about_record(settled.record, "departure_refused", answer=answer)
    return settled


def lapse(record: ResidencyRecord) -> None:
    """End the notice of whoever represented a child that has come of age: it is no word of the
    adult. The caller holds the entry's lock; tell_of_lapsed tells the person."""
    for notice in record.departurenotices.open():
        requests.end(notice, state=RequestState.LAPSED, actor=None)


def tell_of_lapsed(record: ResidencyRecord) -> None:
    """Tell the keeper of an entry in force what was asked for before, and that nothing follows."""
    lapsed = record.departurenotices.filter(state=RequestState.LAPSED).order_by("pk").last()
    if lapsed is not None:
        notifications.about_record(record, "departure_lapsed", notice=lapsed)
