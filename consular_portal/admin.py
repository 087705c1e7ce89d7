"""The officers' side of the portal."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES


class ConsularAdminSite(admin.AdminSite):
    """One sign-in for officers (password and second factor), an index ordered by task."""

    site_title = _("Consular registration")
    site_header = _("Consular registration")
    index_title = _("Work of the mission")
    index_template = "admin/consular_index.html"
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"officer_languages": LANGUAGES}

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The index shows how much of what waits."""
        from registrations.enums import ApplicationStatus
        from registrations.models import Application, ResidencyRecord
        from registrations.services import address_changes

        cases = Application.objects.visible_to(request.user)
        todo = cases.awaiting_officer()
        queue = {
            "todo": todo.count(),
            "overdue": todo.overdue().count(),
            "mine": todo.filter(assigned_to=request.user).count(),
            "waiting": cases.filter(status=ApplicationStatus.MORE_INFO).count(),
            "registered": ResidencyRecord.objects.visible_to(request.user).in_force().count(),
            "address_changes": address_changes.waiting_for(request.user).count(),
        }
        return super().index(request, {"queue": queue, **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """The sign-in is the portal's own; the admin's knows no second factor."""
        following = request.GET.get("next", reverse("admin:index"))
        return redirect(f"{reverse('account_login')}?{urlencode({'next': following})}")
