"""Is the entry still true? Asked on its occasion, once; answered, or silence written down."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, OutboxMessage
from registrations.enums import ConfirmationOccasion, DeregistrationGround
from registrations.models import (
    Confirmation,
    DepartureNotice,
    LegalRepresentative,
    ResidencyRecord,
    TravelDocument,
)
from registrations.services import changes, freshness, lifecycle
from tests.clock import at, due_work, due_work_at, kinds, moment
from tests.factories import registrations as made
from tests.factories.missions import MissionFactory

pytestmark = pytest.mark.django_db
ASKED, REMINDED, SILENT = "still_here", "still_here_reminder", "record_unconfirmed"


def entry(cast, on="2027-01-15 12:00", zone="Europe/Berlin", **traits):
    """Registered at the moment, with a document that outlasts the test."""
    with at(on, zone):
        record = made.registered(traits.pop("mission", cast.here), cast.officer_here, **traits)
    TravelDocument.objects.update(expires_on=date(2039, 1, 1))
    return record


def posted(cast, mission):
    """The officer of the cast works there as well."""
    cast.officer_here.postings.create(mission=mission, role="officer", starts_on=date(2020, 1, 1))
    return mission


def about(record):
    """What was written about the entry, in order."""
    return kinds(reference=record.number)


def test_asked_eleven_months_on_reminded_and_silence_written_down(cast):
    record = entry(cast)
    due_work_at("2027-12-15 07:59")
    assert about(record) == []
    due_work_at("2027-12-15 08:00")
    assert about(record) == [ASKED]
    question = Confirmation.objects.get()
    assert (question.occasion, question.answer_by) == ("yearly", date(2028, 1, 14))
    due_work_at("2028-01-03 23:59")
    assert about(record) == [ASKED]
    due_work_at("2028-01-04 08:00")
    assert about(record) == [ASKED, REMINDED]
    due_work_at("2028-01-15 07:59")
    record.refresh_from_db()
    assert record.unconfirmed_since is None
    due_work_at("2028-01-15 08:00")
    record.refresh_from_db()
    question.refresh_from_db()
    silent_since = datetime(2028, 1, 15, 7, 0, tzinfo=UTC)
    assert (record.unconfirmed_since, question.lapsed_at) == (silent_since, silent_since)
    assert (record.closed_at, record.application.status) == (None, "registered")
    assert about(record) == [ASKED, REMINDED, SILENT]
    logged = AuditEvent.objects.get(action="record.unconfirmed")
    assert (logged.actor, logged.mission, logged.target_label) == (
        "",
        "embassy-berlin",
        record.number,
    )


def test_silent_person_is_asked_again_a_year_after_the_question(cast):
    record = entry(cast)
    for day in ("2027-12-15", "2028-01-04", "2028-01-15", "2028-11-14"):
        due_work_at(f"{day} 09:00")
    record.refresh_from_db()
    silent_since = record.unconfirmed_since
    assert about(record) == [ASKED, REMINDED, SILENT]
    for day in ("2028-11-15", "2028-12-05", "2028-12-16"):
        due_work_at(f"{day} 09:00")
    record.refresh_from_db()
    # The second silence is no news: the entry has been unconfirmed since the first.
    assert about(record) == [ASKED, REMINDED, SILENT, ASKED, REMINDED]
    assert record.unconfirmed_since == silent_since
    assert Confirmation.objects.exclude(lapsed_at=None).count() == 2


def test_scheduler_down_for_ten_days_sends_one_message(cast):
    record = entry(cast)
    for _round in range(3):
        due_work_at("2027-12-25 09:00")
    assert about(record) == [ASKED]
    assert Confirmation.objects.get().answer_by == date(2028, 1, 24)


def test_scheduler_down_over_the_last_day_reminds_of_nothing(cast):
    record = entry(cast)
    due_work_at("2027-12-15 09:00")
    due_work_at("2028-02-01 09:00")
    assert about(record) == [ASKED, SILENT]


@pytest.mark.parametrize(
    ("zone", "registered", "before", "due"),
    [
        # Pacific/Auckland is ahead of UTC by 13 hours in summer: its morning is yesterday's
        # evening in Greenwich. America/Los_Angeles is behind by 8 in winter.
        ("Pacific/Auckland", "2027-01-15 12:00", "2027-12-15 07:45", "2027-12-15 08:00"),
        ("America/Los_Angeles", "2027-01-15 23:30", "2027-12-15 07:45", "2027-12-15 08:00"),
        # The days on which the clocks go forward and back in Berlin.
        ("Europe/Berlin", "2027-04-28 12:00", "2028-03-28 07:45", "2028-03-28 08:00"),
        ("Europe/Berlin", "2027-04-26 12:00", "2028-03-26 07:45", "2028-03-26 08:00"),
        ("Europe/Berlin", "2027-11-30 12:00", "2028-10-30 07:45", "2028-10-30 08:00"),
        # Eleven months after 29 March is 29 February 2028, and after 31 March as well.
        ("Asia/Tokyo", "2027-03-29 12:00", "2028-02-29 07:45", "2028-02-29 08:00"),
        ("Asia/Tokyo", "2027-03-31 12:00", "2028-02-29 07:45", "2028-02-29 08:00"),
        # In 2029 February has 28 days.
        ("Asia/Tokyo", "2028-03-31 12:00", "2029-02-28 07:45", "2029-02-28 08:00"),
        # Registered on the leap day itself.
        ("Asia/Tokyo", "2028-02-29 12:00", "2029-01-29 07:45", "2029-01-29 08:00"),
    ],
)
def test_asked_in_the_morning_of_the_missions_own_day(cast, zone, registered, before, due):
    mission = posted(cast, MissionFactory(timezone=zone))
    record = entry(cast, on=registered, zone=zone, mission=mission)
    due_work_at(before, zone)
    assert about(record) == []
    due_work_at(due, zone)
    assert about(record) == [ASKED]


def test_last_day_to_answer_is_the_missions(cast):
    mission = posted(cast, MissionFactory(timezone="Pacific/Auckland"))
    record = entry(cast, zone="Pacific/Auckland", mission=mission)
    due_work_at("2027-12-15 08:00", "Pacific/Auckland")
    assert Confirmation.objects.get().answer_by == date(2028, 1, 14)
    # In UTC the day begins thirteen hours later; nobody waits for it.
    due_work_at("2028-01-15 08:00", "Pacific/Auckland")
    record.refresh_from_db()
    assert record.unconfirmed_since == moment("2028-01-15 08:00", "Pacific/Auckland")


def test_asked_before_the_planned_end_of_the_stay(cast):
    record = entry(cast, on="2027-01-15 12:00")
    ResidencyRecord.objects.update(planned_end=date(2027, 8, 31))
    due_work_at("2027-07-31 09:00")
    assert about(record) == []
    due_work_at("2027-08-01 09:00")
    question = Confirmation.objects.get()
    assert (question.occasion, about(record)) == ("stay_ending", [ASKED])
    body = OutboxMessage.objects.latest("id").body_text
    assert "31 August 2027" in body
    with at("2027-08-02 12:00"):
        freshness.confirm(record, actor=record.citizen.account)
    due_work_at("2027-08-25 09:00")
    assert about(record) == [ASKED]


def test_longer_stay_is_asked_about_again(cast):
    record = entry(cast)
    ResidencyRecord.objects.update(planned_end=date(2027, 8, 31))
    due_work_at("2027-08-01 09:00")
    with at("2027-08-02 12:00"):
        freshness.confirm(record, actor=record.citizen.account)
    ResidencyRecord.objects.update(planned_end=date(2027, 12, 31))
    due_work_at("2027-11-30 09:00")
    assert about(record) == [ASKED]
    due_work_at("2027-12-01 09:00")
    assert about(record) == [ASKED, ASKED]


def test_short_stay_is_not_asked_about_the_day_after_registration(cast):
    record = entry(cast)
    ResidencyRecord.objects.update(planned_end=date(2027, 1, 25))
    due_work_at("2027-01-16 09:00")
    due_work_at("2027-02-13 09:00")
    assert about(record) == []
    due_work_at("2027-02-14 09:00")
    assert about(record) == [ASKED]


def test_asked_once_before_the_document_expires(cast):
    record = entry(cast)
    TravelDocument.objects.update(expires_on=date(2027, 9, 1))
    due_work_at("2027-06-02 09:00")
    assert about(record) == []
    due_work_at("2027-06-03 09:00")
    assert about(record) == ["passport_expiring"]
    body = OutboxMessage.objects.latest("id").body_text
    assert "1 September 2027" in body
    assert "N12345678" not in body
    with at("2027-06-04 12:00"):
        freshness.confirm(record, actor=record.citizen.account)
    for day in ("2027-06-20", "2027-09-02", "2028-05-03"):
        due_work_at(f"{day} 09:00")
    assert about(record) == ["passport_expiring"]
    due_work_at("2028-05-04 09:00")
    assert about(record) == ["passport_expiring", ASKED]


def test_new_document_that_waits_for_the_officer_stops_the_question(cast):
    record = entry(cast)
    TravelDocument.objects.update(expires_on=date(2027, 9, 1))

    def write(application):
        application.citizen.documents.update(expires_on=date(2037, 1, 1))

    with at("2027-06-01 12:00"):
        change = changes.propose(record, "document", write=write, actor=record.citizen.account)
    due_work_at("2027-06-03 09:00")
    assert "passport_expiring" not in about(record)
    with at("2027-06-04 12:00"):
        changes.accept(change, actor=cast.officer_here)
    due_work_at("2027-06-05 09:00")
    assert "passport_expiring" not in about(record)


def test_two_occasions_at_once_are_two_questions_and_one_answer_closes_both(cast):
    record = entry(cast)
    TravelDocument.objects.update(expires_on=date(2027, 9, 1))
    ResidencyRecord.objects.update(planned_end=date(2027, 7, 3))
    due_work_at("2027-06-03 09:00")
    assert set(about(record)) == {ASKED, "passport_expiring"}
    with at("2027-06-04 12:00"):
        freshness.confirm(record, actor=record.citizen.account)
    assert Confirmation.objects.open().count() == 0
    assert set(Confirmation.objects.values_list("confirmed_at", flat=True)) == {
        moment("2027-06-04 12:00")
    }


def test_second_open_question_of_an_occasion_is_refused_by_the_database(cast):
    record = entry(cast)
    due_work_at("2027-12-15 09:00")
    refused = pytest.raises(IntegrityError, match="one_open_confirmation_an_occasion")
    with refused, transaction.atomic():
        Confirmation.objects.create(
            record=record, occasion=ConfirmationOccasion.YEARLY, answer_by=date(2028, 2, 1)
        )


def test_double_round_and_second_round_ask_once(cast):
    record = entry(cast)
    with at("2027-12-15 09:00"):
        due_work()
        due_work()
        assert freshness.ask_due() == 0
    assert about(record) == [ASKED]


def test_closed_entry_is_not_asked_and_its_question_ends(cast):
    record = entry(cast)
    due_work_at("2027-12-15 09:00")
    with at("2027-12-16 09:00"):
        lifecycle.deregister(
            record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
        )
    assert Confirmation.objects.get().lapsed_at == moment("2027-12-16 09:00")
    for day in ("2028-01-04", "2028-01-15", "2029-06-01"):
        due_work_at(f"{day} 09:00")
    record.refresh_from_db()
    assert (about(record), record.unconfirmed_since) == ([ASKED], None)


def test_who_leaves_is_left_alone_until_the_notice_is_taken_back(cast):
    record = entry(cast)
    with at("2027-12-10 09:00"):
        notice = DepartureNotice.objects.create(
            record=record,
            requested_by=record.citizen.account,
            due_at=moment("2027-12-20 18:00"),
            reason="returned",
            undo_until=moment("2027-12-17 09:00"),
        )
    due_work_at("2027-12-15 09:00")
    assert about(record) == []
    DepartureNotice.objects.filter(pk=notice.pk).update(
        state="withdrawn", settled_at=moment("2027-12-16 09:00"), settled_by=notice.requested_by
    )
    due_work_at("2027-12-16 10:00")
    assert about(record) == [ASKED]


def test_who_moves_is_left_alone(cast):
    record = entry(cast)
    with at("2027-12-10 09:00"):
        made.told_of_move(record, cast.there, arrived_on=date(2027, 12, 1))
    due_work_at("2027-12-15 09:00")
    assert about(record) == []


def test_move_within_the_district_confirms(cast):
    record = entry(cast)
    due_work_at("2027-12-15 09:00")
    new = {"country": "DE", "city": "Leipzig", "arrived_on": date(2027, 12, 1)}
    with at("2027-12-16 09:00"):
        made.told_of_move(record, cast.here, **new)
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2027-12-16 09:00")
    assert Confirmation.objects.open().count() == 0


def test_changed_phone_confirms_an_unconfirmed_entry(cast):
    record = entry(cast)
    due_work_at("2027-12-15 09:00")
    due_work_at("2028-02-01 09:00")

    def write(application):
        application.citizen.phone = "+49 30 1"
        application.citizen.save()

    with at("2028-02-02 12:00"):
        changes.change_at_once(record, "contact", write=write, actor=record.citizen.account)
    record.refresh_from_db()
    assert (record.unconfirmed_since, record.last_confirmed_at) == (
        None,
        moment("2028-02-02 12:00"),
    )
    # The silence stays a fact of its own.
    assert Confirmation.objects.get().lapsed_at is not None


def test_accepted_change_confirms(cast):
    record = entry(cast)

    def write(application):
        application.citizen.family_name = "Жаңаұлы"
        application.citizen.save()

    with at("2027-12-10 12:00"):
        change = changes.propose(record, "name", write=write, actor=record.citizen.account)
    with at("2027-12-11 12:00"):
        changes.accept(change, actor=cast.officer_here)
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2027-12-11 12:00")
    assert AuditEvent.objects.get(action="record.confirmed").details == {"by": "officer"}


@pytest.mark.parametrize("who", ["other_citizen", "officer_there", "ministry"])
def test_stranger_confirms_nothing(cast, who):
    record = entry(cast)
    with at("2027-12-16 09:00"), pytest.raises(freshness.CannotConfirm):
        freshness.confirm(record, actor=getattr(cast, who))
    record.refresh_from_db()
    assert record.last_confirmed_at == moment("2027-01-15 12:00")


def test_nobody_confirms_a_closed_entry(cast):
    record = entry(cast)
    with at("2027-12-16 09:00"):
        lifecycle.deregister(
            record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
        )
        with pytest.raises(freshness.CannotConfirm):
            freshness.confirm(record, actor=record.citizen.account)


def test_parents_are_asked_each_in_the_own_language(cast):
    cast.citizen.language = "ru"
    cast.citizen.save()
    record = entry(
        cast, account=cast.citizen, capacity="parent", iin="", birth_date=date(2020, 5, 5)
    )
    LegalRepresentative.objects.create(
        citizen=record.citizen, user=cast.other_citizen, capacity="parent"
    )
    due_work_at("2027-12-15 09:00")
    asked = OutboxMessage.objects.filter(kind=ASKED).order_by("id")
    assert [(one.recipient, one.language) for one in asked] == [
        (cast.citizen.email, "ru"),
        (cast.other_citizen.email, "en"),
    ]
    links = {one.body_text.partition("/still-here/")[2].split("/")[0] for one in asked}
    assert len(links) == 1
    assert "/ru/still-here/" in asked[0].body_text


def test_child_without_anybody_is_not_asked(cast):
    record = entry(
        cast, account=cast.citizen, capacity="parent", iin="", birth_date=date(2020, 5, 5)
    )
    LegalRepresentative.objects.update(ends_at=moment("2027-06-01 00:00"))
    due_work_at("2027-12-15 09:00")
    assert (about(record), Confirmation.objects.count()) == ([], 0)
