"""Answering page by page: continue, one more, save and leave, and what follows from an answer."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from missions.calendar import local_date
from registrations.enums import ApplicationStatus, Capacity
from registrations.models import Application, EmergencyContact
from registrations.services import lifecycle
from tests.factories import registrations as made
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db

PERSON = {"name": "Серік", "relation": "parent", "phone": "+7 701 1234567"}


@pytest.fixture
def client(cast):
    return signed_in(cast.citizen)


@pytest.fixture
def begun(cast):
    """A draft of which nothing is answered yet."""
    return lifecycle.start(account=cast.citizen)


def address(application, key):
    return f"/en/register/{application.public_id}/{key}/"


def codes(answer):
    errors = answer.context["form"].errors.as_data()
    return {name: [error.code for error in found] for name, found in errors.items()}


def said(client, url):
    return [str(message) for message in client.get(url).context["messages"]]


# --- Save and leave ---------------------------------------------------------------------


def test_leaving_an_empty_page_simply_leaves(client, begun):
    answer = client.post(address(begun, "name"), {"leave": "1"})
    assert answer.url == "/en/account/"
    begun.refresh_from_db()
    assert begun.answered_pages == []


def test_leaving_a_finished_page_saves_it(client, begun):
    answer = client.post(address(begun, "name"), {"given_names": "Ұлжан", "leave": "1"})
    assert answer.url == "/en/account/"
    begun.refresh_from_db()
    assert (begun.answered_pages, begun.citizen.given_names) == (["name"], "Ұлжан")


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("birth", {"birth_place": "Қызылорда"}, lambda a: a.citizen.birth_place == "Қызылорда"),
        (
            "birth",
            {"birth_date_day": "1", "birth_date_month": "1", "birth_date_year": "1990"},
            lambda a: a.citizen.birth_date == date(1990, 1, 1),
        ),
        ("place", {"country": "DE"}, lambda a: a.country == "DE"),
        ("place", {"city": "Berlin"}, lambda a: a.city == "Berlin"),
        ("address", {"postcode": "13353"}, lambda a: a.citizen.postcode == "13353"),
        ("stay", {"purpose": "study"}, lambda a: a.purpose == "study"),
        (
            "document",
            {"type": "passport", "number": "N12345678"},
            lambda a: a.citizen.document.number == "N12345678",
        ),
    ],
)
def test_leaving_an_unfinished_page_keeps_its_part(client, begun, key, typed, kept):
    answer = client.post(address(begun, key), typed | {"leave": "1"})
    assert answer.url == "/en/account/"
    begun = Application.objects.get()
    assert kept(begun)
    assert begun.answered_pages == []


@pytest.mark.parametrize(
    ("key", "typed", "wrong"),
    [
        ("name", {"family_name": "Smith"}, ("family_name", "script")),
        ("birth", {"birth_date_day": "31", "birth_date_month": "2"}, ("birth_date", "no_year")),
        ("iin", {"iin": "123"}, ("iin", "length")),
        ("contact", {"phone": "12"}, ("phone", "phone")),
        ("emergency", {"name": "Серік"}, ("phone", "required")),
    ],
)
def test_leaving_with_something_wrong_shows_it_and_keeps_it_typed(client, begun, key, typed, wrong):
    answer = client.post(address(begun, key), typed | {"leave": "1"})
    assert answer.status_code == 200
    field, code = wrong
    assert codes(answer)[field] == [code]
    shown = answer.content.decode()
    assert all(f'value="{value}"' in shown for value in typed.values())
    assert "Leave without saving this page" in shown
    begun.refresh_from_db()
    assert begun.answered_pages == []


def test_continuing_with_the_same_mistake_offers_no_way_around(client, begun):
    answer = client.post(address(begun, "name"), {"family_name": "Smith"})
    assert "Leave without saving this page" not in answer.content.decode()


def test_clearing_an_answered_page_asks_for_it_again(client, cast):
    draft = made.draft(cast.here, account=cast.citizen)
    client.post(address(draft, "address"), {"street": "", "postcode": "1", "leave": "1"})
    draft.refresh_from_db()
    assert "address" not in draft.answered_pages
    assert draft.citizen.street == "Müllerstraße 12"
    missing = address(draft, "address") + "?check"
    assert client.get(f"/en/register/{draft.public_id}/").url == missing
    check = f"/en/register/{draft.public_id}/check/"
    assert client.post(missing, {"street": "Müllerstraße 12"}).url == check


def test_leaving_says_until_when_one_may_come_back(client, begun):
    client.post(address(begun, "name"), {"leave": "1"})
    told = said(client, "/en/account/")
    assert len(told) == 1
    assert told[0].startswith("Your answers are saved. You can come back until ")


def test_leaving_a_case_sent_back_says_it_is_not_sent_yet(client, cast):
    case = made.more_info(cast.here, cast.officer_here, account=cast.citizen)
    client.post(address(case, "address"), {"street": "Torstraße 1", "leave": "1"})
    assert said(client, "/en/account/") == [
        "Your answers are saved, but not sent to the officer yet."
    ]
    case.refresh_from_db()
    assert case.status == ApplicationStatus.MORE_INFO


# --- One more ---------------------------------------------------------------------------


def test_another_person_comes_back_to_the_same_page(client, begun):
    answer = client.post(address(begun, "emergency"), PERSON | {"another": "1"})
    assert answer.url == address(begun, "emergency")
    shown = client.get(answer.url)
    assert [person.name for person in shown.context["form"].listed] == ["Серік"]
    assert "Серік, parent" in shown.content.decode()


def test_full_list_asks_for_nobody_more(client, begun):
    for _each in range(3):
        client.post(address(begun, "emergency"), PERSON | {"another": "1"})
    shown = client.get(address(begun, "emergency")).content.decode()
    assert 'name="another"' not in shown
    assert 'name="phone"' not in shown
    client.post(address(begun, "emergency"), PERSON)
    assert EmergencyContact.objects.count() == 3


def test_removing_the_last_person_asks_again(client, begun):
    client.post(address(begun, "emergency"), PERSON)
    begun.refresh_from_db()
    assert begun.answered_pages == ["emergency"]
    person = EmergencyContact.objects.get()
    answer = client.post(address(begun, "emergency"), {"remove": person.public_id})
    assert answer.url == address(begun, "emergency")
    begun.refresh_from_db()
    assert (begun.answered_pages, EmergencyContact.objects.count()) == ([], 0)


def test_removing_a_person_keeps_what_is_typed_of_another(client, begun):
    client.post(address(begun, "emergency"), PERSON)
    person = EmergencyContact.objects.get()
    typed = {"name": "Динара", "phone": "+7 70", "remove": person.public_id}
    shown = client.post(address(begun, "emergency"), typed)
    assert (EmergencyContact.objects.count(), codes(shown)) == (0, {})
    page = shown.content.decode()
    assert all(f'value="{value}"' in page for value in ("Динара", "+7 70"))
    assert "Серік" not in page


@pytest.mark.parametrize("person", ["", "x", "7c9e6679-7425-40de-944b-e07fc1f90ae7"])
def test_removing_nobody_changes_nothing(client, begun, person):
    client.post(address(begun, "emergency"), PERSON)
    answer = client.post(address(begun, "emergency"), {"remove": person})
    assert answer.url == address(begun, "emergency")
    begun.refresh_from_db()
    assert (begun.answered_pages, EmergencyContact.objects.count()) == (["emergency"], 1)


# --- Place and mission -------------------------------------------------------------------


@pytest.fixture
def two_missions(cast):
    """Bavaria belongs to another mission than the rest of Germany."""
    munich = MissionFactory(code="consulate-munich", city_en="Munich")
    DistrictFactory(mission=munich, region_code="DE-BY", region_name="Bayern")
    return munich


def test_region_decides_the_mission(client, begun, two_missions):
    answer = client.post(address(begun, "place"), {"country": "DE", "city": "Nürnberg"})
    assert answer.url == address(begun, "region")
    offered = client.get(answer.url).context["form"].fields["region"].choices
    assert ("DE-BY", "Bayern") in offered
    answer = client.post(answer.url, {"region": "DE-BY"})
    assert client.get(answer.url).context["form"].answer.mission == two_missions


def test_mission_page_without_a_choice_has_one_error(client, begun, two_missions):
    client.post(address(begun, "place"), {"country": "DE", "city": "Nürnberg"})
    assert codes(client.post(address(begun, "mission"), {})) == {"choice": ["required"]}


def test_another_mission_wants_a_name_and_a_reason(client, begun, two_missions):
    client.post(address(begun, "place"), {"country": "DE", "city": "Nürnberg"})
    answer = client.post(address(begun, "mission"), {"choice": "other"})
    assert codes(answer) == {"other": ["required"], "reason": ["required"]}


@pytest.mark.parametrize("confirmed", [True, False])
def test_contacts_of_the_mission_are_shown_once_confirmed(cast, client, begun, confirmed):
    cast.here.address, cast.here.phone = "Nordendstraße 14", "+49 30 470070"
    cast.here.opening_hours = "9–12"
    if confirmed:
        cast.here.contact_confirmed_at = timezone.now()
        cast.here.contact_confirmed_by = cast.ministry
    cast.here.save()
    client.post(address(begun, "place"), {"country": "DE", "city": "Berlin"})
    page = client.get(address(begun, "mission")).content.decode()
    shown = [text in page for text in ("Nordendstraße 14", "+49 30 470070", "9–12")]
    assert shown == [confirmed] * 3


def test_place_corrected_after_sending_keeps_the_mission(client, cast, two_missions):
    case = made.more_info(cast.here, cast.officer_here, account=cast.citizen, pages=("place",))
    answer = client.post(address(case, "place"), {"country": "TR", "city": "Ankara"})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.country, case.region, case.mission) == ("TR", "", cast.here)
    sent = client.post(f"/en/register/{case.public_id}/answer/")
    assert sent.url == "/en/account/"
    case.refresh_from_db()
    assert case.status == ApplicationStatus.IN_REVIEW


def test_region_reopens_with_the_place(client, cast, two_missions):
    case = made.more_info(cast.here, cast.officer_here, account=cast.citizen, pages=("place",))
    answer = client.post(address(case, "place"), {"country": "DE", "city": "Nürnberg"})
    assert answer.url == address(case, "region")
    assert client.post(answer.url, {"region": "DE-BY"}).url.endswith("/check/")


# --- What the person is told ------------------------------------------------------------


def test_no_decision_is_explained_and_no_dead_end(client, begun):
    answer = client.post(address(begun, "length"), {"stay": "no_permit"})
    assert answer.url == address(begun, "name")
    assert said(client, answer.url)[0].startswith("Without the decision the registration is")


def test_expired_document_is_told_and_kept(client, begun):
    typed = {"type": "passport", "number": "N12345678", "issued_on_day": "1 2 2010"}
    answer = client.post(address(begun, "document"), typed | {"expires_on_day": "1 2 2020"})
    assert said(client, answer.url)[0].startswith("The document expired on 1 February 2020.")


# --- Somebody else's registration --------------------------------------------------------


def test_two_clicks_begin_one_child(cast, client):
    first, second = (client.post("/en/register/begin/parent/").url for _click in range(2))
    assert first == second
    assert Application.objects.get().capacity == Capacity.PARENT


def test_second_child_gets_a_draft_of_its_own(cast, client):
    first = client.post("/en/register/begin/parent/").url
    client.post(f"{first}name/", {"given_names": "Айша"})
    assert client.post("/en/register/begin/parent/").url != first
    assert Application.objects.count() == 2


def test_child_does_not_take_the_draft_of_the_parent(cast, client):
    own = made.draft(cast.here, account=cast.citizen)
    child = client.post("/en/register/begin/parent/").url
    assert str(own.public_id) not in child
    again = client.post("/en/register/begin/self/").url
    assert again == f"/en/register/{own.public_id}/"


@pytest.mark.parametrize("capacity", ["parent", "representative"])
def test_pages_for_another_do_not_say_you(cast, client, capacity):
    base = client.post(f"/en/register/begin/{capacity}/").url
    asked = {
        key: client.get(f"{base}{key}/").context["form"].heading
        for key in ("name", "latin-name", "other-names", "birth", "iin", "sex", "address", "stay")
    }
    assert not any("you" in str(heading).lower() for heading in asked.values())
    shown = client.get(f"{base}iin/").content.decode()
    assert "<h1" in shown
    assert "There is no IIN" in shown
    assert 'autocomplete="family-name"' not in client.get(f"{base}name/").content.decode()


def test_pages_for_another_name_the_person(cast, client):
    base = client.post("/en/register/begin/parent/").url
    assert "your child" in client.get(f"{base}name/").content.decode()
    client.post(f"{base}name/", {"given_names": "Айша"})
    assert "<strong>Айша</strong>" in client.get(f"{base}birth/").content.decode()


def test_consent_for_a_child_is_the_representatives(cast, client):
    child = made.draft(cast.here, account=cast.citizen, capacity=Capacity.PARENT, iin="")
    form = client.get(f"/en/register/{child.public_id}/send/").context["form"]
    assert str(form.fields["consent"].label).startswith("As the legal representative")


@pytest.mark.parametrize(("days", "codes"), [(90, []), (91, ["too_late"])])
def test_arrival_lies_at_most_ninety_days_ahead(cast, days, codes):
    draft = made.draft(cast.here, account=cast.citizen)
    day = local_date(cast.here, timezone.now()) + timedelta(days=days)
    arrival = {f"arrived_on_{part}": getattr(day, part) for part in ("day", "month", "year")}
    answer = signed_in(cast.citizen).post(
        f"/en/register/{draft.public_id}/stay/",
        {**arrival, "end_unknown": "on", "purpose": "study"},
    )
    errors = answer.context["form"].errors.as_data() if codes else {}
    assert [error.code for error in errors.get("arrived_on", [])] == codes
    assert (answer.status_code == 302) is not bool(codes)
