from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("sign-in/", include("accounts.urls")),
        path("missions/", include("missions.urls")),
        path("", include("registrations.urls")),
    ),
]
