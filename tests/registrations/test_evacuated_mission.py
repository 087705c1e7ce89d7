"""A mission that is closed for longer than a year: what people send it is written down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from missions import calendar
from missions.models import MissionClosure
from registrations.enums import ApplicationStatus
from registrations.models import HelpRequest
from registrations.services import lifecycle
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


def evacuate(mission):
    today = timezone.localdate()
    MissionClosure.objects.create(
        mission=mission, starts_on=today, ends_on=today + timedelta(days=800)
    )


def day_after(mission, days):
    return calendar.local_date(mission, timezone.now()) + timedelta(days=days)


def test_call_for_help_is_written_down(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    evacuate(cast.here)
    signed_in(cast.citizen).post(
        f"/en/account/{record.public_id}/help/",
        {"topic": "detained", "text": "They took my passport.", "is_urgent": "on"},
    )
    asked = HelpRequest.objects.get()
    assert asked.is_urgent
    assert calendar.local_date(cast.here, asked.due_at) <= day_after(cast.here, 2)


def test_application_is_sent_and_answered(cast):
    draft = made.draft(cast.here, account=cast.citizen)
    evacuate(cast.here)
    signed_in(cast.citizen).post(
        f"/en/register/{draft.public_id}/send/", {"consent": "on", "declaration": "on"}
    )
    draft.refresh_from_db()
    assert draft.status == ApplicationStatus.SUBMITTED
    case = lifecycle.take(draft, actor=cast.officer_here)
    lifecycle.ask(
        case,
        actor=cast.officer_here,
        pages=["address"],
        text="The street is missing.",
        answer_by=day_after(cast.here, 14),
    )
    base = f"/en/register/{draft.public_id}"
    signed_in(cast.citizen).post(f"{base}/address/", {"street": "Neue Straße 1"})
    signed_in(cast.citizen).post(f"{base}/answer/")
    draft.refresh_from_db()
    assert draft.status == ApplicationStatus.IN_REVIEW
