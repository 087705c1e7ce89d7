"""How an officer comes to a password, knocked at through the pages."""

import re
import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import passwords
from accounts.encryption import encrypt_text
from accounts.models import AuditEvent, OutboxMessage, User
from missions.models import Posting
from tests.factories.accounts import PASSWORD, UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
INVITE = "/admin/accounts/user/add/"
FORGOTTEN = "/en/sign-in/officer/password/"
SENT = "/en/sign-in/officer/password/sent/"
NEW = "тау бөктеріндегі алма бағы"
INVITED = {"email": "New.Officer@Example.org", "full_name": "Сәуле Жаңабай", "language": "en"}


def invite(cast, **changes):
    return signed_in(cast.ministry).post(INVITE, INVITED | changes)


def link_in(kind):
    """The path of the link in the newest message of the kind."""
    message = OutboxMessage.objects.filter(kind=kind).latest("id")
    return re.search(r"https?://[^/]+(/\S+/officer/password/\S+/)", message.body_text)[1]


def ask(email, client=None, **headers):
    return (client or Client()).post(FORGOTTEN, {"email": email}, **headers)


def set_password(link, password=NEW, again=None, client=None):
    return (client or Client()).post(link, {"password": password, "again": again or password})


def sign_in(email, password):
    client = Client()
    return client.post("/en/sign-in/officer/", {"login": email, "password": password})


def codes_of(page):
    errors = page.context["form"].errors.as_data()
    return {field: [error.code for error in found] for field, found in errors.items()}


@pytest.fixture
def officer():
    return UserFactory(officer=True, email="officer@example.org")


def test_ministry_invites_an_officer_who_sets_a_password_and_signs_in(cast):
    assert invite(cast).status_code == 302
    account = User.objects.get(email="new.officer@example.org")
    assert (account.full_name, account.is_staff, account.has_usable_password()) == (
        "Сәуле Жаңабай",
        True,
        False,
    )
    message = OutboxMessage.objects.get(kind="officer_invited")
    assert (message.recipient, message.user) == (account.email, account)
    assert AuditEvent.objects.get(action="account.invited").actor_email == cast.ministry.email
    assert set_password(link_in("officer_invited")).url == "/en/sign-in/officer/"
    assert sign_in(account.email, NEW).url == "/admin/"


def test_invited_officer_without_a_posting_sees_nothing(cast):
    invite(cast)
    account = User.objects.get(email="new.officer@example.org")
    assert signed_in(account).get("/admin/").status_code == 403
    assert Posting.objects.filter(user=account).count() == 0


def test_invitation_is_in_the_officers_language(cast):
    invite(cast, language="kk")
    message = OutboxMessage.objects.get(kind="officer_invited")
    assert message.language == "kk"
    assert link_in("officer_invited").startswith("/kk/")


def test_officers_invite_nobody(cast):
    for person in (cast.officer_here, cast.citizen):
        client = signed_in(person)
        assert client.get(INVITE).status_code == 403
        assert client.post(INVITE, INVITED).status_code == 403
    assert not User.objects.filter(email="new.officer@example.org").exists()


def test_address_of_an_officer_or_a_citizen_is_not_invited(cast):
    User.objects.filter(pk=cast.citizen.pk).update(last_login=timezone.now())
    before = list(User.objects.order_by("pk").values("email", "password", "is_staff", "full_name"))
    for taken in (cast.officer_here, cast.citizen):
        page = invite(cast, email=taken.email.replace("example", "ｅxample"))
        errors = page.context["adminform"].form.errors.as_data()
        assert [error.code for error in errors["email"]] == ["taken"]
    after = User.objects.order_by("pk").values("email", "password", "is_staff", "full_name")
    assert list(after) == before


def test_address_that_was_only_typed_is_no_obstacle(cast):
    """Otherwise anybody could keep an officer out by typing the address at the sign-in."""
    Client().post("/en/sign-in/", {"email": "new.officer@example.org"})
    assert invite(cast).status_code == 302
    account = User.objects.get(email="new.officer@example.org")
    assert (account.is_staff, account.full_name) == (True, "Сәуле Жаңабай")


def test_name_of_an_officer_is_asked_for(cast):
    page = invite(cast, full_name="")
    assert list(page.context["adminform"].form.errors) == ["full_name"]


def test_forgotten_password_is_set_anew(officer):
    assert ask("Officer@Example.org").url == SENT
    assert set_password(link_in("password_link")).status_code == 302
    assert sign_in(officer.email, PASSWORD).status_code == 200
    assert sign_in(officer.email, NEW).status_code == 302
    event = AuditEvent.objects.get(action="password.set")
    assert event.actor_email == officer.email
    assert OutboxMessage.objects.latest("id").kind == "password_set"


def test_message_about_the_new_password_holds_no_link_to_set_one(officer):
    ask(officer.email)
    set_password(link_in("password_link"))
    said = OutboxMessage.objects.get(kind="password_set").body_text
    assert re.findall(r"/officer/password/\S*", said) == ["/officer/password/"]


def test_link_works_once(officer):
    ask(officer.email)
    link = link_in("password_link")
    set_password(link)
    assert Client().get(link).status_code == 404
    assert set_password(link, "another long password").status_code == 404
    officer.refresh_from_db()
    assert officer.check_password(NEW)


def test_reading_the_page_does_not_use_the_link_up(officer):
    ask(officer.email)
    link = link_in("password_link")
    before = User.objects.filter(pk=officer.pk).values().get()
    assert [Client().get(link).status_code for _each in range(3)] == [200] * 3
    assert User.objects.filter(pk=officer.pk).values().get() == before
    assert set_password(link).status_code == 302


def test_later_link_leaves_the_earlier_one_until_either_is_used(officer):
    ask(officer.email)
    first = link_in("password_link")
    ask(officer.email)
    set_password(link_in("password_link"))
    assert Client().get(first).status_code == 404


def test_link_ends_after_its_day(officer, settings, monkeypatch):
    ask(officer.email)
    link = link_in("password_link")
    made_at = default_token_generator._now()
    for hours, status in ((23, 200), (25, 404)):
        later = made_at + timedelta(hours=hours)
        monkeypatch.setattr(type(default_token_generator), "_now", lambda _self, at=later: at)
        assert Client().get(link).status_code == status


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_link_of_whoever_left_is_of_no_use(officer, change):
    ask(officer.email)
    link = link_in("password_link")
    User.objects.filter(pk=officer.pk).update(**change)
    assert set_password(link).status_code == 404


def test_made_up_links_are_all_answered_alike(officer, cast):
    ask(officer.email)
    link = link_in("password_link")
    token = default_token_generator.make_token(cast.citizen)
    sealed = {
        "moved": encrypt_text(f"{officer.pk}:x", aad="accounts.second_factor"),
        "of a citizen": encrypt_text(f"{cast.citizen.pk}:{token}", aad=passwords.LINK),
        "with the token of another": encrypt_text(f"{officer.pk}:{token}", aad=passwords.LINK),
        "of nobody": encrypt_text("999999:x", aad=passwords.LINK),
        "short": "x",
        "not base64": "dev.%%%",
        "of another key": "old." + link.split(".")[1].rstrip("/"),
    }
    pages = set()
    for made_up in sealed.values():
        answer = Client().get(f"{FORGOTTEN}{made_up}/")
        body = re.sub(r'href="/\w\w/sign-in/officer/password/[^"]*"', "", answer.content.decode())
        pages.add((answer.status_code, re.sub(r'hreflang="\w+" href="[^"]*"', "", body)))
    assert len(pages) == 1
    assert pages.pop()[0] == 404


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        (("", ""), {"password": ["required"], "again": ["required"]}),
        (("short", "short"), {"password": ["password_too_short"]}),
        (("password1234", "password1234"), {"password": ["password_too_common"]}),
        (("officer@example.org", "officer@example.org"), {"password": ["password_too_similar"]}),
        ((NEW, NEW + "!"), {"again": ["differ"]}),
    ],
)
def test_weak_or_mistyped_password_is_refused(officer, typed, codes):
    ask(officer.email)
    page = Client().post(link_in("password_link"), {"password": typed[0], "again": typed[1]})
    assert codes_of(page) == codes
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


@pytest.mark.parametrize("page", ["password_change", "password_change/done"])
def test_password_of_a_session_left_open_is_not_changed(cast, page):
    """By the link alone, which is logged and told to the owner."""
    client = signed_in(cast.officer_here)
    typed = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    for answer in (client.get(f"/admin/{page}/"), client.post(f"/admin/{page}/", typed)):
        assert answer.url == "/en/sign-in/officer/password/"
    cast.officer_here.refresh_from_db()
    assert cast.officer_here.check_password(PASSWORD)


def test_new_password_ends_every_session(cast):
    client = signed_in(cast.officer_here)
    assert client.get("/admin/").status_code == 200
    ask(cast.officer_here.email)
    set_password(link_in("password_link"))
    assert client.get("/admin/").url.startswith("/kk/sign-in/officer/")


def test_link_does_not_stand_in_for_the_second_factor(cast):
    Authenticator.objects.create(user=cast.officer_here, type="totp", data={"secret": "x"})
    ask(cast.officer_here.email)
    client = Client()
    set_password(link_in("password_link"), client=client)
    assert "_auth_user_id" not in client.session
    answer = client.post(
        "/en/sign-in/officer/", {"login": cast.officer_here.email, "password": NEW}
    )
    assert answer.url.startswith("/en/sign-in/second-factor/authenticate/")
    assert client.get("/admin/").status_code == 302


def test_whoever_guessed_does_not_keep_the_owner_out(officer):
    for _each in range(12):
        sign_in(officer.email, "wrong password guessed")
    assert sign_in(officer.email, PASSWORD).status_code == 200
    ask(officer.email)
    set_password(link_in("password_link"))
    assert sign_in(officer.email, NEW).status_code == 302


def test_whoever_guesses_from_elsewhere_does_not_keep_the_owner_out(officer):
    """Neither the password nor the link to set one, and the mailbox is not filled."""
    for number in range(30):
        elsewhere = Client(REMOTE_ADDR=f"10.0.{number}.1")
        for _each in range(10):
            typed = {"login": officer.email, "password": "wrong password guessed"}
            elsewhere.post("/en/sign-in/officer/", typed)
        ask(officer.email, elsewhere)
    assert OutboxMessage.objects.filter(kind="password_link").count() == 5
    assert sign_in(officer.email, PASSWORD).status_code == 302
    assert ask(officer.email).url == SENT
    set_password(link_in("password_link"))
    assert sign_in(officer.email, NEW).status_code == 302


@pytest.mark.parametrize("host", ["127.0.0.1:{}", "LOCALHOST:{}"])
def test_wrong_passwords_are_counted_whatever_host_is_asked(officer, settings, host):
    """The Host header is the guesser's to choose, its port and the case of its letters too."""
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
    for number in range(10):
        client = Client(HTTP_HOST=host.format(8000 + number))
        client.post("/en/sign-in/officer/", {"login": officer.email.upper(), "password": "x"})
    client = Client(HTTP_HOST="127.0.0.1")
    typed = {"login": officer.email, "password": PASSWORD}
    assert client.post("/en/sign-in/officer/", typed).status_code == 200
    ask(officer.email)
    set_password(link_in("password_link"))
    answer = client.post("/en/sign-in/officer/", typed | {"password": NEW})
    assert answer.status_code == 302


def test_officer_citizen_and_stranger_get_the_same_answer(officer, cast):
    pages = []
    for email in (officer.email, cast.citizen.email, "nobody@example.org"):
        client = Client()
        answer = ask(email, client)
        pages.append((answer.status_code, answer.url, client.get(answer.url).content))
    assert pages[0] == pages[1] == pages[2]
    kinds = OutboxMessage.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["password_link", "no_officer_account", "no_officer_account"]


def test_known_and_unknown_addresses_cost_the_same_queries(officer, django_assert_num_queries):
    for email in (officer.email, "nobody@example.org"):
        with django_assert_num_queries(2):
            passwords.send_link(email, language="en")


def test_citizen_gets_no_link(cast):
    ask(cast.citizen.email)
    assert re.search(
        r"/officer/password/\S+", OutboxMessage.objects.get(kind="no_officer_account").body_text
    ) is None  # fmt: skip


def test_links_asked_for_one_address_are_limited(officer):
    """Beyond the limit the answer is the same, and the links that were sent work on."""
    answers = [ask(officer.email, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}").url for n in range(7)]
    assert answers == [SENT] * 7
    assert OutboxMessage.objects.count() == 5
    assert set_password(link_in("password_link")).status_code == 302


def test_links_to_one_mailbox_are_counted_whatever_the_spelling(officer):
    wide = [officer.email.replace("example", name) for name in ("ｅxample", "eｘample", "exａmple")]
    assert [ask(email).url for email in [*wide, *wide]] == [SENT] * 6
    recipients = OutboxMessage.objects.values_list("recipient", flat=True)
    assert list(recipients) == [officer.email] * 5


def test_officer_signs_in_as_the_browser_writes_the_address(db):
    officer = UserFactory(officer=True, email="officer@example.қаз")
    assert sign_in("officer@example.xn--80ao21a", PASSWORD).url == "/admin/"
    assert ask("officer@example.xn--80ao21a").url == SENT
    assert OutboxMessage.objects.get(kind="password_link").user == officer


def test_links_asked_from_one_place_are_limited(db):
    statuses = [ask(f"person{n}@example.org").status_code for n in range(32)]
    assert statuses == [302] * 30 + [429] * 2


def test_links_tried_from_one_place_are_limited(db):
    statuses = [Client().get(f"{FORGOTTEN}x{n}/").status_code for n in range(32)]
    assert statuses == [404] * 30 + [429] * 2


@pytest.mark.parametrize("email", ["", "no address"])
def test_address_is_asked_for_again(db, email):
    assert codes_of(ask(email)) == {"email": ["invalid" if email else "required"]}


def test_link_is_sealed_at_rest(officer):
    ask(officer.email)
    link = link_in("password_link")
    stored = OutboxMessage.objects.values_list("body_text", flat=True).get()
    assert link.split("/")[-2] not in str(stored)


def test_account_number_is_not_in_the_link(officer):
    ask(officer.email)
    assert default_token_generator.make_token(officer) not in link_in("password_link")


@pytest.mark.django_db(transaction=True)
def test_link_used_by_many_at_once_sets_one_password():
    officer = UserFactory(officer=True)
    passwords.send_link(officer.email, language="en")
    link = link_in("password_link").rstrip("/").rpartition("/")[2]
    done, barrier = [], threading.Barrier(8)

    def use(number):
        barrier.wait()
        try:
            passwords.set_password(link, f"a long password of number {number}")
            done.append(number)
        except passwords.LinkUsed:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    officer.refresh_from_db()
    assert len(done) == 1
    assert officer.check_password(f"a long password of number {done[0]}")
