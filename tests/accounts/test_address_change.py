"""A new address without the old mailbox, knocked at by its owner, a stranger and a thief."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts import outbox
from accounts.models import AddressChange, AuditEvent, OutboxMessage, User
from tests.accounts.changing import (
    LOST,
    NEW,
    ask_lost,
    ask_signed_in,
    confirm_new,
    digits,
    error_codes,
    make_codes,
    newest,
    page,
    put_out,
    waiting_for_mission,
    wrong,
)
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
HERE = "/en/account/security/"


@pytest.fixture
def user():
    return UserFactory(email="old@example.org")


def email_of(user):
    return User.objects.get(pk=user.pk).email


def sign_in(email):
    client = Client()
    answer = client.post("/en/sign-in/", {"email": email})
    client.post(answer.url, {"code": digits(newest("login_code", email))})
    return client


# Signed in


def test_code_to_the_new_and_code_to_the_old_address(user):
    before = OutboxMessage.objects.create(
        recipient="old@example.org", user=user, kind="x", language="en", subject="x", body_text="x"
    )
    here, elsewhere = signed_in(user), signed_in(user)
    change = confirm_new(here, ask_signed_in(here, "new@example.org"))
    assert email_of(user) == "old@example.org"
    here.post(page(change, "second"), {"way": "old_address"})
    code = digits(newest("old_address_code", "old@example.org"))
    assert here.post(page(change, "old-code"), {"code": code}).url == page(change)
    assert email_of(user) == "new@example.org"
    assert here.get(HERE).status_code == 200
    assert elsewhere.get(HERE).status_code == 302
    told = OutboxMessage.objects.order_by("id").values_list("kind", "recipient")
    assert list(told)[-2:] == [
        ("address_changed", "old@example.org"),
        ("address_is_new", "new@example.org"),
    ]
    before.refresh_from_db()
    assert (before.recipient, before.state) == ("old@example.org", "queued")
    done = AuditEvent.objects.get(action="address_change.done")
    assert done.details == {"way": "old_address"}


def test_sign_in_is_with_the_new_address_only(user):
    made_for = make_codes(signed_in(user))[0]
    client, change = ask_lost("old@example.org", "new@example.org")
    confirm_new(client, change)
    EmailAddress.objects.create(user=user, email="old@example.org", verified=True, primary=True)
    client.post(page(change, "recovery-code"), {"code": made_for})
    assert sign_in("new@example.org").session["_auth_user_id"] == str(user.pk)
    assert sign_in("old@example.org").session["_auth_user_id"] != str(user.pk)
    assert EmailAddress.objects.filter(user=user).count() == 0


def test_code_sent_to_the_old_mailbox_before_opens_nothing_after(user):
    """Whoever reads the old mailbox asked for a sign-in code just before."""
    recovery = make_codes(signed_in(user))[0]
    thief = Client()
    confirm = thief.post("/en/sign-in/", {"email": "old@example.org"}).url
    code = digits(newest("login_code"))
    client, change = ask_lost("old@example.org", "new@example.org")
    confirm_new(client, change)
    client.post(page(change, "recovery-code"), {"code": recovery})
    answer = thief.post(confirm, {"code": code})
    assert answer.url == "/en/sign-in/"
    assert "_auth_user_id" not in thief.session


def test_the_old_mailbox_alone_is_not_enough(user):
    here = signed_in(user)
    change = ask_signed_in(here, "new@example.org")
    assert here.post(page(change, "second"), {"way": "old_address"}).url == page(change)
    assert here.post(page(change, "old-code"), {"code": "123456"}).url == page(change)
    assert email_of(user) == "old@example.org"
    assert OutboxMessage.objects.filter(kind="old_address_code").count() == 0


def left_at_the_old_address(what, mission):
    """What is found at the old address once the account has left it."""
    if what == "empty":
        sign_in("old@example.org")
    if what == "draft":
        begun = sign_in("old@example.org").post("/en/register/begin/self/")
        assert begun.status_code == 302
    if what == "sent":
        made.submitted(mission, account=UserFactory(email="old@example.org"), iin="")
    if what == "left_too":
        put_out(sign_in("old@example.org"), "second@example.org")


@pytest.mark.parametrize("what", ["nothing", "empty", "draft", "sent", "left_too"])
def test_who_was_put_out_by_the_old_mailbox_comes_back_with_the_paper(cast, user, what):
    """Whoever reads the old mailbox gives the account an address of the own; the owner, who knows
    only the old address, has the recovery codes, whoever sits there since."""
    made.registered(cast.here, cast.officer_here, account=user)
    paper = make_codes(signed_in(user))
    thief = sign_in("old@example.org")
    put_out(thief)
    assert email_of(user) == "thief@example.org"
    told = newest("address_changed", "old@example.org")
    assert LOST in told.body_text
    left_at_the_old_address(what, cast.there)
    owner, change = ask_lost("old@example.org", "owner@example.org")
    assert "thief@example.org" not in owner.get(page(change), follow=True).content.decode()
    confirm_new(owner, change)
    assert "thief@example.org" not in owner.get(page(change), follow=True).content.decode()
    assert owner.post(page(change, "recovery-code"), {"code": paper[0]}).url == page(change)
    assert owner.get(page(change)).context["state"] == "done"
    assert email_of(user) == "owner@example.org"
    assert thief.get(HERE).status_code == 302
    change.refresh_from_db()
    assert (change.user, change.old_email) == (user, "thief@example.org")
    assert newest("address_changed").recipient == "thief@example.org"


def test_recovery_code_says_which_of_the_accounts_of_an_address_is_meant(cast, user):
    """One left the address, another lives there: each comes back by the own code, used once."""
    codes = make_codes(signed_in(user))
    put_out(sign_in("old@example.org"), "later@example.org")
    holder = UserFactory(email="old@example.org")
    made.submitted(cast.here, account=holder)
    holders = make_codes(signed_in(holder))
    client, change = ask_lost("old@example.org", "a@example.org")
    confirm_new(client, change)
    client.post(page(change, "recovery-code"), {"code": codes[0]})
    assert (email_of(user), email_of(holder)) == ("a@example.org", "old@example.org")
    client, change = ask_lost("old@example.org", "b@example.org")
    confirm_new(client, change)
    spent = client.post(page(change, "recovery-code"), {"code": codes[0]})
    assert error_codes(spent) == ["incorrect_code"]
    client.post(page(change, "recovery-code"), {"code": holders[0]})
    assert (email_of(user), email_of(holder)) == ("a@example.org", "b@example.org")
    unused = [one.recovery_codes.filter(used_at=None).count() for one in (user, holder)]
    assert unused == [7, 7]


def test_recovery_code_does_it_though_the_change_was_stopped_from_the_account(user):
    """Whoever reads the mailbox sits in the account and stops what the owner asks for."""
    code = make_codes(signed_in(user))[0]
    thief = sign_in("old@example.org")
    put_out(thief)
    thief = signed_in(User.objects.get(pk=user.pk))
    client, change = ask_lost("old@example.org", "owner@example.org")
    confirm_new(client, change)
    thief.post(f"{HERE}address/stop/")
    change.refresh_from_db()
    assert change.user is None
    client.post(page(change, "recovery-code"), {"code": code})
    assert email_of(user) == "owner@example.org"


def test_signed_in_the_code_of_another_account_of_the_address_is_none(user):
    codes = make_codes(signed_in(user))
    put_out(sign_in("old@example.org"), "later@example.org")
    here = sign_in("old@example.org")
    change = confirm_new(here, ask_signed_in(here, "new@example.org"))
    refused = here.post(page(change, "recovery-code"), {"code": codes[0]})
    assert error_codes(refused) == ["incorrect_code"]
    assert email_of(user) == "later@example.org"


def test_what_was_sent_says_who_is_meant_by_an_address(user, cast):
    """Of those that left it and the one that has it; a draft says nothing."""
    made.submitted(cast.here, account=user)
    put_out(sign_in("old@example.org"), "new@example.org")
    _client, change = ask_lost("old@example.org", "x@example.org")
    assert change.user == user
    other = UserFactory(email="old@example.org")
    draft = made.draft(cast.here, account=other, iin="")
    _client, change = ask_lost("old@example.org", "x@example.org")
    assert change.user == user
    made.send(draft)
    _client, change = ask_lost("old@example.org", "x@example.org")
    assert change.user == other


def test_a_wrong_second_way_and_then_the_right_one(user):
    here = signed_in(user)
    code = make_codes(here)[0]
    change = confirm_new(here, ask_signed_in(here, "new@example.org"))
    here.post(page(change, "second"), {"way": "old_address"})
    sent = digits(newest("old_address_code"))
    refused = here.post(page(change, "old-code"), {"code": wrong(sent)})
    assert error_codes(refused) == ["incorrect_code"]
    refused = here.post(page(change, "recovery-code"), {"code": "ABCD-EFGH-JKLM"})
    assert error_codes(refused) == ["incorrect_code"]
    assert here.post(page(change, "recovery-code"), {"code": code}).status_code == 302
    assert email_of(user) == "new@example.org"


def test_the_code_of_one_mailbox_does_not_serve_for_the_other(user):
    here = signed_in(user)
    change = ask_signed_in(here, "new@example.org")
    new_code = digits(newest("new_address_code"))
    confirm_new(here, change)
    here.post(page(change, "second"), {"way": "old_address"})
    if digits(newest("old_address_code")) != new_code:
        refused = here.post(page(change, "old-code"), {"code": new_code})
        assert error_codes(refused) == ["incorrect_code"]
    assert email_of(user) == "old@example.org"


def test_officers_are_sent_to_the_ministry(cast):
    officer = signed_in(cast.officer_here)
    assert officer.post(NEW, {"new": "x@example.org"}).status_code == 403
    client, change = ask_lost(cast.officer_here.email, "x@example.org")
    assert change.user is None
    confirm_new(client, change)
    client.post(page(change, "second"), {"way": "officer"})
    assert OutboxMessage.objects.filter(recipient=cast.officer_here.email).count() == 0


# Not signed in


def flow(old):
    """Everything a stranger sees and gets, from the first page to the last."""
    client, seen = Client(), []

    def note(answer):
        body = re.sub(r"[0-9a-f-]{36}|value=\"[^\"]{64}\"", "", answer.content.decode())
        where = re.sub(r"[0-9a-f-]{36}", "", answer.headers.get("Location", ""))
        seen.append((answer.status_code, where, body.replace(old, "OLD")))
        return answer

    note(client.get(LOST))
    note(client.post(LOST, {"old": old, "new": "stranger@example.org"}))
    change = AddressChange.objects.latest("id")
    note(client.get(page(change, "code")))
    code = digits(newest("new_address_code"))
    note(client.post(page(change, "code"), {"code": wrong(code)}))
    note(client.post(page(change, "code"), {"code": code}))
    note(client.get(page(change, "second")))
    note(client.post(page(change, "second"), {"way": "old_address"}))
    note(client.post(page(change, "second"), {"way": "recovery_code"}))
    for _attempt in range(6):
        note(client.post(page(change, "recovery-code"), {"code": "ABCD-EFGH-JKLM"}))
    note(client.get(page(change, "old-code")))
    note(client.post(page(change, "second"), {"way": "officer"}))
    note(client.get(page(change)))
    note(client.get(page(change, "recovery-code")))
    sent = OutboxMessage.objects.filter(recipient="stranger@example.org")
    mail = [(one.kind, one.subject, re.sub(r"\d{6}", "", one.body_text)) for one in sent]
    return seen, mail, change


def test_known_and_unknown_addresses_are_answered_alike(cast):
    known = made.registered(cast.here, cast.officer_here).application.applicant
    unknown = "nobody@example.org"
    seen, mail, real = flow(known.email)
    OutboxMessage.objects.filter(recipient="stranger@example.org").delete()
    assert flow(unknown)[:2] == (seen, mail)
    assert (real.user, real.second_way) == (known, "")
    assert OutboxMessage.objects.filter(recipient=unknown).count() == 0


def test_address_of_several_accounts_is_answered_as_one_of_none(cast, user):
    made.registered(cast.here, cast.officer_here, account=user)
    make_codes(signed_in(user))
    put_out(sign_in("old@example.org"))
    made.submitted(cast.there, account=UserFactory(email="old@example.org"), iin="")
    seen, mail, _change = flow("old@example.org")
    assert AddressChange.objects.filter(new_email="stranger@example.org").count() == 2
    OutboxMessage.objects.filter(recipient="stranger@example.org").delete()
    assert flow("nobody@example.org")[:2] == (seen, mail)


def test_who_asked_does_not_see_that_the_owner_stopped_it(cast):
    """At no step: before the way is chosen, and while it waits."""
    known = made.registered(cast.here, cast.officer_here).application.applicant
    owner = signed_in(known)
    client, change = ask_lost(known.email, "a@example.org")
    confirm_new(client, change)
    waiting, asked = waiting_for_mission(known.email, "b@example.org")
    owner.post(f"{HERE}address/stop/")
    assert client.get(page(change, "second")).status_code == 200
    refused = client.post(page(change, "recovery-code"), {"code": "ABCD-EFGH-JKLM"})
    assert error_codes(refused) == ["incorrect_code"]
    assert client.post(page(change, "second"), {"way": "officer"}).url == page(change)
    assert client.get(page(change)).context["state"] == "waiting"
    assert waiting.get(page(asked)).context["state"] == "waiting"
    assert AddressChange.objects.waiting().count() == 0


def test_recovery_code_does_it_at_once_without_signing_in(user):
    code = make_codes(signed_in(user))[0]
    client, change = ask_lost("OLD@Example.org ", "new@example.org")
    confirm_new(client, change)
    assert client.post(page(change, "recovery-code"), {"code": code}).url == page(change)
    assert client.get(page(change)).context["state"] == "done"
    assert email_of(user) == "new@example.org"
    assert "_auth_user_id" not in client.session


def test_the_old_address_gets_no_code_from_a_stranger_and_few_notices(cast):
    user = made.registered(cast.here, cast.officer_here).application.applicant
    for number in range(5):
        waiting_for_mission(user.email, f"s{number}@example.org")
    sent = OutboxMessage.objects.filter(recipient=user.email)
    counts = {
        kind: sent.filter(kind=kind).count()
        for kind in ("address_change_asked", "old_address_code")
    }
    assert counts == {"address_change_asked": 3, "old_address_code": 0}
    assert AddressChange.objects.waiting().count() == 5


# Guessing, waiting, racing past the end


def test_codes_cannot_be_guessed(user):
    client, change = ask_lost("old@example.org", "new@example.org")
    code = digits(newest("new_address_code"))
    answers = [client.post(page(change, "code"), {"code": wrong(code)}) for _each in range(5)]
    assert [error_codes(answer) for answer in answers] == [["incorrect_code"]] * 5
    late = client.post(page(change, "code"), {"code": code})
    assert error_codes(late, "__all__") == ["attempts"]
    client.post(page(change, "code"), {"action": "resend"})
    again = client.post(page(change, "code"), {"code": digits(newest("new_address_code"))})
    assert error_codes(again, "__all__") == ["attempts"]


def test_recovery_codes_cannot_be_guessed_but_the_mission_stays(user):
    code = make_codes(signed_in(user))[0]
    client, change = ask_lost("old@example.org", "new@example.org")
    confirm_new(client, change)
    for _attempt in range(5):
        client.post(page(change, "recovery-code"), {"code": "ABCD-EFGH-JKLM"})
    late = client.post(page(change, "recovery-code"), {"code": code})
    assert error_codes(late, "__all__") == ["attempts"]
    assert user.recovery_codes.filter(used_at=None).count() == 8
    client.post(page(change, "second"), {"way": "officer"})
    assert client.get(page(change)).context["state"] == "waiting"


def test_codes_from_one_place_are_limited(user):
    client, change = ask_lost("old@example.org", "new@example.org")
    tried = [client.post(page(change, "code"), {"code": "12345"}) for _attempt in range(61)]
    assert error_codes(tried[59], "__all__") == ["attempts"]
    assert error_codes(tried[60], "__all__") == ["limit"]


def test_mail_to_one_new_address_is_limited(db):
    asked = [
        Client().post(LOST, {"old": f"o{number}@example.org", "new": "victim@example.org"})
        for number in range(7)
    ]
    assert [answer.status_code for answer in asked] == [302] * 5 + [200] * 2
    assert error_codes(asked[-1], "__all__") == ["limit"]
    assert OutboxMessage.objects.filter(recipient="victim@example.org").count() == 5


def test_a_newer_code_replaces_the_former(user):
    client, change = ask_lost("old@example.org", "new@example.org")
    former = digits(newest("new_address_code"))
    client.post(page(change, "code"), {"action": "resend"})
    newer = digits(newest("new_address_code"))
    if former != newer:
        refused = client.post(page(change, "code"), {"code": former})
        assert error_codes(refused) == ["incorrect_code"]
    assert client.post(page(change, "code"), {"code": newer}).url == page(change)


def test_new_code_is_said_to_be_on_its_way_or_why_not(user):
    client, change = ask_lost("old@example.org", "new@example.org")
    said = []
    for _time in range(12):
        answer = client.post(page(change, "code"), {"action": "resend"}, follow=True)
        said.append([str(message) for message in answer.context["messages"]])
    assert said[0] == ["A new code is on its way. The code before it no longer works."]
    assert said[-1] == [
        "No new code was sent: too many were asked for. Use the last one, or wait a while."
    ]
    sent = OutboxMessage.objects.filter(kind="new_address_code").count()
    assert sent == 1 + said.count(said[0])
    newest_code = digits(newest("new_address_code"))
    assert client.post(page(change, "code"), {"code": newest_code}).url == page(change)


def test_a_lapsed_code_does_nothing(user):
    client, change = ask_lost("old@example.org", "new@example.org")
    code = digits(newest("new_address_code"))
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert client.post(page(change, "code"), {"code": code}).url == page(change)
        assert client.get(page(change)).context["state"] == "lapsed"
    change.refresh_from_db()
    assert change.new_confirmed_at is None


def test_a_lapsed_change_takes_no_second_way(user):
    code = make_codes(signed_in(user))[0]
    client, change = ask_lost("old@example.org", "new@example.org")
    confirm_new(client, change)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        client.post(page(change, "recovery-code"), {"code": code})
        client.post(page(change, "second"), {"way": "officer"})
    assert email_of(user) == "old@example.org"
    assert AddressChange.objects.waiting().count() == 0


def test_what_came_to_nothing_is_forgotten(user):
    for old in ("old@example.org", "nobody@example.org"):
        ask_lost(old, "new@example.org")
    waiting_for_mission("old@example.org", "kept@example.org")
    waiting_for_mission("nobody@example.org", "gone@example.org")
    with time_machine.travel(timezone.now() + timedelta(days=16), tick=False):
        ask_lost("old@example.org", "late@example.org")
    left = set(AddressChange.objects.values_list("new_email", flat=True))
    assert left == {"kept@example.org", "late@example.org"}


# Addresses as people and attackers write them


@pytest.mark.parametrize("typed", ["NEW@Example.ORG", " new@example.org "])
def test_an_address_is_kept_in_lower_case(user, typed):
    here = signed_in(user)
    assert ask_signed_in(here, typed).new_email == "new@example.org"
    assert newest("new_address_code").recipient == "new@example.org"


def test_an_address_with_a_kazakh_domain_is_taken(user):
    code = make_codes(signed_in(user))[0]
    client, change = ask_lost("old@example.org", "Adam@example.қаз")
    confirm_new(client, change)
    client.post(page(change, "recovery-code"), {"code": code})
    assert email_of(user) == "adam@example.қаз"


def test_mail_to_a_new_address_is_counted_whatever_the_spelling(user):
    here = signed_in(user)
    wide = [f"new@{name}.org" for name in ("ｅxample", "eｘample", "exａmple")]
    answers = [here.post(NEW, {"new": typed}).status_code for typed in [*wide, *wide]]
    assert answers == [302] * 5 + [200]
    assert set(OutboxMessage.objects.values_list("recipient", flat=True)) == {"new@example.org"}


def test_account_in_an_earlier_spelling_gets_another_address(db):
    user = UserFactory(email="old@ｅxample.org")
    code = make_codes(signed_in(user))[0]
    client, change = ask_lost("OLD@ｅxample.org", "new@example.org")
    confirm_new(client, change)
    client.post(page(change, "recovery-code"), {"code": code})
    assert email_of(user) == "new@example.org"


@pytest.mark.parametrize(
    "typed",
    [
        "new@example.org\nBcc: victim@example.org",
        "new@example.org\r\nSubject: x",
        "new@example.org,victim@example.org",
        "new\u200b@example.org",
        "new@exam\u202eple.org",
        "адам@example.org",
        "new@" + "a" * 60 + ".org" + "a" * 300,
        "a" * 250 + "@example.org",
        "",
        "new\x00@example.org",
    ],
)
@pytest.mark.parametrize("where", [LOST, NEW])
def test_what_is_no_address_is_refused(user, where, typed):
    client = signed_in(user) if where == NEW else Client()
    answer = client.post(where, {"old": "old@example.org", "new": typed})
    assert answer.status_code == 200
    assert answer.context["form"].has_error("new")
    assert (AddressChange.objects.count(), OutboxMessage.objects.count()) == (0, 0)


@pytest.mark.parametrize("where", [LOST, NEW])
def test_the_same_address_is_no_change(user, where):
    client = signed_in(user) if where == NEW else Client()
    answer = client.post(where, {"old": "old@example.org", "new": "OLD@example.org"})
    assert error_codes(answer, "new") == ["same"]


# An address that somebody has


def test_an_address_of_another_person_cannot_be_taken(user, cast):
    other = made.draft(cast.here).applicant
    code = make_codes(signed_in(user))[0]
    client, change = ask_lost("old@example.org", other.email)
    first = client.get(page(change, "code"))
    assert first.status_code == 200
    taken = client.post(page(change, "code"), {"code": digits(newest("new_address_code"))})
    assert taken.status_code == 409
    assert client.post(page(change, "recovery-code"), {"code": code}).url == page(change)
    assert client.get(page(change)).context["state"] == "stopped"
    assert (email_of(user), email_of(other)) == ("old@example.org", other.email)


def test_an_officers_address_cannot_be_taken(user, cast):
    client, change = ask_lost("old@example.org", cast.officer_here.email)
    taken = client.post(page(change, "code"), {"code": digits(newest("new_address_code"))})
    assert taken.status_code == 409


def test_an_account_opened_by_trying_the_new_address_makes_room(user):
    """People type the new address at the sign-in first, and see an empty page."""
    code = make_codes(signed_in(user))[0]
    empty = sign_in("new@example.org")
    assert User.objects.filter(email="new@example.org").count() == 1
    client, change = ask_lost("old@example.org", "new@example.org")
    confirm_new(client, change)
    assert client.post(page(change, "recovery-code"), {"code": code}).url == page(change)
    assert User.objects.get(email="new@example.org") == user
    assert empty.get(HERE).status_code == 302
    assert newest("login_code", "new@example.org").user is None


def test_an_account_begun_meanwhile_is_not_lost(user, cast):
    code = make_codes(signed_in(user))[0]
    client, change = ask_lost("old@example.org", "new@example.org")
    confirm_new(client, change)
    other = made.draft(cast.here, account=UserFactory(email="new@example.org")).applicant
    taken = client.post(page(change, "recovery-code"), {"code": code})
    assert taken.status_code == 409
    assert (email_of(user), email_of(other)) == ("old@example.org", "new@example.org")
    assert user.recovery_codes.filter(used_at=None).count() == 8


# Strangers and links


def test_a_stranger_cannot_press_on_anothers_change(user):
    _browser, change = ask_lost("old@example.org", "new@example.org")
    mine = ask_signed_in(signed_in(user), "mine@example.org")
    for client in (Client(), signed_in(UserFactory())):
        for one in (change, mine):
            for name in ("", "code", "second", "old-code", "recovery-code"):
                assert client.get(page(one, name)).status_code == 404
            assert client.post(page(one, "code"), {"code": "123456"}).status_code == 404
    change.refresh_from_db()
    assert change.attempts == 0


def test_a_change_asked_for_signed_in_goes_on_in_another_browser(user):
    change = ask_signed_in(signed_in(user), "new@example.org")
    assert signed_in(user).get(page(change, "code")).status_code == 200


def test_a_session_that_was_ended_does_not_go_on_with_its_change(user):
    """A thief's browser asked; then the owner signed out everywhere."""
    thief = signed_in(user)
    change = ask_signed_in(thief, "thief@example.org")
    confirm_new(thief, change)
    signed_in(user).post(f"{HERE}sign-out-everywhere/")
    assert thief.get(page(change, "second")).status_code == 404
    assert thief.post(page(change, "second"), {"way": "officer"}).status_code == 404
    assert AddressChange.objects.waiting().count() == 0


def test_the_owner_does_not_see_the_steps_of_whoever_asked_from_outside(user):
    _browser, change = ask_lost("old@example.org", "new@example.org")
    owner = signed_in(user)
    assert owner.get(page(change, "code")).status_code == 404
    assert "change_asked" not in owner.get(HERE).content.decode()
    assert [one.pk for one in owner.get(HERE).context["open_changes"]] == [change.pk]


def link_in(message):
    return re.search(r"/en/sign-in/address/stop/\S+", message.body_text)[0]


def test_the_link_in_the_notice_stops_the_change(cast):
    user = made.registered(cast.here, cast.officer_here).application.applicant
    _client, change = waiting_for_mission(user.email)
    link = link_in(newest("address_change_asked", user.email))
    stranger = Client()
    assert stranger.get(link).status_code == 200
    assert AddressChange.objects.waiting().count() == 1
    assert stranger.post(link).context["stopped"] is True
    assert AddressChange.objects.waiting().count() == 0
    replayed = stranger.post(link)
    assert (replayed.status_code, replayed.context["stopped"]) == (200, False)
    assert AuditEvent.objects.filter(action="address_change.stopped").count() == 1
    change.refresh_from_db()
    assert change.stopped_at is not None


def test_hours_of_a_change_say_that_they_are_of_utc(cast):
    """No mission is known to whoever opens these pages: the day alone would be another one."""
    user = made.registered(cast.here, cast.officer_here).application.applicant
    with time_machine.travel(datetime(2027, 3, 1, 22, tzinfo=UTC), tick=False):
        client, change = waiting_for_mission(user.email)
        waiting = client.get(page(change)).content.decode()
        told = Client().get(link_in(newest("address_change_asked", user.email))).content.decode()
    assert f"{change.expires_at:%-d %B %Y, %H:%M} (UTC)" in waiting
    assert "1 March 2027, 22:00 (UTC)" in told


def test_one_link_stops_changes_that_were_not_told(cast):
    user = made.registered(cast.here, cast.officer_here).application.applicant
    for number in range(4):
        waiting_for_mission(user.email, f"s{number}@example.org")
    Client().post(link_in(newest("address_change_asked", user.email)))
    assert AddressChange.objects.waiting().count() == 0


def test_a_link_of_a_done_change_stops_nothing(cast):
    user = made.registered(cast.here, cast.officer_here).application.applicant
    recovery = make_codes(signed_in(user))[0]
    here = signed_in(user)
    change = confirm_new(here, ask_signed_in(here, "new@example.org"))
    here.post(page(change, "second"), {"way": "officer"})
    link = link_in(newest("address_change_asked", user.email))
    quick = confirm_new(here, ask_signed_in(here, "quick@example.org"))
    here.post(page(quick, "recovery-code"), {"code": recovery})
    assert email_of(user) == "quick@example.org"
    change.refresh_from_db()
    assert change.stopped_at is not None
    answer = Client().post(link)
    assert answer.context["stopped"] is False
    assert "The address was changed already" in answer.content.decode()
    assert email_of(user) == "quick@example.org"


def test_a_link_from_a_mailbox_that_the_account_left_stops_no_later_change(cast):
    """The mailbox was given to somebody else, or is a thief's."""
    user = made.registered(cast.here, cast.officer_here).application.applicant
    recovery = make_codes(signed_in(user))
    _client, _change = waiting_for_mission(user.email)
    link = link_in(newest("address_change_asked", user.email))
    here = signed_in(user)
    quick = confirm_new(here, ask_signed_in(here, "quick@example.org"))
    here.post(page(quick, "recovery-code"), {"code": recovery[0]})
    here = signed_in(User.objects.get(pk=user.pk))
    later = confirm_new(here, ask_signed_in(here, "later@example.org"))
    assert Client().get(link).context["is_open"] is False
    assert Client().post(link).context["stopped"] is False
    here.post(page(later, "recovery-code"), {"code": recovery[1]})
    assert email_of(user) == "later@example.org"


def test_a_link_ends_with_the_time_that_its_change_could_wait(cast):
    user = made.registered(cast.here, cast.officer_here).application.applicant
    waiting_for_mission(user.email)
    link = link_in(newest("address_change_asked", user.email))
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        _client, later = waiting_for_mission(user.email, "later@example.org")
        assert Client().post(link).context["stopped"] is False
        later.refresh_from_db()
        assert later.stopped_at is None


@pytest.mark.parametrize("altered", ["{id}", "{id}:xxxx", "{other}:{mark}", "x"])
def test_an_altered_link_leads_nowhere(cast, altered):
    user = made.registered(cast.here, cast.officer_here).application.applicant
    waiting_for_mission(user.email)
    token = link_in(newest("address_change_asked", user.email)).rstrip("/").rpartition("/")[2]
    number, _colon, mark = token.partition(":")
    other = "00000000-0000-0000-0000-000000000000"
    token = altered.format(id=number, mark=mark, other=other)
    assert Client().post(f"/en/sign-in/address/stop/{token}/").status_code == 404
    assert AddressChange.objects.waiting().count() == 1


def test_messages_are_in_the_language_of_the_page_and_of_the_account():
    user = UserFactory(email="old@example.org", language="ru")
    code = make_codes(signed_in(user))[0]
    client = Client()
    client.post("/kk/sign-in/address/lost/", {"old": "old@example.org", "new": "new@example.org"})
    change = AddressChange.objects.get()
    assert newest("new_address_code").language == "kk"
    confirm_new(client, change)
    client.post(page(change, "recovery-code"), {"code": code})
    assert newest("address_changed").language == "ru"
    assert newest("address_is_new").language == "ru"


def test_mail_refused_at_the_old_address_is_not_held_against_the_new(user):
    user.mail_refused_at = timezone.now()
    user.save()
    code = make_codes(signed_in(user))[0]
    client, change = ask_lost("old@example.org", "new@example.org")
    confirm_new(client, change)
    client.post(page(change, "recovery-code"), {"code": code})
    user.refresh_from_db()
    assert user.mail_refused_at is None


def test_codes_are_not_kept_longer_than_they_are_good_for(user):
    here = signed_in(user)
    change = confirm_new(here, ask_signed_in(here, "new@example.org"))
    here.post(page(change, "second"), {"way": "old_address"})
    OutboxMessage.objects.update(state="bounced")
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert outbox.empty_old_words() == 2
    kinds = OutboxMessage.objects.filter(body_text="").values_list("kind", flat=True)
    assert set(kinds) == {"new_address_code", "old_address_code"}
