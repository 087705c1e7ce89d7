"""The officer's side: queue, record page, decisions, certificate, and what others may not do."""

import io
import re
from datetime import timedelta

import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage
from registrations.enums import ApplicationStatus, CertificateState
from registrations.models import (
    ApplicationEvent,
    CertificateRevocation,
    PassportInsert,
    RegistrationCertificate,
    ResidencyRecord,
)
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
QUEUE = "/admin/registrations/application/"


def address(application, page=""):
    return f"{QUEUE}{application.public_id}/{page + '/' if page else 'change/'}"


def checklist(client, application):
    """Every box of the record page ticked and confirmed, at the version the page was opened at."""
    form = client.get(address(application)).context["form"]
    return {
        "seen_version": application.version,
        "checked": [value for value, _label in form.fields["checked"].choices],
        "kind": application.kind,
        "confirm": "1",
    }


def in_days(days):
    """A date of a form, so many days ahead."""
    day = timezone.localdate() + timedelta(days=days)
    return {"answer_by_day": day.day, "answer_by_month": day.month, "answer_by_year": day.year}


def test_queue_shows_own_mission_alone(cast):
    here = made.submitted(cast.here)
    there = made.submitted(cast.there)
    page = signed_in(cast.officer_here).get(QUEUE).content.decode()
    assert here.reference in page
    assert there.reference not in page
    ministry = signed_in(cast.ministry).get(QUEUE).content.decode()
    assert here.reference in ministry
    assert there.reference in ministry


def test_draft_is_nobodys_but_the_citizens(cast):
    draft = made.draft(cast.here)
    assert draft.public_id.hex not in signed_in(cast.officer_here).get(QUEUE).content.decode()
    assert signed_in(cast.officer_here).get(address(draft)).status_code == 404
    assert signed_in(cast.ministry).get(address(draft)).status_code == 404


@pytest.mark.parametrize(
    "term", ["Улжан", "ulzhan", "900101 300 017", "N12345678", "+4915123456789"]
)
def test_search_finds_in_any_script(cast, term):
    wanted = made.submitted(cast.here, given_names="Ұлжан", given_names_latin="ULZHAN")
    other = made.submitted(
        cast.here,
        given_names="Берік",
        given_names_latin="BERIK",
        iin="",
        phone_e164="+4930111",
        document={"number": "N87654321"},
    )
    page = signed_in(cast.officer_here).get(QUEUE, {"q": term}, follow=True).content.decode()
    assert wanted.reference in page
    assert other.reference not in page


def test_officer_registers_and_prints_certificate(cast):
    case = made.submitted(cast.here, permanent=True)
    officer = signed_in(cast.officer_here)
    assert officer.get(address(case)).status_code == 200
    officer.post(address(case, "take"), {"seen_version": case.version})
    case.refresh_from_db()
    assert case.status == ApplicationStatus.IN_REVIEW
    incomplete = officer.post(
        address(case, "register"), {"seen_version": case.version, "kind": "permanent"}
    )
    assert incomplete.context["form"].errors.as_data()["checked"][0].code == "open"
    done = officer.post(address(case, "register"), checklist(officer, case))
    assert done.url == address(case)
    record = ResidencyRecord.objects.get()
    assert record.number == f"DEBER-{record.year}-000001"
    assert record.exit_permit is not None
    officer.post(
        address(case, "insert"),
        {
            "number": "KZ 001",
            "issued_on_day": "1",
            "issued_on_month": "9",
            "issued_on_year": "2026",
        },
    )
    assert PassportInsert.objects.get().record == record
    officer.post(
        address(case, "certificate"),
        {
            "applied_by": "Серікұлы Ақжол",
            "applied_as": "self",
            "purpose": "оқу орнына ұсыну үшін",
            "signatory_name": "Aigerim",
            "signatory_post": "Consul",
            "confirm": "1",
        },
    )
    certificate = RegistrationCertificate.objects.get()
    page = officer.get(f"/admin/registrations/registrationcertificate/{certificate.public_id}/pdf/")
    assert page["Content-Disposition"].startswith("inline")
    assert page.content == bytes(certificate.pdf)
    text = pypdf.PdfReader(io.BytesIO(page.content)).pages[0].extract_text()
    assert "Серікұлы Ақжол" in text
    assert AuditEvent.objects.filter(action="certificate.printed").count() == 1
    shown = Client().get(f"/en/verify/{certificate.code}/").content.decode()
    assert "Valid" in shown
    assert "С. А." in shown
    assert "Серікұлы" not in shown


def test_certificate_replaced_and_withdrawn_is_a_new_fact(cast):
    record = made.registered(cast.here, cast.officer_here)
    officer = signed_in(cast.officer_here)
    words = {
        "applied_by": "A",
        "applied_as": "self",
        "signatory_name": "B",
        "signatory_post": "C",
        "confirm": "1",
    }
    officer.post(address(record.application, "certificate"), words)
    first = RegistrationCertificate.objects.get()
    officer.post(
        address(record.application, "certificate") + f"?replaces={first.public_id}",
        words | {"seen": 1},
    )
    first, second = RegistrationCertificate.objects.order_by("id")
    assert first.state == CertificateState.REPLACED
    officer.post(
        address(record.application, "revoke") + f"?certificate={second.public_id}",
        {"reason": "error"},
    )
    second = RegistrationCertificate.objects.get(pk=second.pk)
    assert second.state == CertificateState.WITHDRAWN
    assert "Withdrawn" in Client().get(f"/en/verify/{second.code}/").content.decode()
    assert CertificateRevocation.objects.count() == 2


def test_second_decision_is_told_who_and_what(cast):
    case = made.in_review(cast.here, cast.officer_here)
    first, second = signed_in(cast.officer_here), signed_in(cast.second_officer_here)
    ticked = checklist(first, case)
    first.post(address(case, "register"), ticked)
    late = second.post(
        address(case, "refuse"),
        {"seen_version": case.version, "ground": "rules_not_met", "text": "No."},
    )
    assert late.status_code == 409
    assert str(cast.officer_here) in late.content.decode()
    case.refresh_from_db()
    assert case.status == ApplicationStatus.REGISTERED


def test_stale_page_decides_nothing(cast):
    case = made.in_review(cast.here, cast.officer_here)
    stale = {"seen_version": case.version - 1, "ground": "rules_not_met", "text": "No."}
    answer = signed_in(cast.officer_here).post(address(case, "refuse"), stale)
    assert answer.status_code == 409
    case.refresh_from_db()
    assert case.status == ApplicationStatus.IN_REVIEW


def test_question_reopens_named_pages_only(cast):
    case = made.in_review(cast.here, cast.officer_here)
    asked = {"seen_version": case.version, "pages": ["address"], "text": "Write the house."}
    signed_in(cast.officer_here).post(address(case, "ask"), asked | in_days(14) | {"confirm": "1"})
    case.refresh_from_db()
    assert case.status == ApplicationStatus.MORE_INFO
    assert OutboxMessage.objects.latest("id").kind == "more_information_needed"
    citizen = signed_in(case.applicant)
    base = f"/en/register/{case.public_id}"
    assert citizen.get(f"{base}/name/").status_code == 302
    assert citizen.post(f"{base}/name/", {"family_name": "Х"}).status_code == 302
    case.citizen.refresh_from_db()
    assert case.citizen.family_name == "Серікұлы"
    assert citizen.post(f"{base}/address/", {"street": "Neue Straße 1"}).status_code == 302
    citizen.post(f"{base}/answer/")
    case.refresh_from_db()
    assert case.status == ApplicationStatus.IN_REVIEW
    first, second = case.declarations.order_by("sequence")
    assert first.answers["address"]["street"] == "Müllerstraße 12"
    assert second.answers["address"]["street"] == "Neue Straße 1"
    page = signed_in(cast.officer_here).get(address(case)).content.decode()
    assert re.search(r"was:\s*Müllerstraße 12", page)


@pytest.mark.parametrize(
    "step", ["take", "ask", "register", "refuse", "assign", "insert", "certificate"]
)
def test_decision_pages_by_role(cast, step):
    case = made.in_review(cast.here, cast.officer_here)
    method = "post" if step == "take" else "get"
    seen = {
        "officer_there": 404,
        "ministry": 403,
        "citizen": 403,
    }
    for who, status in seen.items():
        answer = getattr(signed_in(getattr(cast, who)), method)(address(case, step))
        assert (who, answer.status_code) == (who, status)
    stranger = getattr(Client(), method)(address(case, step))
    assert stranger.status_code == 302
    assert ApplicationEvent.objects.filter(application=case).count() == 2


def test_officer_does_not_decide_own_case(cast):
    """It is on none of his pages, as if it were somebody's of another mission."""
    own = made.submitted(cast.here, account=cast.officer_here)
    assert signed_in(cast.officer_here).post(address(own, "take")).status_code == 404
    own.refresh_from_db()
    assert own.assigned_to is None


def test_code_alone_opens_no_staff_page(cast):
    by_code = signed_in(cast.officer_here, methods=("code",))
    assert by_code.get(QUEUE).url.startswith("/en/sign-in/officer/")
    password_alone = signed_in(cast.officer_here, methods=("password",))
    assert password_alone.get(QUEUE).url.endswith("/sign-in/second-factor/")


def test_insert_on_temporary_record_is_refused_by_the_database(cast):
    record = made.registered(cast.here, cast.officer_here)
    page = signed_in(cast.officer_here).get(address(record.application, "insert"))
    assert page.status_code == 403
    refused = pytest.raises(IntegrityError, match="insert_only_on_permanent_record")
    with refused, transaction.atomic():
        PassportInsert.objects.create(
            record=record, number="1", issued_on="2026-01-01", issued_by=cast.officer_here
        )
