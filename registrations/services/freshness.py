"""Whether an entry is still true: asked on an occasion, reminded, confirmed, or left unanswered.

Silence makes an entry unconfirmed, which every officer's list shows; it closes and deletes nothing.
Whatever the person says of the entry confirms it: a link, the account, a change, a move.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import audit
from accounts.models import User
from missions import calendar
from registrations import law
from registrations.enums import ConfirmationOccasion
from registrations.models import Confirmation, ResidencyRecord
from registrations.services import links, notifications, occasions, requests, rounds
from registrations.services.transitions import acts_for_citizen, lock_entry

QUESTIONS = {
    ConfirmationOccasion.YEARLY: "still_here",
    ConfirmationOccasion.STAY_ENDING: "still_here",
    ConfirmationOccasion.PASSPORT_EXPIRING: "passport_expiring",
    ConfirmationOccasion.COMING_OF_AGE: "coming_of_age",
}
REMINDERS = {
    ConfirmationOccasion.YEARLY: "still_here_reminder",
    ConfirmationOccasion.STAY_ENDING: "still_here_reminder",
    ConfirmationOccasion.PASSPORT_EXPIRING: "still_here_reminder",
    ConfirmationOccasion.COMING_OF_AGE: "coming_of_age_reminder",
}
# The mission's morning comes at most so much before the one of UTC.
DAY = timedelta(days=1)


class CannotConfirm(Exception):
    """The entry is closed, or it is not for this person to say that it is true."""


class Moving(CannotConfirm):
    """The person has told of another place, so something has changed."""


@transaction.atomic
def confirm_unchanged(record: ResidencyRecord, *, actor: User) -> ResidencyRecord:
    """«Nothing has changed», said by who acts for the person. Raises CannotConfirm, or Moving."""
    locked = lock_entry(record)
    if locked.open_transfer is not None:
        raise Moving("a move is under way")
    return confirm(locked, actor=actor)


@transaction.atomic
def confirm(
    record: ResidencyRecord, *, actor: User | None, confirmation: Confirmation | None = None
) -> ResidencyRecord:
    """The person says that the entry is true: every open question is answered with it.

    ``actor`` is who acts for the person, or the officer who accepted what the person said; None
    where the link of ``confirmation`` says it. Raises CannotConfirm.
    """
    locked = lock_entry(record)
    if locked.closed_at is not None:
        raise CannotConfirm("the entry is closed")
    if not _may_confirm(locked, actor, confirmation):
        raise CannotConfirm("not for this person to confirm")
    now = timezone.now()
    if confirmation is not None:
        locked.confirmations.filter(pk=confirmation.pk).update(confirmed_at=now)
    locked.confirmations.open().update(confirmed_at=now)
    locked.last_confirmed_at = now
    locked.unconfirmed_since = None
    locked.save(update_fields=["last_confirmed_at", "unconfirmed_since"])
    audit.record(
        actor=actor,
        action="record.confirmed",
        target=locked,
        mission=locked.mission.code,
        details={"by": _said_by(locked, actor)},
    )
    return locked


def _said_by(record: ResidencyRecord, actor: User | None) -> str:
    if actor is None:
        return "link"
    return "account" if acts_for_citizen(actor, record.application) else "officer"


def _may_confirm(
    record: ResidencyRecord, actor: User | None, confirmation: Confirmation | None
) -> bool:
    if actor is None:
        return confirmation is not None and links.still_answers(confirmation)
    return acts_for_citizen(actor, record.application) or requests.may_decide(actor, record)


@transaction.atomic
def put_question(record: ResidencyRecord, occasion: ConfirmationOccasion) -> Confirmation:
    """Ask once on the occasion, with one link and a last day to answer."""
    now = timezone.now()
    today = calendar.local_date(record.mission, now)
    question: Confirmation = Confirmation.objects.create(
        record=record,
        occasion=occasion,
        asked_at=now,
        answer_by=today + timedelta(days=law.CONFIRM_ANSWER_DAYS),
    )
    _tell(question, QUESTIONS[occasion])
    return question


def mark_unconfirmed(record: ResidencyRecord, *, why: str) -> bool:
    """Write silence down on a locked entry; False where it stood there already."""
    if record.unconfirmed_since is not None:
        return False
    record.unconfirmed_since = timezone.now()
    record.save(update_fields=["unconfirmed_since"])
    audit.record(
        actor=None,
        action="record.unconfirmed",
        target=record,
        mission=record.mission.code,
        details={"why": why},
    )
    return True


def ask_due() -> int:
    """Ask everybody for whom an occasion has come."""
    now = timezone.now()
    return sum(rounds.each(found, _ask) for found in occasions.candidates(now))


def _ask(record: ResidencyRecord) -> bool:
    if not occasions.askable().filter(pk=record.pk).exists():
        return False
    due = occasions.due(record, timezone.now())
    for occasion in due:
        put_question(record, occasion)
    return bool(due)


def remind_due() -> int:
    """Remind once of a question that nobody has answered."""
    edge = timezone.now() + timedelta(days=law.CONFIRM_REMINDER_DAYS) + DAY
    waiting = Confirmation.objects.open().filter(
        record=OuterRef("pk"), reminded_at=None, answer_by__lte=edge.date()
    )
    return rounds.each(occasions.undisturbed().filter(Exists(waiting)), _remind)


def _remind(record: ResidencyRecord) -> bool:
    now = timezone.now()
    today = calendar.message_day(record.mission, now)
    from_day = today + timedelta(days=law.CONFIRM_REMINDER_DAYS)
    waiting = record.confirmations.open().filter(
        reminded_at=None, answer_by__gte=today, answer_by__lte=from_day
    )
    questions = list(waiting)
    for asked in questions:
        question = _with_a_link_that_works(asked)
        question.reminded_at = now
        question.save(update_fields=["reminded_at"])
        _tell(question, REMINDERS[ConfirmationOccasion(question.occasion)])
    return bool(questions)


def lapse_due() -> int:
    """Write down that nobody answered by the day; the entry stays in the register."""
    missed = Confirmation.objects.open().filter(
        record=OuterRef("pk"), answer_by__lt=(timezone.now() + DAY).date()
    )
    return rounds.each(occasions.undisturbed().filter(Exists(missed)), _lapse)


def _lapse(record: ResidencyRecord) -> bool:
    now = timezone.now()
    today = calendar.message_day(record.mission, now)
    missed = list(record.confirmations.open().filter(answer_by__lt=today))
    if not missed:
        return False
    close_questions(record, now, answer_by__lt=today)
    if mark_unconfirmed(record, why="no answer"):
        missed[0].refresh_from_db()
        _tell(_with_a_link_that_works(missed[0]), "record_unconfirmed")
    return True


def close_questions(record: ResidencyRecord, now: datetime, **which: object) -> None:
    """No answer is waited for any more."""
    record.confirmations.open().filter(**which).update(lapsed_at=now)


def _with_a_link_that_works(question: Confirmation) -> Confirmation:
    """The question; another one in its place where it went to a mailbox that was left since."""
    if not links.went_to_a_left_mailbox(question):
        return question
    now = timezone.now()
    lapsed_at = question.lapsed_at
    Confirmation.objects.filter(pk=question.pk).update(lapsed_at=lapsed_at or now)
    again: Confirmation = Confirmation.objects.create(
        record=question.record,
        occasion=question.occasion,
        asked_at=now,
        answer_by=question.answer_by,
        reminded_at=question.reminded_at,
        lapsed_at=lapsed_at,
    )
    return again


def _tell(question: Confirmation, template: str) -> None:
    notifications.about_record(
        question.record,
        template,
        question=question,
        token=links.token_of(question),
        link_until=links.answers_until(question),
        document=question.record.citizen.document,
    )
