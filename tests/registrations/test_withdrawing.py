"""A citizen takes an application back: at any time before it is decided, as the consent says."""

import pytest
from django.urls import reverse

from accounts.models import OutboxMessage
from registrations.enums import ApplicationStatus
from registrations.services import lifecycle
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


def address(case):
    return reverse("registrations:application-withdraw", args=[case.public_id])


def test_case_in_work_is_withdrawn_from_the_page(cast):
    case = made.in_review(cast.here, cast.officer_here)
    citizen = signed_in(case.applicant)
    account = citizen.get(reverse("registrations:account")).content.decode()
    assert f'href="{address(case)}"' in account
    citizen.post(address(case))
    case.refresh_from_db()
    assert case.status == ApplicationStatus.WITHDRAWN
    assert case.withdrawn_at is not None
    event = case.events.last()
    assert (event.from_status, event.actor) == ("in_review", case.applicant)
    assert OutboxMessage.objects.latest("id").kind == "withdrawn"


def test_officer_of_a_withdrawn_case_is_told_and_keeps_his_words(cast):
    case = made.in_review(cast.here, cast.officer_here)
    seen = case.version
    lifecycle.withdraw(case, actor=case.applicant)
    page = signed_in(cast.officer_here).post(
        reverse("admin:registrations_application_refuse", args=[case.public_id]),
        {"ground": "rules_not_met", "text": "Write the house number.", "seen_version": seen},
    )
    assert page.status_code == 409
    assert page.context["event"].to_status == ApplicationStatus.WITHDRAWN
    assert "Write the house number." in page.content.decode()
    case.refresh_from_db()
    assert case.status == ApplicationStatus.WITHDRAWN


def test_decided_case_is_not_withdrawn(cast):
    record = made.registered(cast.here, cast.officer_here)
    case = record.application
    signed_in(case.applicant).post(address(case))
    case.refresh_from_db()
    assert case.status == ApplicationStatus.REGISTERED


def test_officer_does_not_withdraw(cast):
    case = made.in_review(cast.here, cast.officer_here)
    assert signed_in(cast.officer_here).post(address(case)).status_code == 404
    with pytest.raises(lifecycle.ActorMayNot):
        lifecycle.withdraw(case, actor=cast.officer_here)
