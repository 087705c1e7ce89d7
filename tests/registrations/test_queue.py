"""The queue: what waits, in which order, how it is marked, and what an empty one says."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, User
from missions import calendar
from missions.models import PostingRole
from missions.services import end_posting, post_officer
from registrations.enums import Capacity
from registrations.models import Application, Citizen
from registrations.services import flags, workload
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.missions import MissionFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
NAMES = ("Асан", "Берік", "Дана", "Ерлан", "Жанар")
QUEUE = "/admin/registrations/application/"


def due(case, moment):
    Application.objects.filter(pk=case.pk).update(due_at=moment)
    return case


def references(page):
    return [row.reference for row in page.context["cl"].result_list]


def cell(page, case, name):
    """What the column says of the case, without its markup."""
    return {
        row.reference: getattr(page.context["cl"].model_admin, name)(row)
        for row in page.context["cl"].result_list
    }[case.reference]


def person(cast, number, **traits):
    """Somebody nobody else is taken for."""
    return made.submitted(
        cast.here, given_names=NAMES[number], given_names_latin="", iin="", **traits
    )


def test_overdue_comes_first_and_is_said_in_a_word(cast):
    now = timezone.now()
    later = due(person(cast, 1), now + timedelta(days=30))
    late = due(person(cast, 2), now - timedelta(days=7))
    page = signed_in(cast.officer_here).get(QUEUE)
    assert references(page) == [late.reference, later.reference]
    assert "due--over" in cell(page, late, "due")
    assert "Overdue" in cell(page, late, "due")
    assert "working day" in cell(page, late, "due")
    assert "due--later" in cell(page, later, "due")


def test_counts_stand_in_the_head_of_the_queue(cast):
    now = timezone.now()
    due(person(cast, 1), now + timedelta(days=30))
    due(person(cast, 2), now - timedelta(days=2))
    due(made.in_review(cast.here, cast.officer_here, iin=""), now + timedelta(days=30))
    made.more_info(cast.here, cast.officer_here, iin="")
    made.registered(cast.here, cast.officer_here, iin="")
    made.submitted(cast.there)
    page = signed_in(cast.officer_here).get(QUEUE)
    assert page.context["workload"] == workload.Workload(
        todo=3, overdue=1, due_today=0, mine=1, waiting=1
    )
    for task, count in {
        "": 3,
        "overdue": 1,
        "today": 0,
        "mine": 1,
        "waiting": 1,
        "decided": 1,
        "all": 5,
        "unassigned": 2,
        "nonsense": 3,
    }.items():
        listed = signed_in(cast.officer_here).get(QUEUE, {"task": task} if task else {})
        assert (task, len(references(listed))) == (task, count)


@pytest.mark.parametrize(
    ("zone", "now", "is_today"),
    [
        # Due at 18:00 in Vladivostok: from its midnight on, which is 14:00 UTC of the day before.
        ("Asia/Vladivostok", datetime(2026, 11, 23, 13, 59, tzinfo=UTC), False),
        ("Asia/Vladivostok", datetime(2026, 11, 23, 14, 0, tzinfo=UTC), True),
        ("Asia/Vladivostok", datetime(2026, 11, 24, 8, 1, tzinfo=UTC), False),
        # The same moment is the first minute of the 24th in Los Angeles.
        ("America/Los_Angeles", datetime(2026, 11, 24, 7, 59, tzinfo=UTC), False),
        ("America/Los_Angeles", datetime(2026, 11, 24, 8, 0, tzinfo=UTC), True),
    ],
)
def test_due_today_by_the_clock_of_the_mission(cast, zone, now, is_today):
    cast.here.timezone = zone
    cast.here.save()
    case = due(person(cast, 1), datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    found = workload.due_today(Application.objects.all(), now=now)
    assert list(found) == ([case] if is_today else [])


def test_flags_mark_what_wants_a_second_look(cast):
    yesterday = timezone.localdate() - timedelta(days=1)
    plain = person(cast, 1)
    minor = made.submitted(
        cast.here,
        capacity=Capacity.PARENT,
        iin="",
        birth_date=date(2020, 1, 1),
        given_names="Бала",
        given_names_latin="BALA",
    )
    expired = person(cast, 2, document={"expires_on": yesterday})
    elsewhere = person(cast, 3)
    Application.objects.filter(pk=elsewhere.pk).update(other_mission_reason="I work here")
    twin, other = made.submitted(cast.here), made.submitted(cast.there)
    namesakes = [person(cast, 4), person(cast, 4)]
    rows = {
        row.reference: flags.flags_of(row)
        for row in flags.with_flags(workload.cases_of(cast.officer_here))
    }
    assert rows == {
        plain.reference: [],
        minor.reference: ["under 18", "represented"],
        expired.reference: ["document expired"],
        elsewhere.reference: ["other mission chosen"],
        twin.reference: ["duplicate?"],
        namesakes[0].reference: ["duplicate?"],
        namesakes[1].reference: ["duplicate?"],
    }
    officer = signed_in(cast.officer_here)
    listed = references(officer.get(QUEUE, {"flag": "duplicate"}))
    assert sorted(listed) == sorted([twin.reference, *(one.reference for one in namesakes)])
    assert references(officer.get(QUEUE, {"flag": "expired"})) == [expired.reference]
    assert other.reference not in listed


def test_draft_of_the_same_person_is_no_duplicate(cast):
    case = made.submitted(cast.here)
    made.draft(cast.here)
    page = signed_in(cast.officer_here).get(QUEUE)
    assert references(page) == [case.reference]
    assert cell(page, case, "flags") == ""


def test_mission_is_a_column_and_a_filter_for_those_with_several(cast):
    here, there = made.submitted(cast.here, iin=""), made.submitted(cast.there, iin="")
    one = signed_in(cast.officer_here).get(QUEUE)
    assert "mission_city" not in one.context["cl"].list_display
    assert "mission" not in [
        spec.parameter_name
        for spec in one.context["cl"].filter_specs
        if hasattr(spec, "parameter_name")
    ]
    ministry = signed_in(cast.ministry)
    every = ministry.get(QUEUE)
    assert "mission_city" in every.context["cl"].list_display
    assert sorted(references(every)) == sorted([here.reference, there.reference])
    assert references(ministry.get(QUEUE, {"mission": cast.there.code})) == [there.reference]


def test_officer_of_two_missions_filters_between_them(cast):
    post_officer(
        user=cast.officer_here,
        mission=cast.there,
        role=PostingRole.OFFICER,
        starts_on=date(2020, 1, 1),
        actor=None,
    )
    third = MissionFactory()
    here, there = made.submitted(cast.here, iin=""), made.submitted(cast.there, iin="")
    made.submitted(third, iin="")
    officer = signed_in(User.objects.get(pk=cast.officer_here.pk))
    assert sorted(references(officer.get(QUEUE))) == sorted([here.reference, there.reference])
    assert references(officer.get(QUEUE, {"mission": cast.there.code})) == [there.reference]
    assert references(officer.get(QUEUE, {"mission": third.code})) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [({}, "Nothing to do."), ({"task": "overdue"}, "Nothing here."), ({"q": "x"}, "Nobody was")],
)
def test_empty_list_says_what_it_means(cast, query, words):
    assert words in signed_in(cast.officer_here).get(QUEUE, query).content.decode()


@pytest.mark.parametrize("term", ["{reference}", "900101300017", "{email}", "{number}"])
def test_exact_search_opens_the_case(cast, term):
    record = made.registered(cast.here, cast.officer_here)
    case = record.application
    person(cast, 1)
    words = term.format(reference=case.reference, email=case.applicant.email, number=record.number)
    answer = signed_in(cast.officer_here).get(QUEUE, {"q": words.lower()})
    assert answer.url == f"{QUEUE}{case.public_id}/change/"
    assert AuditEvent.objects.filter(action="application.searched").count() == 1


def test_search_of_several_hits_lists_them_all(cast):
    first, second = made.submitted(cast.here), made.registered(cast.here, cast.officer_here)
    page = signed_in(cast.officer_here).get(QUEUE, {"q": "900101 300 017"})
    assert sorted(references(page)) == sorted([first.reference, second.application.reference])
    by_words = signed_in(cast.officer_here).get(QUEUE, {"q": "Ақжол Серікұлы"})
    assert sorted(references(by_words)) == sorted(references(page))


def test_list_takes_the_same_queries_for_one_row_and_for_three(cast):
    officer = signed_in(cast.officer_here)
    counted = []
    for rows in (1, 3):
        while Application.objects.count() < rows:
            due(person(cast, Application.objects.count()), timezone.now() - timedelta(days=9))
        officer.get(QUEUE)
        with CaptureQueriesContext(connection) as queries:
            officer.get(QUEUE)
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("now", "marked"),
    [
        # Seven in the evening before the birthday, and of the last day of the document; midnight.
        (datetime(2026, 11, 27, 3, 0, tzinfo=UTC), ["under 18", "represented"]),
        (datetime(2026, 11, 27, 8, 0, tzinfo=UTC), ["represented", "document expired"]),
    ],
)
def test_flags_change_with_the_day_of_the_mission(cast, now, marked):
    case = made.submitted(
        cast.here,
        capacity=Capacity.PARENT,
        iin="",
        birth_date=date(2010, 1, 1),
        document={"expires_on": date(2026, 11, 26)},
    )
    Citizen.objects.filter(pk=case.citizen_id).update(birth_date=date(2008, 11, 27))
    cast.here.timezone = "America/Los_Angeles"
    cast.here.save()
    with time_machine.travel(now, tick=False):
        row = flags.with_flags(Application.objects.filter(pk=case.pk)).get()
        assert flags.flags_of(row) == marked


def test_case_of_somebody_who_left_is_unassigned(cast):
    theirs = made.in_review(cast.here, cast.officer_here)
    made.in_review(cast.here, cast.second_officer_here, iin="")
    yesterday = calendar.local_date(cast.here, timezone.now()) - timedelta(days=1)
    end_posting(cast.officer_here.postings.get(), on=yesterday, actor=cast.ministry)
    page = signed_in(cast.second_officer_here).get(QUEUE, {"task": "unassigned"})
    assert references(page) == [theirs.reference]
    head = UserFactory(officer=True)
    post_officer(
        user=head,
        mission=cast.here,
        role=PostingRole.HEAD,
        starts_on=yesterday,
        actor=cast.ministry,
        post="",
    )
    signed_in(User.objects.get(pk=head.pk)).post(
        f"{QUEUE}{theirs.public_id}/assign/",
        {"officer": cast.second_officer_here.pk, "seen_version": theirs.version},
    )
    theirs.refresh_from_db()
    assert theirs.assigned_to == cast.second_officer_here
