"""Who is texted, for what, and how the officer sees that mail does not arrive."""

import smtplib
from email import message_from_string

import pytest
from django.utils import timezone

from accounts import delivery, undelivered
from accounts.models import OutboxMessage
from registrations.services import lifecycle
from registrations.services.cautions import cautions_of
from tests import report_mailbox
from tests.accounts.mail import refuse_with
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
PHONE = "+4915123456789"


@pytest.fixture(autouse=True)
def gateway(settings, tmp_path):
    settings.SMS_URL = f"file://{tmp_path}/sms"


def texted():
    texts = OutboxMessage.objects.filter(channel="sms").order_by("id")
    return list(texts.values_list("kind", "recipient"))


def refuse_mail_of(user):
    user.mail_refused_at = timezone.now()
    user.save()


def test_bounce_is_followed_by_texts_to_the_citizens_phone(cast, settings):
    case = made.in_review(cast.here, cast.officer_here, account=cast.citizen)
    refuse_with(settings, smtplib.SMTPRecipientsRefused({"a": (550, b"no such user")}))
    delivery.deliver_due()
    case.refresh_from_db()
    lifecycle.register(case, actor=cast.officer_here, checked=["photo"])
    assert texted() == [("registered", PHONE)]
    text = OutboxMessage.objects.get(channel="sms").body_text
    assert "/en/account/" in text
    assert [word for word in ("Серікұлы", "SERIKULY", made.IIN, "N12345678") if word in text] == []


def test_text_is_in_the_recipients_language(cast):
    cast.citizen.language = "kk"
    refuse_mail_of(cast.citizen)
    made.submitted(cast.here, account=cast.citizen)
    message = OutboxMessage.objects.get(channel="sms")
    assert message.language == "kk"
    assert "/kk/account/" in message.body_text


def test_no_phone_no_text(cast):
    refuse_mail_of(cast.citizen)
    made.submitted(cast.here, account=cast.citizen, phone="", phone_e164="")
    assert texted() == []


def test_who_wants_calls_in_an_emergency_only_is_not_texted_for_routine(cast):
    """Received and registered are routine; what the officer asks for is not."""
    refuse_mail_of(cast.citizen)
    case = made.more_info(
        cast.here, cast.officer_here, account=cast.citizen, call_only_in_emergency=True
    )
    assert texted() == [("more_information_needed", PHONE)]
    case = lifecycle.answer(case, actor=cast.citizen)
    lifecycle.register(case, actor=cast.officer_here, checked=["photo"])
    assert texted() == [("more_information_needed", PHONE)]


def test_officer_sees_channel_state_and_the_caution(cast):
    refuse_mail_of(cast.citizen)
    case = made.in_review(cast.here, cast.officer_here, account=cast.citizen)
    assert "mail_refused" in {
        caution.code for caution in cautions_of(case, seen_by=cast.officer_here)
    }
    page = signed_in(cast.officer_here).get(
        f"/admin/registrations/application/{case.public_id}/change/"
    )
    shown = page.content.decode()
    assert "SMS, Waiting" in shown
    assert "Email, Waiting" in shown
    assert "Mail has not reached the person since" in shown


def test_stranger_cannot_have_a_phone_texted_again_and_again(cast):
    """Sent and withdrawn from an account whose mail is refused; the phone is somebody else's."""
    refuse_mail_of(cast.citizen)
    client = signed_in(cast.citizen)
    for _round in range(5):
        case = made.submitted(cast.here, account=cast.citizen)
        client.post(f"/en/register/{case.public_id}/withdraw/")
    assert OutboxMessage.objects.filter(channel="email", kind="withdrawn").count() == 5
    assert texted() == [("application_received", PHONE), ("withdrawn", PHONE)] * 3
    case = made.in_review(cast.here, cast.officer_here, account=cast.citizen)
    cautions = [
        caution.text
        for caution in cautions_of(case, seen_by=cast.officer_here)
        if caution.code == "mail_refused"
    ]
    assert [str(text).endswith(": call") for text in cautions] == [True]


def test_officer_sees_that_a_message_was_reported_as_not_delivered(cast):
    """The server had taken it, and said days later that nobody is there."""
    case = made.in_review(cast.here, cast.officer_here, account=cast.citizen)
    delivery.deliver_due()
    message = OutboxMessage.objects.get(user=cast.citizen)
    undelivered.note(
        message_from_string(report_mailbox.postfix(f"Message-ID: <{message.public_id}@x>").lstrip())
    )
    page = signed_in(cast.officer_here).get(
        f"/admin/registrations/application/{case.public_id}/change/"
    )
    shown = page.content.decode()
    assert "Email, Did not arrive" in shown
    assert "Mail has not reached the person since" in shown


def test_no_caution_where_mail_arrives(cast):
    case = made.in_review(cast.here, cast.officer_here, account=cast.citizen)
    assert "mail_refused" not in {
        caution.code for caution in cautions_of(case, seen_by=cast.officer_here)
    }


def test_ministry_filters_messages_by_channel_and_state(cast):
    refuse_mail_of(cast.citizen)
    made.submitted(cast.here, account=cast.citizen)
    ministry = signed_in(cast.ministry)
    counts = {
        query: ministry.get(f"/admin/accounts/outboxmessage/?{query}").context["cl"].result_count
        for query in ("channel__exact=sms", "channel__exact=email", "state__exact=bounced")
    }
    assert counts == {
        "channel__exact=sms": 1,
        "channel__exact=email": 1,
        "state__exact=bounced": 0,
    }
    users = ministry.get("/admin/accounts/user/?mail_refused_at__isempty=0")
    assert [user.pk for user in users.context["cl"].result_list] == [cast.citizen.pk]
