"""The second channel: what the gateway is sent, and what becomes of the message by its answer."""

import base64
import smtplib
import socket
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone

from accounts import delivery, outbox, sms
from accounts.models import LANGUAGES, OutboxMessage, User
from tests.accounts.gateway import running
from tests.accounts.mail import refuse_with
from tests.factories.accounts import UserFactory

PHONE = "+4915123456789"


@pytest.fixture
def gateway(settings):
    with running() as server:
        settings.SMS_URL = server.url
        yield server


@pytest.fixture
def unreachable(db):
    """Somebody whose mail server refused the address for good."""
    return UserFactory(mail_refused_at=timezone.now())


def message_to(user, kind="registered", **more):
    context = {"application": None, "mission": None}
    return outbox.queue(
        to=user.email,
        user=user,
        language=user.language,
        kind=kind,
        template=kind,
        context=context,
        **({"phone": PHONE, "reference": "KZ-2026"} | more),
    )


def texts():
    return OutboxMessage.objects.filter(channel="sms").order_by("id")


# When a text is written


def test_a_text_goes_beside_the_email_while_mail_is_refused(gateway, unreachable):
    message_to(unreachable)
    channels = OutboxMessage.objects.order_by("id").values_list("channel", "recipient", "kind")
    assert list(channels) == [
        ("email", unreachable.email, "registered"),
        ("sms", PHONE, "registered"),
    ]


def test_no_text_where_mail_arrives(gateway, db):
    message_to(UserFactory())
    assert texts().count() == 0


def test_no_text_without_a_phone(gateway, unreachable):
    message_to(unreachable, phone="")
    assert texts().count() == 0


def test_no_text_without_a_gateway(settings, unreachable):
    settings.SMS_URL = ""
    message_to(unreachable)
    assert texts().count() == 0


def test_a_sign_in_code_is_never_texted(gateway, unreachable):
    Client().post("/en/sign-in/", {"email": unreachable.email})
    assert OutboxMessage.objects.get(kind="login_code").channel == "email"
    assert texts().count() == 0


def test_a_phone_is_texted_six_times_a_day_and_the_emails_go_on(gateway, db):
    """From however many accounts: whose phone it is, is never proved."""
    senders = [UserFactory(mail_refused_at=timezone.now()) for _number in range(10)]
    now = timezone.now()
    for number, sender in enumerate(senders):
        with time_machine.travel(now + timedelta(hours=number), tick=False):
            message_to(sender)
    assert list(texts().values_list("user", flat=True)) == [one.pk for one in senders[:6]]
    assert OutboxMessage.objects.filter(channel="email").count() == 10
    with time_machine.travel(now + timedelta(hours=24), tick=False):
        message_to(senders[7])
        message_to(senders[8])
    assert list(texts().values_list("user", flat=True))[6:] == [senders[7].pk]


def test_an_account_has_six_texts_a_day_to_however_many_phones(gateway, unreachable):
    for number in range(8):
        message_to(unreachable, phone=f"+7701000000{number}")
    assert texts().count() == 6
    message_to(UserFactory(mail_refused_at=timezone.now()), phone="+77010000009")
    assert texts().last().recipient == "+77010000009"


def test_emptied_and_failed_texts_count_as_well(gateway, unreachable):
    gateway.answers = [400] * 6
    for _number in range(6):
        message_to(unreachable)
    delivery.deliver_due()
    assert set(texts().values_list("state", flat=True)) == {"bounced"}
    outbox.empty_old_words()
    User.objects.update(mail_refused_at=timezone.now())
    message_to(User.objects.get())
    assert texts().count() == 6


@pytest.mark.parametrize(
    ("error", "refused", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no such user")}), True, "bounced"),
        (smtplib.SMTPDataError(550, b"mailbox unavailable"), True, "bounced"),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"busy")}), False, "queued"),
        (smtplib.SMTPSenderRefused(553, b"who are you", "portal"), False, "queued"),
        (smtplib.SMTPServerDisconnected("gone"), False, "queued"),
    ],
)
def test_only_a_final_answer_about_the_person_is_noted(settings, db, error, refused, state):
    user = UserFactory()
    refuse_with(settings, error)
    message = message_to(user)
    delivery.deliver_due()
    user.refresh_from_db()
    message.refresh_from_db()
    assert (user.mail_refused_at is not None, message.state) == (refused, state)


def test_a_message_that_arrives_ends_the_second_channel(unreachable):
    message_to(unreachable)
    delivery.deliver_due()
    unreachable.refresh_from_db()
    assert unreachable.mail_refused_at is None


def test_an_address_left_behind_says_nothing_of_the_new_one(settings, db):
    user = UserFactory(email="new@example.org")
    refuse_with(settings, smtplib.SMTPDataError(550, b"no"))
    message_to(user)
    OutboxMessage.objects.update(recipient="old@example.org")
    delivery.deliver_due()
    user.refresh_from_db()
    assert user.mail_refused_at is None


# What the gateway answers


def test_gateway_gets_number_text_and_id(gateway, unreachable):
    message_to(unreachable)
    delivery.deliver_due()
    message = texts().get()
    sent = gateway.received[0]
    assert (sent["to"], sent["text"], sent["id"]) == (
        PHONE,
        message.body_text,
        str(message.public_id),
    )
    assert sent["path"] == "/v1/send?from=MFA"
    assert base64.b64decode(sent["authorization"].split()[1]) == b"portal:to@ken"
    assert message.state == "sent"
    assert message.sent_at is not None


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (202, "sent"),
        (400, "bounced"),
        (422, "bounced"),
        (401, "queued"),
        (429, "queued"),
        (302, "queued"),
        (500, "queued"),
        (503, "queued"),
        ("cut", "queued"),
    ],
)
def test_what_the_answer_means(gateway, unreachable, answer, state):
    gateway.answers = [answer]
    message_to(unreachable)
    delivery.deliver_due()
    message = texts().get()
    assert message.state == state
    assert PHONE not in message.last_error
    assert [sent["path"] for sent in gateway.received] == ["/v1/send?from=MFA"]


def test_a_message_put_off_is_sent_again_with_the_same_id(gateway, unreachable):
    gateway.answers = [503, 200]
    message_to(unreachable)
    delivery.deliver_due()
    delivery.deliver_due()
    assert len(gateway.received) == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        delivery.deliver_due()
    assert gateway.ids == [str(texts().get().public_id)] * 2
    assert texts().get().state == "sent"


def test_a_gateway_that_is_down_for_days_is_given_up(gateway, unreachable):
    gateway.answers = [500]
    message_to(unreachable)
    now = timezone.now()
    tries = len(delivery.BACK_OFF_MINUTES) + 1
    for day in range(tries + 1):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            delivery.deliver_due()
    assert texts().get().state == "dead"
    assert len(gateway.received) == tries


def test_one_unreachable_gateway_is_asked_once_a_round(settings, db):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.SMS_URL = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        for _number in range(3):
            message_to(UserFactory(mail_refused_at=timezone.now()))
        delivery.deliver_due()
    states = texts().values_list("state", "attempts", "last_error")
    assert set(states) == {("queued", 1, "Unreachable ConnectionRefusedError")}


def test_mail_goes_while_the_gateway_is_down(settings, unreachable):
    settings.SMS_URL = "http://127.0.0.1:9/"
    email = message_to(unreachable)
    delivery.deliver_due()
    email.refresh_from_db()
    assert email.state == "sent"


def test_a_silent_gateway_is_not_waited_for(gateway):
    gateway.answers = ["hang"]
    impatient = sms.HttpGateway(urlsplit(gateway.url), timeout=0.2)
    with pytest.raises(sms.Unreachable, match="TimeoutError"):
        impatient.send(to=PHONE, text="x", public_id=uuid4())


def test_a_queued_text_waits_where_the_gateway_was_taken_away(gateway, settings, unreachable):
    message_to(unreachable)
    settings.SMS_URL = ""
    delivery.deliver_due()
    assert texts().get().state == "queued"


def test_a_slow_worker_leaves_the_rest_to_the_next_one(gateway, db):
    """Each answer takes half the lease: nothing is begun after the first."""
    for _number in range(3):
        message_to(UserFactory(mail_refused_at=timezone.now()))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        gateway.on_request = lambda: clock.shift(delivery.LEASE / 2)
        tried = [delivery.deliver_due() for _round in range(3)]
    assert tried == [3 + 1, 1, 1]  # the emails go in the first round
    assert len(set(gateway.ids)) == len(gateway.ids) == 3
    assert set(texts().values_list("state", flat=True)) == {"sent"}


def test_a_text_that_does_not_open_waits_and_stops_nobody_else(gateway, db):
    for _number in range(2):
        message_to(UserFactory(mail_refused_at=timezone.now()))
    unreadable = texts().first()
    OutboxMessage.objects.filter(pk=unreadable.pk).update(public_id=uuid4())
    delivery.deliver_due()
    states = texts().values_list("state", "last_error")
    assert list(states) == [("queued", "DecryptionError"), ("sent", "")]


# Files, settings, texts


def test_file_gateway_writes_one_file_a_message(settings, tmp_path, unreachable):
    settings.SMS_URL = f"file://{tmp_path}/sms"
    message_to(unreachable)
    delivery.deliver_due()
    message = texts().get()
    written = tmp_path / "sms" / f"{message.public_id}.txt"
    assert list((tmp_path / "sms").iterdir()) == [written]
    assert written.read_text(encoding="utf-8") == f"{PHONE}\n\n{message.body_text}\n"
    assert message.state == "sent"


def test_a_folder_that_cannot_be_written_puts_the_message_off(settings, tmp_path, unreachable):
    Path(tmp_path / "sms").write_text("a file")
    settings.SMS_URL = f"file://{tmp_path}/sms"
    message_to(unreachable)
    delivery.deliver_due()
    assert texts().get().state == "queued"


@pytest.mark.parametrize(
    ("url", "ids"),
    [
        ("", []),
        ("file:///var/sms", []),
        ("https://user:token@sms.example.org/send", []),
        ("http://127.0.0.1:8099/send", []),
        ("http://[::1]:8099/send", []),
        ("http://localhost/send", []),
        ("http://sms.example.org/send", ["portal.E009"]),
        ("http://127.0.0.1.example.org/send", ["portal.E009"]),
        ("https:///send", ["portal.E009"]),
        ("https://sms.example.org:port/send", ["portal.E009"]),
        ("file://host/var/sms", ["portal.E009"]),
        ("file:", ["portal.E009"]),
        ("smpp://sms.example.org", ["portal.E009"]),
        ("sms.example.org", ["portal.E009"]),
        ("https://[bad/", ["portal.E009"]),
    ],
)
def test_a_malformed_address_is_a_check(settings, url, ids):
    settings.SMS_URL = url
    assert [found.id for found in run_checks() if found.id == "portal.E009"] == ids


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("[" * 80, 1),
        ("[" * 81, 2),
        ("ә" * 70, 1),
        ("ә" * 71, 2),
        ("ә" * 134, 2),
        ("ә" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts_of_a_text(text, parts):
    assert sms.parts(text) == parts


@pytest.mark.parametrize("language", [code for code, _name in LANGUAGES])
@pytest.mark.parametrize("kind", ["registered", "more_information_needed"])
def test_texts_fit_in_two_parts(settings, language, kind):
    settings.PORTAL_ORIGIN = "https://consular-registration.mfa.example.kz"
    request = type("Request", (), {"answer_by": timezone.localdate()})()
    text = outbox.short_text(kind, language=language, context={"request": request})
    assert f"{settings.PORTAL_ORIGIN}/{language}/account/" in text
    assert sms.parts(text) <= 2


def test_a_text_too_long_for_its_kind_is_the_general_one(settings):
    settings.PORTAL_ORIGIN = f"https://{'long.' * 60}example.kz"
    request = type("Request", (), {"answer_by": timezone.localdate()})()
    text = outbox.short_text("more_information_needed", language="ru", context={"request": request})
    general = outbox.short_text("registered", language="ru", context={})
    assert text == general
