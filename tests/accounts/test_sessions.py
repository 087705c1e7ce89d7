"""The end of a session and the expired form: nothing typed is lost, nothing forged is put back."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import sessions
from registrations.models import Application
from tests.accounts.changing import LOST, ask_lost, confirm_new, page
from tests.factories import registrations as made
from tests.markup import Page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db

TYPED = {"given_names": "Ұлжан <b>", "family_name": "Әбдіғали", "leave": "1"}
OURS = {"sec-fetch-site": "same-origin"}
FOREIGN = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}


@pytest.fixture
def draft(cast):
    return made.draft(cast.here, account=cast.citizen)


@pytest.fixture
def address(draft):
    return f"/en/register/{draft.public_id}/name/"


def hidden(answer):
    """What the page would send once more, without the token."""
    return {
        attrs["name"]: attrs["value"]
        for tag, attrs in Page.of(answer).tags
        if tag == "input" and attrs.get("type") == "hidden"
        if attrs["name"] != "csrfmiddlewaretoken"
    }


def token(answer):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())[1]


def browser(user=None):
    """A client that is checked for forgery as a browser is."""
    client = signed_in(user) if user else Client()
    client.handler.enforce_csrf_checks = True
    return client


# --- The session has ended --------------------------------------------------------------


def test_form_sent_after_the_session_ended_is_handed_back(cast, address):
    answer = Client().post(address, TYPED, headers=OURS)
    assert answer.status_code == 403
    assert hidden(answer) == TYPED
    assert f"/en/sign-in/?next={address.replace('/', '%2F')}" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    again = signed_in(cast.citizen).post(address, hidden(answer), headers=OURS)
    assert again.status_code == 200
    assert again.context["form"]["given_names"].value() == "Ұлжан <b>"


@pytest.mark.parametrize("headers", [FOREIGN, {}, {"origin": "null"}])
def test_form_of_another_site_leads_to_the_sign_in_only(address, headers):
    answer = Client().post(address, TYPED, headers=headers)
    assert answer.status_code == 302
    assert answer.url == f"/en/sign-in/?next={address}"


def test_sign_in_leads_back_to_the_page_of_the_form(draft):
    """Whatever took the form may have no page of its own."""
    check = f"/en/register/{draft.public_id}/check/"
    answer = Client().post(
        f"/en/register/{draft.public_id}/answer/",
        headers=OURS | {"referer": f"http://testserver{check}"},
    )
    assert answer.url == f"/en/sign-in/?next={check}"


def test_referer_of_another_site_is_no_way_back(draft):
    path = f"/en/register/{draft.public_id}/answer/"
    answer = Client().post(path, headers={"referer": "https://evil.example/en/"})
    assert answer.url == f"/en/sign-in/?next={path}"


def test_nothing_typed_is_kept_by_the_portal(address):
    client = Client()
    client.post(address, TYPED, headers=OURS)
    assert dict(client.session) == {}


# --- The form carries an old token -------------------------------------------------------


def test_expired_form_asks_to_continue_once_more(cast, draft, address):
    client = browser(cast.citizen)
    answer = client.post(address, TYPED | {"csrfmiddlewaretoken": "x" * 64}, headers=OURS)
    assert answer.status_code == 403
    assert hidden(answer) == TYPED
    assert Page.of(answer).headings == ["Press Continue once more"]
    right = {"given_names": "Айнұр", "csrfmiddlewaretoken": token(answer)}
    assert client.post(address, right, headers=OURS).status_code == 302
    draft.citizen.refresh_from_db()
    assert draft.citizen.given_names == "Айнұр"


@pytest.mark.parametrize("headers", [FOREIGN, {}, {"referer": "https://evil.example/"}])
def test_forged_form_is_not_put_back(cast, draft, address, headers):
    answer = browser(cast.citizen).post(address, TYPED, headers=headers)
    assert (answer.status_code, hidden(answer)) == (403, {})
    assert "Әбдіғали" not in answer.content.decode()
    assert f'href="{address}"' in answer.content.decode()
    draft.citizen.refresh_from_db()
    assert draft.citizen.family_name == "Серікұлы"


def test_codes_and_passwords_are_never_put_back(cast):
    for path, typed in (
        ("/en/sign-in/officer/", {"login": "a@example.org", "password": "secret"}),
        ("/en/sign-in/", {"email": "a@example.org"}),
    ):
        answer = browser().post(path, typed, headers=OURS)
        assert (answer.status_code, hidden(answer)) == (403, {})


def test_code_of_a_new_address_is_not_put_back(cast):
    """The pages of a new address hand back the addresses that were typed, and no code."""
    client, change = ask_lost(cast.citizen.email, "new@example.org")
    confirm_new(client, change)
    client.handler.enforce_csrf_checks = True
    for name in ("code", "old-code", "recovery-code"):
        answer = client.post(page(change, name), {"code": "ABCD-EF23-GH45"}, headers=OURS)
        assert (answer.status_code, hidden(answer)) == (403, {}), name
        assert "ABCD-EF23-GH45" not in answer.content.decode()
    typed = {"old": "old@example.org", "new": "new@example.org"}
    assert hidden(client.post(LOST, typed, headers=OURS)) == typed


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example/x", "/\\evil.example/x"])
def test_way_back_stays_on_the_portal(path):
    referer = {"referer": f"http://testserver{path}"}
    answer = browser().post("/en/sign-in/", {"email": "a@example.org"}, headers=OURS | referer)
    assert answer.status_code == 403
    assert "evil.example" not in answer.content.decode()
    assert 'href="/en/sign-in/"' in answer.content.decode()


def test_browser_without_cookies_is_told_so(address):
    answer = browser().post("/en/register/", {"citizen": "yes"}, headers=OURS)
    assert (answer.status_code, hidden(answer)) == (403, {"citizen": "yes"})
    assert "allow cookies" in answer.content.decode()


def test_far_too_much_is_not_put_back(cast, address):
    typed = {"given_names": "x" * 200_000}
    answer = browser(cast.citizen).post(address, typed, headers=OURS)
    assert (answer.status_code, hidden(answer)) == (403, {})


def test_language_of_the_page_is_kept(cast, draft):
    answer = browser(cast.citizen).post(f"/kk/register/{draft.public_id}/name/", {}, headers=OURS)
    assert '<html lang="kk">' in answer.content.decode()


# --- Staying ----------------------------------------------------------------------------


def test_staying_begins_the_time_anew(cast):
    client = signed_in(cast.citizen)
    session = client.session
    session[sessions.RENEWED_AT] = 1
    session.save()
    assert client.post("/en/sign-in/stay/").status_code == 204
    assert sessions.seconds_left(client.session) > 12 * 3600 - 60


def test_staying_after_the_end_is_refused(db):
    assert Client().post("/en/sign-in/stay/").status_code in {302, 403}


def test_page_says_how_long_the_session_lasts(cast):
    page = Page.of(signed_in(cast.citizen).get("/en/account/"))
    (warning,) = [attrs for tag, attrs in page.tags if attrs.get("id") == "time-out"]
    assert 12 * 3600 - 60 < int(warning["data-left"]) <= 12 * 3600
    assert int(warning["data-warn-before"]) >= 5 * 60


def test_each_page_begins_the_time_anew(cast):
    client = signed_in(cast.citizen)
    session = client.session
    session[sessions.RENEWED_AT] = session.get(sessions.RENEWED_AT, 0) + 1
    session.save()
    client.get("/en/account/")
    assert sessions.seconds_left(client.session) > 12 * 3600 - 60


def test_session_ends_twelve_hours_after_the_last_page(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = signed_in(cast.citizen)
        for hours, status in ((11, 200), (11, 200), (11, 200), (13, 302)):
            clock.shift(timedelta(hours=hours))
            assert client.get("/en/account/").status_code == status


def test_stranger_has_no_session_and_no_script(client):
    page = Page.of(client.get("/en/"))
    assert page.values("src", "script") == []
    assert "time-out" not in page.values("id")


def test_what_somebody_signed_in_sees_is_kept_nowhere(cast, address):
    client = signed_in(cast.citizen)
    for path in (address, "/en/account/", "/en/", "/en/missions/", "/en/nothing/"):
        assert "no-store" in client.get(path)["Cache-Control"], path
    assert Application.objects.count() == 1
