"""The morning digest: once a working day and mission, in each officer's language."""

from datetime import date

import pytest

from accounts.models import OutboxMessage
from missions.models import MissionClosure
from registrations.enums import LeavingReason
from registrations.models import HelpRequest, MorningDigest
from registrations.services import departures
from tests.clock import at, due_work, due_work_at, moment
from tests.factories import registrations as made
from tests.factories.missions import MissionFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


def digests(**which):
    return list(OutboxMessage.objects.filter(kind="officer_digest", **which).order_by("id"))


def numbers(message):
    """What the digest counts, by its label."""
    lines = (line.split(": ", 1) for line in message.body_text.splitlines() if ": " in line)
    return {label: value for label, value in lines if value.isdigit()}


def test_sent_at_eight_to_everybody_posted_there(cast):
    with at("2027-03-01 12:00"):
        overdue = made.submitted(cast.here)
    with at("2027-03-02 12:00"):
        due = made.in_review(cast.here, cast.officer_here)
    with at("2027-03-03 12:00"):
        new = made.submitted(cast.here)
        made.submitted(cast.there)
    due_work_at("2027-03-04 07:59")
    assert digests(reference__startswith="DEBER") == []
    due_work_at("2027-03-04 08:00")
    here = digests(reference="DEBER 2027-03-04")
    assert {one.recipient for one in here} == {
        cast.officer_here.email,
        cast.second_officer_here.email,
    }
    text = here[0].body_text
    assert numbers(here[0]) == {
        "Overdue": "1",
        "Due today": "1",
        "New since the last digest": "1",
        "Requests of registered people": "0",
        "Unconfirmed entries of the register": "0",
    }
    assert overdue.reference in text
    assert due.reference in text
    assert new.reference not in text
    assert "Серікұлы" not in text
    assert "overdue: 1" in here[0].subject
    assert [one.recipient for one in digests(reference="TRANK 2027-03-04")] == [
        cast.officer_there.email
    ]


def test_once_a_day_however_often_the_round_comes(cast):
    with at("2027-03-01 12:00"):
        made.submitted(cast.here)
    for text in ("2027-03-02 08:00", "2027-03-02 08:15", "2027-03-02 17:59"):
        due_work_at(text)
    assert len(digests()) == 2
    due_work_at("2027-03-03 08:00")
    assert len(digests()) == 4


def test_late_round_sends_it_the_same_day_and_not_after_hours(cast):
    with at("2027-03-01 12:00"):
        made.submitted(cast.here)
    due_work_at("2027-03-02 18:00")
    assert digests() == []
    due_work_at("2027-03-03 16:30")
    assert {one.reference for one in digests()} == {"DEBER 2027-03-03"}


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-06 09:00",  # Saturday
        "2027-03-08 09:00",  # Women's Day in Kazakhstan
        "2027-03-22 09:00",  # Nauryz
        "2027-03-26 09:00",  # Good Friday in Germany
        "2027-03-10 09:00",  # closed by the mission
    ],
)
def test_nothing_on_a_day_the_mission_does_not_work(cast, text):
    MissionClosure.objects.create(
        mission=cast.here, starts_on=date(2027, 3, 10), ends_on=date(2027, 3, 10)
    )
    with at("2027-03-01 12:00"):
        made.submitted(cast.here)
    due_work_at(text)
    assert digests() == []


def test_nothing_where_nothing_waits_and_not_later_that_day(cast):
    due_work_at("2027-03-02 08:00")
    with at("2027-03-02 09:00"):
        made.submitted(cast.here)
    due_work_at("2027-03-02 10:00")
    assert digests() == []
    due_work_at("2027-03-03 08:00")
    assert numbers(digests()[0])["New since the last digest"] == "1"


def test_new_is_what_came_since_the_last_digest(cast):
    due_work_at("2027-03-05 08:00")
    with at("2027-03-05 12:00"):
        made.submitted(cast.here)
    with at("2027-03-07 12:00"):
        made.submitted(cast.here)
    # Monday the 8th is a holiday: the next digest is on Tuesday.
    due_work_at("2027-03-09 08:00")
    assert numbers(digests()[0])["New since the last digest"] == "2"


def test_each_officer_in_the_own_language(cast):
    cast.officer_here.language = "kk"
    cast.officer_here.save()
    cast.second_officer_here.language = "ru"
    cast.second_officer_here.save()
    with at("2027-03-01 12:00"):
        made.submitted(cast.here)
    due_work_at("2027-03-02 08:00")
    assert {(one.recipient, one.language) for one in digests()} == {
        (cast.officer_here.email, "kk"),
        (cast.second_officer_here.email, "ru"),
    }
    assert len({one.subject for one in digests()}) == 2


def test_requests_count_and_a_departure_only_once_it_stands(cast):
    with at("2027-03-01 12:00"):
        record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
        departures.give_notice(record, reason="returned", text="", actor=cast.citizen)
        HelpRequest.objects.create(
            record=record,
            requested_by=cast.citizen,
            due_at=moment("2027-03-02 18:00"),
            topic="illness",
            text="x",
            is_urgent=True,
        )
    due_work_at("2027-03-02 08:00")
    assert "Requests of registered people: 1 – urgent requests for help: 1" in (
        digests()[0].body_text
    )
    HelpRequest.objects.all().delete()
    due_work_at("2027-03-09 08:00")
    assert numbers(digests()[-1])["Requests of registered people"] == "1"


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Asia/Tokyo", "America/Los_Angeles"])
def test_eight_is_the_missions_own_hour(cast, zone):
    mission = MissionFactory(timezone=zone, country="NZ", register_code="NZWLG")
    cast.officer_here.postings.create(mission=mission, role="officer", starts_on=date(2020, 1, 1))
    with at("2027-03-01 12:00", zone):
        made.submitted(mission)
    due_work_at("2027-03-02 07:59", zone)
    assert digests(reference__startswith="NZWLG") == []
    due_work_at("2027-03-02 08:00", zone)
    assert [one.reference for one in digests(reference__startswith="NZWLG")] == ["NZWLG 2027-03-02"]


def test_day_on_which_the_clocks_change(cast):
    """Sunday 28 March 2027; the mission works on Sundays."""
    cast.here.working_week = [6]
    cast.here.save()
    with at("2027-03-27 12:00"):
        made.submitted(cast.here)
    due_work_at("2027-03-28 07:59")
    assert digests() == []
    due_work_at("2027-03-28 08:00")
    assert len(digests()) == 2


def test_officer_whose_posting_has_ended_gets_none(cast):
    cast.second_officer_here.postings.update(ends_on=date(2027, 3, 1))
    with at("2027-03-01 12:00"):
        made.submitted(cast.here)
    due_work_at("2027-03-02 08:00")
    assert [one.recipient for one in digests()] == [cast.officer_here.email]


def test_double_round_writes_one_row_a_mission(cast):
    with at("2027-03-02 08:00"):
        due_work()
        due_work()
    assert sorted(MorningDigest.objects.values_list("mission__code", "last_on")) == [
        ("embassy-ankara", date(2027, 3, 2)),
        ("embassy-berlin", date(2027, 3, 2)),
    ]


def test_closed_mission_is_sent_nothing(cast):
    with at("2027-03-01 12:00"):
        made.submitted(cast.here)
    due_work_at("2027-03-02 08:00")
    before = len(digests(reference__startswith="DEBER"))
    cast.here.is_open = False
    cast.here.save()
    due_work_at("2027-03-03 08:00")
    assert len(digests(reference__startswith="DEBER")) == before == 2


def test_index_counts_what_the_digest_counts(cast):
    with at("2027-03-01 12:00"):
        record = made.registered(cast.here, cast.officer_here)
        departures.give_notice(
            record, reason=LeavingReason.RETURNED, text="", actor=record.citizen.account
        )
    counted = []
    for text in ("2027-03-02 08:00", "2027-03-09 08:00"):
        due_work_at(text)
        with at(text):
            index = signed_in(cast.officer_here).get("/admin/")
        told = digests(reference__startswith="DEBER")
        told = numbers(told[-1])["Requests of registered people"] if told else "0"
        counted.append((sum(kind["open"] for kind in index.context["requests"]), int(told)))
    assert counted == [(0, 0), (1, 1)]
