"""Who gets the decision allowing to leave becomes a permanent resident, seen by an officer."""

from datetime import date

import pytest

from registrations.enums import AttachmentKind, Capacity, RequestState, ResidencyKind
from registrations.models import Application, ChangeRequest, ExitPermit
from registrations.services import changes, inserts, lifecycle
from tests.factories import registrations as made
from tests.files import upload
from tests.registrations.test_entries import move_to, page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db

DECISION = {
    "number": "77-К",
    "issued_on_day": "5",
    "issued_on_month": "5",
    "issued_on_year": "2025",
    "issued_by": "ПД Астана",
}


@pytest.fixture
def record(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    Application.objects.filter(pk=record.application.pk).update(planned_end=date(2030, 1, 1))
    record.planned_end = date(2030, 1, 1)
    record.save()
    return record


def asks(cast, record):
    citizen = signed_in(cast.citizen)
    asked = citizen.post(page(record, "details/exit-permit/"), DECISION)
    assert citizen.post(asked.url, {"upload": upload("decision.jpg")}).status_code == 302
    return ChangeRequest.objects.get()


def press(cast, change, **pressed):
    address = f"/admin/registrations/changerequest/{change.public_id}/"
    return signed_in(cast.officer_here).post(address, pressed)


def test_entry_offers_it_to_temporary_residents_only(cast, record):
    offered = page(record, "details/exit-permit/")
    words = "I have the decision allowing me to leave for good"
    shown = signed_in(cast.citizen).get(page(record)).content.decode()
    assert (offered in shown, words in shown) == (True, True)
    other = made.registered(
        cast.here, cast.officer_here, account=cast.other_citizen, permanent=True, iin=""
    )
    shown = signed_in(cast.other_citizen).get(page(other)).content.decode()
    assert words not in shown


def test_decision_of_a_child_is_not_the_parents(cast):
    child = made.registered(
        cast.here, cast.officer_here, account=cast.citizen, capacity=Capacity.PARENT, iin=""
    )
    shown = signed_in(cast.citizen).get(page(child)).content.decode()
    assert "The person has the decision allowing to leave for good" in shown
    assert "I have the decision" not in shown


def test_decision_waits_for_the_officer(cast, record):
    change = asks(cast, record)
    assert (change.page, change.before, change.proposed["number"]) == ("exit-permit", {}, "77-К")
    assert change.copies.get().kind == AttachmentKind.EXIT_PERMIT
    assert ExitPermit.objects.count() == 0
    record.refresh_from_db()
    record.application.refresh_from_db()
    assert (record.kind, record.application.stay) == (ResidencyKind.TEMPORARY, "some_time")
    address = f"/admin/registrations/changerequest/{change.public_id}/"
    seen = " ".join(signed_in(cast.officer_here).get(address).content.decode().split())
    assert "becomes permanent, under the same number" in seen


def test_accepted_decision_makes_the_entry_permanent(cast, record):
    number = record.number
    press(cast, asks(cast, record), accept="1")
    record.refresh_from_db()
    assert (record.kind, record.number, record.planned_end) == ("permanent", number, None)
    assert (record.exit_permit.number, record.exit_permit.legal_act) == ("77-К", "order_259")
    assert record.entered["length"] == {"stay": "permanent"}
    assert record.entered["exit-permit"]["number"] == "77-К"
    assert "planned_end" not in record.entered["stay"]
    assert [copy["name"] for copy in record.entered["exit-permit-copy"]] == ["decision.jpg"]
    assert record.application.current_declaration.answers["length"] == {"stay": "some_time"}
    assert "77-К" in signed_in(cast.citizen).get(page(record)).content.decode()
    case = f"/admin/registrations/application/{record.application.public_id}/change/"
    assert "77-К" in signed_in(cast.officer_here).get(case).content.decode()
    insert = inserts.record_insert(
        record, number="KZ 1", issued_on=date(2026, 1, 1), actor=cast.officer_here
    )
    assert insert.record == record


def test_refused_decision_leaves_the_entry_temporary(cast, record):
    change = asks(cast, record)
    press(cast, change, refuse="1", answer="The copy cannot be read.")
    change.refresh_from_db()
    record.refresh_from_db()
    assert (change.state, record.kind) == (RequestState.REFUSED, "temporary")
    assert ExitPermit.objects.count() == 0


def test_same_decision_is_shown_again_after_a_temporary_registration(cast):
    case = made.in_review(cast.here, cast.officer_here, account=cast.citizen, permanent=True)
    record = lifecycle.register(
        case, actor=cast.officer_here, checked=["photo"], kind=ResidencyKind.TEMPORARY
    )
    same = DECISION | {"number": "1234", "issued_on_year": "2015", "issued_by": "ДВД"}
    signed_in(cast.citizen).post(page(record, "details/exit-permit/"), same)
    change = changes.accept(ChangeRequest.objects.get(), actor=cast.officer_here)
    record.refresh_from_db()
    assert (change.before, record.kind, record.exit_permit.number) == ({}, "permanent", "1234")


def test_permanent_entry_moves_as_a_permanent_one(cast, record):
    changes.accept(asks(cast, record), actor=cast.officer_here)
    signed_in(cast.citizen).post(page(record, "moved/"), move_to(confirmed="1"))
    moved = lifecycle.take(Application.objects.get(transfer_of=record), actor=cast.officer_there)
    opened = lifecycle.register(moved, actor=cast.officer_there, checked=["photo"])
    assert (opened.kind, opened.exit_permit.number) == ("permanent", "77-К")
    record.refresh_from_db()
    assert signed_in(cast.citizen).get(page(record)).status_code == 200


def test_permanent_resident_corrects_the_decision(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, permanent=True)
    changes.accept(asks(cast, record), actor=cast.officer_here)
    record.refresh_from_db()
    assert (record.exit_permit.number, record.entered["exit-permit"]["number"]) == ("77-К", "77-К")
    assert record.entered["length"] == {"stay": "permanent"}
