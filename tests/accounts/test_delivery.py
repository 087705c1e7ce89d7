"""The outbox against a real mail server that takes, refuses, hangs up and keeps silent."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from accounts import delivery, outbox
from accounts.delivery import BACK_OFF_MINUTES
from accounts.models import OutboxMessage
from tests import mail_server
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db
State = OutboxMessage.State
SETTLED = ["state", "attempts", "claimed_until", "next_attempt_at", "last_error"]


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 60
    with MailServer() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def queued(address="a@example.org", **fields):
    message = outbox.queue(
        to=address, language="en", kind="note", template="login_code", context={"code": "1"}
    )
    OutboxMessage.objects.filter(pk=message.pk).update(**fields)
    return message


def as_it_stands(message):
    """State, attempts, lease, and minutes until the next attempt."""
    message.refresh_from_db(fields=SETTLED)
    wait = (message.next_attempt_at - timezone.now()).total_seconds() / 60
    return message.state, message.attempts, message.claimed_until, max(0, round(wait))


def in_minutes(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes, seconds=1))


def test_message_taken_is_sent_once(server):
    message = queued()
    assert delivery.deliver_due() == 1
    assert delivery.deliver_due() == 0
    assert as_it_stands(message) == (State.SENT, 1, None, 0)
    (taken,) = server.taken
    assert taken.recipients == ("a@example.org",)
    assert taken.email.get_all("To") == ["a@example.org"]
    assert taken.email["Content-Language"] == "en"
    assert taken.id.startswith(f"<{message.public_id}@")


def test_refusal_for_now_is_tried_again_later_under_the_same_id(server):
    server.faults["a@example.org"] = [mail_server.REFUSE_FOR_NOW, mail_server.REFUSE_FOR_NOW]
    message = queued()
    delivery.deliver_due()
    assert as_it_stands(message) == (State.QUEUED, 1, None, BACK_OFF_MINUTES[0])
    assert message.last_error == "SMTPRecipientsRefused 450"
    assert delivery.deliver_due() == 0
    with in_minutes(BACK_OFF_MINUTES[0]):
        delivery.deliver_due()
        assert as_it_stands(message) == (State.QUEUED, 2, None, BACK_OFF_MINUTES[1])
        with in_minutes(BACK_OFF_MINUTES[1]):
            delivery.deliver_due()
            assert as_it_stands(message) == (State.SENT, 3, None, 0)
    assert server.attempts == {"a@example.org": 3}
    assert [taken.id[1:37] for taken in server.taken] == [str(message.public_id)]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (mail_server.REFUSE_FOR_GOOD, "SMTPRecipientsRefused 550"),
        (mail_server.REFUSE_CONTENT, "SMTPDataError 554"),
    ],
)
def test_refusal_for_good_bounces_once_and_stops_nobody_else(server, refusal, said):
    server.faults["b@example.org"] = [refusal]
    refused, others = queued("b@example.org"), [queued(), queued("c@example.org")]
    assert delivery.deliver_due() == 3
    assert as_it_stands(refused) == (State.BOUNCED, 1, None, 0)
    assert refused.last_error == said
    assert [as_it_stands(other)[0] for other in others] == [State.SENT, State.SENT]
    with in_minutes(10_000):
        assert delivery.deliver_due() == 0
    assert server.attempts["b@example.org"] == 1
    assert server.connections == 1


@pytest.mark.parametrize(
    "fault", [mail_server.DROP_IN_DATA, mail_server.GOODBYE, mail_server.KEEP_SILENT]
)
def test_lost_connection_costs_one_message_an_attempt(server, settings, fault):
    settings.EMAIL_TIMEOUT = 3 if fault == mail_server.KEEP_SILENT else 60
    server.faults["b@example.org"] = [fault]
    messages = [queued(f"{name}@example.org") for name in "abc"]
    assert delivery.deliver_due() == 3
    stand = [as_it_stands(message) for message in messages]
    assert stand == [(State.SENT, 1, None, 0), (State.QUEUED, 1, None, 1), (State.SENT, 1, None, 0)]
    assert server.connections == 2
    with in_minutes(1):
        assert delivery.deliver_due() == 1
        assert as_it_stands(messages[1]) == (State.SENT, 2, None, 0)
    assert sorted(taken.recipients[0][0] for taken in server.taken) == ["a", "b", "c"]


def test_message_whose_answer_was_lost_comes_again_under_the_same_id(server):
    server.faults["a@example.org"] = [mail_server.TAKE_AND_HANG_UP]
    message = queued()
    delivery.deliver_due()
    with in_minutes(1):
        delivery.deliver_due()
        assert as_it_stands(message) == (State.SENT, 2, None, 0)
    first, second = server.taken
    assert first.id == second.id


def test_unreachable_server_puts_all_off_until_they_are_dead(settings):
    with MailServer() as gone:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", gone.port
    messages = [queued(f"{name}@example.org") for name in "ab"]
    moment = timezone.now()
    for attempt, wait in enumerate(BACK_OFF_MINUTES, start=1):
        with time_machine.travel(moment, tick=False):
            assert delivery.deliver_due() == 2
            stand = {as_it_stands(message) for message in messages}
            assert stand == {(State.QUEUED, attempt, None, wait)}
            assert delivery.deliver_due() == 0
        moment += timedelta(minutes=wait)
    with time_machine.travel(moment, tick=False):
        assert delivery.deliver_due() == 2
        last = (State.DEAD, len(BACK_OFF_MINUTES) + 1, None, 0)
        assert [as_it_stands(message) for message in messages] == [last, last]
    assert messages[0].last_error == "ConnectionRefusedError"
    with in_minutes(100_000):
        assert delivery.deliver_due() == 0


def test_counts_add_up_over_every_fault(server):
    outcomes = {
        "take": [],
        "later": [mail_server.REFUSE_FOR_NOW],
        "never": [mail_server.REFUSE_FOR_GOOD],
        "drop": [mail_server.DROP_IN_DATA],
    }
    for number in range(40):
        kind = list(outcomes)[number % 4]
        server.faults[f"{kind}{number}@example.org"] = list(outcomes[kind])
        queued(f"{kind}{number}@example.org")
    tried = delivery.deliver_due()
    with in_minutes(1):
        tried += delivery.deliver_due()
    states = OutboxMessage.objects.values_list("state", flat=True)
    assert sorted(states) == [State.BOUNCED] * 10 + [State.SENT] * 30
    assert tried == sum(OutboxMessage.objects.values_list("attempts", flat=True)) == 60
    recipients = [taken.recipients for taken in server.taken]
    assert len(recipients) == len(set(recipients)) == 30


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ({"recipient": "a@example.org\r\nBcc: v@example.org"}, "ValueError"),
        ({"recipient": "a@example.org>\nTo: <v@example.org"}, "ValueError"),
        ({"language": "e\n"}, "BadHeaderError"),
    ],
)
def test_line_break_in_a_header_is_never_sent(server, field, said):
    message = queued(**field)
    delivery.deliver_due()
    assert as_it_stands(message) == (State.BOUNCED, 1, None, 0)
    assert message.last_error == said
    assert server.taken == []
    assert server.attempts == {}


def test_line_break_in_a_subject_becomes_a_space(server, tmp_path, settings):
    """What a citizen or an officer writes may end up in a subject."""
    folder = tmp_path / "messages"
    folder.mkdir()
    (folder / "odd.subject.txt").write_text("{% autoescape off %}{{ word }}{% endautoescape %}")
    for suffix in ("txt", "html"):
        (folder / f"odd.{suffix}").write_text("text")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    said = "Case\r\nBcc: victim@example.org\r\n\r\nforged"
    outbox.queue(
        to="a@example.org", language="en", kind="odd", template="odd", context={"word": said}
    )
    delivery.deliver_due()
    (taken,) = server.taken
    assert taken.recipients == ("a@example.org",)
    assert taken.email["Subject"] == "Case Bcc: victim@example.org forged"
    assert taken.email["Bcc"] is None
    assert len(taken.email.get_all("To")) == 1


def test_subject_with_a_line_break_in_the_row_is_never_sent(server):
    message = OutboxMessage.objects.create(
        recipient="a@example.org",
        language="en",
        kind="note",
        subject="Case\nBcc: victim@example.org",
        body_text="text",
    )
    delivery.deliver_due()
    assert as_it_stands(message) == (State.BOUNCED, 1, None, 0)
    assert server.taken == []


def test_message_that_does_not_open_waits_and_stops_nobody_else(server):
    unreadable, other = queued(), queued("b@example.org")
    OutboxMessage.objects.filter(pk=unreadable.pk).update(public_id=uuid4())
    assert delivery.deliver_due() == 2
    assert as_it_stands(unreadable) == (State.QUEUED, 1, None, BACK_OFF_MINUTES[0])
    assert unreadable.last_error == "DecryptionError"
    assert as_it_stands(other) == (State.SENT, 1, None, 0)


def test_lease_keeps_other_workers_away_until_it_runs_out(server):
    message = queued()
    held = delivery.claim(10)
    assert [one.pk for one in held] == [message.pk]
    assert delivery.deliver_due() == 0
    with in_minutes(delivery.LEASE.total_seconds() / 60):
        assert delivery.deliver_due() == 1
    assert len(server.taken) == 1


def test_worker_whose_lease_is_half_gone_gives_the_rest_back(server):
    messages = [queued(f"{name}@example.org") for name in "ab"]
    with time_machine.travel(timezone.now(), tick=False) as clock:
        server.on_taken = lambda: clock.shift(delivery.LEASE / 2)
        assert delivery.deliver_due() == 1
        stand = [as_it_stands(message) for message in messages]
    assert stand == [(State.SENT, 1, None, 0), (State.QUEUED, 0, None, 0)]


def test_worker_told_to_stop_gives_the_rest_back(server):
    messages = [queued(f"{name}@example.org") for name in "abc"]
    assert delivery.deliver_due(stopping=lambda: len(server.taken) == 1) == 1
    stand = [as_it_stands(message) for message in messages]
    assert stand == [(State.SENT, 1, None, 0), *[(State.QUEUED, 0, None, 0)] * 2]


def test_verdict_of_a_worker_that_lost_its_lease_does_not_count(server):
    message = queued()
    (late,) = delivery.claim(1)
    with in_minutes(3):
        delivery.deliver_due()
        delivery._put_off(late, ConnectionResetError())
        assert as_it_stands(message) == (State.SENT, 1, None, 0)
