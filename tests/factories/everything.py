"""A row of each personal model, about one citizen of one mission: what could leak."""

from datetime import timedelta

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
from tests.files import upload


def everything_about(cast):
    """The citizen's entry; some rows are about the citizen's child. All of it is in ``here``."""
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
