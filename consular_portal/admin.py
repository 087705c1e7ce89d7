"""The officers' side of the portal."""

from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES, BackgroundTask

METHODS = ("GET", "HEAD", "POST")


class ConsularAdminSite(admin.AdminSite):
    """One sign-in for officers (password and second factor), an index ordered by task."""

    site_title = _("Consular registration")
    site_header = _("Consular registration")
    index_title = _("Work of the mission")
    index_template = "admin/consular_index.html"
    enable_nav_sidebar = False

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """No page takes a NUL in its address: PostgreSQL refuses it in any text. Pages are read
        or sent a form; any other method would be taken for a look."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            if "%00" in request.META["QUERY_STRING"]:
                raise BadRequest("NUL in the query")
            return guarded(request, *args, **kwargs)

        return checked

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"officer_languages": LANGUAGES}

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The index shows how much of what waits."""
        from registrations.admin.requests import waiting
        from registrations.services import address_changes
        from registrations.services.workload import entries_of, workload_of

        register = entries_of(request.user)
        registered, unconfirmed = register.in_force().count(), register.unconfirmed().count()
        confirmed = registered - unconfirmed
        context = {
            "workload": workload_of(request.user),
            "registered": registered,
            "unconfirmed": unconfirmed,
            "fresh_percent": 100 * confirmed // registered if registered else 100,
            "address_changes": address_changes.waiting_for(request.user).count(),
            "failed_tasks": _failed_tasks(request),
            "requests": waiting(request),
        }
        return super().index(request, context | (extra_context or {}))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The portal has one way to a new password: by a link, told to the owner and logged."""
        return redirect("password-forgotten")

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("password-forgotten")

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """The sign-in is the portal's own; the admin's knows no second factor."""
        following = request.GET.get("next", reverse("admin:index"))
        return redirect(f"{reverse('account_login')}?{urlencode({'next': following})}")


def _failed_tasks(request: HttpRequest) -> int:
    """How much of the portal's own work failed, for whoever may read the list of it."""
    if not request.user.has_perm("accounts.view_backgroundtask"):
        return 0
    return BackgroundTask.objects.failed().count()
