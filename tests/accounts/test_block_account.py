"""An account that was stolen is of no use from the next page on."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, OutboxMessage
from tests.factories.accounts import PASSWORD
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
QUEUE = "/admin/registrations/application/"


def test_officer_is_out_with_the_next_page(cast):
    officer, colleague = signed_in(cast.officer_here), signed_in(cast.second_officer_here)
    assert officer.get(QUEUE).status_code == 200
    call_command("block_account", "Officer.Here@example.org")
    assert officer.get(QUEUE).status_code == 302
    assert colleague.get(QUEUE).status_code == 200
    actions = AuditEvent.objects.order_by("-id").values_list("action", "target_id")[:2]
    assert list(actions) == [
        ("sessions.ended", str(cast.officer_here.pk)),
        ("account.blocked", str(cast.officer_here.pk)),
    ]


def test_password_and_link_open_nothing(cast, client):
    call_command("block_account", cast.officer_email)
    answer = client.post(
        "/en/sign-in/officer/", {"login": cast.officer_email, "password": PASSWORD}, follow=True
    )
    assert not answer.wsgi_request.user.is_authenticated
    client.post("/en/sign-in/officer/password/", {"email": cast.officer_email})
    kinds = OutboxMessage.objects.filter(recipient=cast.officer_email).values_list(
        "kind", flat=True
    )
    assert list(kinds) == ["no_officer_account"]


def test_account_is_let_in_again(cast, client):
    call_command("block_account", cast.officer_email)
    call_command("block_account", cast.officer_email, again=True)
    client.post("/en/sign-in/officer/", {"login": cast.officer_email, "password": PASSWORD})
    assert client.get("/en/account/").wsgi_request.user == cast.officer_here
    assert AuditEvent.objects.latest("id").action == "account.unblocked"


def test_nobody_is_blocked(cast):
    with pytest.raises(CommandError, match=r"There is no account nobody@"):
        call_command("block_account", "nobody@example.org")
