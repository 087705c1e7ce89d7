from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConsularPortalConfig(AppConfig):
    """The wiring: system checks and the embedded database belong to no other app."""

    name = "consular_portal"

    def ready(self) -> None:
        from consular_portal import checks  # noqa: F401


class ConsularAdminConfig(AdminConfig):
    default_site = "consular_portal.admin.ConsularAdminSite"

    def ready(self) -> None:
        super().ready()
        from django.contrib.admin.widgets import SELECT2_TRANSLATIONS

        # The words are in static/admin/js/vendor/select2/i18n/kk.js.
        SELECT2_TRANSLATIONS["kk"] = "kk"
