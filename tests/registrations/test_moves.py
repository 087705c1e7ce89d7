"""A move: the new address waits with the new mission, the old entry stays whole until then."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage
from registrations.enums import ConfirmationOccasion, DeregistrationGround
from registrations.models import Application, HelpRequest, ResidencyRecord
from registrations.services import inserts, lifecycle, links
from registrations.services.freshness import put_question
from tests.factories import registrations as made
from tests.registrations.test_entries import move_to, page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cast):
    return made.registered(
        cast.here,
        cast.officer_here,
        account=cast.citizen,
        postcode="13353",
        local_address="местный",
    )


def tell_move(cast, record, **changed):
    signed_in(cast.citizen).post(page(record, "moved/"), move_to(confirmed="1", **changed))
    return Application.objects.get(transfer_of=record)


def shown(user, address):
    return " ".join(signed_in(user).get(address).content.decode().split())


def case(application):
    return f"/admin/registrations/application/{application.public_id}/change/"


def address(citizen):
    citizen.refresh_from_db()
    return citizen.street, citizen.postcode, citizen.local_address


OLD = ("Müllerstraße 12", "13353", "местный")


def test_new_address_waits_with_the_new_mission(cast, record):
    moved = tell_move(cast, record, postcode="06000")
    assert address(record.citizen) == OLD
    own = shown(cast.citizen, page(record))
    assert ("Müllerstraße 12" in own, "Atatürk" in own) == (True, False)
    old = shown(cast.officer_here, case(record.application))
    assert ("Müllerstraße 12" in old, "Atatürk" in old) == (True, False)
    new = shown(cast.officer_there, case(moved))
    assert ("Müllerstraße 12" in new, "Atatürk Blv. 7" in new) == (False, True)


def test_registered_move_writes_the_new_address(cast, record):
    moved = lifecycle.take(tell_move(cast, record, postcode="06000"), actor=cast.officer_there)
    opened = lifecycle.register(moved, actor=cast.officer_there, checked=["photo"])
    assert address(record.citizen) == ("Atatürk Blv. 7", "06000", "")
    assert opened.entered["address"]["street"] == "Atatürk Blv. 7"
    assert "Atatürk Blv. 7" in shown(cast.citizen, page(opened))


def test_refused_move_keeps_the_old_address(cast, record):
    moved = lifecycle.take(tell_move(cast, record), actor=cast.officer_there)
    lifecycle.refuse(moved, actor=cast.officer_there, ground="rules_not_met", text="Not here.")
    assert address(record.citizen) == OLD


def test_withdrawn_move_keeps_the_old_address(cast, record):
    lifecycle.withdraw(tell_move(cast, record), actor=cast.citizen)
    assert address(record.citizen) == OLD


def test_asked_again_the_address_of_the_move_is_corrected(cast, record):
    taken = lifecycle.take(tell_move(cast, record), actor=cast.officer_there)
    asked = lifecycle.ask(
        taken,
        actor=cast.officer_there,
        pages=["address"],
        text="Which flat?",
        answer_by=timezone.localdate() + timedelta(days=14),
    )
    citizen = signed_in(cast.citizen)
    opened = f"/en/register/{asked.public_id}/address/"
    assert "Atatürk Blv. 7" in citizen.get(opened).content.decode()
    citizen.post(opened, {"street": "Atatürk Blv. 7, flat 3"})
    answered = lifecycle.answer(asked, actor=cast.citizen)
    assert answered.current_declaration.answers["address"]["street"] == "Atatürk Blv. 7, flat 3"
    assert address(record.citizen) == OLD


def test_move_within_the_district_keeps_its_day_and_tells(cast, record):
    typed = move_to("DE", "Leipzig", confirmed="1")
    signed_in(cast.citizen).post(page(record, "moved/"), typed)
    record.application.refresh_from_db()
    assert (record.application.city, record.application.arrived_on) == (
        "Leipzig",
        date(2026, 10, 1),
    )
    assert address(record.citizen) == ("Atatürk Blv. 7", "", "")
    last = OutboxMessage.objects.latest("id")
    assert (last.kind, last.recipient) == ("details_changed", cast.citizen.email)


@pytest.mark.parametrize(
    ("planned_end", "carried"),
    [
        (date(2026, 9, 1), None),
        (date(2026, 10, 1), None),
        (date(2040, 1, 1), date(2040, 1, 1)),
    ],
)
def test_planned_end_goes_along_while_it_is_ahead(cast, record, planned_end, carried):
    Application.objects.filter(pk=record.application.pk).update(planned_end=planned_end)
    assert tell_move(cast, record).planned_end == carried


@pytest.mark.parametrize(
    ("planned_end", "kept"),
    [
        (date(2026, 9, 1), None),
        (date(2026, 10, 1), None),
        (date(2040, 1, 1), date(2040, 1, 1)),
    ],
)
def test_planned_end_before_a_move_within_the_district_goes(cast, record, planned_end, kept):
    Application.objects.filter(pk=record.application.pk).update(planned_end=planned_end)
    ResidencyRecord.objects.filter(pk=record.pk).update(planned_end=planned_end)
    typed = move_to("DE", "Leipzig", confirmed="1")
    signed_in(cast.citizen).post(page(record, "moved/"), typed)
    record.refresh_from_db()
    assert (record.application.planned_end, record.planned_end) == (kept, kept)
    assert record.application.arrived_on == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("kind", "action"), [("temporary", "insert.returned"), ("permanent", "insert.carried_over")]
)
def test_insert_of_a_move_is_logged_with_its_officer(cast, kind, action):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, permanent=True)
    inserts.record_insert(record, number="7", issued_on=date(2026, 1, 9), actor=cast.officer_here)
    moved = lifecycle.take(tell_move(cast, record), actor=cast.officer_there)
    lifecycle.register(moved, actor=cast.officer_there, checked=["photo"], kind=kind)
    events = AuditEvent.objects.filter(action=action)
    assert {event.actor_email for event in events} == {cast.officer_there.email}


def typed(key):
    stay = {
        "arrived_on_day": "1",
        "arrived_on_month": "9",
        "arrived_on_year": "2024",
        "planned_end_day": "1",
        "planned_end_month": "1",
        "planned_end_year": "2031",
        "purpose": "work",
    }
    return {
        "address": {"street": "Typed street 1"},
        "stay": stay,
        "life": {"occupation": "Typed"},
        "name": {"family_name": "Терілген", "given_names": "Ақжол"},
    }[key]


@pytest.mark.parametrize("key", ["address", "stay", "life", "name"])
def test_what_moves_is_not_changed_meanwhile_and_nothing_typed_is_lost(cast, record, key):
    tell_move(cast, record)
    citizen = signed_in(cast.citizen)
    assert page(record, f"details/{key}/") not in citizen.get(page(record)).content.decode()
    assert citizen.get(page(record, f"details/{key}/")).url == page(record)
    answer = citizen.post(page(record, f"details/{key}/"), typed(key))
    assert [error.code for error in answer.context["form"].non_field_errors().as_data()] == [
        "moving"
    ]
    for value in typed(key).values():
        assert value in answer.content.decode()
    record.refresh_from_db()
    assert record.planned_end is None
    assert (address(record.citizen), record.application.occupation) == (OLD, "")


def test_contacts_are_changed_while_the_entry_moves(cast, record):
    tell_move(cast, record)
    citizen = signed_in(cast.citizen)
    assert page(record, "details/contact/") in citizen.get(page(record)).content.decode()
    citizen.post(page(record, "details/contact/"), {"phone": "+49 30 555 0199", "language": "en"})
    record.citizen.refresh_from_db()
    assert record.citizen.phone_e164 == "+49305550199"


def test_address_is_corrected_without_a_move(cast, record):
    citizen = signed_in(cast.citizen)
    assert page(record, "moved/") in citizen.get(page(record, "details/address/")).content.decode()
    answer = citizen.post(page(record, "details/address/"), {"street": "Müllerstraße 21"})
    assert answer.url == page(record)
    assert address(record.citizen) == ("Müllerstraße 21", "", "")
    record.application.refresh_from_db()
    assert record.application.arrived_on == date(2024, 9, 1)
    assert OutboxMessage.objects.latest("id").kind == "details_changed"


def test_refused_move_leads_to_a_new_move(cast, record):
    moved = lifecycle.take(tell_move(cast, record), actor=cast.officer_there)
    lifecycle.refuse(moved, actor=cast.officer_there, ground="rules_not_met", text="Not here.")
    account = signed_in(cast.citizen).get("/en/account/").content.decode()
    assert page(record, "moved/") in account
    assert "/en/register/begin/self/" not in account
    words = OutboxMessage.objects.latest("id").body_text
    assert page(record, "moved/") in words
    assert "apply again" not in words


CALL = {"topic": "detained", "text": "At the police station.", "is_urgent": "on"}
ASKING = [
    ("certificate/", {"purpose": "a bank"}),
    ("leave/", {"reason": "returned"}),
    ("vote/", {}),
    ("details/contact/", {"phone": "+49 30 555 0199", "language": "en"}),
    ("moved/", move_to(confirmed="1")),
]


@pytest.mark.parametrize(("rest", "said"), ASKING)
def test_closed_entry_says_so_on_its_own_page(cast, record, rest, said):
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    citizen = signed_in(cast.citizen)
    for answer in (
        citizen.get(page(record, rest), follow=True),
        citizen.post(page(record, rest), said, follow=True),
    ):
        assert answer.redirect_chain == [(page(record), 302)]
        assert "The entry is closed" in answer.content.decode()
    assert signed_in(cast.other_citizen).get(page(record, rest)).status_code == 404


def test_call_for_help_on_a_moved_entry_reaches_the_new_mission(cast, record):
    taken = lifecycle.take(tell_move(cast, record), actor=cast.officer_there)
    opened = lifecycle.register(taken, actor=cast.officer_there, checked=["photo"])
    answer = signed_in(cast.citizen).post(page(record, "help/"), CALL)
    assert answer.url == page(opened)
    assert HelpRequest.objects.get().record == opened


def test_call_for_help_on_a_closed_entry_comes_back_as_typed(cast, record):
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    citizen = signed_in(cast.citizen)
    assert citizen.get(page(record, "help/")).url == page(record)
    shown = citizen.post(page(record, "help/"), CALL)
    assert CALL["text"] in shown.content.decode()
    errors = shown.context["form"].non_field_errors().as_data()
    assert [error.code for error in errors] == ["closed"]
    assert HelpRequest.objects.count() == 0


def test_move_withdrawn_while_asked_keeps_the_old_address(cast, record):
    taken = lifecycle.take(tell_move(cast, record), actor=cast.officer_there)
    asked = lifecycle.ask(
        taken,
        actor=cast.officer_there,
        pages=["address"],
        text="Which flat?",
        answer_by=timezone.localdate() + timedelta(days=14),
    )
    signed_in(cast.citizen).post(f"/en/register/{asked.public_id}/address/", {"street": "Typed 1"})
    lifecycle.withdraw(asked, actor=cast.citizen)
    assert address(record.citizen) == OLD


def test_move_of_an_entry_closed_meanwhile_still_brings_its_address(cast, record):
    taken = lifecycle.take(tell_move(cast, record), actor=cast.officer_there)
    record.refresh_from_db()
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    opened = lifecycle.register(taken, actor=cast.officer_there, checked=["photo"])
    assert address(record.citizen) == ("Atatürk Blv. 7", "", "")
    assert opened.entered["address"]["street"] == "Atatürk Blv. 7"


# --- What the pages say meanwhile -----------------------------------------------------------------

STAYS = "Until it answers, the entry stays here."


@pytest.mark.parametrize(("leaves", "said"), [(False, True), (True, False)])
def test_moving_entry_stays_where_it_is_unless_the_person_leaves_too(cast, record, leaves, said):
    tell_move(cast, record)
    if leaves:
        signed_in(cast.citizen).post(page(record, "leave/"), {"reason": "other"})
    for address in (page(record), "/en/account/"):
        words = shown(cast.citizen, address)
        assert (f"The move is with the new mission: {cast.there}" in words, STAYS in words) == (
            True,
            said,
        )


def test_closed_entry_whose_move_goes_on_offers_no_change(cast, record):
    tell_move(cast, record)
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    words = shown(cast.citizen, page(record))
    assert "can be changed" not in words
    assert "/details/" not in words


def confirmed(record):
    record.refresh_from_db()
    return record.last_confirmed_at


def test_moving_entry_is_not_confirmed(cast, record):
    put_question(record, ConfirmationOccasion.YEARLY)
    tell_move(cast, record)
    before = confirmed(record)
    client = signed_in(cast.citizen)
    words = client.get(page(record)).content.decode()
    assert page(record, "confirm/") not in words
    assert "Is everything in this entry still true?" not in words
    answer = client.post(page(record, "confirm/"), follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert said == ["Nothing is confirmed: the entry moves to another mission."]
    assert confirmed(record) == before


def test_link_confirms_nothing_while_the_entry_moves_and_works_after_it(cast, record):
    token = links.token_of(put_question(record, ConfirmationOccasion.YEARLY))
    moved, before, path = tell_move(cast, record), confirmed(record), f"/en/still-here/{token}/"
    visitor = Client()
    for answer in (visitor.get(path), visitor.post(path)):
        assert (answer.status_code, answer.context["state"]) == (200, "moving")
        assert "The entry moves to another mission" in answer.content.decode()
    assert confirmed(record) == before
    lifecycle.withdraw(moved, actor=cast.citizen)
    assert visitor.post(path).status_code == 302
    assert confirmed(record) > before
