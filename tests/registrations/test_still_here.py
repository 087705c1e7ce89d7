"""The page behind the link of a question: shows little, changes nothing until the button."""

import re
from datetime import date

import pytest
from django.core import signing
from django.test import Client

from accounts import sms
from accounts.models import AuditEvent, OutboxMessage
from registrations.enums import DeregistrationGround
from registrations.models import Confirmation, ResidencyRecord, TravelDocument
from registrations.services import links
from registrations.services.lifecycle import deregister
from tests.accounts import changing
from tests.clock import at, due_work_at, moment
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cast):
    with at("2027-01-15 12:00"):
        registered = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    TravelDocument.objects.update(expires_on=date(2039, 1, 1))
    due_work_at("2027-12-15 09:00")
    return registered


def link_in_the_message(kind="still_here"):
    """The path as a person finds it in the mail."""
    body = OutboxMessage.objects.filter(kind=kind).latest("id").body_text
    return re.search(r"https?://[^/]+(/\w\w/still-here/\S+)", body)[1]


def rows():
    return [
        list(model.objects.order_by("pk").values())
        for model in (ResidencyRecord, Confirmation, AuditEvent, OutboxMessage)
    ]


def test_opening_shows_and_changes_nothing(record):
    before = rows()
    path = link_in_the_message()
    with at("2027-12-16 09:00"):
        scanner = Client()
        assert scanner.head(path).status_code == 200
        shown = scanner.get(path)
    assert (shown.status_code, shown.context["state"]) == (200, "open")
    assert rows() == before


def test_page_says_no_more_than_a_stranger_may_know(record):
    with at("2027-12-16 09:00"):
        page = Client().get(link_in_the_message()).content.decode()
    assert "Ақжол" in page
    assert str(record.mission) in page
    assert "15 January 2027" in page
    hidden = ("Серікұлы", "SERIKULY", "900101", "N12345678", "Müllerstraße", "+49", record.number)
    assert [word for word in hidden if word in page] == []


def test_page_is_kept_out_of_caches_indexes_and_other_sites(record):
    with at("2027-12-16 09:00"):
        answer = Client().get(link_in_the_message())
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()


def test_button_confirms_without_sign_in(record):
    path = link_in_the_message()
    with at("2027-12-16 09:00"):
        stranger = Client()
        assert stranger.post(path).url == path
        shown = stranger.get(path)
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2027-12-16 09:00")
    assert (shown.status_code, shown.context["state"]) == (200, "answered")
    event = AuditEvent.objects.get(action="record.confirmed")
    assert (event.actor, event.mission, event.details) == ("", record.mission.code, {"by": "link"})


def test_form_needs_its_token_of_origin(record):
    strict = Client(enforce_csrf_checks=True)
    with at("2027-12-16 09:00"):
        assert strict.post(link_in_the_message()).status_code == 403
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2027-01-15 12:00")


def test_used_link_confirms_no_second_time(record):
    path = link_in_the_message()
    with at("2027-12-16 09:00"):
        Client().post(path)
    with at("2028-03-01 09:00"):
        Client().post(path)
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2027-12-16 09:00")


def change_address(account, on):
    """The account lives at another address from then on."""
    with at(on):
        client = signed_in(account)
        codes = changing.make_codes(client)
        change = changing.ask_signed_in(client, "new@example.org")
        changing.confirm_new(client, change)
        client.post(changing.page(change, "recovery-code"), {"code": codes[0]})
    account.refresh_from_db()
    assert account.email == "new@example.org"


def test_link_in_a_mailbox_that_the_account_left_answers_nothing(cast, record):
    path = link_in_the_message()
    change_address(cast.citizen, "2027-12-16 09:00")
    with at("2027-12-20 09:00"):
        thief = Client()
        shown = [thief.get(path), thief.post(path)]
    assert [(answer.status_code, answer.context["state"]) for answer in shown] == [
        (410, "replaced"),
        (410, "replaced"),
    ]
    assert "Ақжол" not in shown[0].content.decode()
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2027-01-15 12:00")


def test_reminder_at_the_new_address_has_a_link_that_answers(cast, record):
    old = link_in_the_message()
    answer_by = Confirmation.objects.get().answer_by
    change_address(cast.citizen, "2027-12-16 09:00")
    due_work_at("2028-01-04 09:00")
    due_work_at("2028-01-04 09:15")
    reminder = OutboxMessage.objects.get(kind="still_here_reminder")
    assert reminder.recipient == "new@example.org"
    assert Confirmation.objects.open().get().answer_by == answer_by
    with at("2028-01-04 10:00"):
        assert Client().get(old).context["state"] == "replaced"
        Client().post(link_in_the_message("still_here_reminder"))
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2028-01-04 10:00")
    assert Confirmation.objects.open().count() == 0


def test_silence_is_told_to_the_new_address_with_a_link_that_answers(cast, record):
    due_work_at("2028-01-04 09:00")
    change_address(cast.citizen, "2028-01-10 09:00")
    due_work_at("2028-01-15 09:00")
    due_work_at("2028-01-16 09:00")
    record.refresh_from_db()
    assert record.unconfirmed_since == moment("2028-01-15 09:00")
    assert OutboxMessage.objects.get(kind="record_unconfirmed").recipient == "new@example.org"
    with at("2028-01-16 10:00"):
        Client().post(link_in_the_message("record_unconfirmed"))
    record.refresh_from_db()
    assert record.unconfirmed_since is None


def test_late_link_still_answers_for_a_while(record):
    due_work_at("2028-01-15 09:00")
    record.refresh_from_db()
    assert record.unconfirmed_since is not None
    path = link_in_the_message("record_unconfirmed")
    with at("2028-02-13 23:00"):
        assert Client().get(path).context["state"] == "open"
        Client().post(path)
    record.refresh_from_db()
    assert (record.unconfirmed_since, record.last_confirmed_at) == (
        None,
        moment("2028-02-13 23:00"),
    )
    assert Confirmation.objects.get().confirmed_at == moment("2028-02-13 23:00")


def test_expired_link_explains_and_leads_to_the_sign_in(record):
    path = link_in_the_message()
    due_work_at("2028-01-15 09:00")
    with at("2028-02-14 00:01"):
        shown = Client().get(path)
        Client().post(path)
    assert (shown.status_code, shown.context["state"]) == (410, "expired")
    assert 'href="/en/account/"' in shown.content.decode()
    assert Client().get("/en/account/").url == "/en/sign-in/?next=/en/account/"
    record.refresh_from_db()
    assert record.unconfirmed_since is not None


def test_link_of_an_older_question_is_replaced(record):
    path = link_in_the_message()
    due_work_at("2028-01-15 09:00")
    due_work_at("2028-11-15 09:00")
    assert Confirmation.objects.count() == 2
    with at("2028-11-15 10:00"):
        shown = Client().get(path)
        Client().post(path)
        assert Client().get(link_in_the_message()).context["state"] == "open"
    assert (shown.status_code, shown.context["state"]) == (410, "replaced")
    record.refresh_from_db()
    assert record.unconfirmed_since is not None


def test_link_of_a_closed_entry_says_so(cast, record):
    path = link_in_the_message()
    with at("2027-12-17 09:00"):
        deregister(
            record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
        )
        shown = Client().get(path)
        Client().post(path)
    assert (shown.status_code, shown.context["state"]) == (410, "closed")
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2027-01-15 12:00")


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "00000000000000000000000000000000:aaaa",
        signing.Signer(salt="another").sign("A" * 22),
        # Ours, of a question that is no longer there, and of something that is none.
        signing.Signer(salt=links.SALT).sign("A" * 22),
        signing.Signer(salt=links.SALT).sign("A" * 32),
    ],
)
def test_link_we_did_not_sign_is_unknown(record, token):
    shown = Client().get(f"/en/still-here/{token}/")
    assert (shown.status_code, shown.context["state"]) == (404, "unknown")
    assert Client().post(f"/en/still-here/{token}/").status_code == 404


def test_link_of_another_question_cannot_be_made_from_ones_own(cast, record):
    own = Confirmation.objects.get()
    signature = links.token_of(own).partition(":")[2]
    with at("2027-12-15 10:00"):
        other = Confirmation.objects.create(
            record=made.registered(cast.here, cast.officer_here),
            occasion="yearly",
            answer_by=date(2028, 1, 14),
        )
    forged = links.token_of(other).partition(":")[0]
    assert Client().get(f"/en/still-here/{forged}:{signature}/").status_code == 404


def test_page_speaks_the_language_of_its_address(record):
    path = link_in_the_message()
    with at("2027-12-16 09:00"):
        for language in ("kk", "ru", "en"):
            page = Client().get(path.replace("/en/", f"/{language}/")).content.decode()
            assert f'<html lang="{language}">' in page


def test_changes_lead_through_the_sign_in_to_the_entry(record):
    with at("2027-12-16 09:00"):
        page = Client().get(link_in_the_message()).content.decode()
        moved = f"/en/account/{record.public_id}/moved/"
        assert f'href="{moved}"' in page
        assert Client().get(moved).url == f"/en/sign-in/?next={moved}"


def test_account_says_it_too(cast, record):
    address = f"/en/account/{record.public_id}/"
    with at("2027-12-16 09:00"):
        citizen = signed_in(cast.citizen)
        assert "Is everything in this entry still true?" in citizen.get(address).content.decode()
        assert citizen.get(f"{address}confirm/").status_code == 405
        assert citizen.post(f"{address}confirm/").url == address
        assert signed_in(cast.other_citizen).post(f"{address}confirm/").status_code == 404
        assert signed_in(cast.officer_here).post(f"{address}confirm/").status_code == 404
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2027-12-16 09:00")
    assert AuditEvent.objects.get(action="record.confirmed").details == {"by": "account"}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_link_fits_into_a_short_message(cast, record, settings, language):
    """Who has lost the mailbox is texted and cannot sign in by a code: the link must fit."""
    settings.SMS_URL = "file:///dev/null"
    settings.PORTAL_ORIGIN = "https://consul.mfa.gov.kz"
    cast.citizen.language = language
    cast.citizen.mail_refused_at = moment("2027-12-20 09:00")
    cast.citizen.save()
    due_work_at("2028-01-04 09:00")
    texted = OutboxMessage.objects.get(channel="sms")
    assert texted.recipient == record.citizen.phone_e164
    assert f"https://consul.mfa.gov.kz/{language}/still-here/" in texted.body_text
    assert sms.parts(texted.body_text) <= sms.MOST_PARTS


def test_single_name_is_shown_as_an_initial(cast):
    with at("2027-01-15 12:00"):
        made.registered(
            cast.here,
            cast.officer_here,
            given_names="",
            given_names_latin="",
            family_name="Әлихан",
            family_name_latin="ALIKHAN",
        )
    TravelDocument.objects.update(expires_on=date(2039, 1, 1))
    due_work_at("2027-12-15 09:00")
    with at("2027-12-16 09:00"):
        page = Client().get(link_in_the_message()).content.decode()
    assert "<dd>Ә.</dd>" in page
    assert "ALIKHAN" not in page
