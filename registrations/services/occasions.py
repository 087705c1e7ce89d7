"""On what occasion, and on which day, a registered person is asked whether the entry is true.

Days are the mission's. A query of ``candidates`` finds who may be due, by at most a few days too
many; ``due`` says of one entry exactly.
"""

from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from missions import calendar
from registrations import law
from registrations.dates import months_later
from registrations.enums import ConfirmationOccasion
from registrations.models import (
    Application,
    Confirmation,
    DepartureNotice,
    LegalRepresentative,
    ResidencyRecord,
    TravelDocument,
)

BEFORE_END = timedelta(days=law.CONFIRM_BEFORE_END_DAYS)
BEFORE_EXPIRY = timedelta(days=law.CONFIRM_BEFORE_EXPIRY_DAYS)
NOT_BEFORE = timedelta(days=law.CONFIRM_NOT_BEFORE_DAYS)
# So many months are never shorter, and the day at a mission is never further from UTC.
SHORTEST_YEAR = timedelta(days=30 * law.CONFIRM_EVERY_MONTHS)
DAY = timedelta(days=1)


def undisturbed() -> QuerySet[ResidencyRecord]:
    """Entries in force whose person neither leaves the register nor moves to another mission."""
    leaving = DepartureNotice.objects.open().filter(record=OuterRef("pk"))
    moving = Application.objects.open().filter(transfer_of=OuterRef("pk"))
    entries: QuerySet[ResidencyRecord] = ResidencyRecord.objects.in_force()
    return entries.exclude(Exists(leaving)).exclude(Exists(moving))


def askable() -> QuerySet[ResidencyRecord]:
    """Those of them that somebody keeps: the person, or a representative whose term runs."""
    keeper = LegalRepresentative.objects.current().filter(citizen=OuterRef("citizen"))
    return undisturbed().filter(Q(citizen__account__isnull=False) | Exists(keeper))


def candidates(now: datetime) -> list[QuerySet[ResidencyRecord]]:
    """One query an occasion, each along an index of its own."""
    return [_stay_may_end(now), _document_may_expire(now), _year_may_be_over(now)]


def _asked() -> QuerySet[Confirmation]:
    asked: QuerySet[Confirmation] = Confirmation.objects.filter(record=OuterRef("pk"))
    return asked


def _year_may_be_over(now: datetime) -> QuerySet[ResidencyRecord]:
    edge = now - SHORTEST_YEAR
    lately = _asked().filter(asked_at__gt=edge)
    return askable().filter(last_confirmed_at__lte=edge).exclude(Exists(lately))


def _stay_may_end(now: datetime) -> QuerySet[ResidencyRecord]:
    asked = _asked().filter(
        occasion=ConfirmationOccasion.STAY_ENDING,
        asked_at__gte=OuterRef("planned_end") - BEFORE_END - DAY,
    )
    ending = askable().filter(planned_end__lte=(now + DAY + BEFORE_END).date())
    ending = ending.annotate(
        due_on=Greatest(F("planned_end") - BEFORE_END, F("registered_on") + NOT_BEFORE)
    )
    ending = ending.filter(due_on__lte=now + DAY, last_confirmed_at__lt=F("due_on") + DAY)
    return ending.exclude(Exists(asked))


def _document_may_expire(now: datetime) -> QuerySet[ResidencyRecord]:
    documents = TravelDocument.objects.filter(
        replaced_at=None, expires_on__lte=(now + DAY + BEFORE_EXPIRY).date()
    )
    asked = Confirmation.objects.filter(
        record__citizen=OuterRef("citizen"),
        occasion=ConfirmationOccasion.PASSPORT_EXPIRING,
        asked_at__gte=OuterRef("expires_on") - BEFORE_EXPIRY - DAY,
    )
    expiring = documents.exclude(Exists(asked)).values("citizen")
    settled_in = (now + DAY - NOT_BEFORE).date()
    return askable().filter(citizen__in=expiring, registered_on__lte=settled_in)


def due(record: ResidencyRecord, now: datetime) -> list[ConfirmationOccasion]:
    """On what occasions to ask about this entry at this moment."""
    today = calendar.message_day(record.mission, now)
    asked = Confirmation.objects.filter(record=record).select_related("record__mission")
    found = []
    if _stay_is_due(record, asked, today):
        found.append(ConfirmationOccasion.STAY_ENDING)
    if _document_is_due(record, today):
        found.append(ConfirmationOccasion.PASSPORT_EXPIRING)
    if not found and _year_is_over(record, asked, today):
        found.append(ConfirmationOccasion.YEARLY)
    return found


def _year_is_over(record: ResidencyRecord, asked: QuerySet[Confirmation], today: date) -> bool:
    """So many months after the last word, or after the last question that got none."""
    last = max([record.last_confirmed_at, *(question.asked_at for question in asked)])
    confirmed_on = calendar.local_date(record.mission, last)
    return months_later(confirmed_on, law.CONFIRM_EVERY_MONTHS) <= today


def _stay_is_due(record: ResidencyRecord, asked: QuerySet[Confirmation], today: date) -> bool:
    """Before the planned end, unless the person said something since that day came near."""
    if record.planned_end is None:
        return False
    near = record.planned_end - BEFORE_END
    due_on = max(near, record.registered_on + NOT_BEFORE)
    confirmed_on = calendar.local_date(record.mission, record.last_confirmed_at)
    questions = asked.filter(occasion=ConfirmationOccasion.STAY_ENDING)
    return confirmed_on < due_on <= today and not any(_covers(one, near) for one in questions)


def _document_is_due(record: ResidencyRecord, today: date) -> bool:
    """Before the current document expires, once a document, at whatever mission; not while an
    officer looks at the new one."""
    document = record.citizen.document
    if document is None or document.expires_on is None:
        return False
    near = document.expires_on - BEFORE_EXPIRY
    if max(near, record.registered_on + NOT_BEFORE) > today:
        return False
    if record.changerequests.open().filter(page="document").exists():
        return False
    asked = Confirmation.objects.filter(
        record__citizen=record.citizen, occasion=ConfirmationOccasion.PASSPORT_EXPIRING
    ).select_related("record__mission")
    return not any(_covers(one, near) for one in asked)


def _covers(question: Confirmation, near: date) -> bool:
    """Still open, or asked since the occasion came near."""
    is_open = question.confirmed_at is None and question.lapsed_at is None
    return is_open or calendar.message_day(question.record.mission, question.asked_at) >= near
