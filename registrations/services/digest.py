"""What waits at a mission, told to its officers at eight on each of its working days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts import outbox
from accounts.models import User
from missions import calendar
from missions.models import ForeignMission
from registrations.models import (
    Application,
    CertificateRequest,
    ChangeRequest,
    DepartureNotice,
    HelpRequest,
    MorningDigest,
    ResidencyRecord,
)
from registrations.services import rounds

# Cases named by reference in the message; of more than these only the number is given.
MOST_REFERENCES = 20


@dataclass(frozen=True)
class Waiting:
    """Cases by reference, and counts of the rest: a digest holds nothing of a person."""

    overdue: list[str]
    due_today: list[str]
    new: int
    requests: int
    urgent: int
    unconfirmed: int

    def __bool__(self) -> bool:
        """Unconfirmed entries alone are no news: they stand in the register's list."""
        return bool(self.overdue or self.due_today or self.new or self.requests)


def send_due() -> int:
    """One digest a mission and working day, whenever the round comes on it."""
    for mission in ForeignMission.objects.filter(is_open=True, postings__isnull=False).distinct():
        MorningDigest.objects.get_or_create(mission=mission)
    latest = (timezone.now() + timedelta(days=1)).date()
    due = MorningDigest.objects.filter(Q(last_on=None) | Q(last_on__lt=latest))
    return rounds.each(due.filter(mission__is_open=True), _send)


def _send(digest: MorningDigest) -> bool:
    mission, now = digest.mission, timezone.now()
    today = calendar.local_date(mission, now)
    if not _is_time(mission, now) or (digest.last_on is not None and digest.last_on >= today):
        return False
    since = digest.last_on or today - timedelta(days=1)
    digest.last_on = today
    digest.save(update_fields=["last_on"])
    waiting = waiting_at(mission, now, since=since)
    if not waiting:
        return False
    for officer in _officers(mission, today):
        _tell(officer, mission, today, waiting)
    return True


def _is_time(mission: ForeignMission, now: datetime) -> bool:
    """Between the morning and the end of a working day."""
    local = now.astimezone(calendar.zone(mission))
    in_hours = calendar.MORNING <= local.time() < mission.closes_at
    return in_hours and calendar.is_working_day(mission, local.date())


def waiting_at(mission: ForeignMission, now: datetime, *, since: date) -> Waiting:
    """What waits at this moment; new is what came since the morning of ``since``."""
    here = calendar.zone(mission)
    today = calendar.local_date(mission, now)
    tomorrow = datetime.combine(today + timedelta(days=1), time.min, tzinfo=here)
    cases = Application.objects.filter(mission=mission).awaiting_officer().order_by("due_at", "pk")
    overdue, rest = cases.filter(due_at__lt=now), cases.filter(due_at__gte=now)
    urgent = HelpRequest.objects.open().filter(record__mission=mission, is_urgent=True)
    register = ResidencyRecord.objects.filter(mission=mission)
    return Waiting(
        overdue=list(overdue.values_list("reference", flat=True)),
        due_today=list(rest.filter(due_at__lt=tomorrow).values_list("reference", flat=True)),
        new=cases.filter(
            submitted_at__gte=datetime.combine(since, calendar.MORNING, tzinfo=here)
        ).count(),
        requests=_open_requests(mission, now),
        urgent=urgent.count(),
        unconfirmed=register.unconfirmed().count(),
    )


def _open_requests(mission: ForeignMission, now: datetime) -> int:
    kinds = (DepartureNotice, ChangeRequest, CertificateRequest, HelpRequest)
    return sum(
        kind.objects.awaiting_officer(now).filter(record__mission=mission).count() for kind in kinds
    )


def _officers(mission: ForeignMission, day: date) -> list[User]:
    """Whoever is posted there on the day, once each."""
    postings = mission.postings.current(on=day).filter(user__is_active=True)
    return list(User.objects.filter(pk__in=postings.values("user")).order_by("pk"))


def _tell(officer: User, mission: ForeignMission, day: date, waiting: Waiting) -> None:
    outbox.queue(
        to=officer.email,
        user=officer,
        language=officer.language,
        kind="officer_digest",
        template="officer_digest",
        context={
            "mission": mission,
            "day": day,
            "waiting": waiting,
            "overdue": waiting.overdue[:MOST_REFERENCES],
            "due_today": waiting.due_today[:MOST_REFERENCES],
        },
        reference=f"{mission.register_code} {day.isoformat()}",
    )
