"""The officer sees a certificate as it will be printed before it is issued."""

import io
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest
from django.db import connections

from accounts.models import AuditEvent
from registrations.enums import (
    ApplicationStatus,
    Capacity,
    DeregistrationGround,
    RequestState,
)
from registrations.models import RegisterCounter, RegistrationCertificate
from registrations.services import certificate_requests, certificates, lifecycle, requests
from tests.factories import registrations as made
from tests.factories.cast import Cast
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
WORDS = {
    "applied_by": "Серікұлы Ақжол",
    "applied_as": "self",
    "purpose": "Балабақша үшін / Для детского сада",
    "addressee": "Berliner Sparkasse",
    "text": "Берлинде тұрады.",
    "with_english": "on",
    "signatory_name": "Aigerim",
    "signatory_post": "Консул",
}
SAID = ("Балабақша үшін / Для детского сада", "Berliner Sparkasse", "Консул", "CERTIFICATE")


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


@pytest.fixture
def officer(cast):
    return signed_in(cast.officer_here)


def address(record, query=""):
    return f"/admin/registrations/application/{record.application.public_id}/certificate/{query}"


def hidden(page):
    """What the confirming page sends, as a browser would."""
    form = page.context["form"]
    return {field.name: field.value() for field in form if field.value() not in (None, "", False)}


def test_draft_is_shown_and_stores_nothing(record, officer):
    logged = AuditEvent.objects.count()
    page = officer.post(address(record), WORDS | {"seen": 0})
    words = page.content.decode()
    assert words.count('src="data:image/png;base64,') == 1
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    assert record.number in words
    assert RegistrationCertificate.objects.count() == 0
    assert RegisterCounter.objects.filter(series="certificate").count() == 0
    assert AuditEvent.objects.count() == logged


def test_draft_as_pdf_says_what_will_be_printed_and_that_it_is_a_draft(record, officer):
    pdf = officer.post(address(record), WORDS | {"seen": 0, "pdf": "1"})
    assert pdf["Content-Type"] == "application/pdf"
    text = pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    for words in SAID:
        assert words in text
    assert "DRAFT" in text
    assert "/verify/DRAFT/" in text
    assert certificates.find("DRAFT") is None
    issued = RegistrationCertificate.objects.all()
    officer.post(address(record), WORDS | {"seen": 0, "confirm": "1"})
    printed = pypdf.PdfReader(io.BytesIO(bytes(issued.get().pdf))).pages[0].extract_text()
    assert "DRAFT" not in printed
    for words in SAID:
        assert words in printed


def test_confirmed_draft_is_issued_as_it_was_shown(record, officer):
    page = officer.post(address(record), WORDS | {"seen": 0})
    done = officer.post(address(record), hidden(page) | {"confirm": "1"})
    assert done.status_code == 302
    certificate = RegistrationCertificate.objects.get()
    assert certificate.purpose == WORDS["purpose"]
    assert certificate.languages == ["kk", "ru", "en"]


def test_way_back_from_the_draft_keeps_what_was_typed(record, officer):
    page = officer.post(address(record), WORDS | {"seen": 0})
    form = officer.post(address(record), hidden(page) | {"back": "1"}).context["form"]
    assert form.errors == {}
    assert form["purpose"].value() == WORDS["purpose"]
    assert RegistrationCertificate.objects.count() == 0


def test_second_of_two_tabs_issues_none_and_gives_the_words_back(record, officer):
    seen = officer.get(address(record)).context["form"]["seen"].value()
    first, second = (WORDS | {"seen": seen, "confirm": "1"} for _tab in range(2))
    assert officer.post(address(record), first).status_code == 302
    late = officer.post(address(record), second)
    assert late.status_code == 409
    assert WORDS["purpose"] in late.content.decode()
    assert RegistrationCertificate.objects.count() == 1
    assert officer.get(address(record)).context["form"]["seen"].value() == 1


def test_application_answered_in_another_tab_is_not_answered_twice(cast, record, officer):
    asked = certificate_requests.apply(
        record, purpose="a bank", addressee="", with_english=False, actor=cast.citizen
    )
    query = f"?request={asked.public_id}"
    officer.post(address(record), WORDS | {"seen": 0, "confirm": "1"})
    late = officer.post(address(record, query), WORDS | {"seen": 0, "confirm": "1"})
    assert late.status_code == 409
    asked.refresh_from_db()
    assert asked.is_open
    assert RegistrationCertificate.objects.count() == 1


@pytest.mark.parametrize("step", [{}, {"confirm": "1"}])
def test_application_taken_back_meanwhile_gives_the_words_back(cast, record, officer, step):
    asked = certificate_requests.apply(
        record, purpose="a bank", addressee="", with_english=False, actor=cast.citizen
    )
    query = f"?request={asked.public_id}"
    requests.settle(asked, state=RequestState.WITHDRAWN, actor=cast.citizen)
    late = officer.post(address(record, query), WORDS | {"seen": 0} | step)
    assert (late.status_code, late.context["settled"]) == (409, asked)
    assert WORDS["text"] in late.content.decode()
    assert "Taken back" in late.content.decode()
    assert RegistrationCertificate.objects.count() == 0
    assert officer.get(address(record, query)).status_code == 404


def test_entry_closed_meanwhile_gives_the_words_back(cast, record, officer):
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    late = officer.post(address(record), WORDS | {"seen": 0})
    assert (late.status_code, late.context["settled"]) == (409, None)
    assert late.context["event"].to_status == ApplicationStatus.DEREGISTERED
    assert WORDS["text"] in late.content.decode()
    assert officer.get(address(record)).status_code == 403


def test_certificate_withdrawn_meanwhile_is_not_withdrawn_again(cast, record, officer):
    wording = certificates.Wording("A", Capacity.SELF, "B", "C")
    held = certificates.issue(record, wording=wording, actor=cast.officer_here)
    case = f"/admin/registrations/application/{record.application.public_id}"
    revoke = f"{case}/revoke/?certificate={held.public_id}"
    assert officer.post(revoke, {"reason": "A wrong name"}).status_code == 302
    late = officer.post(revoke, {"reason": "A wrong date"})
    assert (late.status_code, late.context["typed"]) == (409, ["A wrong date"])
    replace = officer.post(address(record, f"?replaces={held.public_id}"), WORDS | {"seen": 1})
    assert replace.status_code == 409
    assert officer.get(revoke).status_code == 404


def test_sign_without_a_letter_is_said_before_the_draft(record, officer):
    page = officer.post(address(record), WORDS | {"seen": 0, "text": "\U0001f9ff"})
    assert page.context["form"].non_field_errors()
    assert RegistrationCertificate.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_eight_tabs_issue_one():
    cast = Cast.create()
    record = made.registered(cast.here, cast.officer_here)
    wording = certificates.Wording("A", "self", "B", "C")

    def issue(_tab):
        try:
            return certificates.issue(record, wording=wording, actor=cast.officer_here, seen=0)
        except certificates.CertificateRefused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(issue, range(8)))
    refused = [one for one in outcomes if isinstance(one, certificates.CertificateRefused)]
    assert len(refused) == 7
    assert RegistrationCertificate.objects.count() == 1
