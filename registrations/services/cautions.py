"""What an officer should look at twice before deciding."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from missions import calendar
from missions.services import mission_for
from registrations import iin, law, names
from registrations.enums import DeregistrationGround
from registrations.models import Application, ResidencyRecord
from registrations.services import awaited_answers, duplicates, register_state, representation

# A document that ends within this time is pointed out.
EXPIRES_SOON = timedelta(days=60)
# More entries of one person than these are not listed one by one.
MOST_DUPLICATES = 5


@dataclass(frozen=True)
class Caution:
    """``other`` is the application to compare with, where there is one."""

    code: str
    text: str | Promise
    other: Application | None = None


def cautions_of(application: Application, *, seen_by: User) -> list[Caution]:
    """All that applies, the gravest first; nothing of a case that is over: they speak of today, and
    the person's life goes on elsewhere."""
    if not application.is_live:
        return []
    return [
        *_on_register(application),
        *_same_person(application, seen_by),
        *_age(application),
        *_late_answer(application),
        *_freshness(application),
        *_document(application),
        *_numbers_and_letters(application),
        *_district(application),
        *_mailbox(application),
    ]


def _on_register(application: Application) -> list[Caution]:
    """A second entry is made only after the first is closed."""
    record = (
        ResidencyRecord.objects.in_force()
        .filter(citizen=application.citizen)
        .exclude(application=application)
        .first()
    )
    if record is None:
        return _left_closed(application)
    words = {"number": record.number, "mission": record.mission}
    if record == application.transfer_of:
        said = _("The person moves here; this entry is closed with it: %(number)s, %(mission)s")
        return [Caution("moves_here", said % words)]
    said = _("The person is on the register already: %(number)s, %(mission)s")
    return [Caution("on_register", said % words)]


def _left_closed(application: Application) -> list[Caution]:
    """The entry that moves here was closed meanwhile, for another reason than the move."""
    left = application.transfer_of
    if left is None or left.closing_ground in {"", DeregistrationGround.REGISTERED_ELSEWHERE}:
        return []
    said = _(
        "The entry the person moves from is closed: %(number)s, %(mission)s. Ground: %(ground)s"
    )
    ground = DeregistrationGround(left.closing_ground).label
    words = {"number": left.number, "mission": left.mission, "ground": ground}
    return [Caution("left_closed", said % words)]


def _same_person(application: Application, seen_by: User) -> list[Caution]:
    """Where else somebody is registered is not told to whoever sends a name and a birth date."""
    others = duplicates.other_applications(application)
    visible = duplicates.visible_among(others, seen_by)
    found = []
    for other in visible[:MOST_DUPLICATES]:
        said = (
            _("Possible duplicate (same IIN): %(reference)s, %(mission)s")
            if duplicates.same_iin(application, other)
            else _("Possible duplicate (same name and birth date): %(reference)s, %(mission)s")
        )
        words = said % {"reference": other.reference, "mission": other.mission}
        found.append(Caution("duplicate", words, other))
    if others.exclude(pk__in=visible.values("pk")).exists():
        said = _("Another mission has a case that may be of this person: ask the ministry")
        found.append(Caution("duplicate_elsewhere", said))
    return found


def _today(application: Application) -> date:
    """The day at the mission, whose clock the law's days are counted by."""
    if application.mission is None:
        return timezone.localdate()
    return calendar.local_date(application.mission, timezone.now())


def _age(application: Application) -> list[Caution]:
    born = application.citizen.birth_date
    if born is None or representation.age_on(born, _today(application)) >= law.ADULT_AGE:
        return []
    return [Caution("minor", _("The person is under 18"))]


def _late_answer(application: Application) -> list[Caution]:
    request = application.open_request
    if request is None or not awaited_answers.is_late(application, request.answer_by):
        return []
    said = _("The last day to answer was %(day)s: you may go on without the answer")
    return [Caution("late_answer", said % {"day": _day(request.answer_by)})]


def _freshness(application: Application) -> list[Caution]:
    """Whether the entry this application led to is in doubt."""
    record = ResidencyRecord.objects.in_force().filter(application=application).first()
    if record is None:
        return []
    found = []
    if record.unconfirmed_since is not None:
        said = _("The entry is unconfirmed since %(day)s: %(why)s")
        since = calendar.local_date(record.mission, record.unconfirmed_since)
        why = register_state.why_unconfirmed(record).label
        found.append(Caution("unconfirmed", said % {"day": _day(since), "why": why}))
    if record.planned_end and record.planned_end < _today(application):
        said = _("The planned end of the stay was %(day)s")
        found.append(Caution("stay_over", said % {"day": _day(record.planned_end)}))
    return found


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _document(application: Application) -> list[Caution]:
    document = application.citizen.document
    if document is None:
        return [Caution("no_document", _("The person has no document now"))]
    today = _today(application)
    if document.expires_on is None or document.expires_on > today + EXPIRES_SOON:
        return []
    day = _day(document.expires_on)
    if document.expires_on < today:
        return [Caution("expired", _("The document expired on %(day)s") % {"day": day})]
    return [Caution("expires_soon", _("The document expires on %(day)s") % {"day": day})]


def _numbers_and_letters(application: Application) -> list[Caution]:
    citizen = application.citizen
    found = []
    differences = iin.differences(citizen.iin, citizen.birth_date, citizen.sex)
    if "birth_date" in differences:
        found.append(Caution("iin_differs", _("The IIN shows another birth date")))
    if "sex" in differences:
        found.append(Caution("iin_sex_differs", _("The IIN shows another sex")))
    if not citizen.iin:
        found.append(Caution("no_iin", _("The person has no IIN")))
    if names.mixes_scripts(f"{citizen.full_name} {citizen.full_name_latin}"):
        found.append(Caution("mixed_script", _("A name mixes Latin and Cyrillic letters")))
    return found


def _district(application: Application) -> list[Caution]:
    served = mission_for(application.country, application.region).mission
    if application.mission in {served, None}:
        return []
    return [Caution("other_mission", _("Another mission serves this place"))]


def _mailbox(application: Application) -> list[Caution]:
    refused_at = application.correspondent.mail_refused_at
    if refused_at is None:
        return []
    said = _("Mail has not reached the person since %(day)s: call")
    return [Caution("mail_refused", said % {"day": date_format(refused_at, "DATE_FORMAT")})]
