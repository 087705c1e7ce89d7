"""The account page: what waits, what the person can do, and what became of a child who grew up."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from registrations.enums import Capacity
from registrations.models import ComingOfAge
from registrations.services import taking_over
from tests.clock import at
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.markup import Page
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
