"""How fresh the register is: of one entry in words, of a mission in numbers."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from missions.models import ForeignMission, today_at
from registrations.enums import UnconfirmedReason
from registrations.models import ResidencyRecord
from registrations.services.representation import comes_of_age_at


@dataclass(frozen=True)
class Share:
    """Entries in force at a mission, and how many of them are confirmed."""

    mission: ForeignMission
    in_force: int
    unconfirmed: int

    @property
    def percent(self) -> int:
        """Of the entries in force, those confirmed; rounded down, so that 100 means all."""
        return 100 * (self.in_force - self.unconfirmed) // self.in_force if self.in_force else 100


def shares(register: QuerySet[ResidencyRecord]) -> list[Share]:
    """By mission, the least confirmed first; ``register`` is what the officer may see."""
    in_force = register.filter(closed_at=None)
    counted = {
        row["mission"]: row
        for row in in_force.order_by()
        .values("mission")
        .annotate(entries=Count("pk"), silent=Count("pk", filter=~Q(unconfirmed_since=None)))
    }
    missions = ForeignMission.objects.in_bulk(counted)
    found = [Share(missions[pk], row["entries"], row["silent"]) for pk, row in counted.items()]
    return sorted(found, key=lambda share: (share.percent, -share.in_force, share.mission.code))


def why_unconfirmed(record: ResidencyRecord) -> UnconfirmedReason:
    """Why an unconfirmed entry is so, as things stand now."""
    citizen, now = record.citizen, timezone.now()
    born, row = citizen.birth_date, getattr(citizen, "coming_of_age", None)
    grown = born is not None and comes_of_age_at(born, record.mission) <= now
    kept = citizen.account_id is not None or any(
        one.ends_at is None or one.ends_at > now for one in citizen.representatives.all()
    )
    if row is None or not grown or kept:
        return UnconfirmedReason.NO_ANSWER
    return UnconfirmedReason.NOT_TAKEN_OVER if row.email else UnconfirmedReason.NO_ADDRESS


def has_unconfirmed_entry() -> Exists:
    """Whether an application led to an entry that is unconfirmed now."""
    return Exists(ResidencyRecord.objects.unconfirmed().filter(application=OuterRef("pk")))


def stay_is_over(register: QuerySet[ResidencyRecord]) -> QuerySet[ResidencyRecord]:
    """In force, though the stay the card states has ended at the mission: a ground to close it."""
    ended = {"planned_end__lt": today_at("mission__timezone")}
    # The day of no mission comes later than this one; the index is read up to it.
    last = (timezone.now() + timedelta(days=1)).date()
    return register.filter(closed_at=None, planned_end__lte=last, **ended)
