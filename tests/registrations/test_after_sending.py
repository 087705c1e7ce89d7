"""After the sending: Back, a second click, the receipt that stays, the answers to keep."""

import pytest
from django.utils import timezone

from registrations import law
from registrations.enums import Capacity
from registrations.models import Application, Consent
from registrations.services import attachments, lifecycle
from tests.factories import registrations as made
from tests.files import upload
from tests.markup import Page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast):
    return signed_in(cast.citizen)


@pytest.fixture
def sent(cast):
    return made.submitted(cast.here, account=cast.citizen)


def base(application):
    return f"/en/register/{application.public_id}/"


FORM_PAGES = ["name/", "emergency/", "copies/identity-copy/", "send/"]


@pytest.mark.parametrize(
    ("page", "method"),
    [("check/", "get"), *((page, method) for page in FORM_PAGES for method in ("get", "post"))],
)
def test_back_after_sending_shows_that_it_is_sent(client, sent, page, method):
    answer = getattr(client, method)(base(sent) + page, {"given_names": "Айнұр"})
    assert answer.url == f"{base(sent)}sent/"
    receipt = client.get(answer.url)
    assert [str(m) for m in receipt.context["messages"]] == ["This application is already sent."]
    assert sent.reference in receipt.content.decode()
    sent.citizen.refresh_from_db()
    assert sent.citizen.given_names == "Ақжол"


def test_form_pages_are_asked_for_again_on_back(cast, client):
    draft = made.draft(cast.here, account=cast.citizen)
    for page in ("name/", "check/", "send/"):
        assert "no-store" in client.get(base(draft) + page)["Cache-Control"]


def test_receipt_is_there_later_and_elsewhere(cast, sent):
    for _device in range(2):
        page = signed_in(cast.citizen).get(f"{base(sent)}sent/")
        assert (page.status_code, sent.reference in page.content.decode()) == (200, True)


def test_reference_is_copied_with_one_action(client, sent):
    page = Page.of(client.get(f"{base(sent)}sent/"))
    (button,) = [attrs for tag, attrs in page.tags if "data-copy" in attrs]
    assert (button["data-copy"], button["type"]) == (sent.reference, "button")
    assert "hidden" in button
    assert f"{base(sent)}answers/" in page.values("href", "a")


def test_answers_are_those_that_were_sent(cast, client, sent):
    sent.citizen.given_names = "Changed later"
    sent.citizen.save()
    page = client.get(f"{base(sent)}answers/").content.decode()
    assert "Ақжол" in page
    assert "Changed later" not in page
    assert sent.reference in page
    assert "900101 300 017" in page
    assert "Berlin time" in page
    assert "?check" not in page


def test_back_of_the_answers_leads_to_the_account(client, sent):
    page = Page.of(client.get(f"{base(sent)}answers/"))
    (back,) = [attrs["href"] for tag, attrs in page.tags if attrs.get("class") == "back"]
    assert back == "/en/account/"


def test_answers_of_a_child_are_shown_to_the_parent_alone(cast):
    child = made.submitted(cast.here, account=cast.citizen, capacity=Capacity.PARENT, iin="")
    assert signed_in(cast.citizen).get(f"{base(child)}answers/").status_code == 200
    assert signed_in(cast.other_citizen).get(f"{base(child)}answers/").status_code == 404
    assert signed_in(cast.officer_here).get(f"{base(child)}answers/").status_code == 404


def test_answers_name_the_files(cast, client):
    draft = made.draft(cast.here, account=cast.citizen)
    attachments.store(draft, kind="identity", upload=upload("паспорт.jpg"), actor=cast.citizen)
    made.send(draft)
    assert "паспорт.jpg" in client.get(f"{base(draft)}answers/").content.decode()


def test_answered_request_shows_the_newest_answers(cast, client):
    case = made.more_info(cast.here, cast.officer_here, account=cast.citizen)
    client.post(f"{base(case)}address/", {"street": "Torstraße 1"})
    client.post(f"{base(case)}answer/")
    assert "Torstraße 1" in client.get(f"{base(case)}answers/").content.decode()


def test_draft_has_no_answers_to_print(client, cast):
    draft = lifecycle.start(account=cast.citizen)
    assert client.get(f"{base(draft)}answers/").url == base(draft)


def test_sending_twice_makes_one(client, cast):
    draft = made.draft(cast.here, account=cast.citizen)
    yes = {"consent": "on", "declaration": "on"}
    urls = [client.post(f"{base(draft)}send/", yes).url for _click in range(2)]
    assert urls == [f"{base(draft)}sent/"] * 2
    assert Application.objects.exclude(submitted_at=None).count() == 1


def test_consent_is_kept_with_its_text_and_time(cast, client):
    draft = made.draft(cast.here, account=cast.citizen)
    assert client.post(f"{base(draft)}send/", {"declaration": "on"}).status_code == 200
    assert Consent.objects.count() == 0
    before = timezone.now()
    client.post(f"{base(draft)}send/", {"consent": "on", "declaration": "on"})
    consent = Consent.objects.get(application=draft)
    assert consent.text_version == law.current_consent().version
    assert consent.text_sha256 == law.current_consent().sha256("en")
    assert before <= consent.given_at <= timezone.now()


def receipt_words(client, case):
    return client.get(f"{base(case)}sent/").content.decode()


def test_receipt_says_what_is_true_of_the_case(cast, client):
    case = made.submitted(cast.here, account=cast.citizen)
    assert "We answer by:" in receipt_words(client, case)
    case = lifecycle.take(case, actor=cast.officer_here)
    assert "An officer checks your answers" in receipt_words(client, case)
    case = lifecycle.refuse(case, actor=cast.officer_here, ground="rules_not_met", text="No.")
    words = receipt_words(client, case)
    assert "We answer by:" not in words
    assert "An officer checks" not in words
    assert "The officer no longer works on this application." in words


def test_receipt_of_a_paused_case_says_who_waits(cast, client):
    case = made.more_info(cast.here, cast.officer_here, account=cast.citizen)
    words = receipt_words(client, case)
    assert "We answer by:" not in words
    assert "The officer has asked you for something." in words
