"""The account page: what waits, what the person can do, and what became of a child who grew up."""

import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from registrations.enums import Capacity, RefusalGround
from registrations.models import Application, ComingOfAge
from registrations.services import lifecycle, taking_over
from tests.clock import at
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.markup import Page
from tests.registrations.test_entries import move_to
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
# Turns 18 on 1 December 2026.
CHILD = {"capacity": Capacity.PARENT, "birth_date": date(2008, 12, 1), "iin": ""}
GROWN = "2026-12-05 10:00"


@pytest.fixture(autouse=True)
def _before_the_birthday():
    with at("2026-11-02 10:00"):
        yield


def account_page(user):
    return signed_in(user).get("/en/account/")


def links(response):
    return Page.of(response).values("href", "a")


# --- What the person can do -----------------------------------------------------------------------


def test_acts_of_an_entry_are_named(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    entry = f"/en/account/{record.public_id}/"
    acts = {f"{entry}{act}/" for act in ("certificate", "help", "moved", "leave")}
    assert acts <= set(links(account_page(cast.citizen)))


def acts_of(cast, record):
    entry = f"/en/account/{record.public_id}/"
    found = [link for link in links(account_page(cast.citizen)) if link.startswith(entry)]
    return {link.removeprefix(entry) for link in found}


def test_move_is_not_offered_while_one_is_under_way(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    signed_in(cast.citizen).post(
        f"/en/account/{record.public_id}/moved/", move_to(confirmed="1", arrived_on_year="2025")
    )
    assert acts_of(cast, record) == {"", "certificate/", "help/", "leave/"}
    words = account_page(cast.citizen).content.decode()
    assert f"The move is with the new mission: {cast.there}" in words


def test_leaving_is_not_offered_while_it_is_asked_for(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    client = signed_in(cast.citizen)
    client.post(f"/en/account/{record.public_id}/leave/", {"reason": "other"})
    assert acts_of(cast, record) == {"", "certificate/", "help/", "moved/"}
    page = account_page(cast.citizen)
    assert "You have asked to leave the register." in page.content.decode()
    assert f"/en/account/{record.public_id}/stay/" in Page.of(page).values("action", "form")


def test_refused_move_is_told_again_from_its_card_alone_until_it_is_told(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    moved = f"/en/account/{record.public_id}/moved/"
    told = move_to(confirmed="1", arrived_on_year="2025")
    client = signed_in(cast.citizen)
    client.post(moved, told)
    case = lifecycle.take(Application.objects.get(transfer_of=record), actor=cast.officer_there)
    lifecycle.refuse(case, actor=cast.officer_there, ground=RefusalGround.RULES_NOT_MET, text="No.")
    words = account_page(cast.citizen).content.decode()
    assert "Tell of the move again" in words
    assert "your answers are kept" in words
    assert "The copies in the entry go along." in words
    client.post(moved, told)
    words = account_page(cast.citizen).content.decode()
    assert moved not in words
    assert "You may appeal to the ministry or to a court." in words


def test_acts_of_a_child_do_not_speak_of_the_parent(cast):
    child = made.registered(cast.here, cast.officer_here, account=cast.citizen, **CHILD)
    for page in ("/en/account/", f"/en/account/{child.public_id}/"):
        words = signed_in(cast.citizen).get(page).content.decode()
        assert "The person has moved" in words
        assert "The person has returned, or leaves the register" in words
        assert "I have moved" not in words
        assert "I have returned" not in words
        assert "<strong>Registered" in words
        assert "You are registered" not in words


# --- Days and hours are the mission's -------------------------------------------------------------


def in_tokyo(cast):
    cast.here.timezone = "Asia/Tokyo"
    cast.here.save()
    return cast.here


def test_hours_of_the_timelines_say_whose_they_are(cast):
    record = made.registered(in_tokyo(cast), cast.officer_here, account=cast.citizen)
    for page in ("/en/account/", f"/en/account/{record.public_id}/"):
        words = signed_in(cast.citizen).get(page).content.decode()
        before, _list, events = words.partition('<ol class="timeline">')
        assert "Times are given in: Tokyo time" in before[-100:]
        assert "2 November 2026, 18:00" in events


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Tokyo", "1 April"), ("America/New_York", "31 March")]
)
def test_draft_has_one_last_day_on_every_page(cast, zone, day):
    cast.here.timezone = zone
    cast.here.save()
    with at("2027-03-02 07:00", "Asia/Tokyo"):
        draft = made.draft(cast.here, account=cast.citizen)
        client = signed_in(cast.citizen)
        base = f"/en/register/{draft.public_id}/"
        left = client.post(f"{base}address/", {"leave": "1", "street": "Müllerstraße 12"})
        for page in (left.url, "/en/account/", f"{base}address/", f"{base}withdraw/"):
            days = re.findall(r"\d+ (?:March|April) 2027", client.get(page).content.decode())
            assert set(days) == {f"{day} 2027"}, page


def test_waiting_application_leads_to_its_answers_and_the_own_data(cast):
    sent = made.submitted(cast.here, account=cast.citizen)
    found = set(links(account_page(cast.citizen)))
    assert f"/en/register/{sent.public_id}/answers/" in found
    assert f"/en/account/data/{sent.citizen.public_id}/" in found


def test_draft_has_no_answers_that_were_sent(cast):
    draft = made.draft(cast.here, account=cast.citizen)
    assert f"/en/register/{draft.public_id}/answers/" not in links(account_page(cast.citizen))


# --- How the case stands ----------------------------------------------------------------------


def main_of(response):
    _head, _start, main = response.content.decode().partition("<main")
    return " ".join(strip_tags(f"<main{main.partition('</main>')[0]}").split())


def test_sent_case_names_its_state_the_last_day_with_the_zone_and_what_happened(cast):
    cast.here.timezone = "Asia/Tokyo"
    cast.here.save()
    case = made.submitted(cast.here, account=cast.citizen)
    said = main_of(account_page(cast.citizen))
    due = timezone.localtime(case.due_at, ZoneInfo("Asia/Tokyo"))
    assert f"Received {case.reference}" in said
    assert f"We answer by: {due.day} November 2026, {due:%H:%M} (Tokyo time)" in said
    assert "You sent your application" in said.partition("We answer by")[2]


def test_case_that_waits_for_an_answer_says_what_to_do_and_that_the_clock_stands(cast):
    case = made.more_info(cast.here, cast.officer_here, account=cast.citizen)
    page = account_page(cast.citizen)
    said = main_of(page)
    until = case.open_request.answer_by
    assert case.open_request.text in said
    assert f"Answer by: {until.day} {until:%B %Y}." in said
    assert "The clock of the officer stands still until you answer." in said
    assert "We answer by" not in said
    assert f"/en/register/{case.public_id}/" in links(page)
    assert "Answer the officer" in said


# --- An entry waits to be taken over --------------------------------------------------------------


@pytest.fixture
def invited(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, **CHILD)
    taking_over.set_address(record, email="young@example.org", actor=cast.citizen)
    ComingOfAge.objects.update(invited_at=timezone.now())
    return UserFactory(email="young@example.org")


def test_invitation_stands_on_the_account_and_nothing_invites_to_a_second_entry(invited):
    page = account_page(invited)
    assert "/en/account/take-over/" in links(page)
    assert "You have no application yet" not in page.content.decode()
    assert "Start now" not in page.content.decode()


def test_nobody_else_sees_the_invitation(cast, invited):
    for account in (cast.citizen, cast.other_citizen):
        assert "/en/account/take-over/" not in links(account_page(account))


# --- A child turns 18 while the application is under way ------------------------------------------


def test_parent_is_told_that_the_child_acts_in_person_now(cast):
    case = made.more_info(
        cast.here, cast.officer_here, account=cast.citizen, pages=["address"], **CHILD
    )
    with at(GROWN):
        page = account_page(cast.citizen)
        words = page.content.decode()
        assert "The person is 18 now and acts in person." in words
        assert case.reference in words
        assert "You have no application yet" not in words
        assert f"/en/register/{case.public_id}/" not in links(page)


@pytest.mark.parametrize("rest", ["", "address/", "sent/", "answers/"])
def test_pages_of_a_grown_up_say_why_they_are_closed(cast, rest):
    case = made.more_info(
        cast.here, cast.officer_here, account=cast.citizen, pages=["address"], **CHILD
    )
    with at(GROWN):
        for account, told in ((cast.citizen, True), (cast.other_citizen, False)):
            answer = signed_in(account).get(f"/en/register/{case.public_id}/{rest}")
            assert answer.status_code == 404
            assert ("The person is 18 now and acts in person" in answer.content.decode()) is told


def test_entry_of_a_grown_up_says_why_it_is_closed(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, **CHILD)
    with at(GROWN):
        for page in ("", "certificate/", "moved/"):
            answer = signed_in(cast.citizen).get(f"/en/account/{record.public_id}/{page}")
            assert answer.status_code == 404
            assert "The person is 18 now and acts in person" in answer.content.decode()


def test_draft_of_a_grown_up_is_no_longer_offered(cast):
    draft = made.draft(cast.here, account=cast.citizen, **CHILD)
    client = signed_in(cast.citizen)
    client.post(f"/en/register/{draft.public_id}/sex/", {"sex": "female"})
    with at(GROWN):
        page = account_page(cast.citizen)
        assert f"/en/register/{draft.public_id}/" not in links(page)
        assert "It is not sent and is deleted by itself." in page.content.decode()
