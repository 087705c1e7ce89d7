"""Recovery codes: shown once, stored as keyed hashes, each good once, void when new ones come."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import AuditEvent, OutboxMessage, RecoveryCode
from tests.accounts.changing import (
    CODES,
    ask_lost,
    confirm_new,
    error_codes,
    make_codes,
    page,
)
from tests.factories.accounts import UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


def actions(user):
    return list(AuditEvent.objects.filter(actor_email=user.email).values_list("action", flat=True))


def test_codes_are_shown_once_and_kept_as_hashes():
    user = UserFactory()
    client = signed_in(user)
    answer = client.post(CODES)
    codes = answer.context["codes"]
    assert len(set(codes)) == 8
    assert all(code in answer.content.decode() for code in codes)
    assert "no-store" in answer["Cache-Control"]
    again = client.get(CODES).content.decode()
    assert [code for code in codes if code in again] == []
    stored = set(user.recovery_codes.values_list("code_hash", flat=True))
    assert {len(one) for one in stored} == {64}
    assert not stored & set(codes)
    assert actions(user) == ["recovery_codes.made"]
    assert OutboxMessage.objects.get().kind == "recovery_codes_made"


def test_hour_the_codes_were_made_is_of_utc():
    user = UserFactory()
    client = signed_in(user)
    client.post(CODES)
    made_at = user.recovery_codes.first().made_at
    overview = client.get("/en/account/security/").content.decode()
    assert f"The codes were made on {made_at:%-d %B %Y, %H:%M} (UTC)." in overview


def test_opening_the_page_makes_nothing():
    client = signed_in(UserFactory())
    client.get(CODES)
    assert RecoveryCode.objects.count() == 0


def test_new_codes_void_the_old():
    user = UserFactory()
    client = signed_in(user)
    old, used = make_codes(client)[:2]
    new = make_codes(client, used)[0]
    assert user.recovery_codes.count() == 8
    stranger, change = ask_lost(user.email, "new@example.org")
    confirm_new(stranger, change)
    refused = stranger.post(page(change, "recovery-code"), {"code": old})
    assert error_codes(refused) == ["incorrect_code"]
    assert stranger.post(page(change, "recovery-code"), {"code": new}).url == page(change)


@pytest.mark.parametrize("typed", [None, "", "ABCD-EF23-GH45"])
def test_mailbox_alone_does_not_void_codes_that_still_work(typed):
    """Whoever signs in by code reads the mailbox, and need not be the person."""
    user = UserFactory()
    made = make_codes(signed_in(user))
    thief = signed_in(user)
    refused = thief.post(CODES, {} if typed is None else {"code": typed})
    assert error_codes(refused) == ["incorrect_code" if typed else "required"]
    assert "codes" not in refused.context
    assert user.recovery_codes.filter(used_at=None).count() == 8
    assert OutboxMessage.objects.filter(kind="recovery_codes_made").count() == 1
    client, change = ask_lost(user.email, "new@example.org")
    confirm_new(client, change)
    assert client.post(page(change, "recovery-code"), {"code": made[0]}).url == page(change)


def test_codes_that_are_all_used_are_made_anew_without_one():
    user = UserFactory()
    client = signed_in(user)
    make_codes(client)
    user.recovery_codes.update(used_at=timezone.now())
    assert len(make_codes(client)) == 8


def test_switching_the_language_makes_no_codes():
    user = UserFactory()
    client = signed_in(user)
    made = make_codes(client)[0]
    shown = client.post(CODES, {"code": made, "switch": "1"})
    assert shown.context["form"]["code"].value() == made
    assert user.recovery_codes.filter(used_at=None).count() == 8


def test_a_code_serves_once():
    user = UserFactory(email="a@example.org")
    code = make_codes(signed_in(user))[0]
    first, change = ask_lost("a@example.org", "b@example.org")
    confirm_new(first, change)
    first.post(page(change, "recovery-code"), {"code": code})
    user.refresh_from_db()
    assert user.email == "b@example.org"
    second, change = ask_lost("b@example.org", "c@example.org")
    confirm_new(second, change)
    refused = second.post(page(change, "recovery-code"), {"code": code})
    assert error_codes(refused) == ["incorrect_code"]
    assert user.recovery_codes.exclude(used_at=None).count() == 1
    assert "recovery_code.used" in set(AuditEvent.objects.values_list("action", flat=True))


@pytest.mark.parametrize(
    "typed",
    [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "–")],
)
def test_a_code_is_taken_as_people_type_it(typed):
    user = UserFactory()
    code = make_codes(signed_in(user))[0]
    client, change = ask_lost(user.email, "new@example.org")
    confirm_new(client, change)
    assert client.post(page(change, "recovery-code"), {"code": typed(code)}).status_code == 302


def test_letters_of_a_cyrillic_keyboard_that_look_alike_are_taken():
    user = UserFactory()
    codes = make_codes(signed_in(user))
    alike = str.maketrans("ABEKMHPCTYX", "АВЕКМНРСТУХ")
    code = max(codes, key=lambda one: sum(sign in "ABEKMHPCTYX" for sign in one))
    client, change = ask_lost(user.email, "new@example.org")
    confirm_new(client, change)
    answer = client.post(page(change, "recovery-code"), {"code": code.translate(alike)})
    assert answer.status_code == 302


def test_a_code_of_somebody_else_serves_nobody():
    mine, theirs = UserFactory(), UserFactory()
    code = make_codes(signed_in(theirs))[0]
    client, change = ask_lost(mine.email, "new@example.org")
    confirm_new(client, change)
    refused = client.post(page(change, "recovery-code"), {"code": code})
    assert error_codes(refused) == ["incorrect_code"]
    assert theirs.recovery_codes.filter(used_at=None).count() == 8


def test_a_browser_left_open_makes_no_codes():
    """A quarter of an hour after the sign-in the person signs in again."""
    user = UserFactory()
    client = signed_in(user)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        shown = client.post(CODES)
        assert "codes" not in shown.context
        assert user.recovery_codes.count() == 0
        assert [name for name in ("form", "is_fresh") if shown.context[name]] == []
        again = client.post("/en/account/security/sign-in-again/")
    assert again.url == f"/en/sign-in/?{urlencode({'next': CODES})}"
    assert "_auth_user_id" not in client.session


def test_officers_have_their_own_recovery_codes(cast):
    assert signed_in(cast.officer_here).post(CODES).status_code == 403
    assert RecoveryCode.objects.count() == 0
