"""The words of a message: bound to the transaction, and emptied when nobody needs them."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts import delivery, outbox
from accounts.models import OutboxMessage

pytestmark = pytest.mark.django_db
State = OutboxMessage.State
CODE_IS_VALID = timedelta(minutes=30)


def queued(kind="note"):
    return outbox.queue(
        to="a@example.org",
        language="en",
        kind=kind,
        template="login_code",
        context={"code": "123456"},
    )


def in_time(span):
    return time_machine.travel(timezone.now() + span, tick=False)


def words(message):
    message.refresh_from_db()
    return message.body_text, message.body_html


def test_message_of_a_rolled_back_change_is_never_sent():
    with pytest.raises(LookupError), transaction.atomic():
        queued()
        raise LookupError
    assert delivery.deliver_due() == 0


def test_words_of_a_message_are_emptied_a_month_after_it_was_written():
    message = queued()
    delivery.deliver_due()
    with in_time(outbox.WORDS_KEPT - timedelta(hours=1)):
        assert outbox.empty_old_words() == 0
        assert "123456" in words(message)[0]
    with in_time(outbox.WORDS_KEPT + timedelta(seconds=1)):
        assert outbox.empty_old_words() == 1
        assert outbox.empty_old_words() == 0
    assert words(message) == ("", "")
    assert message.subject == "Your sign-in code"


@pytest.mark.parametrize("state", [State.BOUNCED, State.DEAD])
def test_words_of_a_message_that_did_not_arrive_are_emptied_too(state):
    message = queued()
    OutboxMessage.objects.update(state=state)
    with in_time(outbox.WORDS_KEPT + timedelta(seconds=1)):
        assert outbox.empty_old_words() == 1
    assert words(message) == ("", "")


def test_sent_code_is_emptied_once_it_has_lapsed():
    code, note = queued("login_code"), queued()
    delivery.deliver_due()
    with in_time(CODE_IS_VALID - timedelta(minutes=1)):
        assert outbox.empty_old_words() == 0
    with in_time(CODE_IS_VALID + timedelta(seconds=1)):
        assert outbox.empty_old_words() == 1
    assert words(code) == ("", "")
    assert "123456" in words(note)[0]


def test_code_that_could_not_be_sent_in_time_is_given_up_and_emptied():
    code, note = queued("login_code"), queued()
    with in_time(CODE_IS_VALID + timedelta(seconds=1)):
        assert outbox.lapse_codes() == 1
        assert outbox.empty_old_words() == 1
        assert delivery.deliver_due() == 1
    assert words(code) == ("", "")
    assert (code.state, code.last_error) == (State.DEAD, "Lapsed")
    note.refresh_from_db()
    assert note.state == State.SENT


def test_waiting_message_keeps_its_words_however_old():
    message = queued()
    with in_time(outbox.WORDS_KEPT * 3):
        assert outbox.lapse_codes() == 0
        assert outbox.empty_old_words() == 0
        assert delivery.deliver_due() == 1
    assert "123456" in words(message)[0]


def test_code_in_a_worker_s_hands_is_left_to_it():
    queued("login_code")
    with in_time(CODE_IS_VALID - timedelta(seconds=30)):
        delivery.claim(1)
    with in_time(CODE_IS_VALID + timedelta(seconds=1)):
        assert outbox.lapse_codes() == 0
        assert outbox.empty_old_words() == 0


def test_words_are_emptied_a_slice_at_a_time(monkeypatch):
    monkeypatch.setattr(outbox, "EMPTIED_AT_ONCE", 2)
    messages = [queued() for _number in range(3)]
    delivery.deliver_due()
    with in_time(outbox.WORDS_KEPT + timedelta(seconds=1)):
        assert [outbox.empty_old_words() for _round in range(3)] == [2, 1, 0]
    assert {words(message) for message in messages} == {("", "")}
