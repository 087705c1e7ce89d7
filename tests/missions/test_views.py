"""The public directory, as somebody in need of a mission opens it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from missions.calendar import local_date
from missions.models import ConsularDistrict, DistrictBasis, ForeignMission, MissionClosure
from missions.services import save_mission
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
CONTACTS = {
    "address": "Nordendstraße 14-17",
    "phone": "+49 30 111; +49 30 222",
    "duty_phone": "+49 170 333",
    "email": "consul@example.org",
    "website": "https://mission.example.org/",
    "opening_hours": "9:30–12:30",
}
SHOWN = ["Nordendstraße", "30 111", "30 222", "170 333", "consul@", "mission.example", "9:30"]


@pytest.fixture
def berlin():
    mission = MissionFactory(code="embassy-berlin", city_en="Berlin", city_kk="Берлин", **CONTACTS)
    DistrictFactory(mission=mission)
    return mission


def confirm(mission):
    return save_mission(
        mission, changed=set(), contacts_confirmed=True, actor=UserFactory(officer=True)
    )


def page(path, client=None):
    return (client or Client()).get(path).content.decode()


def test_unconfirmed_contacts_are_never_shown(berlin):
    citizen = made.draft(berlin)
    client = signed_in(citizen.applicant)
    pages = [
        page("/en/missions/"),
        page("/en/missions/embassy-berlin/"),
        page(f"/en/register/{citizen.public_id}/mission/", client),
    ]
    assert [(shown, n) for n, text in enumerate(pages) for shown in SHOWN if shown in text] == []


def test_confirmed_contacts_are_shown(berlin):
    confirm(berlin)
    citizen = made.draft(berlin)
    client = signed_in(citizen.applicant)
    for text in (
        page("/en/missions/embassy-berlin/"),
        page(f"/en/register/{citizen.public_id}/mission/", client),
    ):
        assert [shown for shown in SHOWN if shown not in text] == []
    assert 'href="tel:+49170333"' in page("/en/missions/embassy-berlin/")


def test_emergency_line_of_the_ministry_is_shown_where_there_is_one(berlin, settings):
    assert "tel:" not in page("/en/missions/embassy-berlin/")
    settings.EMERGENCY_PHONE = "+7 7172 000000"
    for path in ("/en/missions/", "/en/missions/embassy-berlin/"):
        assert 'href="tel:+77172000000"' in page(path)


def test_closed_mission_is_not_in_the_directory(berlin):
    ForeignMission.objects.update(is_open=False)
    assert Client().get("/en/missions/embassy-berlin/").status_code == 404
    assert "embassy-berlin" not in page("/en/missions/")
    assert Client().get("/en/missions/embassy-mars/").status_code == 404


def test_regions_are_named_with_their_country(berlin):
    DistrictFactory(
        mission=berlin, region_code="DE-BE", region_name="Berlin", basis=DistrictBasis.SEAT
    )
    DistrictFactory(mission=berlin, region_code="DE-SN", region_name="Sachsen", is_in_force=False)
    DistrictFactory(
        mission=berlin,
        region_code="DE-NI",
        region_name="Niedersachsen",
        basis=DistrictBasis.DEFAULT,
    )
    served = Client().get("/en/missions/embassy-berlin/").context["served"]
    assert [(one.country, one.regions, one.rest) for one in served] == [
        ("Germany", ("Berlin",), True)
    ]


def test_days_on_which_the_mission_is_closed_are_named(berlin):
    today = local_date(berlin, timezone.now())
    first = today + timedelta(days=10)
    MissionClosure.objects.create(
        mission=berlin, starts_on=first, ends_on=first + timedelta(days=6), reason="secret reason"
    )
    answer = Client().get("/en/missions/embassy-berlin/")
    closed = [day for day, why in answer.context["days_off"] if why == "closure"]
    assert len(closed) == 5
    assert f"{first:%Y}" in answer.content.decode()
    assert "secret reason" not in answer.content.decode()


def test_week_is_the_missions_own_and_in_the_language_of_the_page(berlin):
    ForeignMission.objects.update(working_week=[6, 0, 1, 2, 3])
    assert (
        "понедельник, вторник, среда, четверг, воскресенье"
        in page("/ru/missions/embassy-berlin/").casefold()
    )


@pytest.mark.parametrize("count", [1, 3])
def test_directory_asks_the_database_twice(count, django_assert_num_queries):
    for _each in range(count):
        DistrictFactory(mission=MissionFactory(), region_code="", country=_free_country())
    with django_assert_num_queries(2):
        Client().get("/en/missions/")


def _free_country():
    taken = set(ConsularDistrict.objects.values_list("country", flat=True))
    return next(code for code in ("FR", "IT", "ES") if code not in taken)
