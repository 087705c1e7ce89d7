"""The sign-in by code as people go through it: too early, too late, with a wrong address."""

import re
import time
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import OutboxMessage, User
from accounts.views import CODE_SENT
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

SIGN_IN = "/en/sign-in/?next=/en/register/begin/self/"
EMAIL = "ulzhan@example.org"


class Person:
    def __init__(self):
        self.client = Client()
        self.code_page = self.client.post(SIGN_IN, {"email": EMAIL}).url

    def newest_code(self):
        return re.search(r"\d{6}", OutboxMessage.objects.latest("id").body_text)[0]

    def type(self, code):
        return self.client.post(self.code_page, {"code": code})

    def resend(self):
        return self.client.post(self.code_page, {"action": "resend"})

    def let_pass(self, seconds):
        """As if the code had been sent that much earlier."""
        session = self.client.session
        email, sent_at = session[CODE_SENT]
        session[CODE_SENT] = [email, sent_at - seconds]
        login = session["account_login"]
        login["initiated_at"] -= seconds
        login["state"]["stages"]["login_by_code"]["data"]["at"] -= seconds
        session.save()

    def told(self, url=None):
        answer = self.client.get(url or self.code_page, follow=True)
        return [str(message) for message in answer.context["messages"]]

    @property
    def is_in(self):
        return "_auth_user_id" in self.client.session


@pytest.fixture
def person():
    return Person()


def gettext_in(language, text):
    with translation.override(language):
        return gettext(text)


def wrong(code):
    return "111111" if code != "111111" else "222222"


def test_code_leads_on_to_where_the_person_was_going(person):
    assert person.type(person.newest_code()).url == "/en/register/begin/self/"
    assert person.is_in
    assert CODE_SENT not in person.client.session


def test_code_page_names_the_address(person):
    assert f"<strong>{EMAIL}</strong>" in person.client.get(person.code_page).content.decode()


def test_address_can_be_changed(person):
    back = person.client.get(person.code_page).content.decode()
    link = re.search(r'class="back" href="([^"]+)"', back)[1]
    page = person.client.get(link)
    assert page.status_code == 200
    answer = person.client.post(link, {"email": "right@example.org"})
    assert OutboxMessage.objects.latest("id").recipient == "right@example.org"
    person.code_page = answer.url
    assert person.type(person.newest_code()).url == "/en/register/begin/self/"


def test_resend_within_a_minute_sends_nothing(person):
    code = person.newest_code()
    person.resend()
    assert OutboxMessage.objects.count() == 1
    assert person.told() == ["The code is on its way. You can ask for a new one in a minute."]
    assert person.type(code).status_code == 302
    assert person.is_in


def test_resend_after_a_minute_makes_the_old_code_worthless(person):
    old = person.newest_code()
    person.let_pass(61)
    assert person.resend().url == person.code_page
    assert OutboxMessage.objects.count() == 2
    assert person.told() == ["We have sent a new code. Only the newest one is valid."]
    new = person.newest_code()
    if old != new:
        assert person.type(old).status_code == 200
    assert person.type(new).url == "/en/register/begin/self/"


def test_code_sent_again_late_is_valid_for_its_own_half_hour(person):
    person.let_pass(29 * 60)
    person.resend()
    person.let_pass(29 * 60)
    assert person.type(person.newest_code()).url == "/en/register/begin/self/"


def test_expired_code_is_replaced_and_that_is_said(person):
    old = person.newest_code()
    person.let_pass(31 * 60)
    assert person.type(old).url == person.code_page
    assert not person.is_in
    assert OutboxMessage.objects.count() == 2
    assert person.told() == ["This code has expired. We have sent a new one."]
    assert person.type(person.newest_code()).url == "/en/register/begin/self/"


def test_opening_the_page_of_an_expired_code_sends_nothing(person):
    person.let_pass(31 * 60)
    answer = person.client.get(person.code_page)
    assert unquote(answer.url) == SIGN_IN
    assert OutboxMessage.objects.count() == 1
    assert person.told(answer.url) == ["This code has expired. Ask for a new one."]


def test_resends_are_limited_as_the_first_code_is(person):
    for _each in range(6):
        person.let_pass(61)
        person.resend()
    assert OutboxMessage.objects.count() == 5
    assert person.told()[-1:] == [
        "Too many codes were asked for. Wait five minutes, then ask again. "
        "If that does not help, ask again tomorrow"
    ]


@pytest.mark.parametrize("known", [True, False])
def test_wrong_code_says_the_same_of_everybody(known):
    if known:
        UserFactory(email=EMAIL)
    person = Person()
    answer = person.type(wrong(person.newest_code()))
    errors = answer.context["form"].errors.as_data()["code"]
    assert [error.code for error in errors] == ["incorrect_code"]
    assert answer.context["form"].errors["code"] == [
        "The code is not right. Enter the 6 digits from our newest email"
    ]


def test_too_many_wrong_codes_are_told_in_the_language_of_the_page():
    person = Person()
    person.code_page = person.code_page.replace("/en/", "/ru/")
    code = wrong(person.newest_code())
    answers = [person.type(code) for _each in range(5)]
    assert answers[-1].url == "/ru/sign-in/"
    (told,) = person.told("/ru/sign-in/")
    assert told == gettext_in("ru", "Too many failed login attempts. Try again later.")
    assert told != "Too many failed login attempts. Try again later."


def test_code_can_be_pasted_with_spaces(person):
    code = person.newest_code()
    assert person.type(f" {code[:3]} {code[3:]}\n").status_code == 302
    assert person.is_in


def test_code_works_in_half_an_hour_but_not_after(person):
    person.let_pass(29 * 60)
    assert person.type(person.newest_code()).url == "/en/register/begin/self/"
    late = Person()
    late.let_pass(31 * 60)
    late.type(late.newest_code())
    assert not late.is_in
    assert late.client.session[CODE_SENT][1] >= time.time() - 60


def test_browser_forgets_the_sign_in_when_it_is_closed(person):
    """As the page about cookies says; the portal forgets it after twelve hours all the same."""
    cookie = person.type(person.newest_code()).cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert person.client.session.get_expiry_age() == 12 * 3600


def test_sign_in_page_is_never_kept(person):
    assert "no-store" in person.client.get(person.code_page)["Cache-Control"]


def test_blocked_account_is_answered_like_any_other():
    UserFactory(email="blocked@example.org", is_active=False)
    UserFactory(email="known@example.org")
    answers = []
    for email in ("blocked@example.org", "known@example.org", "nobody@example.org"):
        answer = Client().post("/en/sign-in/", {"email": email})
        answers.append((answer.status_code, answer.url))
    assert set(answers) == {(302, "/en/sign-in/code/")}
    assert not OutboxMessage.objects.filter(recipient="blocked@example.org").exists()


def test_known_and_unknown_addresses_cost_the_same_statements():
    """Compared without values and names; the first request warms the rest up."""
    UserFactory(email="known@example.org")
    said = []
    for email in ("warm@example.org", "known@example.org", "unknown@example.org"):
        client = Client()
        client.get("/en/sign-in/")
        with CaptureQueriesContext(connection) as asked:
            client.post("/en/sign-in/", {"email": email})
        said.append([_without_values(query["sql"]) for query in asked.captured_queries])
    assert said[1] == said[2]
    written = [sql.split()[2] for sql in said[1] if sql.startswith("INSERT")]
    assert written == ['"accounts_user"', '"accounts_outboxmessage"', '"django_session"']


def _without_values(sql):
    return re.sub(r"'(?:[^']|'')*'|\b\d+\b|_django_curs_\w+|\"s\d+_x\d+\"", "?", sql)


def test_asking_for_a_code_changes_nothing_of_a_known_account():
    known = UserFactory(email=EMAIL, officer=True, language="kk")
    before = User.objects.filter(pk=known.pk).values().get()
    Client().post("/en/sign-in/", {"email": EMAIL})
    assert User.objects.values().get() == before


# One mailbox, many spellings


@pytest.mark.parametrize(
    "typed",
    [
        "ULZHAN@example.org",
        "ulzhan@ｅxample.org",
        "ulzhan@ⓔⓧample.org",
        "ulzhan@example。org",
        '"ulzhan"@example.org',
        '"ul\\zhan"@EXAMPLE.org',
    ],
)
def test_spellings_of_one_mailbox_are_one_account(typed):
    known = UserFactory(email=EMAIL)
    assert Client().post(SIGN_IN, {"email": typed}).status_code == 302
    assert OutboxMessage.objects.get().user == known
    assert list(User.objects.values_list("email", flat=True)) == [EMAIL]


def test_codes_to_one_mailbox_are_counted_whatever_the_spelling():
    """Each from another place, as somebody would who wants to flood the mailbox."""
    letters = dict(zip("exampl", "ｅｘａｍｐｌ", strict=True))
    for number, wide in enumerate(letters):
        typed = f"ulzhan@{EMAIL.partition('@')[2].replace(wide, letters[wide])}"
        Client(REMOTE_ADDR=f"10.0.{number}.1").post(SIGN_IN, {"email": typed})
    assert OutboxMessage.objects.filter(recipient=EMAIL).count() == 5
    assert OutboxMessage.objects.count() == 5


@pytest.mark.parametrize("typed", ["adam@example.қаз", "ADAM@example.xn--80ao21a"])
def test_domain_in_other_letters_is_the_same_in_any_browser(typed):
    """Browsers write such a domain in "xn--" or as it was typed."""
    known = UserFactory(email="adam@example.қаз")
    Client().post(SIGN_IN, {"email": typed})
    assert OutboxMessage.objects.get().user == known


@pytest.mark.parametrize("kept", ["ulzhan@ｅxample.org", '"ul@zhan"@example.org', "u@[192.0.2.1]"])
def test_account_that_was_opened_in_another_spelling_is_still_found_by_it(kept):
    UserFactory(email=EMAIL)
    known = UserFactory(email=kept)
    client = Client()
    page = client.post(SIGN_IN, {"email": kept.upper()}).url
    message = OutboxMessage.objects.get()
    assert (message.recipient, message.user) == (kept, known)
    client.post(page, {"code": re.search(r"\d{6}", message.body_text)[0]})
    assert client.session["_auth_user_id"] == str(known.pk)


def test_account_that_nobody_used_does_not_keep_its_spelling():
    UserFactory(email="ulzhan@ｅxample.org", last_login=None)
    Client().post(SIGN_IN, {"email": "ulzhan@ｅxample.org"})
    assert OutboxMessage.objects.get().recipient == EMAIL


@pytest.mark.parametrize(
    "typed",
    [
        "u@[192.0.2.1]",
        '"ul zhan"@example.org',
        "ұлжан@example.org",
        "u@ｅxam\0ple.org",
        "u@exam\u00adple.org",
        "u@a..b",
    ],
)
def test_address_that_no_person_has_is_refused(typed):
    answer = Client().post(SIGN_IN, {"email": typed})
    assert [error.code for error in answer.context["form"].errors.as_data()["email"]] == ["invalid"]
    assert User.objects.count() == 0
