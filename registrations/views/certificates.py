"""The public check of a certificate: valid, replaced or withdrawn, and initials only."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registrations.references import normalize_verification_code
from registrations.services import certificates


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
