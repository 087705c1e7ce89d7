"""A represented child grows up: an own document at 16, an own address before 18, the entry at 18.

The representative's access ends by the term of the representation, without any work of ours. What
is done here: those who can still act are asked in time; from the midnight of the birthday on the
young person is invited to take the entry over, or, where no own address is known, the entry stands
as unconfirmed in the mission's list until somebody there finds one. A representative's application
to leave the register lapses with the representation.
"""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import OutboxMessage
from missions import calendar
from registrations import law
from registrations.enums import ConfirmationOccasion
from registrations.models import (
    Application,
    ComingOfAge,
    Confirmation,
    LegalRepresentative,
    ResidencyRecord,
)
from registrations.services import (
    departures,
    freshness,
    notifications,
    representation,
    rounds,
)
from registrations.services.representation import birthday, comes_of_age_at

NOTICE = timedelta(days=law.COMING_OF_AGE_NOTICE_DAYS)
DAY = timedelta(days=1)
# The message to who applied for a child that came of age before the decision.
TOLD = "of_age_while_applying"


def is_child(record: ResidencyRecord, now: datetime) -> bool:
    """Until the mission's midnight with which the adult age is reached."""
    born = record.citizen.birth_date
    return born is not None and now < comes_of_age_at(born, record.mission)


def may_name_address(record: ResidencyRecord) -> bool:
    """A child whom somebody represents, old enough to be asked for an own document."""
    born = record.citizen.birth_date
    now = timezone.now()
    if born is None or record.citizen.account_id is not None or not is_child(record, now):
        return False
    today = calendar.local_date(record.mission, now)
    return representation.age_on(born, today) >= law.OWN_DOCUMENT_AGE


def growing_up(record: ResidencyRecord) -> ComingOfAge:
    """The facts of the person's coming of age, locked."""
    ComingOfAge.objects.get_or_create(citizen=record.citizen)
    rows = ComingOfAge.objects.select_for_update(no_key=True)
    row: ComingOfAge = rows.get(citizen=record.citizen)
    return row


def _represented(now: datetime, *, age: int, ahead: timedelta) -> QuerySet[ResidencyRecord]:
    """Entries in force of represented people without an own account who are, ``ahead`` of now, of
    the age; by a day or two too many."""
    represented = LegalRepresentative.objects.filter(citizen=OuterRef("citizen"))
    entries: QuerySet[ResidencyRecord] = ResidencyRecord.objects.in_force()
    return entries.filter(
        Exists(represented),
        citizen__account=None,
        citizen__birth_date__lte=birthday((now + ahead + DAY).date(), -age),
    )


def _children(now: datetime, *, age: int, ahead: timedelta) -> QuerySet[ResidencyRecord]:
    """Those of them who are not of adult age."""
    grown = birthday((now - DAY).date(), -law.ADULT_AGE)
    return _represented(now, age=age, ahead=ahead).filter(citizen__birth_date__gte=grown)


def _turns(record: ResidencyRecord, age: int) -> date:
    """The day with which a person of known birth date reaches the age."""
    assert record.citizen.birth_date is not None
    return birthday(record.citizen.birth_date, age)


def ask_own_documents() -> int:
    """At 16 the representative is asked once for the child's own document."""
    asked = ComingOfAge.objects.filter(
        citizen=OuterRef("citizen"), own_document_asked_at__isnull=False
    )
    due = _children(timezone.now(), age=law.OWN_DOCUMENT_AGE, ahead=timedelta(0))
    return rounds.each(due.exclude(Exists(asked)), _ask_own_document)


def _ask_own_document(record: ResidencyRecord) -> bool:
    now = timezone.now()
    sixteen = _turns(record, law.OWN_DOCUMENT_AGE)
    if calendar.message_day(record.mission, now) < sixteen or not is_child(record, now):
        return False
    row = growing_up(record)
    if row.own_document_asked_at is not None:
        return False
    row.own_document_asked_at = now
    row.save(update_fields=["own_document_asked_at"])
    # Who was registered after the birthday has shown the document to the officer.
    if record.registered_on < sixteen:
        notifications.about_record(record, "own_document_wanted")
    return True


def ask_own_addresses() -> int:
    """Before 18 the representative is asked once where the young person can be invited."""
    asked = ComingOfAge.objects.filter(citizen=OuterRef("citizen"), address_asked_at__isnull=False)
    due = _children(timezone.now(), age=law.ADULT_AGE, ahead=NOTICE)
    return rounds.each(due.exclude(Exists(asked)), _ask_own_address)


def _ask_own_address(record: ResidencyRecord) -> bool:
    now = timezone.now()
    eighteen = _turns(record, law.ADULT_AGE)
    if calendar.message_day(record.mission, now) < eighteen - NOTICE or not is_child(record, now):
        return False
    row = growing_up(record)
    if row.address_asked_at is not None:
        return False
    row.address_asked_at = now
    row.save(update_fields=["address_asked_at"])
    if not row.email:
        notifications.about_record(record, "own_address_wanted", eighteen=eighteen)
    return True


def end_childhoods() -> int:
    """At 18 the young person is invited; without an address the entry becomes unconfirmed."""
    done = Confirmation.objects.filter(
        record=OuterRef("pk"), occasion=ConfirmationOccasion.COMING_OF_AGE
    )
    due = _represented(timezone.now(), age=law.ADULT_AGE, ahead=timedelta(0))
    return rounds.each(due.exclude(Exists(done)), _end_childhood)


def _end_childhood(record: ResidencyRecord) -> bool:
    now = timezone.now()
    if is_child(record, now):
        return False
    representation.set_term(record.citizen, record.mission)
    if notifications.keepers_of(record.citizen):
        return False
    audit.record(
        actor=None, action="citizen.came_of_age", target=record, mission=record.mission.code
    )
    departures.lapse(record)
    row = growing_up(record)
    if row.email:
        invite(record, row)
    else:
        _stand_unconfirmed(record, now)
    return True


def tell_applicants() -> int:
    """Who applied for a child that came of age meanwhile is told once why the pages are closed."""
    ended = LegalRepresentative.objects.filter(
        citizen=OuterRef("citizen"), user=OuterRef("applicant"), ends_at__lte=timezone.now()
    )
    told = OutboxMessage.objects.filter(kind=TOLD, reference=OuterRef("reference"))
    due = Application.objects.open().filter(Exists(ended), ~Exists(told), citizen__account=None)
    return rounds.each(due.exclude(submitted_at=None), _tell_applicant)


def _tell_applicant(application: Application) -> bool:
    told = OutboxMessage.objects.filter(kind=TOLD, reference=application.reference)
    if not application.is_open or told.exists():
        return False
    audit.record(
        actor=None,
        action="citizen.came_of_age",
        target=application,
        mission=application.mission.code if application.mission else "",
    )
    notifications.to_applicant(application, TOLD)
    return True


def invite(record: ResidencyRecord, row: ComingOfAge) -> None:
    """The question to the new keeper takes the place of those put to the old ones; who is to keep
    the entry reads of a parent's application to leave, which has lapsed."""
    now = timezone.now()
    freshness.close_questions(record, now)
    row.invited_at = now
    row.save(update_fields=["invited_at"])
    freshness.put_question(record, ConfirmationOccasion.COMING_OF_AGE)
    departures.tell_of_lapsed(record)


def _stand_unconfirmed(record: ResidencyRecord, now: datetime) -> None:
    """There is nobody to ask: a question that lapsed as it was put."""
    freshness.close_questions(record, now)
    Confirmation.objects.create(
        record=record,
        occasion=ConfirmationOccasion.COMING_OF_AGE,
        asked_at=now,
        answer_by=calendar.local_date(record.mission, now),
        lapsed_at=now,
    )
    freshness.mark_unconfirmed(record, why="came of age without an own address")
