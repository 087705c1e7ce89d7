"""The pages of a move: asked one after the other, nothing named as wrong before it was asked."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.models import DistrictBasis
from registrations.enums import Capacity, RefusalGround
from registrations.models import Application
from registrations.services import lifecycle
from tests.factories import registrations as made
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.markup import Page
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
    def answers(self):
        """What the check shows, by the page that changes it."""
        return {
            answered.key: {str(row.label): row.text for row in answered.rows}
            for answered in self.shown.context["answers"]
        }

    @property
    def mission(self):
        return self.answers["mission"]["Mission"]


def test_region_is_the_next_question_and_no_error(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel"))
    assert walk.asks == ("region", {})
    assert "There is a problem" not in walk.shown.content.decode()
    walk.press(region="DE-HE")
    assert (walk.asks, walk.mission) == ("check", str(frankfurt))
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
    assert (walk.asks, walk.mission) == ("check", str(cast.there))
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
    assert walk.mission == str(cast.here)
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
    assert walk.mission == str(cast.there)
    walk.press(confirmed="1")
    assert Application.objects.get(transfer_of=record).other_mission_reason == ""


def test_another_mission_is_chosen_on_the_check_page(cast, record):
    walk = Walk(cast, record).press(**move_to()).press(to="mission")
    assert walk.asks == ("mission", {})
    walk.press(choice="other", other=cast.here.code, reason="I work in Berlin.")
    assert (walk.asks, walk.mission) == ("check", str(cast.here))


def test_wrong_country_is_one_error(cast, record):
    walk = Walk(cast, record).press(**move_to("ZZ"))
    assert (walk.asks[0], list(walk.asks[1])) == ("place", ["country"])


def test_corrected_move_keeps_what_was_typed(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel")).press(region="DE-HE")
    walk.press(to="place")
    assert walk.asks == ("place", {})
    assert "Atatürk Blv. 7" in walk.shown.content.decode()
    walk.press(**move_to("DE", "Fulda"))
    assert (walk.asks, walk.mission) == ("check", str(frankfurt))


def test_another_country_asks_for_its_own_region(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel")).press(region="DE-HE")
    walk.press(to="place").press(**move_to("TR", "Bursa"))
    assert (walk.asks, walk.mission) == ("check", str(cast.there))
    assert list(walk.answers) == ["place", "mission"]


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


# --- The check, and the way back ------------------------------------------------------------------


def test_check_shows_every_answer(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel", local_address="Кассель, 7"))
    walk.press(region="DE-HE")
    assert walk.answers == {
        "place": {
            "Country": "Germany",
            "City or town": "Kassel",
            "Street, house, flat": "Atatürk Blv. 7",
            "Postcode": "",
            "Address in the local script": "Кассель, 7",
            "Date of the move": "1 October 2026",
        },
        "region": {"Region": "Hessen"},
        "mission": {"Mission": str(frankfurt)},
    }
    assert "Not provided" in walk.shown.content.decode()


def test_check_names_the_region_that_no_mission_has_and_the_reason(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kiel")).press(region="-").press(to="mission")
    walk.press(choice="other", other=frankfurt.code, reason="I work there.")
    assert walk.answers["region"] == {"Region": "Another region"}
    assert walk.answers["mission"] == {
        "Mission": str(frankfurt),
        "Why another mission": "I work there.",
    }


def ways(walk):
    """Where Back and "Change" lead: the page of the move, in their order on the page."""
    buttons = [attrs for tag, attrs in Page.of(walk.shown).tags if tag == "button"]
    return [(one["form"], one["value"]) for one in buttons if one.get("name") == "to"]


def test_every_page_but_the_first_has_a_way_back_in_the_move(cast, record, frankfurt):
    walk = Walk(cast, record)
    assert ways(walk) == []
    walk.press(**move_to("DE", "Kassel"))
    assert ways(walk) == [("page-form", "place")]
    walk.press(region="DE-HE")
    back, *changes = ways(walk)
    assert back == ("page-form", "region")
    assert changes == [("page-form", key) for key in ("place", "region", "mission")]
    walk.press(to="mission")
    assert ways(walk) == [("page-form", "region")]


def test_back_keeps_what_was_typed_and_names_no_mistake(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel")).press(to="place", region="DE-HE")
    assert walk.asks == ("place", {})
    assert (walk.form["city"].value(), walk.form["arrived_on"].value()[0]) == ("Kassel", "1")
    # What was chosen on the page that was left stays chosen.
    walk.press(**move_to("DE", "Kassel"))
    assert (walk.asks, walk.answers["region"]) == ("check", {"Region": "Hessen"})


def test_unanswered_page_is_asked_again_after_back(cast, record):
    walk = Walk(cast, record).press(**move_to("BR", "São Paulo")).press(to="place", reason="Near")
    walk.press(**move_to("BR", "Santos"))
    assert walk.asks == ("mission", {})
    assert walk.form["reason"].value() == "Near"


def test_mission_page_sent_empty_is_no_answer(cast, record):
    walk = Walk(cast, record).press(**move_to()).press(to="mission").press(other="", reason="")
    assert walk.asks == ("mission", {"choice": ["Select whether this mission is right"]})


# --- Another mission ------------------------------------------------------------------------------


def test_missions_are_listed_as_on_the_form(cast, record):
    walk = Walk(cast, record).press(**move_to()).press(to="mission")
    draft = made.draft(cast.here)
    on_the_form = signed_in(draft.applicant).get(f"/en/register/{draft.public_id}/mission/")
    listed = list(walk.form.fields["other"].choices)
    assert listed == list(on_the_form.context["form"].fields["other"].choices)
    assert listed[0] == ("", "Choose a mission")


def test_right_and_another_mission_are_not_both(cast, record):
    walk = Walk(cast, record).press(**move_to()).press(to="mission")
    walk.press(choice="right", other=cast.here.code, reason="nearer")
    assert walk.form.errors.as_data()["choice"][0].code == "both"


def test_mission_chosen_before_is_left_by_one_choice(cast, record):
    """What the portal filled in need not be emptied."""
    Application.objects.filter(pk=record.application.pk).update(other_mission_reason="Before.")
    walk = Walk(cast, record).press(**move_to())
    walk.press(choice="right", other=cast.here.code, reason="Before.")
    assert (walk.asks, walk.mission) == ("check", str(cast.there))


# --- A move is told once, and after a refusal again -----------------------------------------------


def test_move_under_way_is_said_before_anything_is_typed(cast, record):
    Walk(cast, record).press(**move_to()).press(confirmed="1")
    client = signed_in(cast.citizen)
    for answer in (
        client.get(page(record, "moved/"), follow=True),
        client.post(page(record, "moved/"), move_to(), follow=True),
    ):
        assert answer.redirect_chain == [(page(record), 302)]
        said = [str(message) for message in answer.context["messages"]]
        assert said == ["The move is told already: the new mission works on it."]


def refuse(cast, record):
    moved = Application.objects.get(transfer_of=record)
    officer = cast.officer_there if moved.mission == cast.there else cast.officer_here
    return lifecycle.refuse(
        lifecycle.take(moved, actor=officer),
        actor=officer,
        ground=RefusalGround.UNRELIABLE_DOCUMENTS,
        text="The copy cannot be read.",
    )


def test_refused_move_is_told_again_without_typing_it_again(cast, record):
    told = move_to(local_address="Бульвар 7", postcode="06420")
    Walk(cast, record).press(**told).press(confirmed="1")
    refused = refuse(cast, record)
    account = signed_in(cast.citizen).get("/en/account/").content.decode()
    assert page(record, "moved/") in account.partition("Tell of the move again")[0]
    walk = Walk(cast, record)
    assert walk.form.initial == {
        "country": "TR",
        "city": "Анкара",
        "street": "Atatürk Blv. 7",
        "postcode": "06420",
        "local_address": "Бульвар 7",
        "arrived_on": date(2026, 10, 1),
    }
    assert "the move that was refused on" in walk.shown.content.decode()
    walk.press(**told).press(confirmed="1")
    again = record.transfers.latest("id")
    assert (again.pk > refused.pk, again.street) == (True, "Atatürk Blv. 7")


def test_refused_move_keeps_region_and_mission(cast, record, frankfurt):
    walk = Walk(cast, record).press(**move_to("DE", "Kassel")).press(region="DE-HE")
    walk.press(to="mission").press(choice="other", other=cast.there.code, reason="I work there.")
    walk.press(confirmed="1")
    refuse(cast, record)
    walk = Walk(cast, record).press(**move_to("DE", "Kassel"))
    assert (walk.asks, walk.form.initial) == (("region", {}), {"region": "DE-HE"})
    walk.press(region="DE-HE")
    assert walk.form.initial == {
        "choice": "other",
        "other": cast.there.code,
        "reason": "I work there.",
    }


def test_move_that_was_taken_back_begins_empty(cast, record):
    Walk(cast, record).press(**move_to()).press(confirmed="1")
    lifecycle.withdraw(Application.objects.get(transfer_of=record), actor=cast.citizen)
    assert Walk(cast, record).form.initial == {}


# --- For another ----------------------------------------------------------------------------------


@pytest.fixture
def child(cast):
    return made.registered(
        cast.here, cast.officer_here, account=cast.citizen, capacity=Capacity.PARENT, iin=""
    )


def of_the_parent(walk):
    """What the page calls "yours"; the folded text of the consent is the law's."""
    main = walk.shown.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.findall(r"\b[Yy]our \w+", re.sub(r"(?s)<details.*?</details>", "", main))


def test_move_of_a_child_does_not_speak_of_the_parent(cast, frankfurt, child):
    walk = Walk(cast, child)
    assert (walk.form.heading, walk.form.fields["arrived_on"].label) == (
        "New address",
        "Date of the move",
    )
    words = walk.shown.content.decode()
    assert "Has the person returned to Kazakhstan?" in words
    assert "Then take the person off the register" in words
    assert of_the_parent(walk) == []
    assert walk.press(**move_to("DE", "Kassel")).form.heading == "Region"
    walk.press(region="DE-HE")
    assert walk.asks == "check"
    assert "until then the entry stays with the old mission" in walk.shown.content.decode()
    assert of_the_parent(walk) == ["your data"]


def test_move_of_a_child_within_the_district_does_not_speak_of_the_parent(cast, child):
    walk = Walk(cast, child).press(**move_to("DE", "Leipzig"))
    assert "The mission stays the same. The new address is saved at once." in (
        walk.shown.content.decode()
    )
    assert of_the_parent(walk) == []
    walk.press(confirmed="1")
    said = [str(message) for message in walk.client.get(page(child)).context["messages"]]
    assert said == ["The new address is saved. The mission stays the same."]
