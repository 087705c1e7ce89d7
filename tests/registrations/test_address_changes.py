"""The officer's look at the document: whose, by whom, once, and what the others get."""

import re
from collections import Counter
from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import address_change, address_review, recovery
from accounts.address_codes import TooManyAttempts, WrongCode
from accounts.address_handover import AddressTaken
from accounts.models import AddressChange, AuditEvent, OutboxMessage, SecondWay, User
from registrations.enums import DeregistrationGround
from registrations.models import Application, Citizen
from registrations.services import address_changes, attachments, lifecycle
from registrations.services.looks import looks_at
from tests.accounts.changing import (
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
)
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.files import upload
from tests.registrations.test_races import together
from tests.sessions import signed_in

LIST = "/admin/accounts/addresschange/"


def address(change, name="change"):
    return f"{LIST}{change.public_id}/{name}/"


def email_of(user):
    return User.objects.get(pk=user.pk).email


@pytest.fixture
def person(cast):
    """On the register in Berlin, with a copy of the passport."""
    draft = made.draft(cast.here, account=cast.citizen)
    attachments.store(draft, kind="identity", upload=upload(), actor=cast.citizen)
    case = lifecycle.take(made.send(draft), actor=cast.officer_here)
    lifecycle.register(case, actor=cast.officer_here, checked=["photo"])
    return cast.citizen


@pytest.mark.django_db
def test_officer_confirms_and_every_session_ends(cast, person):
    citizen = signed_in(person)
    _browser, change = waiting_for_mission(person.email)
    officer = signed_in(cast.officer_here)
    assert "<strong>1</strong>" in officer.get("/admin/").content.decode()
    shown = officer.get(address(change)).content.decode()
    facts = ["Серікұлы Ақжол", "1 January 1990", "N12345678", "+49 151 23456789", "/en/copies/"]
    assert [fact for fact in facts if fact not in shown] == []
    assert officer.post(address(change, "confirm"), {}).context["form"].has_error("seen")
    assert email_of(person) == person.email
    assert officer.post(address(change, "confirm"), {"seen": "on"}).url == LIST
    assert email_of(person) == "new@example.org"
    assert citizen.get("/en/account/security/").status_code == 302
    change.refresh_from_db()
    assert (change.second_way, change.second_confirmed_by) == ("officer", cast.officer_here)
    logged = AuditEvent.objects.filter(target_id=str(change.public_id)).order_by("id")
    assert list(logged.values_list("action", "actor_email", "mission")) == [
        ("address_change.asked", "", ""),
        ("address_change.viewed", cast.officer_here.email, cast.here.code),
        ("address_change.done", cast.officer_here.email, cast.here.code),
    ]
    assert newest("address_is_new").recipient == "new@example.org"
    assert newest("address_changed").recipient == person.email


@pytest.mark.django_db
@pytest.mark.parametrize("has_codes", [True, False])
def test_recovery_codes_end_with_the_officers_look(cast, person, has_codes):
    """Whoever reads the old mailbox may have made them."""
    thiefs = make_codes(signed_in(person))[0] if has_codes else "ABCD-EF23-GH45"
    _browser, change = waiting_for_mission(person.email)
    signed_in(cast.officer_here).post(address(change, "confirm"), {"seen": "on"})
    assert person.recovery_codes.count() == 0
    told = newest("address_is_new").body_text
    assert ("Your recovery codes no longer work" in told) == has_codes
    thief, change = ask_lost("new@example.org", "thief@example.org")
    confirm_new(thief, change)
    refused = thief.post(page(change, "recovery-code"), {"code": thiefs})
    assert error_codes(refused) == ["incorrect_code"]
    assert len(make_codes(signed_in(User.objects.get(pk=person.pk)))) == 8


@pytest.fixture
def put_out_address(person):
    """The address from before, and no other, is what the person knows."""
    before = person.email
    put_out(signed_in(person))
    assert email_of(person) == "thief@example.org"
    return before


@pytest.mark.django_db
@pytest.mark.parametrize("begun", [False, True])
def test_who_was_put_out_by_the_old_mailbox_comes_back_with_the_document(
    cast, person, put_out_address, begun
):
    """A draft begun at the old address since, by the thief or by the person, does not count."""
    if begun:
        made.draft(cast.here, account=UserFactory(email=put_out_address), iin="")
    _browser, change = waiting_for_mission(put_out_address, "owner@example.org")
    signed_in(cast.officer_here).post(address(change, "confirm"), {"seen": "on"})
    assert email_of(person) == "owner@example.org"


@pytest.mark.django_db
def test_who_was_put_out_comes_back_though_another_sent_an_application_from_there(
    cast, person, put_out_address
):
    """Each account's change waits with the mission that knows it."""
    other = UserFactory(email=put_out_address)
    made.submitted(cast.there, account=other, iin="")
    browser, asked = waiting_for_mission(put_out_address, "owner@example.org")
    waiting = AddressChange.objects.waiting()
    assert set(waiting.values_list("user", "old_email", "new_email")) == {
        (other.pk, put_out_address, "owner@example.org"),
        (person.pk, "thief@example.org", "owner@example.org"),
    }
    assert browser.get(page(asked)).context["state"] == "waiting"
    there, beside = signed_in(cast.officer_there), waiting.get(user=person)
    assert [
        there.get(address(asked)).status_code,
        there.get(address(beside)).status_code,
    ] == [200, 404]
    officer = signed_in(cast.officer_here)
    assert "Серікұлы Ақжол" in officer.get(address(beside)).content.decode()
    assert officer.post(address(beside, "confirm"), {"seen": "on"}).url == LIST
    assert (email_of(person), email_of(other)) == ("owner@example.org", put_out_address)
    late = there.post(address(asked, "confirm"), {"seen": "on"})
    assert late.context["form"].non_field_errors()
    assert (email_of(person), email_of(other)) == ("owner@example.org", put_out_address)
    assert browser.get(page(asked)).context["state"] == "done"
    assert browser.get(page(beside)).status_code == 404


@pytest.mark.django_db
def test_each_account_is_told_and_stops_its_own_change(cast, person, put_out_address):
    other = UserFactory(email=put_out_address)
    made.submitted(cast.there, account=other, iin="")
    for number in range(5):
        waiting_for_mission(put_out_address, f"s{number}@example.org")
    told = OutboxMessage.objects.filter(kind="address_change_asked").values_list("recipient")
    assert Counter(recipient for (recipient,) in told) == {
        put_out_address: 3,
        "thief@example.org": 3,
    }
    link = re.search(r"/en(/\S+)", newest("address_change_asked", put_out_address).body_text)[0]
    assert Client().post(link).context["stopped"]
    waiting = AddressChange.objects.waiting().values_list("user", flat=True)
    assert list(waiting) == [person.pk] * 5


@pytest.mark.django_db
def test_account_is_known_by_what_was_sent_and_by_whom_it_represents(cast, child_in_ankara):
    parent = child_in_ankara.application.applicant
    grown, drafting, nobody = UserFactory(), UserFactory(), UserFactory()
    made.draft(cast.here, account=drafting, iin="")
    Citizen.objects.filter(pk=child_in_ankara.citizen_id).update(account=grown)
    everybody = [one.pk for one in (parent, grown, drafting, nobody)]
    assert address_changes.known_among(everybody) == {parent.pk, grown.pk}
    assert address_changes.known_among([drafting.pk]) == set()


@pytest.mark.django_db
def test_later_messages_go_to_the_new_address(cast, person):
    _browser, change = waiting_for_mission(person.email)
    signed_in(cast.officer_here).post(address(change, "confirm"), {"seen": "on"})
    case = Application.objects.get()
    lifecycle.deregister(case, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED)
    assert newest("removed_from_register").recipient == "new@example.org"


@pytest.mark.django_db
def test_officer_of_another_mission_finds_nothing(cast, person):
    _browser, change = waiting_for_mission(person.email)
    there = signed_in(cast.officer_there)
    assert change.old_email not in there.get(LIST).content.decode()
    assert [
        there.get(address(change)).status_code,
        there.post(address(change, "confirm"), {"seen": "on"}).status_code,
        there.post(address(change, "refuse"), {"reason": "x"}).status_code,
    ] == [404, 404, 404]
    assert email_of(person) == person.email


@pytest.mark.django_db
def test_mission_of_an_old_case_has_no_word_while_another_keeps_the_person(cast, person):
    """Refused in Ankara once, on the register in Berlin now."""
    Application.objects.update(applicant=UserFactory())
    made.refused(cast.there, cast.officer_there, account=UserFactory())
    Application.objects.update(applicant=person)
    _browser, change = waiting_for_mission(person.email)
    assert signed_in(cast.officer_there).get(address(change)).status_code == 404
    assert signed_in(cast.officer_here).get(address(change)).status_code == 200


@pytest.fixture
def child_in_ankara(cast, person):
    """A child whom the same account registered at another mission."""
    child = {"capacity": "parent", "iin": "", "given_names": "Анкарабек"}
    born = {"birth_date": date(2016, 1, 1), "document": {"number": "N66666666"}}
    return made.registered(cast.there, cast.officer_there, account=person, **child, **born)


@pytest.mark.django_db
def test_mission_of_a_child_has_no_word_while_another_keeps_the_parent(
    cast, person, child_in_ankara
):
    _browser, change = waiting_for_mission(person.email)
    there = signed_in(cast.officer_there)
    assert change.old_email not in there.get(LIST).content.decode()
    assert there.get(address(change)).status_code == 404
    assert there.post(address(change, "confirm"), {"seen": "on"}).status_code == 404
    assert email_of(person) == person.email


@pytest.mark.django_db
def test_page_shows_the_cases_of_the_officers_own_mission_alone(cast, person, child_in_ankara):
    _browser, change = waiting_for_mission(person.email)
    before = looks_at(child_in_ankara.citizen)
    page_here = signed_in(cast.officer_here).get(address(change))
    shown = page_here.content.decode()
    assert [name for name in ("Ақжол", "Анкарабек", "N66666666") if name in shown] == ["Ақжол"]
    assert page_here.context["elsewhere"] == 1
    assert looks_at(child_in_ankara.citizen) == before
    everything = signed_in(cast.ministry).get(address(change))
    assert "Анкарабек" in everything.content.decode()
    assert everything.context["elsewhere"] == 0


@pytest.mark.django_db
def test_each_case_on_the_page_is_looked_at(cast, person):
    """The person reads it in the own list, as a look at the record page."""
    _browser, change = waiting_for_mission(person.email)
    before = len(looks_at(person.citizen))
    signed_in(cast.officer_here).get(address(change))
    looks = looks_at(person.citizen)
    assert [(str(look.done), look.where) for look in looks[: len(looks) - before]] == [
        ("opened your data", "Embassy, Berlin"),
        ("looked at your change of the email address", "Embassy, Berlin"),
    ]


@pytest.mark.django_db
def test_mission_of_a_child_answers_for_a_parent_without_an_own_entry(cast, child_in_ankara):
    parent = child_in_ankara.application.applicant
    own = parent.citizen.residency_records.in_force().get().application
    lifecycle.deregister(own, actor=cast.officer_here, ground=DeregistrationGround.OWN_APPLICATION)
    _browser, change = waiting_for_mission(parent.email)
    assert signed_in(cast.officer_here).get(address(change)).status_code == 404
    there = signed_in(cast.officer_there)
    assert there.post(address(change, "confirm"), {"seen": "on"}).status_code == 302
    assert email_of(parent) == "new@example.org"


@pytest.mark.django_db
def test_mission_of_somebody_no_longer_represented_has_no_word(cast, child_in_ankara):
    """An entry of the parent's own ended in Berlin; the child in Ankara has come of age."""
    parent = child_in_ankara.application.applicant
    child_in_ankara.citizen.representatives.update(ends_at=timezone.now())
    made.registered(
        cast.here, cast.officer_here, account=parent, capacity="representative", iin="",
        document={"number": "N77777777"},
    )  # fmt: skip
    own = parent.citizen.residency_records.in_force().get().application
    lifecycle.deregister(own, actor=cast.officer_here, ground=DeregistrationGround.OWN_APPLICATION)
    _browser, change = waiting_for_mission(parent.email)
    assert signed_in(cast.officer_there).get(address(change)).status_code == 404
    assert signed_in(cast.officer_here).get(address(change)).status_code == 200


@pytest.mark.django_db
def test_mission_that_knew_the_person_last_helps_who_left_the_register(cast, person):
    case = Application.objects.get()
    lifecycle.deregister(case, actor=cast.officer_here, ground=DeregistrationGround.OWN_APPLICATION)
    _browser, change = waiting_for_mission(person.email)
    officer = signed_in(cast.officer_here)
    assert officer.post(address(change, "confirm"), {"seen": "on"}).status_code == 302
    assert email_of(person) == "new@example.org"


@pytest.mark.django_db
def test_ministry_sees_and_does_not_decide(cast, person):
    _browser, change = waiting_for_mission(person.email)
    ministry = signed_in(cast.ministry)
    assert ministry.get(address(change)).context["form"] is None
    assert ministry.post(address(change, "confirm"), {"seen": "on"}).status_code == 403
    assert email_of(person) == person.email


@pytest.mark.django_db
def test_nobody_else_comes_near(cast, person):
    browser, change = waiting_for_mission(person.email)
    for client in (browser, signed_in(person), signed_in(cast.other_citizen)):
        assert client.post(address(change, "confirm"), {"seen": "on"}).status_code in {302, 403}
    assert email_of(person) == person.email


@pytest.mark.django_db
def test_officer_who_represents_the_person_does_not_decide(cast):
    """The parent of a child on the register became an officer of the same mission."""
    record = made.registered(cast.here, cast.second_officer_here)
    person = record.application.applicant
    record.citizen.representatives.create(user=cast.officer_here, capacity="representative")
    _browser, change = waiting_for_mission(person.email)
    officer = signed_in(cast.officer_here)
    assert officer.post(address(change, "confirm"), {"seen": "on"}).status_code == 403
    assert email_of(person) == person.email


@pytest.mark.django_db
def test_nobody_confirms_his_own_change(cast, person):
    """A citizen asks, is posted as an officer meanwhile, and finds the own change in the list."""
    _browser, change = waiting_for_mission(person.email)
    officer = cast.officer_here
    AddressChange.objects.filter(pk=change.pk).update(user=officer)
    Application.objects.update(applicant=officer)
    assert signed_in(officer).post(address(change, "confirm"), {"seen": "on"}).status_code == 403
    change.refresh_from_db()
    with pytest.raises(address_change.NotAllowed):
        address_review.confirm(change, actor=officer, mission="")
    change.second_confirmed_at, change.second_confirmed_by = timezone.now(), officer
    with pytest.raises(IntegrityError, match="nobody_confirms_his_own_address"):
        change.save()


@pytest.mark.django_db
@pytest.mark.parametrize("signed", [True, False])
def test_refusal_is_written_only_to_who_was_signed_in(cast, person, signed):
    if signed:
        client = signed_in(person)
        change = confirm_new(client, ask_signed_in(client, "new@example.org"))
        client.post(page(change, "second"), {"way": "officer"})
    else:
        client, change = waiting_for_mission(person.email)
    officer = signed_in(cast.officer_here)
    assert officer.post(address(change, "refuse"), {}).context["form"].has_error("reason")
    refused = officer.post(address(change, "refuse"), {"reason": "Not the person"})
    assert refused.url == LIST
    assert email_of(person) == person.email
    sent = OutboxMessage.objects.filter(kind="address_change_refused")
    assert sent.count() == int(signed)
    state = client.get(page(change)).context["state"]
    assert state == ("refused" if signed else "waiting")
    late = officer.post(address(change, "confirm"), {"seen": "on"})
    assert late.url == LIST
    assert email_of(person) == person.email
    assert AuditEvent.objects.filter(action="address_change.refused").count() == 1


@pytest.mark.django_db
def test_lapsed_change_is_in_no_list_and_cannot_be_confirmed(cast, person):
    _browser, change = waiting_for_mission(person.email)
    officer = signed_in(cast.officer_here)
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1), tick=False):
        officer = signed_in(cast.officer_here)
        assert officer.get(LIST).context["cl"].result_count == 0
        officer.post(address(change, "confirm"), {"seen": "on"})
    assert email_of(person) == person.email


@pytest.mark.django_db
def test_address_taken_meanwhile_is_told_to_the_officer(cast, person):
    _browser, change = waiting_for_mission(person.email)
    made.draft(cast.there, account=UserFactory(email="new@example.org"), iin="")
    answer = signed_in(cast.officer_here).post(address(change, "confirm"), {"seen": "on"})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    change.refresh_from_db()
    assert (change.done_at, change.second_confirmed_by) == (None, None)


@pytest.mark.django_db
def test_an_address_without_an_account_waits_in_no_list(cast, person):
    waiting_for_mission("nobody@example.org")
    assert signed_in(cast.ministry).get(LIST).context["cl"].result_count == 0


@pytest.mark.django_db
def test_list_takes_the_same_queries_for_one_and_for_three(cast):
    officer = signed_in(cast.officer_here)
    officer.get(LIST)
    counts = []
    for number in range(3):
        person = made.registered(cast.here, cast.second_officer_here).application.applicant
        waiting_for_mission(person.email, f"n{number}@example.org")
        with CaptureQueriesContext(connection) as queries:
            officer.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[2]


# At once, on real connections


def confirmed(old, new):
    change = address_change.ask(old=old, new=new, language="en")
    return address_change.confirm_new(change, digits(newest("new_address_code", new)))


def at_once(*acts):
    return together(lambda act: act(), acts, len(acts))


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_end_in_one_change():
    """Two officers and the person's recovery code, ten times over."""
    cast = Cast.create()
    for number in range(10):
        person = made.registered(cast.here, cast.officer_here).application.applicant
        code = make_codes(signed_in(person))[0]
        _browser, change = waiting_for_mission(person.email, f"new{number}@example.org")
        outcomes = at_once(
            partial(address_review.confirm, change, actor=cast.officer_here, mission="x"),
            partial(address_review.confirm, change, actor=cast.second_officer_here, mission="x"),
            partial(address_change.confirm_by_recovery_code, change, code),
        )
        lost = [type(one) for one in outcomes if isinstance(one, Exception)]
        assert lost == [address_change.ChangeClosed] * 2
        assert email_of(person) == f"new{number}@example.org"
        person.refresh_from_db()
        assert person.session_epoch == 1
        change.refresh_from_db()
        spent = person.recovery_codes.exclude(used_at=None).count()
        assert spent == int(change.second_way == SecondWay.RECOVERY_CODE)
    done = AuditEvent.objects.filter(action="address_change.done")
    assert done.count() == 10


@pytest.mark.django_db(transaction=True)
def test_codes_of_two_accounts_of_one_address_at_once():
    """And the mission asked about one of them meanwhile: each gets its own, ten times over."""
    cast = Cast.create()
    for number in range(10):
        old, now = f"old{number}@example.org", timezone.now()
        left = made.submitted(cast.here, account=UserFactory(), iin="").applicant
        AddressChange.objects.create(
            user=left,
            old_email=old,
            new_email=left.email,
            second_way=SecondWay.OLD_ADDRESS,
            expires_at=now,
            new_confirmed_at=now,
            second_confirmed_at=now,
            done_at=now,
        )
        holder = UserFactory(email=old)
        made.submitted(cast.there, account=holder, iin="")
        of_left, of_holder = (recovery.make(one)[0] for one in (left, holder))
        asked = [
            confirmed(named, f"{new}{number}@example.org")
            for named, new in ((old, "a"), (old, "b"), (left.email, "c"))
        ]
        outcomes = at_once(
            partial(address_change.confirm_by_recovery_code, asked[0], of_left),
            partial(address_change.confirm_by_recovery_code, asked[1], of_holder),
            partial(address_change.ask_mission, asked[2]),
        )
        assert [type(one) for one in outcomes] == [AddressChange] * 3
        assert [email_of(left), email_of(holder)] == [f"{new}{number}@example.org" for new in "ab"]
        assert AddressChange.objects.waiting().count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_people_who_want_one_address():
    cast = Cast.create()
    people = [made.registered(cast.here, cast.officer_here).application.applicant for _ in "ab"]
    changes = [waiting_for_mission(one.email, "wanted@example.org")[1] for one in people]
    outcomes = at_once(
        *[
            partial(address_review.confirm, change, actor=cast.officer_here, mission="x")
            for change in changes
        ]
    )
    lost = [type(one) for one in outcomes if isinstance(one, Exception)]
    assert lost == [AddressTaken]
    assert User.objects.filter(email="wanted@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_all_counted():
    _browser, change = ask_lost(UserFactory().email, "new@example.org")
    outcomes = at_once(*[partial(address_change.confirm_new, change, "12345")] * 8)
    assert Counter(type(one) for one in outcomes) == {TooManyAttempts: 3, WrongCode: 5}
    change.refresh_from_db()
    assert change.attempts == 5
