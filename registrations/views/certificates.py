"""The public check of a certificate: valid, replaced or withdrawn, and initials only."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_from_request, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from registrations.references import normalize_verification_code
from registrations.services import certificates


@login_not_required
@require_safe
@vary_on_headers("Accept-Language", "Cookie")
def verify_in_own_language(request: HttpRequest, code: str = "") -> HttpResponse:
    """What stands on the paper: to the check page in the reader's language, else in English.

    Who reads a certificate abroad knows Kazakh only by a browser that says so.
    """
    language = get_language_from_request(request)
    said = (
        request.headers.get("Accept-Language", ""),
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
    )
    if language == settings.LANGUAGE_CODE and not any(language in one.lower() for one in said):
        language = "en"
    with override(language):
        if not code:
            return redirect("registrations:verify")
        return redirect("registrations:certificate-verify", code)


@login_not_required
@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    typed = normalize_verification_code(request.GET.get("code", "")[:100])
    if typed:
        return redirect("registrations:certificate-verify", typed)
    return render(request, "registrations/verify.html", {"asked": "code" in request.GET})


@login_not_required
@never_cache
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """An unknown code and a malformed one get the same answer."""
    busy = ratelimit.consume_or_429(request, action="certificate_check", limit_get=True)
    if busy is not None:
        return busy
    certificate = certificates.find(code)
    status = 200 if certificate else 404
    context = {"certificate": certificate, "asked": True, "code": code}
    return render(request, "registrations/verify.html", context, status=status)
