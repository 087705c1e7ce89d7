"""The clock of a mission: its own days, its own time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from missions import calendar
from missions.calendar import DayOff
from missions.models import ForeignMission, MissionClosure
from tests.factories.missions import MissionFactory

pytestmark = pytest.mark.django_db
SUNDAY_TO_THURSDAY = [6, 0, 1, 2, 3]


def mission(zone="Europe/Berlin", country="DE", **fields):
    made = MissionFactory(timezone=zone, country=country, **fields)
    made.refresh_from_db()
    return made


def at(zone, *moment):
    return datetime(*moment, tzinfo=ZoneInfo(zone))


def test_answer_is_due_at_the_same_hour_after_the_clocks_go_back():
    berlin = mission()
    due = calendar.due_at(berlin, at("Europe/Berlin", 2026, 10, 23, 10), 1)
    # Republic Day falls on the Sunday of the change, so the Monday after it is free.
    assert due == datetime(2026, 10, 27, 17, tzinfo=UTC)


def test_answer_is_due_at_the_same_hour_after_the_clocks_go_forward():
    new_york = mission("America/New_York", "US")
    due = calendar.due_at(new_york, at("America/New_York", 2026, 3, 5, 10), 2)
    # Thursday; the Monday after the change, 9 March, is the day on which Women's Day is kept.
    assert due == datetime(2026, 3, 10, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arrived", "received"),
    [((2026, 4, 23, 17, 59), date(2026, 4, 23)), ((2026, 4, 24, 1, 30), date(2026, 4, 26))],
)
def test_clock_change_at_midnight_keeps_the_day(arrived, received):
    cairo = mission("Africa/Cairo", "EG", working_week=SUNDAY_TO_THURSDAY)
    assert calendar.received_on(cairo, at("Africa/Cairo", *arrived)) == received


def test_leap_day_is_a_working_day():
    berlin = mission()
    assert calendar.add_working_days(berlin, date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert calendar.add_working_days(berlin, date(2028, 2, 29), 1) == date(2028, 3, 1)
    assert calendar.add_working_days(berlin, date(2027, 2, 26), 1) == date(2027, 3, 1)


def test_week_from_sunday_to_thursday():
    riyadh = mission("Asia/Riyadh", "SA", working_week=SUNDAY_TO_THURSDAY)
    thursday = at("Asia/Riyadh", 2026, 6, 11, 10)
    assert calendar.due_at(riyadh, thursday, 2) == at("Asia/Riyadh", 2026, 6, 15, 18)
    friday = at("Asia/Riyadh", 2026, 6, 12, 10)
    assert calendar.received_on(riyadh, friday) == date(2026, 6, 14)


def why_off(place, day):
    return dict(calendar.days_off(place, day, 1)).get(day)


def test_closure_stops_the_clock():
    berlin = mission()
    MissionClosure.objects.create(
        mission=berlin, starts_on=date(2026, 6, 10), ends_on=date(2026, 6, 11)
    )
    assert why_off(berlin, date(2026, 6, 9)) is None
    assert why_off(berlin, date(2026, 6, 10)) == DayOff.CLOSURE
    assert calendar.add_working_days(berlin, date(2026, 6, 9), 1) == date(2026, 6, 12)


def test_closure_of_another_mission_does_not():
    MissionClosure.objects.create(
        mission=mission(), starts_on=date(2026, 6, 10), ends_on=date(2026, 6, 11)
    )
    assert calendar.is_working_day(mission(), date(2026, 6, 10))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 12, 16), DayOff.HOME),
        (date(2026, 5, 14), DayOff.HOST),
        (date(2026, 5, 13), None),
    ],
)
def test_holidays_of_kazakhstan_and_of_the_host(day, why):
    assert why_off(mission(), day) == why


def test_country_without_known_holidays_has_those_of_kazakhstan():
    nowhere = mission("Asia/Kabul", "XK")
    assert why_off(nowhere, date(2026, 12, 16)) == DayOff.HOME
    assert why_off(nowhere, date(2026, 6, 10)) is None


@pytest.mark.parametrize(
    ("hour", "received"),
    [(time(17, 59, 59), date(2026, 6, 9)), (time(18), date(2026, 6, 10))],
)
def test_arrival_after_closing_counts_for_the_next_day(hour, received):
    moment = datetime.combine(date(2026, 6, 9), hour, tzinfo=ZoneInfo("Europe/Berlin"))
    assert calendar.received_on(mission(), moment) == received


def test_closing_hour_is_the_missions_own():
    early = mission(closes_at=time(13))
    assert calendar.due_at(early, at("Europe/Berlin", 2026, 6, 9, 14), 1) == at(
        "Europe/Berlin", 2026, 6, 11, 13
    )


@pytest.mark.parametrize(
    ("zone", "country", "moment", "local", "received"),
    [
        ("Pacific/Auckland", "NZ", (2026, 6, 9, 23, 30), date(2026, 6, 10), date(2026, 6, 10)),
        ("Pacific/Auckland", "NZ", (2026, 6, 12, 7), date(2026, 6, 12), date(2026, 6, 15)),
        ("Asia/Tokyo", "JP", (2026, 6, 9, 20), date(2026, 6, 10), date(2026, 6, 10)),
        ("America/Los_Angeles", "US", (2026, 6, 10, 2), date(2026, 6, 9), date(2026, 6, 10)),
    ],
)
def test_days_are_those_of_the_mission_on_both_sides_of_the_date_line(
    zone, country, moment, local, received
):
    there, moment = mission(zone, country), datetime(*moment, tzinfo=UTC)
    assert calendar.local_date(there, moment) == local
    assert calendar.received_on(there, moment) == received


def test_working_days_between_counts_the_last_day_and_not_the_first():
    berlin = mission()
    friday, tuesday = at("Europe/Berlin", 2026, 6, 12, 9), at("Europe/Berlin", 2026, 6, 16, 17)
    assert calendar.working_days_between(berlin, friday, tuesday) == 2
    assert calendar.working_days_between(berlin, tuesday, friday) == -2
    assert calendar.working_days_between(berlin, friday, friday) == 0


def test_working_days_between_counts_local_days():
    tokyo = mission("Asia/Tokyo", "JP")
    start = datetime(2026, 6, 9, 14, tzinfo=UTC)
    assert calendar.working_days_between(tokyo, start, start + timedelta(hours=2)) == 1


def test_mission_closed_for_a_year_has_no_working_day():
    berlin = mission()
    first = date(2026, 1, 1)
    MissionClosure.objects.create(
        mission=berlin, starts_on=first, ends_on=first + timedelta(days=400)
    )
    with pytest.raises(LookupError, match=berlin.code):
        calendar.next_working_day(berlin, first)
    # What is sent there all the same is due soon, not never.
    assert calendar.due_at(berlin, at("Europe/Berlin", 2026, 1, 5, 10), 2) == at(
        "Europe/Berlin", 2026, 1, 7, 18
    )


def test_days_off_are_those_of_the_working_week():
    berlin = mission()
    MissionClosure.objects.create(
        mission=berlin, starts_on=date(2026, 12, 17), ends_on=date(2026, 12, 20)
    )
    assert calendar.days_off(berlin, date(2026, 12, 14), 12) == [
        (date(2026, 12, 16), DayOff.HOME),
        (date(2026, 12, 17), DayOff.CLOSURE),
        (date(2026, 12, 18), DayOff.CLOSURE),
        (date(2026, 12, 25), DayOff.HOST),
    ]


def test_closures_are_fetched_once_for_many_days(django_assert_num_queries):
    berlin = mission()
    MissionClosure.objects.create(
        mission=berlin, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 3), reason="x"
    )
    long_ago, now = at("Europe/Berlin", 2026, 1, 5, 10), at("Europe/Berlin", 2026, 11, 5, 10)
    with django_assert_num_queries(1):
        days = calendar.working_days_between(berlin, long_ago, now)
    assert days == sum(
        calendar.is_working_day(berlin, date(2026, 1, 5) + timedelta(days=ahead))
        for ahead in range(1, 305)
    )
    with django_assert_num_queries(2):
        calendar.due_at(berlin, long_ago, 40)


def test_new_mission_closes_at_a_time_of_day():
    assert ForeignMission().closes_at == time(18)
