"""How ministry accounts come and go."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, OutboxMessage, User
from accounts.roles import MINISTRY, sync_roles
from accounts.scoping import sees_every_mission
from tests.factories.accounts import UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
EMAIL = "first@mfa.example"


@pytest.fixture(autouse=True)
def roles():
    sync_roles()


def invite(email=EMAIL, name="Айнұр Сейіт", **options):
    call_command("invite_ministry", email, name, **options)


def test_first_ministry_account_comes_by_command():
    invite("First@MFA.example", language="kk")
    account = User.objects.get(email=EMAIL)
    assert account.get_all_permissions() == MINISTRY.permissions
    assert (account.full_name, account.language, account.has_usable_password()) == (
        "Айнұр Сейіт",
        "kk",
        False,
    )
    assert OutboxMessage.objects.get().kind == "officer_invited"
    assert sees_every_mission(account)
    assert signed_in(account).get("/admin/accounts/user/add/").status_code == 200


def test_command_run_again_invites_once():
    invite()
    invite()
    assert User.objects.count() == OutboxMessage.objects.count() == 1


def test_officer_becomes_ministry_and_keeps_the_password():
    officer = UserFactory(officer=True)
    before = officer.password
    invite(officer.email)
    officer = User.objects.get(pk=officer.pk)
    assert (officer.password, sees_every_mission(officer)) == (before, True)
    assert OutboxMessage.objects.count() == 0


def test_citizens_address_is_refused():
    citizen = UserFactory(last_login="2026-01-01T00:00Z")
    with pytest.raises(CommandError, match="citizen"):
        invite(citizen.email)
    citizen.refresh_from_db()
    assert not citizen.is_staff


def test_what_is_no_address_is_refused():
    with pytest.raises(CommandError, match="not an email address"):
        invite("first")
    assert User.objects.count() == 0


def test_ministrys_role_is_taken_back():
    invite()
    account = User.objects.get(email=EMAIL)
    client = signed_in(account)
    assert client.get("/admin/").status_code == 200
    call_command("dismiss_ministry", EMAIL)
    assert client.get("/admin/").status_code == 403
    actions = AuditEvent.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["account.invited", "ministry.granted", "ministry.taken"]


def test_dismissing_somebody_else_names_those_who_have_the_role():
    invite()
    with pytest.raises(CommandError, match=EMAIL):
        call_command("dismiss_ministry", "other@mfa.example")
