from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from accounts import views as accounts
from consular_portal import views

handler400 = "consular_portal.errors.bad_request"
handler403 = "consular_portal.errors.forbidden"
handler404 = "consular_portal.errors.not_found"
handler500 = "consular_portal.errors.server_error"
urlpatterns = [
    path("", views.choose_language),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("admin/language/", accounts.set_language, name="set-language"),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("sign-in/address/", include("accounts.address_urls")),
        path("account/security/", include("accounts.security_urls")),
        path("sign-in/", include("accounts.urls")),
        path("missions/", include("missions.urls")),
        path("", include("registrations.urls")),
    ),
]
if settings.DEVELOPMENT:
    urlpatterns.append(path("dev/outbox/", accounts.outbox, name="dev-outbox"))
