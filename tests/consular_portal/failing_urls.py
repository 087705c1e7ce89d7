"""The portal's addresses and one that fails."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from consular_portal import urls

handler500 = urls.handler500


@login_not_required
def fail(request):
    raise ZeroDivisionError


urlpatterns = [*i18n_patterns(path("fail/", fail)), *urls.urlpatterns]
