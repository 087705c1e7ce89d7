"""The made-up people agree with themselves, and the demonstration has something of everything."""

from collections import Counter
from datetime import UTC, date, datetime
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts import audit
from accounts.models import User
from missions.models import ForeignMission
from missions.services import mission_for
from registrations import iin
from registrations.demonstration import people
from registrations.demonstration.clock import own_clock
from registrations.demonstration.places import DISTRICTS
from registrations.management.commands.demo import POSTS
from registrations.models import (
    Application,
    CertificateRequest,
    Citizen,
    HelpRequest,
    ResidencyRecord,
)
from registrations.services import flags, workload

TODAY = date(2026, 11, 27)
OF_A_WOMAN = ("қызы", "вна")
OF_A_MAN = ("ұлы", "вич")


def chance(seed):
    return Random(seed)  # noqa: S311


@pytest.fixture(scope="module")
def crowd():
    taken = set()
    return [people.person(chance(number), taken, today=TODAY) for number in range(300)]


def test_nobody_has_the_name_of_another(crowd):
    assert Counter((one.family, one.given) for one in crowd).most_common(1)[0][1] == 1
    assert len({one.given for one in crowd}) > 40
    assert len({one.iin for one in crowd}) == 300


def test_every_part_of_a_name_agrees_with_the_sex(crowd):
    for one in crowd:
        assert one.given in (
            (*people.MEN, *people.OTHER_MEN) if one.male else (*people.WOMEN, *people.OTHER_WOMEN)
        )
        assert one.patronymic == "" or one.patronymic.endswith(OF_A_MAN if one.male else OF_A_WOMAN)
        assert not one.family.endswith(("ова", "ева", "ина") if one.male else ("ов", "ев", "ин"))


def test_numbers_show_birth_date_and_sex_unless_they_are_to_differ(crowd):
    for one in crowd:
        assert iin.is_valid(one.iin)
        assert iin.differences(one.iin, one.born, one.sex) == set()
        other = people.with_another_iin(one)
        assert iin.differences(other.iin, other.born, other.sex) == {"birth_date"}


def test_same_people_come_of_the_same_seed():
    first, second = (people.person(chance(7), set(), today=TODAY) for _turn in range(2))
    assert first == second


@pytest.mark.django_db
def test_towns_are_in_the_district_of_their_mission():
    call_command("load_missions", verbosity=0)
    for code, district in DISTRICTS.items():
        mission = ForeignMission.objects.get(code=code)
        served_by = {
            mission_for(mission.country, region).mission for region, _town, _code in district.towns
        }
        assert served_by == {mission}


def test_clock_is_the_portals_within_and_right_again_after():
    past = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
    with own_clock(past):
        assert timezone.now() == past
        assert timezone.template_localtime(past) == past
    assert timezone.now() > past


def test_demonstration_has_something_of_everything(db, settings, client, capsys):
    """One run for all that is asked of it: it takes a while."""
    settings.DEMO = True
    call_command("load_missions", verbosity=0)
    call_command("demo", people=96)
    queues_have_work_and_flags()
    people_live_in_their_district_and_ask_for_different_things()
    log_and_numbers_are_given_in_the_order_of_the_past()
    for code, district in DISTRICTS.items():
        page = client.get(f"/en/missions/{code}/").content.decode()
        assert district.contacts.duty_phone in page
    capsys.readouterr()
    call_command("demo")
    assert capsys.readouterr().out == "The demonstration is there already.\n"


def queues_have_work_and_flags():
    found = Counter()
    for email in POSTS:
        officer = User.objects.get(email=email)
        load = workload.workload_of(officer)
        assert load.todo > load.overdue > 0
        for case in flags.with_flags(workload.cases_of(officer)):
            found.update(code for code in flags.FLAGS if getattr(case, f"flag_{code}"))
    assert {"duplicate", "minor", "represented", "expired"} <= set(found)
    assert found["other_mission"] == 0
    assert Citizen.objects.filter(iin_differs_confirmed=True).exists()


def people_live_in_their_district_and_ask_for_different_things():
    for one in Application.objects.exclude(submitted_at=None).select_related("mission"):
        assert mission_for(one.country, one.region).mission == one.mission
    asked = CertificateRequest.objects.select_related("record__citizen")
    assert len({str(one.record.citizen) for one in asked}) == len(asked) > 3
    assert len({one.purpose for one in asked}) > 2
    assert HelpRequest.objects.exists()


def log_and_numbers_are_given_in_the_order_of_the_past():
    assert audit.first_broken_event() is None
    for mission in ForeignMission.objects.filter(code__in=DISTRICTS):
        days = ResidencyRecord.objects.filter(mission=mission).order_by("number")
        registered_on = list(days.values_list("registered_on", flat=True))
        assert registered_on == sorted(registered_on)
        assert len(set(registered_on)) > 1
