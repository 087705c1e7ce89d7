"""The pages of a move: asked one after the other, nothing named as wrong before it was asked."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.models import DistrictBasis
from registrations.models import Application
from tests.factories import registrations as made
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.registrations.test_entries import move_to, page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


@pytest.fixture
def frankfurt(cast):
    consulate = MissionFactory(code="consulate-frankfurt", register_code="DEFRA")
    DistrictFactory(
        mission=consulate,
        region_code="DE-HE",
        region_name="Hessen",
        region_kk="Гессен",
        region_ru="Гессен",
        basis=DistrictBasis.SOURCED,
    )
    return consulate


class Walk:
    """Presses what the pages show, with every box they carry."""

    def __init__(self, cast, record):
        self.client, self.address = signed_in(cast.citizen), page(record, "moved/")
        self.shown = self.client.get(self.address)

    def carried(self):
        form = self.shown.content.decode().partition('id="page-form"')[2]
        hidden = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form)
        return {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}

    def press(self, **typed):
        self.shown = self.client.post(self.address, self.carried() | typed)
        return self

    @property
    def form(self):
        return (self.shown.context or {}).get("form")

    @property
    def asks(self):
        return (self.form.key, dict(self.form.errors)) if self.form else "check"

    @property
    def mission(self):
        return self.shown.context["place"].mission


def test_region_is_the_next_question_and_no_error(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel"))
    assert walk.asks == ("region", {})
    assert "There is a problem" not in walk.shown.content.decode()
    walk.press(region="DE-HE")
    assert (walk.asks, walk.mission) == ("check", frankfurt)
    walk.press(confirmed="1")
    moved = Application.objects.get(transfer_of=record)
    assert (moved.mission, moved.region, moved.city, moved.arrived_on) == (
        frankfurt,
        "DE-HE",
        "Kassel",
        date(2026, 10, 1),
    )


def test_region_left_open_is_named(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel")).press(region="")
    assert walk.asks == ("region", {"region": ["Choose the region"]})


def test_another_region_belongs_to_the_embassy(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kiel")).press(region="-").press(confirmed="1")
    record.application.refresh_from_db()
    assert (walk.shown.url, record.application.city) == (page(record), "Kiel")


def test_mission_is_asked_where_none_is_known(cast, record):
    walk = Walk(cast, record).press(**move_to("BR", "São Paulo"))
    assert walk.asks == ("mission", {})
    walk.press(other="", reason="")
    assert set(walk.form.errors) == {"other", "reason"}
    walk.press(other=cast.there.code, reason="The nearest one.")
    assert (walk.asks, walk.mission) == ("check", cast.there)
    walk.press(confirmed="1")
    moved = Application.objects.get(transfer_of=record)
    assert (moved.mission, moved.other_mission_reason) == (cast.there, "The nearest one.")


def test_chosen_mission_can_be_kept(cast, record):
    Application.objects.filter(pk=record.application.pk).update(
        country="TR", other_mission_reason="I work in Berlin."
    )
    walk = Walk(cast, record).press(**move_to("TR", "Bursa"))
    assert walk.asks == ("mission", {})
    assert walk.form.initial == {
        "choice": "other",
        "other": cast.here.code,
        "reason": "I work in Berlin.",
    }
    walk.press(choice="other", other=cast.here.code, reason="I work in Berlin.")
    assert walk.mission == cast.here
    walk.press(confirmed="1")
    assert walk.shown.url == page(record)
    record.application.refresh_from_db()
    assert (record.application.city, record.application.other_mission_reason) == (
        "Bursa",
        "I work in Berlin.",
    )


def test_chosen_mission_can_be_left(cast, record):
    Application.objects.filter(pk=record.application.pk).update(other_mission_reason="Before.")
    walk = Walk(cast, record).press(**move_to()).press(choice="right")
    assert walk.mission == cast.there
    walk.press(confirmed="1")
    assert Application.objects.get(transfer_of=record).other_mission_reason == ""


def test_another_mission_is_chosen_on_the_check_page(cast, record):
    walk = Walk(cast, record).press(**move_to()).press(choose="1")
    assert walk.asks == ("mission", {})
    walk.press(choice="other", other=cast.here.code, reason="I work in Berlin.")
    assert (walk.asks, walk.mission) == ("check", cast.here)


def test_wrong_country_is_one_error(cast, record):
    walk = Walk(cast, record).press(**move_to("ZZ"))
    assert (walk.asks[0], list(walk.asks[1])) == ("place", ["country"])


def test_corrected_move_keeps_what_was_typed(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel")).press(region="DE-HE")
    walk.press(correct="1")
    assert walk.asks == ("place", {})
    assert "Atatürk Blv. 7" in walk.shown.content.decode()
    walk.press(**move_to("DE", "Fulda"))
    assert (walk.asks, walk.mission) == ("check", frankfurt)


def test_another_country_asks_for_its_own_region(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel")).press(region="DE-HE")
    walk.press(correct="1").press(**move_to("TR", "Bursa"))
    assert (walk.asks, walk.mission) == ("check", cast.there)
    assert walk.shown.context["place"].region == ""


def test_language_switch_shows_the_same_page(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel")).press(switch="ru")
    assert walk.asks == ("region", {})


def test_returned_to_kazakhstan_leads_to_leaving(cast, record):
    assert page(record, "leave/") in Walk(cast, record).shown.content.decode()


@pytest.mark.parametrize("moment", [datetime(2026, 11, 26, 19, tzinfo=UTC)])
def test_today_in_auckland_is_no_future_day(cast, record, moment):
    with time_machine.travel(moment, tick=False):
        today = {
            "arrived_on_day": "27",
            "arrived_on_month": "11",
            "arrived_on_year": "2026",
        }
        walk = Walk(cast, record).press(**move_to("TR", "Bursa", **today))
        assert walk.asks == "check"
        later = today | {"arrived_on_day": "28"}
        walk = Walk(cast, record).press(**move_to("TR", "Bursa", **later))
        assert (walk.asks[0], list(walk.asks[1])) == ("place", ["arrived_on"])
