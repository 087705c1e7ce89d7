"""A move: the new address waits with the new mission, the old entry stays whole until then."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import OutboxMessage
from registrations.models import Application
from registrations.services import lifecycle
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
