"""Every personal model, with a row of the citizen in Berlin that could leak."""

import itertools
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from registrations.enums import Capacity, ConfirmationOccasion, HelpTopic, LeavingReason
from registrations.models import (
    CertificateRequest,
    ChangeRequest,
    ComingOfAge,
    Confirmation,
    DepartureNotice,
    FamilyMember,
    HelpRequest,
    PreviousName,
    VotingRequest,
)
from registrations.services import attachments, certificates, inserts, lifecycle
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.files import upload
from tests.personal import LIVE

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(cast):
    """A row of each personal model, each about the citizen or the citizen's child."""
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, permanent=True)
    issued = certificates.issue(
        record, wording=certificates.Wording("A", "self", "B", "C"), actor=cast.officer_here
    )
    certificates.revoke(issued, actor=cast.officer_here, reason="A mistake")
    inserts.record_insert(
        record, number="1", issued_on=timezone.localdate(), actor=cast.officer_here
    )
    ask_for_all(record, cast.citizen)
    child = made.draft(cast.here, account=cast.citizen, capacity=Capacity.PARENT, iin="")
    attachments.store(child, kind="identity", upload=upload(), actor=cast.citizen)
    case = lifecycle.take(made.send(child), actor=cast.officer_here)
    lifecycle.ask(
        case,
        actor=cast.officer_here,
        pages=["address"],
        text="The street is missing.",
        answer_by=timezone.localdate() + timedelta(days=14),
    )
    FamilyMember.objects.create(
        citizen=record.citizen, name="Серік", relation="child", citizenship="DE"
    )
    PreviousName.objects.create(citizen=record.citizen, name="Ахметова")
    ComingOfAge.objects.create(citizen=case.citizen)
    return record


def ask_for_all(record, citizen):
    """One of each thing a registered person asks for, and one question asked of the person."""
    common = {"record": record, "requested_by": citizen, "due_at": timezone.now()}
    ChangeRequest.objects.create(page="name", before={}, proposed={}, **common)
    CertificateRequest.objects.create(**common)
    DepartureNotice.objects.create(
        reason=LeavingReason.RETURNED, undo_until=timezone.now(), **common
    )
    HelpRequest.objects.create(topic=HelpTopic.OTHER, text="Lost", **common)
    VotingRequest.objects.create(record=record, requested_by=citizen)
    Confirmation.objects.create(
        record=record,
        occasion=next(iter(ConfirmationOccasion)),
        answer_by=timezone.localdate(),
    )


def rows_seen_by(user):
    return {model.__name__: model.objects.visible_to(user).count() for model in LIVE}


def test_every_row_is_seen_by_whom_it_concerns_and_by_nobody_else(cast, everything):
    rows = {model.__name__: model.objects.count() for model in LIVE}
    assert {name for name, count in rows.items() if count == 0} == set()
    none = dict.fromkeys(rows, 0)
    concerned = (cast.citizen, cast.officer_here, cast.second_officer_here, cast.ministry)
    strangers = (
        AnonymousUser(),
        cast.other_citizen,
        cast.officer_there,
        UserFactory(officer=True),
        UserFactory(officer=True, is_superuser=True),
    )
    seen = {user: rows_seen_by(user) for user in itertools.chain(concerned, strangers)}
    assert [seen[user] for user in concerned] == [rows] * len(concerned)
    assert [seen[user] for user in strangers] == [none] * len(strangers)


def test_draft_is_seen_by_its_writer_alone(cast):
    made.draft(cast.here, account=cast.citizen)
    seen = rows_seen_by(cast.citizen)
    assert (seen["Application"], seen["Citizen"], seen["TravelDocument"]) == (1, 1, 1)
    assert set(rows_seen_by(cast.officer_here).values()) == {0}
    assert rows_seen_by(cast.ministry)["Application"] == 0
