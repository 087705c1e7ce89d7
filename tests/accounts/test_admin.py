"""What the ministry and a superuser find in the officers' side about accounts."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin
from django.test import Client

from accounts import sessions, wording
from accounts.models import AuditEvent, OutboxMessage, User
from registrations.enums import TRANSITIONS
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


def test_account_is_read_by_the_ministry(cast):
    page = signed_in(cast.ministry).get(f"/admin/accounts/user/{cast.officer_here.pk}/change/")
    assert page.status_code == 200
    assert cast.officer_here.email in page.content.decode()
    assert page.context["adminform"].form.fields == {}


def test_every_page_of_every_model_opens_for_whoever_may_see_it(cast, everything):
    superuser = UserFactory(officer=True, is_superuser=True)
    for person in (cast.ministry, cast.officer_here, superuser):
        client = signed_in(person)
        for model in admin.site._registry:
            base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            row = model._base_manager.order_by("pk").first()
            pages = [base, f"{base}add/", *([f"{base}{row.pk}/change/"] if row else [])]
            for page in pages:
                assert client.get(page).status_code < 500, page


@pytest.mark.parametrize("model", ["mfa/authenticator", "account/emailaddress", "auth/group"])
def test_superuser_changes_nothing_beside_the_log(cast, model):
    superuser = UserFactory(officer=True, is_superuser=True)
    Authenticator.objects.create(user=cast.officer_here, type="totp", data={"secret": "x"})
    assert signed_in(superuser).get(f"/admin/{model}/").status_code == 404


@pytest.mark.parametrize("model", ["user", "outboxmessage", "auditevent"])
def test_search_of_the_ministry_leaves_a_word_in_the_log(cast, model):
    ministry = signed_in(cast.ministry)
    address = f"/admin/accounts/{model}/"
    ministry.get(address)
    assert ministry.get(address, {"q": cast.citizen.email}).status_code == 200
    event = AuditEvent.objects.get(action=f"{model}.searched")
    assert (event.actor_email, event.details) == (cast.ministry.email, {})
    assert event.action in wording.ACTIONS


def listed(client, model):
    """What the list shows, and which of all rows have a page of their own."""
    base = f"/admin/accounts/{model._meta.model_name}/"
    shown = {row.pk for row in client.get(base).context["cl"].queryset}
    opened = {
        row.pk
        for row in model.objects.all()
        if client.get(f"{base}{row.pk}/change/").status_code == 200
    }
    return shown, opened


def test_superuser_sees_what_is_about_staff_and_no_citizen(cast):
    """Accounts, messages and the log; the ministry reads all of each."""
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    signed_in(cast.citizen).post(
        f"/en/account/{record.public_id}/help/", {"topic": "rights", "text": "Not paid."}
    )
    signed_in(cast.officer_here).get(
        f"/admin/registrations/application/{record.application.public_id}/change/"
    )
    sessions.end_all(cast.citizen, actor=cast.citizen)
    sessions.end_all(cast.officer_here, actor=None)
    Client().post("/en/sign-in/officer/password/", {"email": cast.officer_here.email})
    Client().post("/en/sign-in/officer/password/", {"email": cast.citizen.email})
    keeper = UserFactory(officer=True, is_superuser=True)
    staff = set(User.objects.filter(is_staff=True).values_list("pk", flat=True))
    client = signed_in(keeper)
    assert listed(client, User) == (staff, staff)
    messages, _opened = listed(client, OutboxMessage)
    kinds = OutboxMessage.objects.filter(pk__in=messages).values_list("kind", "user")
    assert list(kinds) == [("password_link", cast.officer_here.pk)]
    events, opened = listed(client, AuditEvent)
    said = AuditEvent.objects.filter(pk__in=events).order_by("id")
    posted = [("posting.started", "missions.posting")] * 3
    assert list(said.values_list("action", "target_type")) == [
        *posted,
        ("sessions.ended", "accounts.user"),
    ]
    assert opened == events
    for model in (User, OutboxMessage, AuditEvent):
        everything = set(model.objects.values_list("pk", flat=True))
        assert listed(signed_in(cast.ministry), model) == (everything, everything)


# --- Codes are read as words --------------------------------------------------------------------


def test_every_action_that_is_written_has_words():
    written = set()
    for app in ("accounts", "missions", "registrations"):
        for source in (settings.BASE_DIR / app).rglob("*.py"):
            written |= set(re.findall(r'action="([a-z_-]+\.[a-z_]+)"', source.read_text()))
    written |= {f"application.{status}" for _before, status in TRANSITIONS}
    assert written - set(wording.ACTIONS) == set()


def test_every_message_has_words():
    folder = settings.BASE_DIR / "templates" / "messages"
    kinds = {page.name.partition(".")[0] for page in folder.glob("[a-z]*.txt")}
    assert kinds - set(wording.MESSAGES) == set()


@pytest.mark.parametrize(
    ("model", "code", "words", "query"),
    [
        ("auditevent", "application.viewed", "Case opened", "action=application.viewed"),
        ("outboxmessage", "registered", "Person registered", "kind=registered"),
    ],
)
def test_lists_speak_in_words_and_are_narrowed_by_them(cast, model, code, words, query):
    User.objects.filter(pk=cast.ministry.pk).update(language="en")
    record = made.registered(cast.here, cast.officer_here)
    signed_in(cast.officer_here).get(
        f"/admin/registrations/application/{record.application.public_id}/change/"
    )
    page = signed_in(User.objects.get(pk=cast.ministry.pk)).get(f"/admin/accounts/{model}/?{query}")
    rows = page.context["cl"].result_list
    assert {getattr(row, query.partition("=")[0]) for row in rows} == {code}
    listed = page.content.decode().partition('id="result_list"')[2].partition("</table>")[0]
    assert f">{words}</td>" in listed
    assert f">{code}</td>" not in listed
