"""A request for information: reminded of in time, and gone on without once its day has passed."""

from datetime import date

import pytest

from accounts.models import AuditEvent, OutboxMessage
from registrations.enums import ApplicationStatus
from registrations.models import InformationRequest
from registrations.services import awaited_answers, drafts, lifecycle
from tests.clock import at, due_work_at, kinds, moment
from tests.factories import registrations as made
from tests.factories.missions import MissionFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
REMINDER = "answer_reminder"


def asked(cast, *, on="2027-03-01 12:00", until=date(2027, 3, 15), zone="Europe/Berlin", **traits):
    """A case whose citizen was asked at the moment to answer by the day."""
    with at(on, zone):
        case = made.in_review(traits.pop("mission", cast.here), cast.officer_here, **traits)
        return lifecycle.ask(
            case,
            actor=cast.officer_here,
            pages=["address"],
            text="The street is missing.",
            answer_by=until,
        )


def about(case):
    return [kind for kind in kinds(reference=case.reference) if kind == REMINDER]


def test_reminded_three_days_and_one_day_before(cast):
    case = asked(cast)
    seen = []
    for text in (
        "2027-03-11 20:00",
        "2027-03-12 07:59",
        "2027-03-12 08:00",
        "2027-03-13 09:00",
        "2027-03-14 07:59",
        "2027-03-14 08:00",
        "2027-03-15 09:00",
        "2027-03-16 09:00",
    ):
        due_work_at(text)
        seen.append(len(about(case)))
    assert seen == [0, 0, 1, 1, 1, 2, 2, 2]
    message = OutboxMessage.objects.filter(kind=REMINDER).latest("id")
    assert message.recipient == case.applicant.email
    assert case.reference in message.subject
    assert "15 March 2027" in message.body_text
    assert "The street is missing." in message.body_text


def test_missed_reminders_become_one(cast):
    case = asked(cast)
    due_work_at("2027-03-14 12:00")
    due_work_at("2027-03-14 12:15")
    assert about(case) == [REMINDER]


def test_short_request_is_not_reminded_of_at_once(cast):
    case = asked(cast, on="2027-03-13 12:00")
    due_work_at("2027-03-13 20:00")
    assert about(case) == []
    due_work_at("2027-03-14 09:00")
    assert about(case) == [REMINDER]


def test_answered_and_withdrawn_requests_are_not_reminded_of(cast):
    answered, withdrawn = asked(cast), asked(cast)
    with at("2027-03-02 12:00"):
        lifecycle.answer(answered, actor=answered.applicant)
        lifecycle.withdraw(withdrawn, actor=withdrawn.applicant)
    due_work_at("2027-03-12 09:00")
    assert about(answered) + about(withdrawn) == []


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_day_of_the_answer_is_the_missions(cast, zone):
    mission = MissionFactory(timezone=zone)
    cast.officer_here.postings.create(mission=mission, role="officer", starts_on=date(2020, 1, 1))
    case = asked(cast, mission=mission, zone=zone)
    with at("2027-03-15 23:59", zone):
        assert not awaited_answers.may_go_on(case)
        with pytest.raises(lifecycle.AnswerAwaited):
            lifecycle.go_on(case, actor=cast.officer_here)
    with at("2027-03-16 00:00", zone):
        assert awaited_answers.may_go_on(case)
        assert lifecycle.go_on(case, actor=cast.officer_here).status == ApplicationStatus.IN_REVIEW


def test_officer_goes_on_and_nothing_half_typed_counts(cast):
    case = asked(cast)

    def write(application):
        application.citizen.street = "Half typed"
        application.citizen.save()

    with at("2027-03-10 12:00"):
        drafts.save_page(case, "address", actor=case.applicant, write=write)
    with at("2027-03-16 09:00"):
        gone_on = lifecycle.go_on(case, actor=cast.officer_here)
    assert (gone_on.status, gone_on.paused_at) == (ApplicationStatus.IN_REVIEW, None)
    # Two working days were left of the clock: from Tuesday to the end of Thursday.
    assert gone_on.due_at == moment("2027-03-18 18:00")
    assert gone_on.declarations.count() == 1
    assert gone_on.current_declaration.answers["address"]["street"] == "Müllerstraße 12"
    request = InformationRequest.objects.get()
    assert (request.answered_at, request.lapsed_at) == (None, moment("2027-03-16 09:00"))
    assert gone_on.open_request is None
    event = gone_on.events.latest("id")
    assert (event.actor, event.details) == (cast.officer_here, {"unanswered": True})
    assert AuditEvent.objects.latest("id").details["unanswered"] is True
    told = OutboxMessage.objects.latest("id")
    assert (told.kind, told.recipient) == ("went_on_unanswered", case.applicant.email)
    with at("2027-03-16 10:00"):
        record = lifecycle.register(gone_on, actor=cast.officer_here, checked=["photo"])
    assert record.entered["address"]["street"] == "Müllerstraße 12"


def test_half_typed_end_of_stay_is_not_entered(cast):
    case = asked(cast)
    lifecycle.Application.objects.filter(pk=case.pk).update(planned_end=date(2031, 1, 1))
    with at("2027-03-16 09:00"):
        case = lifecycle.go_on(case, actor=cast.officer_here)
        record = lifecycle.register(case, actor=cast.officer_here, checked=["photo"])
    assert record.planned_end is None


def test_officer_asks_again_after_going_on(cast):
    case = asked(cast)
    with at("2027-03-16 09:00"):
        case = lifecycle.go_on(case, actor=cast.officer_here)
        again = lifecycle.ask(
            case,
            actor=cast.officer_here,
            pages=["address"],
            text="Still missing.",
            answer_by=date(2027, 3, 30),
        )
    assert again.open_request.text == "Still missing."
    with at("2027-03-17 09:00"):
        assert lifecycle.answer(again, actor=again.applicant).declarations.count() == 2


@pytest.mark.parametrize("who", ["officer_there", "ministry", "other_citizen", "applicant"])
def test_nobody_else_goes_on(cast, who):
    case = asked(cast, account=cast.citizen)
    actor = cast.citizen if who == "applicant" else getattr(cast, who)
    with at("2027-03-16 09:00"), pytest.raises(lifecycle.ActorMayNot):
        lifecycle.go_on(case, actor=actor)
    case.refresh_from_db()
    assert case.status == ApplicationStatus.MORE_INFO


def test_officer_does_not_answer_for_the_citizen(cast):
    case = asked(cast)
    with at("2027-03-16 09:00"), pytest.raises(lifecycle.ActorMayNot):
        lifecycle.answer(case, actor=cast.officer_here)
    assert case.declarations.count() == 1


def test_record_page_offers_it_once_the_day_has_passed(cast):
    case = asked(cast)
    page = f"/admin/registrations/application/{case.public_id}/"
    with at("2027-03-15 20:00"):
        officer = signed_in(cast.officer_here)
        shown = officer.get(f"{page}change/").content.decode()
        assert "Go on without the answer" not in shown
        assert officer.post(f"{page}go-on/").status_code == 302
        case.refresh_from_db()
        assert case.status == ApplicationStatus.MORE_INFO
    with at("2027-03-16 09:00"):
        officer = signed_in(cast.officer_here)
        shown = officer.get(f"{page}change/").content.decode()
        assert "Go on without the answer" in shown
        assert "you may go on without the answer" in shown
        listed = officer.get("/admin/registrations/application/?task=waiting").content.decode()
        assert "no answer in time" in listed
        assert officer.get(f"{page}go-on/").status_code == 405
        assert signed_in(cast.officer_there).post(f"{page}go-on/").status_code == 404
        assert signed_in(cast.ministry).post(f"{page}go-on/").status_code == 403
        assert officer.post(f"{page}go-on/").url == f"{page}change/"
    case.refresh_from_db()
    assert case.status == ApplicationStatus.IN_REVIEW


def test_citizen_reads_that_the_officer_went_on(cast):
    case = asked(cast, account=cast.citizen)
    with at("2027-03-16 09:00"):
        lifecycle.go_on(case, actor=cast.officer_here)
        page = signed_in(cast.citizen).get("/en/account/").content.decode()
    assert "The officer goes on without your answer" in page
    assert "You answered" not in page


def test_going_on_too_early_says_so(cast):
    case = asked(cast)
    with at("2027-03-15 12:00"):
        answer = signed_in(cast.officer_here).post(
            f"/admin/registrations/application/{case.public_id}/go-on/", follow=True
        )
    assert "The last day to answer has not passed" in answer.content.decode()
    case.refresh_from_db()
    assert case.status == ApplicationStatus.MORE_INFO


def test_withdrawn_application_waits_for_no_answer(cast):
    case = asked(cast)
    with at("2027-03-02 12:00"):
        lifecycle.withdraw(case, actor=case.applicant)
    request = InformationRequest.objects.get()
    assert (request.is_open, request.lapsed_at) == (False, moment("2027-03-02 12:00"))
