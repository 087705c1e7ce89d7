"""The officers' door, knocked at as an officer, a citizen and a thief would."""

import re
import time
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlparse

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage, User
from tests.factories import registrations as made
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.cast import Cast
from tests.markup import Page
from tests.registrations.test_races import together
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
SET_UP = "/en/sign-in/second-factor/totp/activate/"


def code_for(secret):
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def password_sign_in(client, officer):
    return client.post(
        "/en/sign-in/officer/?next=/admin/", {"login": officer.email, "password": PASSWORD}
    )


def test_officer_sets_up_a_second_factor_and_comes_in(cast):
    officer, client = cast.officer_here, Client()
    assert password_sign_in(client, officer).url == "/admin/"
    assert client.get("/admin/").url == "/en/sign-in/second-factor/"
    again = client.get("/en/sign-in/second-factor/totp/activate/").url
    assert client.post(again, {"password": PASSWORD}).url == SET_UP
    page = client.get(SET_UP)
    assert "data:" in page["Content-Security-Policy"]
    secret = page.context["form"].secret
    answer = client.post(SET_UP, {"code": code_for(secret)})
    assert answer.status_code == 302
    stored = Authenticator.objects.get(user=officer, type="totp").data["secret"]
    assert secret not in stored
    client = Client()
    asked = password_sign_in(client, officer)
    assert asked.url.startswith("/en/sign-in/second-factor/authenticate/")
    assert client.get("/admin/").status_code == 302
    wrong = client.post(asked.url, {"code": "000000"})
    assert wrong.status_code == 200


def test_password_alone_is_not_enough_once_enrolled(cast):
    Authenticator.objects.create(user=cast.officer_here, type="totp", data={"secret": "x"})
    client = signed_in(cast.officer_here, methods=("password",))
    assert client.get("/admin/").url.startswith("/en/sign-in/officer/")
    assert "_auth_user_id" not in client.session


def test_demonstration_lets_officers_in_by_password(cast, settings):
    settings.DEMO = True
    assert signed_in(cast.officer_here, methods=("password",)).get("/admin/").status_code == 200


@pytest.mark.parametrize("path", ["/admin/", "/admin/registrations/application/?task=all"])
def test_stranger_at_the_officers_door_is_sent_to_their_sign_in(db, path):
    answer = Client().get(path, follow=True)
    address = urlparse(answer.redirect_chain[-1][0])
    assert address.path == "/kk/sign-in/officer/"
    assert parse_qs(address.query) == {"next": [path]}


def test_citizen_is_told_no(cast):
    assert signed_in(cast.citizen).get("/admin/").status_code == 403


def test_known_and_unknown_addresses_are_answered_alike(db):
    UserFactory(email="known@example.org")
    pages = []
    for email in ("known@example.org", "unknown@example.org"):
        client = Client()
        answer = client.post("/en/sign-in/", {"email": email})
        page = client.get(answer.url)
        body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
        body = body.replace(email, "the address typed")
        pages.append((answer.status_code, answer.url, body))
    assert pages[0] == pages[1]
    kinds = OutboxMessage.objects.values_list("kind", flat=True)
    assert list(kinds) == ["login_code", "login_code"]


def test_wrong_codes_are_counted(db):
    client = Client()
    answer = client.post("/en/sign-in/", {"email": "citizen@example.org"})
    right = re.search(r"\d{6}", OutboxMessage.objects.get().body_text)[0]
    wrong = "111111" if right != "111111" else "222222"
    statuses = [client.post(answer.url, {"code": wrong}).status_code for _each in range(5)]
    assert statuses == [200, 200, 200, 200, 302]
    client.post(answer.url, {"code": right})
    assert "_auth_user_id" not in client.session
    assert User.objects.get().last_login is None


def test_codes_asked_for_one_address_are_limited(db):
    statuses = [
        Client().post(
            "/en/sign-in/", {"email": "a@example.org"}, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}"
        )
        for n in range(8)
    ]
    assert OutboxMessage.objects.count() == 5
    assert [answer.status_code for answer in statuses[:5]] == [302] * 5


def test_address_over_the_limit_of_a_place_gets_no_account(db):
    for number in range(35):
        Client().post("/en/sign-in/", {"email": f"person{number}@example.org"})
    assert (User.objects.count(), OutboxMessage.objects.count()) == (30, 30)


def test_codes_asked_for_one_address_are_limited_by_the_day(db):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(30):
            clock.shift(timedelta(minutes=6))
            Client(REMOTE_ADDR=f"10.0.{number}.1").post("/en/sign-in/", {"email": "a@example.org"})
        assert OutboxMessage.objects.count() == 20
        clock.shift(timedelta(days=1))
        assert Client().post("/en/sign-in/", {"email": "a@example.org"}).status_code == 302


def wrong_codes(email, place):
    """A code asked for, and as many wrong ones as the code allows; the pages that answered."""
    client = Client(REMOTE_ADDR=place)
    code_page = client.post("/en/sign-in/", {"email": email}).url
    right = re.search(r"\d{6}", OutboxMessage.objects.latest("id").body_text)[0]
    wrong = "111111" if right != "111111" else "222222"
    for _each in range(5):
        client.post(code_page, {"code": wrong})
    return client


def test_wrong_codes_for_one_address_are_limited_by_the_day(db):
    """Each new code allows five more tries; a botnet would have as many codes as it likes."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(4):
            wrong_codes("a@example.org", f"10.0.{number}.1")
            clock.shift(timedelta(minutes=2))
        client = Client(REMOTE_ADDR="10.0.9.1")
        code_page = client.post("/en/sign-in/", {"email": "a@example.org"}).url
        right = re.search(r"\d{6}", OutboxMessage.objects.latest("id").body_text)[0]
        answer = client.post(code_page, {"code": right}, follow=True)
        assert [str(message) for message in answer.context["messages"]] == [
            "Too many wrong codes were typed for this address. Try again tomorrow."
        ]
        assert "_auth_user_id" not in client.session
        clock.shift(timedelta(days=1))
        assert_comes_in("a@example.org")


def assert_comes_in(email):
    client = Client()
    code_page = client.post("/en/sign-in/", {"email": email}).url
    right = re.search(r"\d{6}", OutboxMessage.objects.latest("id").body_text)[0]
    client.post(code_page, {"code": right})
    assert "_auth_user_id" in client.session


def test_right_codes_are_not_counted(db):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        wrong_codes("a@example.org", "10.0.0.1")
        wrong_codes("a@example.org", "10.0.1.1")
        wrong_codes("a@example.org", "10.0.2.1")
        for _each in range(10):
            clock.shift(timedelta(minutes=2))
            assert_comes_in("a@example.org")


def test_code_is_sealed_at_rest(db):
    Client().post("/en/sign-in/", {"email": "a@example.org"})
    message = OutboxMessage.objects.get()
    code = re.search(r"\d{6}", message.body_text)[0]
    stored = OutboxMessage.objects.values_list("body_text", flat=True).get()
    assert code not in str(stored)


SECOND_FACTOR_PAGES = (
    "/en/sign-in/second-factor/",
    SET_UP,
    "/en/sign-in/second-factor/webauthn/",
    "/en/sign-in/second-factor/webauthn/add/",
    "/en/sign-in/second-factor/recovery-codes/generate/",
)


@pytest.mark.parametrize("path", SECOND_FACTOR_PAGES)
def test_citizen_has_no_second_factor(cast, path):
    assert signed_in(cast.citizen).get(path).status_code == 403


@pytest.mark.parametrize("path", SECOND_FACTOR_PAGES)
def test_second_factor_is_not_set_up_after_an_emailed_code(cast, path):
    client = signed_in(cast.officer_here, methods=("code",))
    assert client.get(path).url.startswith("/en/sign-in/officer/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", SECOND_FACTOR_PAGES)
def test_session_from_before_the_enrolment_changes_no_factor(cast, path):
    """Somebody who knew the password before is not let near what protects the account now."""
    Authenticator.objects.create(user=cast.officer_here, type="totp", data={"secret": "x"})
    client = signed_in(cast.officer_here, methods=("password",))
    assert client.get(path).url.startswith("/en/sign-in/officer/")
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db(transaction=True)
def test_factor_just_set_up_opens_the_admin_and_is_logged():
    cast = Cast.create()
    officer, client = cast.officer_here, Client()
    password_sign_in(client, officer)
    client.post(client.get(SET_UP).url, {"password": PASSWORD})
    secret = client.get(SET_UP).context["form"].secret
    client.post(SET_UP, {"code": code_for(secret)})
    assert client.get("/admin/").status_code == 200
    events = AuditEvent.objects.filter(action="second_factor.added").order_by("id")
    assert [(event.actor_email, event.details) for event in events] == [
        (officer.email, {"type": "totp"}),
        (officer.email, {"type": "recovery_codes"}),
    ]


def test_right_password_of_a_blocked_officer_is_answered_as_a_wrong_one(cast):
    User.objects.filter(pk=cast.officer_here.pk).update(is_active=False)
    for password in (PASSWORD, "not this one at all"):
        page = Client().post(
            "/en/sign-in/officer/", {"login": cast.officer_here.email, "password": password}
        )
        assert page.status_code == 200
        errors = page.context["form"].non_field_errors().as_data()
        assert [error.code for error in errors] == ["email_password_mismatch"]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_page_is_neither_put_nor_deleted(cast, method):
    case = made.in_review(cast.here, cast.officer_here)
    officer = signed_in(cast.officer_here)
    for address in ("/admin/", f"/admin/registrations/application/{case.public_id}/change/"):
        answer = getattr(officer, method)(address)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert not AuditEvent.objects.filter(action="application.viewed").exists()


# --- Half an hour without a page ----------------------------------------------------------------

OURS = {"sec-fetch-site": "same-origin"}


def idle(client, settings):
    """As if the last page had been half an hour ago."""
    session = client.session
    session["staff_last_seen"] = int(time.time()) - settings.STAFF_IDLE_SECONDS - 60
    session.save()


def refuse_too_late(cast, settings, headers):
    case = made.in_review(cast.here, cast.officer_here)
    officer = signed_in(cast.officer_here)
    address = f"/admin/registrations/application/{case.public_id}/refuse/"
    officer.get(address)
    idle(officer, settings)
    typed = {
        "seen_version": str(case.version),
        "ground": "rules_not_met",
        "text": "Write <b>\r\nwhere you live.",
    }
    return case, address, typed, officer.post(address, typed, headers=headers)


def test_words_sent_after_half_an_hour_are_handed_back(cast, settings):
    case, address, typed, answer = refuse_too_late(cast, settings, OURS)
    assert answer.status_code == 403
    boxes = {
        attrs["name"]: attrs["value"]
        for tag, attrs in Page.of(answer).tags
        if tag == "input" and attrs.get("type") == "hidden"
    }
    boxes.pop("csrfmiddlewaretoken")
    assert boxes == typed
    assert f"/sign-in/officer/?next={quote(address, safe='')}" in answer.content.decode()
    case.refresh_from_db()
    assert case.status == "in_review"
    again = signed_in(cast.officer_here).post(address, boxes)
    assert again.context["form"].cleaned_data["text"] == typed["text"]


def test_words_that_another_site_sent_are_not_handed_back(cast, settings):
    *_sent, answer = refuse_too_late(cast, settings, {"sec-fetch-site": "cross-site"})
    assert answer.status_code == 302
    assert "/sign-in/officer/" in answer.url


# --- In which language --------------------------------------------------------------------------


def html_lang(page):
    return re.search(r'<html lang="(\w+)"', page.content.decode())[1]


def sign_in_on(language, officer):
    client = Client()
    client.post(f"/{language}/sign-in/officer/", {"login": officer.email, "password": PASSWORD})
    return client


def test_officer_reads_on_in_the_language_of_the_sign_in(cast, settings):
    settings.DEMO = True
    User.objects.filter(pk=cast.officer_here.pk).update(language="ru")
    english = sign_in_on("en", cast.officer_here)
    assert html_lang(english.get("/admin/")) == "en"
    cast.officer_here.refresh_from_db()
    assert cast.officer_here.language == "ru"
    assert html_lang(sign_in_on("ru", cast.officer_here).get("/admin/")) == "ru"


def test_language_chosen_inside_is_that_of_the_next_sign_in(cast, settings):
    settings.DEMO = True
    officer = sign_in_on("en", cast.officer_here)
    officer.post("/admin/language/", {"language": "kk"})
    assert html_lang(officer.get("/admin/")) == "kk"
    cast.officer_here.refresh_from_db()
    assert cast.officer_here.language == "kk"
    officer.logout()
    officer.cookies["django_language"] = "kk"
    assert officer.get("/admin/").url.startswith("/kk/sign-in/officer/")


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_sent_at_once_are_counted_each():
    """The tries of a code are counted in the session, which parallel requests read alike."""
    client = Client()
    code_page = client.post("/en/sign-in/", {"email": "a@example.org"}).url
    right = re.search(r"\d{6}", OutboxMessage.objects.get().body_text)[0]
    guesses = [f"{number:06d}" for number in range(60) if f"{number:06d}" != right]

    def guess(code):
        at_once = Client()
        at_once.cookies = client.cookies
        answer = at_once.post(code_page, {"code": code})
        return answer.status_code == 200 and answer.context["form"].has_error("code")

    assert sum(outcome is True for outcome in together(guess, guesses, 8)) <= 20
