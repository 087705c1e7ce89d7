"""Reports that a message the next server had taken did not arrive after all."""

import ssl
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.checks import run_checks
from django.utils import timezone
from imap_tools import MailboxLoginError

from accounts import delivery, mailboxes, outbox, undelivered
from accounts.models import BackgroundTask, OutboxMessage
from tests import report_mailbox
from tests.clock import due_work
from tests.factories.accounts import UserFactory
from tests.mail_server import REFUSE_FOR_GOOD, MailServer

pytestmark = pytest.mark.django_db
State = OutboxMessage.State
# Letters in a header as they are, which standards do not allow and many servers write.
BROKEN = "From: Пошта <a@example.org>\nSubject: Re\n\nwords\n"


@pytest.fixture(scope="module")
def imap():
    with report_mailbox.running() as mailbox:
        yield mailbox


@pytest.fixture
def mailbox(imap, settings):
    imap.client.select("INBOX")
    imap.client.store("1:*", "+FLAGS", r"\Deleted")
    imap.client.expunge()
    settings.BOUNCES_URL = imap.url
    return imap


@pytest.fixture
def relay(settings):
    """A server that takes every message, as a relay does."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAIL_RETURN_PATH = "reports@register.example.org"
    with MailServer() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


@pytest.fixture
def person():
    return UserFactory(email="a@example.org")


def left(user):
    """The row of a message of ours to the user, after one try."""
    message = outbox.queue(
        to=user.email,
        user=user,
        language="en",
        kind="note",
        template="login_code",
        context={"code": "1"},
    )
    delivery.deliver_due()
    message.refresh_from_db()
    return message


def sent(relay, user):
    """A message that the relay took, and how it left."""
    message = left(user)
    assert message.state == State.SENT
    return message, relay.taken[-1].raw.decode()


def reported(relay, mailbox, person):
    """The row of a message that was reported as not delivered."""
    message, original = sent(relay, person)
    mailbox.receive(report_mailbox.postfix(original))
    undelivered.read_reports()
    return message


def stand(message):
    message.refresh_from_db()
    message.user.refresh_from_db()
    return message.state, message.last_error, message.user.mail_refused_at is not None


def days_later(days):
    return time_machine.travel(timezone.now() + timedelta(days=days))


def test_reports_come_to_the_return_path_and_answers_to_the_sender(relay, person, settings):
    sent(relay, person)
    (taken,) = relay.taken
    assert taken.sender == "reports@register.example.org"
    assert taken.email["From"] == settings.DEFAULT_FROM_EMAIL


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (report_mailbox.postfix, "Reported 5.1.1"),
        (report_mailbox.exchange, "Reported 5.2.2"),
        (report_mailbox.exim, "Reported"),
        (report_mailbox.qmail, "Reported 5.1.1"),
    ],
)
def test_report_of_any_server_marks_the_message_and_the_person(
    relay, mailbox, person, report, said
):
    message, original = sent(relay, person)
    mailbox.receive(report(original))
    assert undelivered.read_reports() == {"noted": 1, "left": 0, "ended": 0}
    assert stand(message) == (State.BOUNCED, said, True)
    assert message.sent_at is not None
    assert mailbox.count() == 0


@pytest.mark.parametrize(
    "report",
    [
        lambda original: report_mailbox.postfix(original, action="delayed", status="4.4.1"),
        report_mailbox.answer_of_a_person,
        lambda original: "From: a@example.org\nSubject: Buy\n\nBuy this.\n",
        lambda original: report_mailbox.postfix(f"Message-ID: <{uuid4()}@localhost>\n\n"),
        lambda original: report_mailbox.postfix("Subject: of somebody else\n\n"),
        lambda original: BROKEN,
    ],
    ids=["delayed", "answer", "advertisement", "made up", "another's", "broken"],
)
def test_anything_else_marks_nobody_and_is_left_for_a_person(relay, mailbox, person, report):
    message, original = sent(relay, person)
    mailbox.receive(report(original))
    assert undelivered.read_reports() == {"noted": 0, "left": 1, "ended": 0}
    assert stand(message) == (State.SENT, "", False)
    assert undelivered.read_reports() == {"noted": 0, "left": 0, "ended": 0}
    assert (mailbox.count(), mailbox.count("SEEN")) == (1, 1)


def test_one_that_is_not_understood_stops_no_other(relay, mailbox, person):
    message, original = sent(relay, person)
    mailbox.receive(BROKEN)
    mailbox.receive(report_mailbox.postfix(original))
    mailbox.receive(report_mailbox.qmail(original))
    assert undelivered.read_reports() == {"noted": 2, "left": 1, "ended": 0}
    assert stand(message) == (State.BOUNCED, "Reported 5.1.1", True)


def test_report_about_an_address_left_since_marks_the_message_alone(relay, mailbox, person):
    message, original = sent(relay, person)
    person.email = "new@example.org"
    person.save()
    mailbox.receive(report_mailbox.postfix(original))
    undelivered.read_reports()
    assert stand(message) == (State.BOUNCED, "Reported 5.1.1", False)


def test_relay_that_takes_the_next_message_too_does_not_end_the_mark(relay, mailbox, person):
    reported(relay, mailbox, person)
    later, _original = sent(relay, person)
    assert stand(later) == (State.SENT, "", True)


def test_message_that_nobody_reports_ends_the_mark(relay, mailbox, person):
    reported(relay, mailbox, person)
    later, _original = sent(relay, person)
    with days_later(mailboxes.REPORTED_WITHIN.days - 1):
        undelivered.read_reports()
        assert stand(later)[2] is True
    with days_later(mailboxes.REPORTED_WITHIN.days + 1):
        assert undelivered.read_reports()["ended"] == 1
        assert stand(later)[2] is False


def test_message_that_is_reported_too_keeps_the_mark(relay, mailbox, person):
    first = reported(relay, mailbox, person)
    since = stand(first) and first.user.mail_refused_at
    second, original = sent(relay, person)
    mailbox.receive(report_mailbox.postfix(original))
    with days_later(mailboxes.REPORTED_WITHIN.days + 1):
        assert undelivered.read_reports() == {"noted": 1, "left": 0, "ended": 0}
        assert stand(second) == (State.BOUNCED, "Reported 5.1.1", True)
    assert second.user.mail_refused_at == since


@pytest.mark.parametrize("is_reported", [True, False])
def test_refusal_since_keeps_the_mark(relay, mailbox, person, is_reported):
    """A message of last week arrived, one of today did not: by a report, or refused at once."""
    arrived, _original = sent(relay, person)
    person.mail_refused_at = timezone.now() - timedelta(days=1)
    person.save()
    with days_later(mailboxes.REPORTED_WITHIN.days + 1):
        if is_reported:
            _message, original = sent(relay, person)
            mailbox.receive(report_mailbox.postfix(original))
        else:
            relay.faults[person.email] = [REFUSE_FOR_GOOD]
            left(person)
        assert undelivered.read_reports()["ended"] == 0
        assert stand(arrived)[2] is True


def test_refusal_at_once_after_a_report_is_ended_by_the_next_that_is_taken(
    relay, mailbox, person, settings
):
    reported(relay, mailbox, person)
    relay.faults[person.email] = [REFUSE_FOR_GOOD]
    assert stand(left(person)) == (State.BOUNCED, "SMTPRecipientsRefused 550", True)
    taken, _original = sent(relay, person)
    assert stand(taken)[2] is False


def test_signing_in_by_a_code_from_the_mailbox_ends_the_mark(client, person):
    person.mail_refused_at = timezone.now()
    person.save()
    client.post("/en/sign-in/", {"email": person.email})
    code = OutboxMessage.objects.get(kind="login_code").body_text
    digits = next(word for word in code.split() if word.isdigit() and len(word) == 6)
    client.post("/en/sign-in/code/", {"code": digits})
    assert client.get("/en/account/").status_code == 200
    person.refresh_from_db()
    assert person.mail_refused_at is None


def test_clock_has_the_worker_read_the_mailbox(relay, mailbox, person):
    message, original = sent(relay, person)
    mailbox.receive(report_mailbox.postfix(original))
    due_work()
    assert stand(message) == (State.BOUNCED, "Reported 5.1.1", True)


def test_mailbox_that_does_not_open_is_a_failed_task_and_ends_no_mark(
    relay, mailbox, person, settings, capsys
):
    message, _original = sent(relay, person)
    person.mail_refused_at = message.sent_at - timedelta(days=1)
    person.save()
    settings.BOUNCES_URL = mailbox.url.replace(report_mailbox.PASSWORD, "s3cret")
    with days_later(mailboxes.REPORTED_WITHIN.days + 1):
        with pytest.raises(MailboxLoginError):
            undelivered.read_reports()
        due_work()
    failed = BackgroundTask.objects.get(task_path__endswith="read_reports")
    assert failed.status == "FAILED"
    assert "s3cret" not in failed.traceback
    assert "accounts.tasks.read_reports" in capsys.readouterr().err
    person.refresh_from_db()
    assert person.mail_refused_at is not None


@pytest.fixture
def certificate(mailbox, settings, tmp_path):
    """Of the mailbox, which is behind TLS now."""
    certificate = report_mailbox.self_signed(tmp_path)
    with report_mailbox.encrypted(mailbox.port, certificate) as port:
        plain = mailbox.url.replace(f":{mailbox.port}/", f":{port}/")
        settings.BOUNCES_URL = plain.replace("imap://", "imaps://")
        yield certificate


def test_mailbox_is_read_through_tls_from_a_server_that_is_trusted_alone(
    relay, mailbox, person, certificate, monkeypatch
):
    message, original = sent(relay, person)
    mailbox.receive(report_mailbox.postfix(original))
    with pytest.raises(ssl.SSLCertVerificationError):
        undelivered.read_reports()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert undelivered.read_reports()["noted"] == 1
    assert stand(message) == (State.BOUNCED, "Reported 5.1.1", True)


def test_without_a_mailbox_nothing_is_read(settings):
    settings.BOUNCES_URL = ""
    assert undelivered.read_reports() == {"noted": 0, "left": 0, "ended": 0}


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("", False),
        ("imaps://user:p%40ss@mail.example.org", False),
        ("imaps://user:pass@mail.example.org:993/Reports", False),
        ("imap://user:pass@mail.example.org", True),
        ("imaps://mail.example.org", True),
        ("imaps://user:pass@mail.example.org:port", True),
        ("pop3://user:pass@mail.example.org", True),
        ("user:pass@mail.example.org", True),
    ],
)
def test_malformed_address_of_the_mailbox_is_said(settings, url, wrong):
    settings.DEVELOPMENT = False
    settings.BOUNCES_URL = url
    found = [one for one in run_checks() if one.id == "portal.E012"]
    assert bool(found) is wrong
    assert [one for one in found if "pass@" in one.hint.replace("password@", "")] == []
