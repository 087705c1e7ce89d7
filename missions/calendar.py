"""Working days of a mission: its week, its closures, the holidays of Kazakhstan and of the host.

The clock counts whole working days. What arrives after the end of the working day, or on a day
the mission does not work, counts as received on the next working day; the day of receipt is not
counted. A period ends with the working day it ends on, in the mission's own time zone.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from babel import Locale
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from missions.models import ForeignMission, MissionClosure

HOME = "KZ"
# Cities that CLDR still lists by the name their zone had before.
KNOWN_TO_CLDR = {
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kolkata": "Asia/Calcutta",
    "Europe/Kyiv": "Europe/Kiev",
}
# Messages that nobody waits for leave from this hour of the mission on.
MORNING = time(8)


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Public holidays of a country; none where the library does not know the country."""
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


def zone(mission: ForeignMission) -> ZoneInfo:
    return ZoneInfo(mission.timezone)


def zone_name(timezone: str) -> str:
    """The zone as people call it, in the active language: "Berlin time" for Europe/Berlin."""
    zones = Locale((get_language() or "kk")[:2]).time_zones
    city = zones.get(KNOWN_TO_CLDR.get(timezone, timezone), {}).get("city")
    return _("%(city)s time") % {"city": city or timezone.rpartition("/")[2].replace("_", " ")}


def local_date(mission: ForeignMission, moment: datetime) -> date:
    """The date at the mission at that moment."""
    return moment.astimezone(zone(mission)).date()


def message_day(mission: ForeignMission, moment: datetime) -> date:
    """The day at the mission for messages that nobody waits for: it begins in the morning."""
    local = moment.astimezone(zone(mission))
    return local.date() if local.time() >= MORNING else local.date() - timedelta(days=1)


class DayOff(models.TextChoices):
    """Why a mission does not work on a day of its working week."""

    CLOSURE = "closure", pgettext_lazy("day off", "the mission is closed")
    HOME = "home", pgettext_lazy("day off", "holiday of Kazakhstan")
    HOST = "host", pgettext_lazy("day off", "holiday of the host country")


def _reason(
    mission: ForeignMission, closures: Iterable[MissionClosure], day: date
) -> DayOff | None:
    if any(closure.starts_on <= day <= closure.ends_on for closure in closures):
        return DayOff.CLOSURE
    if day in public_holidays(HOME, day.year):
        return DayOff.HOME
    return DayOff.HOST if day in public_holidays(mission.country, day.year) else None


def is_working_day(mission: ForeignMission, day: date) -> bool:
    return _working_days(mission)(day)


def _working_days(mission: ForeignMission) -> Callable[[date], bool]:
    """Whether the mission works on a day; its closures are fetched once for all days asked of."""
    closures = list(mission.closures.all())
    return lambda day: (
        day.weekday() in mission.working_week and _reason(mission, closures, day) is None
    )


def days_off(mission: ForeignMission, first: date, days: int) -> list[tuple[date, DayOff]]:
    """The days of the working week, among ``days`` from ``first`` on, on which nobody works."""
    closures = list(mission.closures.all())
    ahead = (first + timedelta(days=number) for number in range(days))
    week = (day for day in ahead if day.weekday() in mission.working_week)
    return [(day, why) for day in week if (why := _reason(mission, closures, day)) is not None]


def next_working_day(mission: ForeignMission, day: date) -> date:
    """The first working day on or after ``day``; LookupError if a year has none."""
    return _first(mission, _working_days(mission), day)


def _first(mission: ForeignMission, works: Callable[[date], bool], day: date) -> date:
    for ahead in range(366):
        candidate = day + timedelta(days=ahead)
        if works(candidate):
            return candidate
    raise LookupError(f"{mission.code} has no working day within a year of {day}")


def add_working_days(mission: ForeignMission, start: date, days: int) -> date:
    """The ``days``-th working day after ``start``."""
    day, works = start, _working_days(mission)
    for _each in range(days):
        day = _first(mission, works, day + timedelta(days=1))
    return day


def received_on(mission: ForeignMission, moment: datetime) -> date:
    """The working day on which something counts as received."""
    local = moment.astimezone(zone(mission))
    late = local.time() >= mission.closes_at
    return next_working_day(mission, local.date() + timedelta(days=1 if late else 0))


def due_at(mission: ForeignMission, received_at: datetime, working_days: int) -> datetime:
    """The end of the working day by which an answer is due.

    A mission without a working day for a year, one that was evacuated, say, is written to all the
    same: every day counts there, so that what waits shows as due soon.
    """
    try:
        day = add_working_days(mission, received_on(mission, received_at), working_days)
    except LookupError:
        day = local_date(mission, received_at) + timedelta(days=working_days)
    return datetime.combine(day, mission.closes_at, tzinfo=zone(mission))


def working_days_between(mission: ForeignMission, start: datetime, end: datetime) -> int:
    """Working days after the day of ``start`` up to and including the day of ``end``; negative
    where ``end`` comes first."""
    first, last = local_date(mission, start), local_date(mission, end)
    sign = 1 if last >= first else -1
    first, last = min(first, last), max(first, last)
    days = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
    return sign * sum(map(_working_days(mission), days))
