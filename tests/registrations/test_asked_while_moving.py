"""What the new mission asks of somebody who moves: nothing of it stands in the entry in force."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage
from registrations.enums import Capacity, DeregistrationGround, RefusalGround
from registrations.models import (
    ExitPermit,
    InformationRequest,
    LegalRepresentative,
    ResidencyRecord,
)
from registrations.services import attachments, declarations, drafts, lifecycle
from registrations.services.representation import comes_of_age_at
from tests.factories import registrations as made
from tests.files import upload
from tests.registrations import test_rows
from tests.registrations.test_entries import page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
PHONE = "+49 170 7654321"
WHO = ["name", "latin-name", "other-names", "birth", "iin", "sex", "document"]
OF_THE_MOVE = ["place", "length", "address", "stay", "life"]
OF_THE_PERSON = ["contact", "emergency", "household"]
TYPED = test_rows.TYPED | {
    "stay": test_rows.TYPED["stay"] | {"end_unknown": "on"},
    "household": {
        "name": "Біреу",
        "relation": "spouse",
        "birth_date_day": 2,
        "birth_date_month": 2,
        "birth_date_year": 1991,
        "citizenship": "KZ",
    },
}


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


def child_of(cast, account):
    """The entry of a child whom the account has registered."""
    return made.registered(
        cast.here,
        cast.officer_here,
        account=account,
        capacity=Capacity.PARENT,
        birth_date=date(2015, 5, 5),
        iin="",
    )


def in_work(cast, record, actor=None):
    """The move, taken by an officer of the mission in Ankara."""
    moved = made.told_of_move(record, cast.there, actor=actor or cast.citizen)
    return lifecycle.take(moved, actor=cast.officer_there)


def ask(cast, moved, *pages):
    day = timezone.localdate() + timedelta(days=14)
    return lifecycle.ask(moved, actor=cast.officer_there, pages=pages, text="Which?", answer_by=day)


def type_on(cast, moved, key, **other):
    """Answers one page of the move."""
    address = f"/en/register/{moved.public_id}/{key}/"
    answer = signed_in(cast.citizen).post(address, TYPED[key] | other)
    assert answer.status_code == 302, answer.context["form"].errors


def go_on(cast, moved):
    InformationRequest.objects.update(answer_by=date(2020, 1, 1))
    return lifecycle.go_on(moved, actor=cast.officer_there)


def refuse(cast, moved):
    if moved.open_request is not None:
        moved = lifecycle.answer(moved, actor=cast.citizen)
    ground = RefusalGround.UNRELIABLE_DOCUMENTS
    return lifecycle.refuse(moved, actor=cast.officer_there, ground=ground, text="Forged.")


def withdraw(cast, moved):
    return lifecycle.withdraw(moved, actor=cast.citizen)


def entry_says(record):
    """What the entry in force says of the person, whoever looks at it."""
    return declarations.collect(ResidencyRecord.objects.get(pk=record.pk).application)


def asked_again(cast, moved):
    """The pages that the officer's form offers."""
    shown = signed_in(cast.officer_there).get(case(moved, "ask/"))
    return [key for key, _name in shown.context["form"].fields["pages"].choices]


def case(application, rest="change/"):
    return f"/admin/registrations/application/{application.public_id}/{rest}"


@pytest.mark.parametrize("permanent", [False, True])
def test_who_the_person_is_is_not_asked_of_a_move(cast, permanent):
    record = made.registered(
        cast.here, cast.officer_here, account=cast.citizen, permanent=permanent
    )
    moved = in_work(cast, record)
    copies = ["identity-copy", *(["exit-permit-copy", "photo"] if permanent else [])]
    people = ["emergency", "household"]
    assert asked_again(cast, moved) == [
        "place",
        "length",
        "address",
        "contact",
        "stay",
        "life",
        *people,
        *copies,
    ]
    shown = signed_in(cast.officer_there).get(case(moved, "ask/")).content.decode()
    assert "stay as they are in the entry that moves" in shown
    for key in [*WHO, *(["exit-permit"] if permanent else [])]:
        with pytest.raises(ValueError, match=key):
            ask(cast, moved, key)


def test_who_the_person_is_is_asked_once_the_entry_is_closed(cast, record):
    moved = in_work(cast, record)
    ground = DeregistrationGround.STAY_ENDED
    lifecycle.deregister(record.application, actor=cast.officer_here, ground=ground)
    assert set(WHO) <= set(asked_again(cast, moved))
    asked = ask(cast, moved, "name")
    type_on(cast, asked, "name")
    answered = lifecycle.answer(asked, actor=cast.citizen)
    assert answered.current_declaration.answers["name"]["family_name"] == "Жалған"
    record.refresh_from_db()
    assert record.entered["name"]["family_name"] == "Серікұлы"


@pytest.mark.parametrize("end", [go_on, refuse, withdraw])
@pytest.mark.parametrize("key", OF_THE_MOVE)
def test_answer_to_a_move_never_stands_in_the_entry(cast, record, key, end):
    before = entry_says(record)
    moved = ask(cast, in_work(cast, record), key)
    type_on(cast, moved, key)
    assert entry_says(record) == before
    end(cast, moved)
    assert entry_says(record) == before


@pytest.mark.parametrize("end", [refuse, withdraw])
def test_better_copy_for_the_new_mission_is_none_of_the_entry(cast, end):
    store = {"kind": "identity", "actor": cast.citizen}
    draft = made.draft(cast.here, account=cast.citizen)
    old = attachments.store(draft, upload=upload("old.jpg"), **store)
    held = lifecycle.take(made.send(draft), actor=cast.officer_here)
    record = lifecycle.register(held, actor=cast.officer_here, checked=["photo"])
    moved = ask(cast, in_work(cast, record), "identity-copy")
    attachments.store(moved, upload=upload("better.jpg"), **store)
    assert list(record.application.attachments.current()) == [old]
    end(cast, moved)
    assert list(record.application.attachments.current()) == [old]


def test_decision_to_leave_is_asked_of_who_becomes_permanent_by_the_move(cast, record):
    before = entry_says(record)
    moved = ask(cast, in_work(cast, record), "length")
    type_on(cast, moved, "length", stay="permanent")
    type_on(cast, moved, "exit-permit")
    assert entry_says(record) == before
    assert signed_in(cast.officer_here).get(case(record.application)).status_code == 200
    record.refresh_from_db()
    assert (record.exit_permit, ExitPermit.objects.get().number) == (None, "FORGED")


def test_decision_that_the_entry_rests_on_is_not_written_over(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, permanent=True)
    moved = ask(cast, in_work(cast, record), "length")
    type_on(cast, moved, "length")
    type_on(cast, moved, "stay")
    # The move is for some time now, and the officer doubts it.
    lifecycle.answer(moved, actor=cast.citizen)
    moved = ask(cast, moved, "length")
    type_on(cast, moved, "length", stay="permanent")
    shut = signed_in(cast.citizen).post(
        f"/en/register/{moved.public_id}/exit-permit/", TYPED["exit-permit"]
    )
    assert shut.url == f"/en/register/{moved.public_id}/sent/"
    assert ExitPermit.objects.get().number == "1234"
    moved.refresh_from_db()
    reopened = [step.key for step in drafts.open_pages(moved)]
    assert reopened == ["length", "exit-permit-copy", "photo"]
    assert declarations.missing_pages(moved) == []


@pytest.mark.parametrize("end", [go_on, refuse, withdraw])
@pytest.mark.parametrize("key", OF_THE_PERSON)
def test_how_the_person_is_reached_changes_in_the_entry_at_once(cast, record, key, end):
    before = entry_says(record)
    moved = ask(cast, in_work(cast, record), key)
    type_on(cast, moved, key)
    said = entry_says(record)
    assert [page for page in said if said[page] != before[page]] == [key]
    logged = AuditEvent.objects.filter(action="record.changed").get()
    assert (logged.mission, logged.target_id) == (cast.here.code, str(record.public_id))
    assert OutboxMessage.objects.filter(kind="details_changed").count() == 1
    end(cast, moved)
    assert entry_says(record) == said


@pytest.mark.parametrize("end", [go_on, withdraw])
def test_phone_changed_in_the_entry_outlives_the_question_of_the_move(cast, record, end):
    moved = ask(cast, in_work(cast, record), "contact")
    signed_in(cast.citizen).post(
        page(record, "details/contact/"), {"phone": PHONE, "language": "en"}
    )
    shown = signed_in(cast.officer_there).get(case(moved)).content.decode()
    assert PHONE in shown
    end(cast, moved)
    assert entry_says(record)["contact"]["phone"] == PHONE


def test_language_of_a_childs_letters_changes_in_the_entry_and_in_the_log(cast):
    record = child_of(cast, cast.citizen)
    moved = ask(cast, in_work(cast, record), "contact")
    told = moved.current_declaration.answers["contact"]
    type_on(cast, moved, "contact", phone=told["phone"], second_phone="", language="ru")
    event = AuditEvent.objects.get(action="record.changed")
    assert (event.target_label, event.details) == (record.number, {"page": "contact"})


def test_language_of_another_parent_stays(cast, record):
    record = child_of(cast, cast.other_citizen)
    LegalRepresentative.objects.create(
        citizen=record.citizen, user=cast.citizen, capacity=Capacity.PARENT
    )
    before = cast.other_citizen.language
    moved = ask(cast, in_work(cast, record), "contact")
    type_on(cast, moved, "contact")
    for account in (cast.citizen, cast.other_citizen):
        account.refresh_from_db()
    assert (cast.citizen.language, cast.other_citizen.language) == ("ru", before)
    assert entry_says(record)["contact"]["phone"] == PHONE


def test_childhood_ends_by_the_clock_of_the_mission_that_has_the_entry(cast):
    born = date(2015, 5, 5)
    record = made.registered(
        cast.here,
        cast.officer_here,
        account=cast.citizen,
        capacity=Capacity.PARENT,
        birth_date=born,
        iin="",
    )

    def ends_at():
        return LegalRepresentative.objects.get().ends_at

    here, there = (comes_of_age_at(born, mission) for mission in (cast.here, cast.there))
    moved = in_work(cast, record)
    assert (here != there, ends_at()) == (True, here)
    asked = ask(cast, moved, "life")
    type_on(cast, asked, "life")
    assert ends_at() == here
    moved = lifecycle.answer(asked, actor=cast.citizen)
    lifecycle.register(moved, actor=cast.officer_there, checked=["photo", "capacity"])
    assert ends_at() == there
