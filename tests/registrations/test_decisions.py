"""What an officer decides: shown first as it will happen, refused when the page is old."""

import html
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage, User
from missions.calendar import local_date
from missions.models import PostingRole
from missions.services import end_posting, post_officer
from registrations import references
from registrations.enums import ApplicationStatus, Capacity, DeregistrationGround
from registrations.models import (
    ApplicationEvent,
    ExitPermit,
    LegalRepresentative,
    ResidencyRecord,
)
from registrations.services import certificates, inserts, lifecycle, previews
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
POINTS = ["photo", "number", "citizenship", "district", "readable"]
TEXT = "Үйдің нөмірін жазыңыз.\r\nМысалы: <12> & «Б»."


def address(case, page):
    return f"/admin/registrations/application/{case.public_id}/{page}/"


def today(mission):
    return local_date(mission, timezone.now())


def answers(case, step):
    day = today(case.mission) + timedelta(days=14)
    return {
        "register": {"checked": POINTS},
        "refuse": {"ground": "rules_not_met", "text": TEXT},
        "ask": {
            "pages": ["address", "contact"],
            "text": TEXT,
            "answer_by_day": day.day,
            "answer_by_month": day.month,
            "answer_by_year": day.year,
        },
    }[step] | {"seen_version": case.version}


def hidden(page):
    """The hidden fields of a page, as a browser would send them again."""
    found = {}
    for name, value in re.findall(
        r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', page.content.decode()
    ):
        found.setdefault(name, []).append(html.unescape(value))
    found.pop("csrfmiddlewaretoken")
    found.pop("language", None)
    return found


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("step", ["register", "refuse", "ask"])
def test_preview_is_the_message_that_is_sent(cast, step, language):
    case = made.in_review(
        cast.here, cast.officer_here, account=UserFactory(language=language), iin=""
    )
    officer = signed_in(cast.officer_here)
    page = officer.post(address(case, step), answers(case, step))
    shown = page.context["message"]
    assert html.escape(shown.subject) in page.content.decode()
    assert f'lang="{language}"' in page.content.decode()
    assert ApplicationEvent.objects.filter(application=case).count() == 2
    done = officer.post(address(case, step), hidden(page) | {"confirm": "1"})
    assert done.url == address(case, "change")
    sent = OutboxMessage.objects.latest("id")
    case.refresh_from_db()
    number = case.register_number or previews.NUMBER_TO_COME
    assert sent.language == language
    assert sent.subject == shown.subject
    assert sent.body_text.replace(number, previews.NUMBER_TO_COME) == shown.text
    assert sent.body_html.replace(number, previews.NUMBER_TO_COME) == shown.html


@pytest.mark.parametrize("step", ["register", "refuse", "ask"])
def test_way_back_from_preview_keeps_what_was_typed(cast, step):
    case = made.in_review(cast.here, cast.officer_here)
    officer = signed_in(cast.officer_here)
    said = answers(case, step)
    page = officer.post(address(case, step), said)
    form = officer.post(address(case, step), hidden(page) | {"back": "1"}).context["form"]
    assert form.errors == {}
    for name, value in said.items():
        if not name.startswith("answer_by"):
            assert form[name].value() in (value, str(value))
    if step == "ask":
        assert form["answer_by"].value() == [
            str(said[f"answer_by_{part}"]) for part in ("day", "month", "year")
        ]
    case.refresh_from_db()
    assert case.status == ApplicationStatus.IN_REVIEW


def test_open_point_keeps_the_ticked_ones_beside_the_documents(cast):
    case = made.in_review(cast.here, cast.officer_here)
    said = {"checked": ["photo", "number"], "seen_version": case.version, "confirm": "1"}
    page = signed_in(cast.officer_here).post(address(case, "register"), said)
    form = page.context["form"]
    assert [error.code for error in form.errors.as_data()["checked"]] == ["open"]
    assert form["checked"].value() == ["photo", "number"]
    assert "admin/registrations/record.html" in [template.name for template in page.templates]
    assert not ResidencyRecord.objects.exists()


def test_permanent_without_permit_is_refused_on_the_page(cast):
    case = made.in_review(cast.here, cast.officer_here, permanent=True)
    ExitPermit.objects.filter(citizen=case.citizen).delete()
    said = {
        "checked": [*POINTS, "exit_permit"],
        "kind": "permanent",
        "seen_version": case.version,
        "confirm": "1",
    }
    page = signed_in(cast.officer_here).post(address(case, "register"), said)
    assert page.context["form"].errors.as_data()["kind"][0].code == "permit"
    done = signed_in(cast.officer_here).post(
        address(case, "register"), said | {"kind": "temporary"}
    )
    assert done.status_code == 302
    assert ResidencyRecord.objects.get().kind == "temporary"


def test_second_entry_while_one_is_in_force_is_refused_on_the_page(cast):
    record = made.registered(cast.here, cast.officer_here)
    case = made.in_review(cast.here, cast.officer_here)
    ResidencyRecord.objects.filter(pk=record.pk).update(citizen=case.citizen)
    page = signed_in(cast.officer_here).post(
        address(case, "register"), answers(case, "register") | {"confirm": "1"}
    )
    assert page.context["form"].errors.as_data()["__all__"][0].code == "on_register"


@pytest.mark.parametrize("step", ["register", "refuse", "ask"])
@pytest.mark.parametrize("version", ["0", "", "x", "999999999999999999999"])
def test_stale_decision_gets_the_conflict_page_and_its_text_back(cast, step, version):
    case = made.in_review(cast.here, cast.officer_here)
    said = answers(case, step) | {"seen_version": version, "confirm": "1"}
    page = signed_in(cast.officer_here).post(address(case, step), said)
    assert page.status_code == 409
    assert page.context["typed"] == ([] if step == "register" else [TEXT])
    case.refresh_from_db()
    assert case.status == ApplicationStatus.IN_REVIEW


def test_stale_preview_is_told_before_it_is_shown(cast):
    case = made.in_review(cast.here, cast.officer_here)
    said = answers(case, "refuse")
    lifecycle.register(case, actor=cast.second_officer_here, checked=[])
    page = signed_in(cast.officer_here).post(address(case, "refuse"), said)
    assert page.status_code == 409
    assert str(cast.second_officer_here) in page.content.decode()


@pytest.mark.parametrize("version", [0, ""])
def test_stale_take_takes_nothing(cast, version):
    case = made.submitted(cast.here)
    page = signed_in(cast.officer_here).post(address(case, "take"), {"seen_version": version})
    assert page.status_code == 409
    case.refresh_from_db()
    assert (case.status, case.assigned_to) == (ApplicationStatus.SUBMITTED, None)


def test_second_take_is_told_who_has_the_case(cast):
    case = made.submitted(cast.here)
    seen = {"seen_version": case.version}
    signed_in(cast.officer_here).post(address(case, "take"), seen)
    page = signed_in(cast.second_officer_here).post(address(case, "take"), seen)
    assert page.status_code == 409
    assert str(cast.officer_here) in page.content.decode()


@pytest.mark.parametrize(("days", "code"), [(0, "past"), (-3, "past"), (366, "far")])
def test_answer_is_waited_for_between_tomorrow_and_a_year(cast, days, code):
    case = made.in_review(cast.here, cast.officer_here)
    day = today(case.mission) + timedelta(days=days)
    said = answers(case, "ask") | {
        "answer_by_day": day.day,
        "answer_by_month": day.month,
        "answer_by_year": day.year,
    }
    page = signed_in(cast.officer_here).post(address(case, "ask"), said)
    assert page.context["form"].errors.as_data()["answer_by"][0].code == code


# --- Legal representatives ------------------------------------------------------------------


def represented(cast):
    parent = UserFactory()
    return made.in_review(
        cast.here,
        cast.officer_here,
        account=parent,
        capacity=Capacity.PARENT,
        iin="",
        birth_date=date(2019, 1, 1),
    )


def test_registering_with_the_proof_checked_confirms_the_representative(cast):
    case = represented(cast)
    said = answers(case, "register") | {"checked": [*POINTS, "capacity"], "confirm": "1"}
    signed_in(cast.officer_here).post(address(case, "register"), said)
    representative = LegalRepresentative.objects.get(citizen=case.citizen)
    assert representative.confirmed_by == cast.officer_here
    assert representative.confirmed_at is not None
    event = AuditEvent.objects.get(action="representative.confirmed")
    assert (event.actor_email, event.mission) == (cast.officer_here.email, cast.here.code)


def test_nobody_is_registered_without_the_proof_of_representation(cast):
    case = represented(cast)
    page = signed_in(cast.officer_here).post(
        address(case, "register"), answers(case, "register") | {"confirm": "1"}
    )
    assert page.context["form"].errors.as_data()["checked"][0].code == "open"
    with pytest.raises(lifecycle.ProofNotSeen):
        lifecycle.register(case, actor=cast.officer_here, checked=POINTS)
    assert not ResidencyRecord.objects.exists()


def test_lost_race_leaves_the_representative_unconfirmed(cast):
    case = represented(cast)
    with pytest.raises(lifecycle.PageOutOfDate):
        lifecycle.register(
            case, actor=cast.officer_here, checked=["capacity"], seen_version=case.version - 1
        )
    assert LegalRepresentative.objects.get(citizen=case.citizen).confirmed_at is None


# --- A case given to another officer ----------------------------------------------------------


@pytest.fixture
def head(cast):
    post_officer(
        user=cast.officer_here,
        mission=cast.here,
        role=PostingRole.HEAD,
        starts_on=date(2020, 1, 1),
        actor=None,
    )
    return User.objects.get(pk=cast.officer_here.pk)


def test_head_gives_a_case_to_an_officer_of_the_mission(cast, head):
    case = made.in_review(cast.here, head)
    page = signed_in(head).get(address(case, "assign"))
    offered = [key for key, _words in page.context["form"].fields["officer"].choices]
    assert offered == [str(cast.second_officer_here.pk)]
    done = signed_in(head).post(
        address(case, "assign"),
        {"officer": cast.second_officer_here.pk, "seen_version": case.version},
    )
    assert done.url == address(case, "change")
    case.refresh_from_db()
    assert case.assigned_to == cast.second_officer_here
    assert AuditEvent.objects.filter(action="application.assigned").count() == 1


def test_officer_who_is_no_longer_posted_is_not_offered(cast, head):
    yesterday = today(cast.here) - timedelta(days=1)
    end_posting(cast.second_officer_here.postings.get(), on=yesterday, actor=None)
    later = UserFactory(officer=True)
    post_officer(
        user=later,
        mission=cast.here,
        role=PostingRole.OFFICER,
        starts_on=today(cast.here) + timedelta(days=1),
        actor=None,
    )
    case = made.in_review(cast.here, head)
    page = signed_in(head).get(address(case, "assign"))
    assert page.context["form"].fields["officer"].choices == []
    for wrong in (cast.second_officer_here, later, cast.officer_there, cast.ministry):
        answer = signed_in(head).post(
            address(case, "assign"), {"officer": wrong.pk, "seen_version": case.version}
        )
        assert answer.context["form"].errors.as_data()["officer"][0].code == "invalid_choice"


def test_stale_assignment_is_refused(cast, head):
    case = made.in_review(cast.here, head)
    answer = signed_in(head).post(
        address(case, "assign"), {"officer": cast.second_officer_here.pk, "seen_version": 0}
    )
    assert answer.status_code == 409
    case.refresh_from_db()
    assert case.assigned_to == head


def test_case_not_in_work_is_given_to_nobody(cast, head):
    case = made.submitted(cast.here)
    answer = signed_in(head).post(
        address(case, "assign"),
        {"officer": cast.second_officer_here.pk, "seen_version": case.version},
    )
    assert answer.status_code == 409


def test_officer_without_the_right_gives_nothing(cast):
    case = made.in_review(cast.here, cast.officer_here)
    officer = signed_in(cast.officer_here)
    assert officer.get(address(case, "assign")).status_code == 403
    assert address(case, "assign") not in officer.get(address(case, "change")).content.decode()


def test_head_elsewhere_gives_nothing_here(cast, head):
    post_officer(
        user=head,
        mission=cast.there,
        role=PostingRole.OFFICER,
        starts_on=date(2020, 1, 1),
        actor=None,
    )
    case = made.in_review(cast.there, cast.officer_there)
    assert signed_in(head).get(address(case, "assign")).status_code == 403


# --- Seeing each other and what happened ------------------------------------------------------


def test_two_officers_on_one_record_see_each_other(cast):
    case = made.in_review(cast.here, cast.officer_here)
    signed_in(cast.second_officer_here).get(address(case, "change"))
    page = signed_in(cast.officer_here).get(address(case, "change"))
    assert [who for who, _at in page.context["also_looking"]] == [str(cast.second_officer_here)]


def test_history_tells_moves_messages_and_looks(cast):
    case = made.refused(cast.here, cast.officer_here)
    signed_in(cast.ministry).get(address(case, "change"))
    page = signed_in(cast.officer_here).get(address(case, "change"))
    told = [(entry.who, entry.what) for entry in page.context["history"]]
    assert told[0] == (str(cast.officer_here), "Case opened")
    assert told[1] == (str(cast.ministry), "Case opened")
    subjects = set(OutboxMessage.objects.values_list("id", flat=True))
    messages = [what for _who, what in told if what.startswith("Message to the citizen")]
    assert len(messages) == len(subjects) == 2
    assert (str(cast.officer_here), "Refused") in told
    assert (str(cast.officer_here), "In work") in told
    notes = [entry.note for entry in page.context["history"] if entry.what == "Refused"]
    assert notes == ["The copy is of another person."]


def test_who_applied_for_a_child_does_not_decide_it_once_grown(cast):
    born = local_date(cast.here, timezone.now()).replace(year=2008) + timedelta(days=1)
    case = made.submitted(
        cast.here, account=cast.officer_here, capacity=Capacity.PARENT, birth_date=born, iin=""
    )
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        officer = signed_in(cast.officer_here)
        taken = officer.post(address(case, "take"), {"seen_version": case.version})
    case.refresh_from_db()
    assert (taken.status_code, case.status) == (403, ApplicationStatus.SUBMITTED)


def test_reference_that_is_taken_is_drawn_again(cast, monkeypatch):
    first = made.submitted(cast.here)
    drawn = iter([first.reference, "KZ26-AAAAAA-A"])
    monkeypatch.setattr(references, "new_reference", lambda _year: next(drawn))
    second = made.draft(cast.here, account=cast.citizen)
    signed_in(cast.citizen).post(
        f"/en/register/{second.public_id}/send/", {"consent": "on", "declaration": "on"}
    )
    second.refresh_from_db()
    assert second.reference == "KZ26-AAAAAA-A"


def test_insert_leaves_a_line_wherever_it_goes(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, permanent=True)
    inserts.record_insert(record, number="7", issued_on=date(2026, 1, 9), actor=cast.officer_here)
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    event = AuditEvent.objects.get(action="insert.returned")
    assert (event.target_label, event.mission) == ("7", cast.here.code)
    assert event.actor_email == cast.officer_here.email


def test_certificate_of_another_entry_is_not_replaced(cast):
    one, other = (made.registered(cast.here, cast.officer_here, iin="") for _each in range(2))
    wording = certificates.Wording("A", "self", "B", "C")
    theirs = certificates.issue(other, wording=wording, actor=cast.officer_here)
    with pytest.raises(certificates.CertificateRefused):
        certificates.issue(one, wording=wording, actor=cast.officer_here, replaces=theirs)
    assert one.certificates.count() == 0


@pytest.mark.parametrize("step", ["refuse", "ask"])
def test_personal_number_in_the_text_is_refused(cast, step):
    case = made.in_review(cast.here, cast.officer_here)
    typed = answers(case, step) | {"text": "The IIN 900101300017 is not yours."}
    page = signed_in(cast.officer_here).post(address(case, step), typed)
    assert page.context["form"].errors.as_data()["text"][0].code == "iin"
    assert "The IIN 900101300017 is not yours." in page.content.decode()
