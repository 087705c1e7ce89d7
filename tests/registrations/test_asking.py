"""What a registered person asks of the mission: a certificate, to leave, help, to vote."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import OutboxMessage
from registrations.enums import (
    ApplicationStatus,
    Capacity,
    DeregistrationGround,
    LeavingReason,
    RequestState,
)
from registrations.models import (
    CertificateRequest,
    DepartureNotice,
    HelpRequest,
    LegalRepresentative,
    ResidencyRecord,
    VotingRequest,
)
from registrations.services import (
    certificate_requests,
    certificates,
    departures,
    help_requests,
    lifecycle,
    requests,
    voting,
)
from tests.clock import at
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
WORDING = certificates.Wording("A", Capacity.SELF, "B", "C")


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


def page(record, rest=""):
    return f"/en/account/{record.public_id}/{rest}"


def kinds():
    return list(OutboxMessage.objects.order_by("id").values_list("kind", flat=True))


def test_certificate_is_asked_for_by_nobody_who_does_not_keep_the_entry(cast, record):
    said = {"purpose": "a bank", "addressee": "", "with_english": False}
    with pytest.raises(requests.RequestRefused) as refused:
        certificate_requests.apply(record, actor=cast.other_citizen, **said)
    assert refused.value.code == "not_yours"
    assert CertificateRequest.objects.count() == 0


def test_certificate_is_asked_for_issued_and_opened(cast, record):
    citizen = signed_in(cast.citizen)
    citizen.post(page(record, "certificate/"), {"purpose": "a bank", "with_english": "on"})
    asked = CertificateRequest.objects.get()
    assert (asked.applied_as, asked.with_english) == (Capacity.SELF, True)
    certificate = certificate_requests.issue(asked, wording=WORDING, actor=cast.officer_here)
    asked.refresh_from_db()
    assert (asked.state, asked.certificate) == (RequestState.DONE, certificate)
    opened = citizen.get(page(record, f"certificates/{certificate.public_id}/"))
    assert opened.content == bytes(certificate.pdf)
    assert kinds()[-2:] == ["certificate_asked", "certificate_issued"]
    with pytest.raises(requests.RequestRefused):
        certificate_requests.refuse(asked, actor=cast.officer_here, answer="No.")


def test_certificate_asked_for_by_a_parent_says_so(cast):
    child = made.registered(
        cast.here, cast.officer_here, account=cast.citizen, capacity="parent", iin=""
    )
    signed_in(cast.citizen).post(page(child, "certificate/"), {"purpose": "a school"})
    assert CertificateRequest.objects.get().applied_as == Capacity.PARENT


def test_refused_certificate_says_why(cast, record):
    citizen = signed_in(cast.citizen)
    citizen.post(page(record, "certificate/"), {"purpose": "a bank"})
    asked = CertificateRequest.objects.get()
    certificate_requests.refuse(asked, actor=cast.officer_here, answer="Come by first.")
    assert "Come by first." in citizen.get(page(record)).content.decode()
    assert "Come by first." in OutboxMessage.objects.latest("id").body_text


def test_notice_can_be_taken_back_for_a_week(cast, record):
    citizen = signed_in(cast.citizen)
    citizen.post(page(record, "leave/"), {"reason": "returned"})
    notice = DepartureNotice.objects.get()
    assert notice.undo_until - notice.requested_at == timedelta(days=7)
    assert notice.due_at > notice.undo_until
    with pytest.raises(departures.TooEarly):
        departures.close_entry(notice, actor=cast.officer_here)
    citizen.post(page(record, "stay/"))
    notice.refresh_from_db()
    assert notice.state == RequestState.WITHDRAWN
    assert kinds()[-2:] == ["departure_received", "departure_taken_back"]
    record.refresh_from_db()
    assert record.closed_at is None


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_second_press_on_stay_says_that_it_is_taken_back(cast, record):
    citizen = signed_in(cast.citizen)
    assert citizen.post(page(record, "stay/")).status_code == 404
    citizen.post(page(record, "leave/"), {"reason": "returned"}, follow=True)
    assert [said(citizen.post(page(record, "stay/"), follow=True)) for _each in range(2)] == [
        ["The entry stays in the register."],
        ["It is taken back already."],
    ]


def test_stay_pressed_after_the_week_or_after_the_closing_is_answered(cast, record):
    departures.give_notice(record, reason=LeavingReason.RETURNED, text="", actor=cast.citizen)
    notice = DepartureNotice.objects.get()
    with time_machine.travel(notice.undo_until + timedelta(minutes=1), tick=False):
        citizen = signed_in(cast.citizen)
        late = citizen.post(page(record, "stay/"), follow=True)
        departures.close_entry(notice, actor=cast.officer_here)
        closed = citizen.post(page(record, "stay/"), follow=True)
    assert said(late) == [
        "The week to take it back is over. If the entry is to stay, write to the mission at once."
    ]
    assert said(closed) == ["The mission has answered it already."]


def test_certificate_taken_back_twice_was_taken_back(cast, record):
    citizen = signed_in(cast.citizen)
    citizen.post(page(record, "certificate/"), {"purpose": "a bank"}, follow=True)
    asked = CertificateRequest.objects.get()
    address = page(record, f"certificate/{asked.public_id}/withdraw/")
    assert [said(citizen.post(address, follow=True)) for _each in range(2)] == [
        ["Your application for a certificate is taken back."],
        ["It is taken back already."],
    ]


def test_officer_closes_the_entry_after_the_week(cast, record):
    certificate = certificates.issue(record, wording=WORDING, actor=cast.officer_here)
    voting.ask(record, actor=cast.citizen)
    citizen = signed_in(cast.citizen)
    citizen.post(page(record, "leave/"), {"reason": "consent", "text": "I am home."})
    citizen.post(page(record, "certificate/"), {"purpose": "a bank"})
    notice = DepartureNotice.objects.get()
    with time_machine.travel(notice.undo_until + timedelta(minutes=1), tick=False):
        with pytest.raises(departures.TooLate):
            departures.take_back(notice, actor=cast.citizen)
        departures.close_entry(notice, actor=cast.officer_here)
    record.refresh_from_db()
    record.application.refresh_from_db()
    assert record.closing_ground == DeregistrationGround.OWN_APPLICATION
    assert record.application.status == ApplicationStatus.DEREGISTERED
    assert certificates.find(certificate.code).state == "withdrawn"
    assert CertificateRequest.objects.get().state == RequestState.LAPSED
    assert DepartureNotice.objects.get().state == RequestState.DONE
    assert VotingRequest.objects.get().withdrawn_at is not None
    assert kinds()[-1] == "removed_from_register"
    assert signed_in(cast.citizen).get(page(record)).status_code == 200
    assert signed_in(cast.citizen).get(page(record, "leave/")).url == page(record)


def test_second_notice_is_the_first(cast, record):
    citizen = signed_in(cast.citizen)
    for _each in range(2):
        answer = citizen.post(page(record, "leave/"), {"reason": "returned"})
        assert answer.url == page(record)
    assert DepartureNotice.objects.count() == 1


def test_second_notice_is_said_before_anything_is_typed(cast, record):
    citizen = signed_in(cast.citizen)
    citizen.post(page(record, "leave/"), {"reason": "returned"})
    answer = citizen.get(page(record, "leave/"), follow=True)
    assert answer.redirect_chain == [(page(record), 302)]
    said = [str(message) for message in answer.context["messages"]]
    assert said[-1] == "Your application to leave is with the mission already."


def test_leaving_of_a_child_does_not_speak_of_the_parent(cast):
    child = made.registered(
        cast.here, cast.officer_here, account=cast.citizen, capacity="parent", iin=""
    )
    citizen = signed_in(cast.citizen)
    answer = citizen.get(page(child, "leave/"))
    form = answer.context["form"]
    assert form.fields["reason"].label == "Why does the person leave the register?"
    assert [str(label) for _value, label in form.fields["reason"].choices] == [
        "Return to Kazakhstan",
        "A move; registers elsewhere",
        "Consent to the use of the data is taken back",
        "Another reason",
    ]
    words = answer.content.decode()
    for of_the_parent in ("looks for you", "you may register again", "Have you only moved"):
        assert of_the_parent not in words
    citizen.post(page(child, "leave/"), {"reason": "returned"})
    waiting = citizen.get(page(child)).content.decode()
    assert "You have asked to take the person off the register." in waiting
    notice = f"/admin/registrations/departurenotice/{DepartureNotice.objects.get().public_id}/"
    assert "Return to Kazakhstan" in signed_in(cast.officer_here).get(notice).content.decode()


def test_second_click_asks_for_nothing_twice(cast, record):
    client = signed_in(cast.citizen)
    asked = {"certificate/": {"purpose": "bank"}, "help/": {"topic": "other", "text": "Lost"}}
    for address, typed in asked.items():
        before = kinds()
        for _click in range(2):
            assert client.post(page(record, address), typed).url == page(record)
        assert len(kinds()) - len(before) == {"certificate/": 1, "help/": 3}[address]
    assert record.certificaterequests.count() == 1
    assert record.helprequests.count() == 1


def test_another_purpose_is_another_certificate(cast, record):
    client = signed_in(cast.citizen)
    for purpose in ("bank", "university"):
        client.post(page(record, "certificate/"), {"purpose": purpose})
    assert record.certificaterequests.count() == 2


def test_answered_request_can_be_made_again(cast, record):
    client = signed_in(cast.citizen)
    client.post(page(record, "help/"), {"topic": "other", "text": "Lost"})
    help_requests.answer(record.helprequests.get(), actor=cast.officer_here, answer="Come to us.")
    client.post(page(record, "help/"), {"topic": "other", "text": "Lost"})
    assert record.helprequests.count() == 2


def test_other_mission_closes_nothing(cast, record):
    notice = departures.give_notice(record, reason=LeavingReason.OTHER, text="", actor=cast.citizen)
    with time_machine.travel(notice.undo_until + timedelta(minutes=1), tick=False):
        for stranger in (cast.officer_there, cast.ministry, cast.citizen):
            with pytest.raises(requests.RequestRefused):
                departures.close_entry(notice, actor=stranger)


def test_sixth_open_request_for_help_is_not_taken_and_its_words_stay(cast, record):
    typed = {"topic": "rights", "text": "Not paid."}
    citizen = signed_in(cast.citizen)
    for number in range(help_requests.MOST_OPEN):
        said = typed | {"text": f"Not paid for month {number}."}
        assert citizen.post(page(record, "help/"), said).status_code == 302
    told = OutboxMessage.objects.count()
    refused = citizen.post(page(record, "help/"), typed)
    form = refused.context["form"]
    assert [error.code for error in form.non_field_errors().as_data()] == ["too_many"]
    assert form["text"].value() == "Not paid."
    assert record.helprequests.count() == help_requests.MOST_OPEN
    assert OutboxMessage.objects.count() == told
    help_requests.answer(record.helprequests.first(), actor=cast.officer_here, answer="Paid.")
    assert citizen.post(page(record, "help/"), typed).status_code == 302


def test_help_reaches_the_officers_without_its_words(cast, record):
    signed_in(cast.citizen).post(
        page(record, "help/"),
        {"topic": "detained", "text": "They took my passport.", "is_urgent": "on"},
    )
    asked = HelpRequest.objects.get()
    assert (asked.phone, asked.text) == (record.citizen.phone, "They took my passport.")
    told = OutboxMessage.objects.filter(kind="help_asked")
    officers = {cast.officer_here.email, cast.second_officer_here.email}
    assert {message.recipient for message in told} == officers
    assert not any("passport" in message.body_text for message in told)
    help_requests.take(asked, actor=cast.officer_here)
    with pytest.raises(requests.RequestRefused):
        help_requests.take(asked, actor=cast.second_officer_here)
    with pytest.raises(requests.RequestRefused):
        help_requests.take(asked, actor=cast.officer_there)
    help_requests.answer(asked, actor=cast.officer_here, answer="We are on the way.")
    assert "We are on the way." in signed_in(cast.citizen).get(page(record)).content.decode()


def test_what_happened_is_sealed_at_rest(cast, record):
    signed_in(cast.citizen).post(page(record, "help/"), {"topic": "rights", "text": "Not paid."})
    assert "Not paid" not in str(HelpRequest.objects.values_list("text", flat=True).get())


def test_vote_is_asked_for_once_and_taken_back(cast, record):
    citizen = signed_in(cast.citizen)
    citizen.post(page(record, "vote/"))
    citizen.post(page(record, "vote/"))
    assert VotingRequest.objects.filter(withdrawn_at=None).count() == 1
    citizen.post(page(record, "vote/"), {"withdraw": "1"})
    assert VotingRequest.objects.filter(withdrawn_at=None).count() == 0


def test_day_of_asking_to_vote_is_the_missions(cast, record):
    cast.here.timezone = "Asia/Tokyo"
    cast.here.save()
    with at("2027-03-02 07:00", "Asia/Tokyo"):
        voting.ask(record, actor=cast.citizen)
        words = signed_in(cast.citizen).get(page(record, "vote/")).content.decode()
    assert "You have asked</span> 2 March 2027" in words


def test_nobody_votes_for_a_child(cast):
    child = made.registered(
        cast.here, cast.officer_here, account=cast.citizen, capacity="parent", iin=""
    )
    signed_in(cast.citizen).post(page(child, "vote/"))
    assert VotingRequest.objects.count() == 0


def test_representative_whose_term_ended_is_out(cast):
    child = made.registered(
        cast.here, cast.officer_here, account=cast.citizen, capacity="parent", iin=""
    )
    client = signed_in(cast.citizen)
    assert client.get(page(child)).status_code == 200
    LegalRepresentative.objects.update(ends_at=timezone.now())
    assert client.get(page(child)).status_code == 404
    assert not lifecycle.acts_for_citizen(cast.citizen, child.application)


def test_vote_is_not_asked_for_from_a_page_older_than_the_closing(cast, record):
    stale = ResidencyRecord.objects.get(pk=record.pk)
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    with pytest.raises(voting.MayNotVote):
        voting.ask(stale, actor=cast.citizen)
    assert VotingRequest.objects.count() == 0


def test_help_page_gives_a_number_where_the_mission_has_confirmed_none(cast, record):
    page = signed_in(cast.citizen).get(f"/en/account/{record.public_id}/help/").content.decode()
    assert "has not confirmed its address and phone" in page
    assert 'href="tel:112"' in page


@pytest.mark.parametrize(
    ("reason", "status"),
    [("consent", ApplicationStatus.WITHDRAWN), ("other", ApplicationStatus.IN_REVIEW)],
)
def test_move_is_withdrawn_with_the_consent_it_rests_on(cast, record, reason, status):
    moved = made.told_of_move(record, cast.there)
    lifecycle.take(moved, actor=cast.officer_there)
    client = signed_in(cast.citizen)
    said = (
        "The move to the new mission goes on. Only whoever takes back the consent withdraws it too."
    )
    assert said in client.get(page(record, "leave/")).content.decode()
    client.post(page(record, "leave/"), {"reason": reason, "text": "No."})
    moved.refresh_from_db()
    assert (moved.status, DepartureNotice.objects.get().state) == (status, RequestState.OPEN)
