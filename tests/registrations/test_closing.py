"""What is open when an entry is closed ends line by line, goes along, and is told."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import AuditEvent, OutboxMessage
from registrations.enums import (
    DeregistrationGround,
    HelpTopic,
    LeavingReason,
    RequestState,
)
from registrations.models import (
    Application,
    CertificateRequest,
    DepartureNotice,
    HelpRequest,
    VotingRequest,
)
from registrations.services import (
    certificate_requests,
    departures,
    help_requests,
    lifecycle,
    transitions,
    voting,
)
from tests.factories import registrations as made
from tests.registrations.test_entries import move_to, page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


def asks_for_everything(cast, record):
    certificate_requests.apply(
        record, purpose="a bank", addressee="", with_english=False, actor=cast.citizen
    )
    calls_for_help(cast, record)
    departures.give_notice(record, reason=LeavingReason.RETURNED, text="", actor=cast.citizen)
    voting.ask(record, actor=cast.citizen)


def calls_for_help(cast, record):
    return help_requests.ask(
        record,
        topic=HelpTopic.DETAINED,
        text="At the police station.",
        place="",
        phone="",
        is_urgent=True,
        actor=cast.citizen,
    )


def deregister(record, officer, ground=DeregistrationGround.STAY_ENDED):
    record.refresh_from_db()
    return lifecycle.deregister(record.application, actor=officer, ground=ground)


def move(cast, record):
    signed_in(cast.citizen).post(page(record, "moved/"), move_to(confirmed="1"))
    taken = lifecycle.take(Application.objects.get(transfer_of=record), actor=cast.officer_there)
    OutboxMessage.objects.all().delete()
    return lifecycle.register(taken, actor=cast.officer_there, checked=["photo"])


def told(user):
    return list(
        OutboxMessage.objects.filter(recipient=user.email)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def journal(action):
    return list(
        AuditEvent.objects.filter(action=action)
        .order_by("id")
        .values_list("target_label", "mission", "actor_email")
    )


def test_closing_ends_each_request_with_a_line_in_the_journal(cast, record):
    asks_for_everything(cast, record)
    deregister(record, cast.officer_here)
    line = (record.number, cast.here.code, cast.officer_here.email)
    for name in ("certificaterequest", "helprequest", "departurenotice"):
        assert journal(f"{name}.lapsed") == [line]
    assert journal("voting.ended") == [line]
    for kind in (CertificateRequest, HelpRequest, DepartureNotice):
        assert kind.objects.get().state == RequestState.LAPSED


def test_message_says_ground_what_ended_and_where_to_object(cast, record):
    asks_for_everything(cast, record)
    deregister(record, cast.officer_here)
    message = OutboxMessage.objects.latest("id")
    assert (message.kind, message.recipient) == ("removed_from_register", cast.citizen.email)
    for words in (message.body_text, message.body_html):
        assert "The stay in the consular district stated on the card has ended" in words
        assert "application for a certificate" in words
        assert "request for help" in words
        assert "application to leave the register" in words
        assert "appeal to the ministry" in words
        assert page(record) in words


def test_message_names_nothing_where_nothing_was_open(cast, record):
    deregister(record, cast.officer_here)
    assert "ended with the entry" not in OutboxMessage.objects.latest("id").body_text


@pytest.mark.parametrize(
    ("ground", "asks"),
    [
        (DeregistrationGround.REGISTERED_ELSEWHERE, True),
        (DeregistrationGround.CITIZENSHIP_ENDED, False),
        (DeregistrationGround.DEATH, False),
        (DeregistrationGround.STAY_ENDED, False),
    ],
)
def test_only_who_is_registered_elsewhere_is_sent_to_another_mission(cast, record, ground, asks):
    calls_for_help(cast, record)
    deregister(record, cast.officer_here, ground)
    message = OutboxMessage.objects.latest("id")
    for words in (message.body_text, message.body_html):
        assert ("Ask again if you still need it." in words) is asks
    assert ("Ask the mission you go to." in HelpRequest.objects.get().answer) is asks


def test_removal_on_the_own_application_settles_the_notice(cast, record):
    departures.give_notice(record, reason=LeavingReason.RETURNED, text="", actor=cast.citizen)
    notice = DepartureNotice.objects.get()
    with time_machine.travel(notice.undo_until + timedelta(minutes=1), tick=False):
        deregister(record, cast.officer_here, DeregistrationGround.OWN_APPLICATION)
    notice.refresh_from_db()
    assert (notice.state, notice.settled_by, notice.answer) == (
        RequestState.DONE,
        cast.officer_here,
        "",
    )
    assert "application to leave" not in OutboxMessage.objects.latest("id").body_text


def test_week_to_take_back_holds_on_the_removal_page_too(cast, record):
    departures.give_notice(record, reason=LeavingReason.RETURNED, text="", actor=cast.citizen)
    with pytest.raises(transitions.MayTakeBack):
        deregister(record, cast.officer_here, DeregistrationGround.OWN_APPLICATION)
    removal = f"/admin/registrations/application/{record.application.public_id}/deregister/"
    officer = signed_in(cast.officer_here)
    seen = officer.get(removal).context["form"].initial["seen_version"]
    typed = {"ground": "own_application", "seen_version": seen}
    shown = officer.post(removal, typed)
    assert shown.context["form"].errors.as_data()["ground"][0].code == "undo"
    record.refresh_from_db()
    assert record.closed_at is None


def test_stay_is_not_offered_after_the_week(cast, record):
    departures.give_notice(record, reason=LeavingReason.RETURNED, text="", actor=cast.citizen)
    stay = page(record, "stay/")
    assert stay in signed_in(cast.citizen).get(page(record)).content.decode()
    later = DepartureNotice.objects.get().undo_until + timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        shown = signed_in(cast.citizen).get(page(record)).content.decode()
    assert stay not in shown
    assert "write to the mission at once" in shown


def test_call_for_help_goes_along_with_a_move(cast, record):
    call = help_requests.take(calls_for_help(cast, record), actor=cast.officer_here)
    opened = move(cast, record)
    call.refresh_from_db()
    assert (call.record, call.is_open, call.taken_by) == (opened, True, None)
    assert told(cast.citizen) == ["registered", "help_handed_over"]
    assert told(cast.officer_there) == ["help_asked"]
    assert told(cast.officer_here) == ["help_handed_over"]
    by = cast.officer_there.email
    assert journal("helprequest.handed_over") == [
        (record.number, cast.here.code, by),
        (opened.number, cast.there.code, by),
    ]
    answered = help_requests.answer(call, actor=cast.officer_there, answer="We called.")
    assert answered.state == RequestState.DONE


def test_request_to_vote_goes_along_with_a_move(cast, record):
    asked = voting.ask(record, actor=cast.citizen)
    opened = move(cast, record)
    asked.refresh_from_db()
    assert asked.withdrawn_at is not None
    goes_on = VotingRequest.objects.get(withdrawn_at=None)
    assert (goes_on.record, goes_on.requested_by, goes_on.requested_at) == (
        opened,
        cast.citizen,
        asked.requested_at,
    )


def test_what_a_move_ends_can_be_asked_for_again(cast, record):
    asks_for_everything(cast, record)
    move(cast, record)
    ended = OutboxMessage.objects.get(kind="requests_ended")
    for words in (ended.body_text, ended.body_html):
        assert "Ask again if you still need it." in words
    answer = CertificateRequest.objects.get().answer
    assert answer.endswith("Ask the mission you go to.")


def test_what_a_move_ends_is_told(cast, record):
    certificate_requests.apply(
        record, purpose="a bank", addressee="", with_english=False, actor=cast.citizen
    )
    departures.give_notice(record, reason=LeavingReason.MOVED, text="", actor=cast.citizen)
    move(cast, record)
    assert told(cast.citizen) == ["registered", "requests_ended"]
    words = OutboxMessage.objects.get(kind="requests_ended").body_text
    assert "application for a certificate" in words
    assert "application to leave the register" in words
    assert record.number in words


def test_registration_of_a_move_says_that_the_old_entry_is_closed(cast, record):
    move(cast, record)
    assert told(cast.citizen) == ["registered"]
    assert f"The entry {record.number}" in OutboxMessage.objects.get().body_text


def test_officer_sees_what_ends_and_what_goes_along(cast, record):
    calls_for_help(cast, record)
    certificate_requests.apply(
        record, purpose="a bank", addressee="", with_english=False, actor=cast.citizen
    )
    signed_in(cast.citizen).post(page(record, "moved/"), move_to(confirmed="1"))
    moved = lifecycle.take(Application.objects.get(transfer_of=record), actor=cast.officer_there)
    confirm = f"/admin/registrations/application/{moved.public_id}/register/"
    officer = signed_in(cast.officer_there)
    form = officer.get(confirm).context["form"]
    every = [key for key, _label in form.fields["checked"].choices]
    shown = officer.post(confirm, {"checked": every, "seen_version": moved.version})
    said = [(str(label), str(words)) for label, words in shown.context["consequences"]]
    assert said[-2:] == [
        ("Goes along", "request for help"),
        ("Ends with the old entry", "application for a certificate"),
    ]
