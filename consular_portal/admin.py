from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class ConsularAdminSite(admin.AdminSite):
    """The officers' side of the portal."""

    site_title = _("Consular registration")
    site_header = _("Consular registration")
    index_title = _("Work of the mission")
