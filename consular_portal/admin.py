"""The officers' side of the portal."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class ConsularAdminSite(admin.AdminSite):
    """One sign-in for officers (password and second factor), an index ordered by task."""

    site_title = _("Consular registration")
    site_header = _("Consular registration")
    index_title = _("Work of the mission")
    index_template = "admin/consular_index.html"
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """The sign-in is the portal's own; the admin's knows no second factor."""
        following = request.GET.get("next", reverse("admin:index"))
        return redirect(f"{reverse('account_login')}?{urlencode({'next': following})}")
