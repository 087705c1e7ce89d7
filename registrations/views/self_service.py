"""The citizen's own page: where each application stands and what to do now."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registrations.enums import ApplicationStatus
from registrations.models import Application
from registrations.services import applying_again, lifecycle, representation, taking_over


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    applications = (
        Application.objects.of_citizen(request.user)
        .exclude(status=ApplicationStatus.WITHDRAWN, submitted_at=None)
        .select_related("citizen", "mission", "transfer_of")
        .select_related("residency_record__citizen", "residency_record__mission")
        .prefetch_related(
            "events",
            "requests",
            "transfer_of__transfers",
            "residency_record__transfers__mission",
            "residency_record__departurenotices",
        )
        .order_by("-created_at")
    )
    context = {
        "applications": applications,
        "drafts_kept_until": _drafts_kept_until(applications),
        "can_apply_again": applying_again.refused_last(applications),
        "invitations": taking_over.invitations_of(request.user),
        "grown_up": representation.outgrown(request.user),
    }
    return render(request, "registrations/account.html", context)


def _drafts_kept_until(applications: Iterable[Application]) -> dict:
    return {
        application.pk: lifecycle.draft_expires_on(application)
        for application in applications
        if application.status == ApplicationStatus.DRAFT
    }
