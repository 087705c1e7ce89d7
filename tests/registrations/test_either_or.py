"""A box that says "none" beside boxes that hold something: the page asks, and drops nothing."""

from datetime import date

import pytest

from registrations.enums import Capacity, Stay
from registrations.models import Application
from registrations.services import lifecycle
from tests.clock import at
from tests.factories import registrations as made
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.files import upload
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db

ARRIVED = {"arrived_on_day": "1", "arrived_on_month": "9", "arrived_on_year": "2024"}
STAY = ARRIVED | {"purpose": "study"}
END = {"planned_end_day": "1", "planned_end_month": "9", "planned_end_year": "2028"}
ISSUED = {"issued_on_day": "1", "issued_on_month": "1", "issued_on_year": "2020"}


@pytest.fixture
def client(cast):
    return signed_in(cast.citizen)


@pytest.fixture
def draft(cast):
    return made.draft(cast.here, account=cast.citizen)


def address(application, key):
    return f"/en/register/{application.public_id}/{key}/"


def codes(answer):
    errors = answer.context["form"].errors.as_data()
    return {name: [error.code for error in found] for name, found in errors.items()}


# --- The end of the stay ----------------------------------------------------------------


def test_end_typed_beside_not_known_is_asked_about(client, draft):
    answer = client.post(address(draft, "stay"), STAY | END | {"end_unknown": "on"})
    assert codes(answer) == {"planned_end": ["both"]}
    assert 'value="2028"' in answer.content.decode()


def test_end_typed_on_the_entry_is_not_lost_to_the_box_ticked_before(client, cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    details = f"/en/account/{record.public_id}/details/stay/"
    assert client.get(details).context["form"].initial["end_unknown"] is True
    assert codes(client.post(details, STAY | END | {"end_unknown": "on"})) == {
        "planned_end": ["both"]
    }
    client.post(details, STAY | END)
    record.refresh_from_db()
    assert record.planned_end == date(2028, 9, 1)


def test_end_known_before_gives_way_to_not_known(client, draft):
    client.post(address(draft, "stay"), STAY | END)
    answer = client.post(address(draft, "stay"), STAY | END | {"end_unknown": "on"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.planned_end is None


@pytest.mark.parametrize(("day", "wrong"), [("01", None), ("02", {"planned_end": ["past"]})])
def test_end_that_has_passed_is_refused(cast, draft, day, wrong):
    with at(f"2028-09-{day} 09:00"):
        answer = signed_in(cast.citizen).post(address(draft, "stay"), STAY | END)
    assert (codes(answer) if answer.context else None) == wrong


def test_planned_end_goes_with_a_stay_for_some_time(client, draft):
    client.post(address(draft, "stay"), STAY | END)
    client.post(address(draft, "length"), {"stay": Stay.NO_PERMIT})
    draft.refresh_from_db()
    assert (draft.planned_end, "stay" in draft.answered_pages) == (None, True)
    client.post(address(draft, "length"), {"stay": Stay.SOME_TIME})
    draft.refresh_from_db()
    assert "stay" not in draft.answered_pages


# --- Somebody, or nobody ----------------------------------------------------------------


def test_person_typed_beside_nobody_is_asked_about(client, cast):
    begun = lifecycle.start(account=cast.citizen)
    person = {"name": "Серік", "relation": "parent", "phone": "+7 701 1234567"}
    answer = client.post(address(begun, "emergency"), person | {"nobody": "on"})
    assert codes(answer) == {"nobody": ["both"]}
    assert 'value="Серік"' in answer.content.decode()


# --- The document -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [{"number": "N55512345"}, {"issued_by": "ІІМ"}, {"expires_on_day": "1"} | ISSUED],
)
def test_document_typed_beside_none_is_asked_about(client, cast, typed):
    begun = lifecycle.start(account=cast.citizen)
    answer = client.post(address(begun, "document"), typed | {"type": "none"})
    assert codes(answer)["type"] == ["both"]
    assert all(f'value="{value}"' in answer.content.decode() for value in typed.values())


def test_document_known_before_gives_way_to_none(client, draft):
    known = {
        "type": "none",
        "number": "N12345678",
        "expires_on_day": "1",
        "expires_on_month": "1",
        "expires_on_year": "2030",
    }
    assert client.post(address(draft, "document"), known | ISSUED).status_code == 302
    assert draft.citizen.document is None


def without_document(client, application):
    client.post(address(application, "document"), {"type": "none"})
    return f"/en/register/{application.public_id}/copies/identity-copy/"


def test_who_has_no_document_is_told_what_else_serves_and_may_go_on(client, draft):
    draft.answered_pages.remove("identity-copy")
    draft.save()
    page = without_document(client, draft)
    assert "You said that there is no document now." in client.get(page).content.decode()
    assert client.post(page).status_code == 302
    draft.refresh_from_db()
    assert "identity-copy" in draft.answered_pages


def test_who_has_a_document_still_sends_its_copy(client, draft):
    page = f"/en/register/{draft.public_id}/copies/identity-copy/"
    assert "You said that there is no document now." not in client.get(page).content.decode()
    assert codes(client.post(page)) == {"upload": ["missing"]}


def test_who_found_the_document_again_is_asked_for_its_copy(client, draft):
    without_document(client, draft)
    passport = {"type": "passport", "number": "N12345678"} | ISSUED
    client.post(address(draft, "document"), passport)
    draft.refresh_from_db()
    assert "identity-copy" not in draft.answered_pages


def test_copy_sent_before_stays_the_copy(client, draft):
    page = f"/en/register/{draft.public_id}/copies/identity-copy/"
    client.post(page, {"upload": upload()})
    without_document(client, draft)
    client.post(address(draft, "document"), {"type": "passport", "number": "N12345678"} | ISSUED)
    draft.refresh_from_db()
    assert "identity-copy" in draft.answered_pages


# --- The mission ------------------------------------------------------------------------


def test_reason_typed_beside_this_is_right_is_asked_about(client, draft):
    typed = {"choice": "right", "reason": "I live across the border"}
    answer = client.post(address(draft, "mission"), typed)
    assert codes(answer) == {"choice": ["both"]}
    assert "I live across the border" in answer.content.decode()


def test_reason_known_before_gives_way_to_this_is_right(client, cast, draft):
    other = MissionFactory(country="FR")
    typed = {"other": other.code, "reason": "I live across the border"}
    client.post(address(draft, "mission"), typed | {"choice": "other"})
    assert client.post(address(draft, "mission"), typed | {"choice": "right"}).status_code == 302
    draft = Application.objects.get()
    assert (draft.mission, draft.other_mission_reason) == (cast.here, "")


# --- Today ------------------------------------------------------------------------------


def test_today_is_the_day_at_the_mission(client, cast):
    there = MissionFactory(country="NZ", timezone="Pacific/Auckland")
    DistrictFactory(mission=there, country="NZ")
    born = {
        "birth_date_day": "2",
        "birth_date_month": "10",
        "birth_date_year": "2026",
        "birth_country": "NZ",
        "birth_place": "Auckland",
    }
    with at("2026-10-02 08:00", "Pacific/Auckland"):
        draft = made.draft(there, account=cast.citizen, capacity=Capacity.PARENT, iin="")
        assert client.post(address(draft, "birth"), born).status_code == 302
        answer = client.post(address(draft, "birth"), born | {"birth_date_day": "3"})
        assert codes(answer) == {"birth_date": ["out_of_range"]}


def test_today_is_the_latest_anywhere_until_the_mission_is_known(client, cast):
    begun = lifecycle.start(account=cast.citizen)
    passport = {"type": "passport", "number": "N12345678"} | ISSUED
    issued = passport | {"issued_on_month": "10", "issued_on_year": "2026"}
    with at("2026-10-01 12:00", "UTC"):
        answer = client.post(address(begun, "document"), issued | {"issued_on_day": "3"})
        assert codes(answer) == {"issued_on": ["out_of_range"]}
        answer = client.post(address(begun, "document"), issued | {"issued_on_day": "2"})
        assert answer.status_code == 302
