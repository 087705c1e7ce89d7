from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConsularPortalConfig(AppConfig):
    """The wiring: system checks and the embedded database belong to no other app."""

    name = "consular_portal"


class ConsularAdminConfig(AdminConfig):
    default_site = "consular_portal.admin.ConsularAdminSite"
