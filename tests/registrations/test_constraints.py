"""What the database itself refuses, whatever code asks for it."""

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEvent
from missions.models import ForeignMission, Posting
from registrations.models import (
    Application,
    ApplicationEvent,
    Consent,
    Declaration,
    InformationRequest,
    ResidencyRecord,
)
from tests.factories import registrations as made

pytestmark = pytest.mark.django_db


def refused(name):
    return pytest.raises((IntegrityError, InternalError), match=name)


def change(row, **columns):
    with transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**columns)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("decided_by_somebody_exactly_when_decided", {"decided_at": None}),
        ("decided_by_somebody_exactly_when_decided", {"decided_by": None}),
        ("register_number_exactly_when_registered", {"register_number": ""}),
        ("refused_on_a_ground_with_a_text", {"refusal_ground": "rules_not_met"}),
        ("taken_by_somebody", {"taken_at": None}),
        ("clock_stopped_exactly_while_waiting", {"paused_at": timezone.now()}),
        ("withdrawn_exactly_when_withdrawn", {"withdrawn_at": timezone.now()}),
        ("sent_by_somebody_to_a_mission", {"submitted_by": None}),
        ("sent_by_somebody_to_a_mission", {"mission": None}),
        ("sent_by_somebody_to_a_mission", {"reference": ""}),
    ],
)
def test_registered_application_keeps_its_facts(cast, name, columns):
    record = made.registered(cast.here, cast.officer_here)
    with refused(name):
        change(record.application, **columns)


def test_refusal_without_text(cast):
    with refused("refused_on_a_ground_with_a_text"):
        change(made.refused(cast.here, cast.officer_here), refusal_text="")


def test_case_in_work_without_officer(cast):
    case = made.in_review(cast.here, cast.officer_here)
    with refused("in_work_with_somebody"):
        change(case, assigned_to=None, taken_at=None)


def test_second_open_application(cast):
    first = made.draft(cast.here)
    with refused("one_open_application_a_citizen"), transaction.atomic():
        Application.objects.create(citizen=first.citizen, applicant=first.applicant)


def test_permanent_record_without_permit(cast):
    record = made.registered(cast.here, cast.officer_here, permanent=True)
    with refused("permit_exactly_on_permanent_record"):
        change(record, exit_permit=None)


def test_same_number_twice(cast):
    first = made.registered(cast.here, cast.officer_here)
    second = made.registered(cast.here, cast.officer_here)
    assert (first.sequence, second.sequence) == (1, 2)
    with refused("one_number_a_mission_and_year"):
        change(second, sequence=F("sequence") - 1)


def test_registered_twice(cast):
    record = made.registered(cast.here, cast.officer_here)
    other = made.registered(cast.here, cast.officer_here)
    with refused("registered_once"):
        change(other, citizen=record.citizen)


def test_record_closed_without_ground(cast):
    record = made.registered(cast.here, cast.officer_here)
    with refused("closed_by_somebody_on_a_ground"):
        change(record, closed_at=timezone.now())


def test_second_open_request(cast):
    case = made.more_info(cast.here, cast.officer_here)
    with refused("one_open_request_an_application"), transaction.atomic():
        InformationRequest.objects.create(
            application=case,
            pages=["name"],
            text="x",
            answer_by=timezone.localdate(),
            asked_by=cast.officer_here,
            working_days_left=1,
        )


def test_overlapping_posting(cast):
    with refused("no_overlapping_postings"), transaction.atomic():
        Posting.objects.create(
            user=cast.officer_here, mission=cast.here, role="officer", starts_on="2024-01-01"
        )


def test_contacts_confirmed_by_nobody(cast):
    with refused("contacts_confirmed_by_somebody"), transaction.atomic():
        ForeignMission.objects.update(contact_confirmed_at=timezone.now())


@pytest.mark.parametrize("model", [ApplicationEvent, Declaration, Consent, AuditEvent])
def test_what_happened_is_never_changed(cast, model):
    made.registered(cast.here, cast.officer_here)
    assert model.objects.exists()
    with refused("Cannot update or delete"), transaction.atomic():
        model.objects.all().delete()
    with refused("Cannot update or delete"), transaction.atomic():
        model.objects.update(id=F("id"))


def test_history_sees_raw_sql(cast):
    record = made.registered(cast.here, cast.officer_here)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registrations_residencyrecord SET planned_end = '2030-01-01'")
    assert record.history.count() == 2
    with refused("Cannot update or delete"), transaction.atomic():
        record.history.all().delete()


def test_tampered_log_is_found(cast):
    made.registered(cast.here, cast.officer_here)
    assert audit.first_broken_event() is None
    victim = AuditEvent.objects.order_by("id")[2]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE accounts_auditevent SET actor = 'x' WHERE id = %s", [victim.pk])
        cursor.execute("ALTER TABLE accounts_auditevent ENABLE TRIGGER USER")
    assert audit.first_broken_event() == victim


def test_dump_shows_no_number(cast):
    made.registered(cast.here, cast.officer_here)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            dump = "\n".join(row[0] for row in cursor.fetchall())
            assert made.IIN not in dump, table
            assert "N12345678" not in dump, table


def test_closed_record_frees_the_citizen(cast):
    record = made.registered(cast.here, cast.officer_here)
    change(
        record,
        closed_at=timezone.now(),
        closed_by=cast.officer_here,
        closing_ground="stay_ended",
    )
    assert ResidencyRecord.objects.in_force().count() == 0
