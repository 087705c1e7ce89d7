"""How much waits at the missions a person may see, and who can be given a case."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, DateField, Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import User
from accounts.scoping import sees_every_mission
from missions.models import ForeignMission, Posting
from missions.rights import ROLE_OF_POSTING
from registrations.enums import ApplicationStatus
from registrations.models import Application, LegalRepresentative, ResidencyRecord
from registrations.models.citizens import of_citizen

DECIDING_ROLES = [
    posting
    for posting, role in ROLE_OF_POSTING.items()
    if "registrations.decide_application" in role.permissions
]
CLOCK_RUNS = (ApplicationStatus.SUBMITTED, ApplicationStatus.IN_REVIEW)


@dataclass(frozen=True)
class Workload:
    """Numbers of cases; ``due_today`` by the clock of each case's own mission."""

    todo: int
    overdue: int
    due_today: int
    mine: int
    waiting: int


@dataclass(frozen=True)
class Colleague:
    """An officer a case can be given to, and how many he has in work."""

    officer: User
    in_work: int


def missions_of(user: User) -> QuerySet[ForeignMission]:
    """Whose people are the person's work: of the postings of today, or of every mission."""
    if sees_every_mission(user):
        return ForeignMission.objects.all()
    return ForeignMission.objects.of_officer(user)


def works_for_several(user: User) -> bool:
    return missions_of(user)[:2].count() > 1


def cases_of(user: User) -> QuerySet[Application]:
    """What was sent to these missions.

    Not the user's own case, nor one of whom he represents: of those he reads what a citizen reads.
    """
    sent = Application.objects.visible_to(user).exclude(submitted_at=None)
    return sent.filter(mission__in=missions_of(user)).exclude(of_citizen(user))


def entries_of(user: User) -> QuerySet[ResidencyRecord]:
    """The same of the register."""
    entries = ResidencyRecord.objects.visible_to(user).filter(mission__in=missions_of(user))
    return entries.exclude(of_citizen(user))


def _day_at_mission(moment: F | datetime) -> Cast:
    """The date at the case's mission at that moment."""
    local = Func(F("mission__timezone"), moment, function="timezone", output_field=DateField())
    return Cast(local, DateField())


def due_today(cases: QuerySet[Application], now: datetime | None = None) -> QuerySet[Application]:
    """What falls due before the mission's day is over and is not overdue yet."""
    now = now or timezone.now()
    return (
        cases.filter(status__in=CLOCK_RUNS, due_at__gte=now)
        .alias(due_on=_day_at_mission(F("due_at")), today=_day_at_mission(now))
        .filter(due_on=F("today"))
    )


def without_officer() -> Q:
    """Cases given to nobody, or to somebody who is not posted at their mission any more."""
    posted = Posting.objects.current().filter(
        user=OuterRef("assigned_to"), mission=OuterRef("mission")
    )
    return Q(~Exists(posted))


def workload_of(user: User) -> Workload:
    cases = cases_of(user)
    todo = Q(status__in=CLOCK_RUNS)
    counted = cases.filter(status__in=[*CLOCK_RUNS, ApplicationStatus.MORE_INFO]).aggregate(
        todo=Count("pk", filter=todo),
        overdue=Count("pk", filter=todo & Q(due_at__lt=timezone.now())),
        mine=Count("pk", filter=todo & Q(assigned_to=user)),
        waiting=Count("pk", filter=Q(status=ApplicationStatus.MORE_INFO)),
    )
    return Workload(due_today=due_today(cases).count(), **counted)


def colleagues_for(application: Application) -> list[Colleague]:
    """Officers posted at the case's mission today who may decide it, the least busy first.

    The same people as transitions.parts_of finds one by one, in one query.
    """
    posted = Posting.objects.current().filter(mission=application.mission, role__in=DECIDING_ROLES)
    citizen = application.citizen
    keepers = LegalRepresentative.objects.current().filter(citizen=citizen).values("user")
    nobody = [citizen.account_id or 0, application.applicant_id, application.assigned_to_id or 0]
    in_work = Count("cases", filter=Q(cases__status=ApplicationStatus.IN_REVIEW))
    officers = (
        User.objects.filter(pk__in=posted.values("user"), is_staff=True, is_active=True)
        .exclude(pk__in=keepers)
        .exclude(pk__in=nobody)
        .annotate(in_work=in_work)
    )
    return [
        Colleague(officer, officer.in_work)
        for officer in officers.order_by("in_work", "full_name", "pk")
    ]
