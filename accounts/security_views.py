"""The account's own safety: where to change the address, recovery codes, signing out everywhere."""

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import address_change, recovery, sessions

# Recovery codes are made soon after a sign-in: a browser left open must not give the account away.
FRESH_SECONDS = 15 * 60


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    context = {
        "codes_left": recovery.unused(request.user),
        "codes_made_at": recovery.made_at(request.user),
        "open_changes": request.user.address_changes.open().order_by("-id"),
    }
    return render(request, "security/overview.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes stand on the answer to the POST and nowhere else."""
    if request.user.is_staff:
        raise PermissionDenied
    is_fresh = _signed_in_lately(request)
    if request.method == "POST" and is_fresh:
        context = {"codes": recovery.make(request.user)}
        return render(request, "security/codes_made.html", context)
    context = {"codes_left": recovery.unused(request.user), "is_fresh": is_fresh}
    return render(request, "security/recovery_codes.html", context)


def _signed_in_lately(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    newest = max((record["at"] for record in records), default=0)
    return time.time() - newest < FRESH_SECONDS


@require_POST
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Sign out here, sign in, and come back to the recovery codes."""
    logout(request)
    query = urlencode({"next": reverse("security:recovery-codes")})
    return redirect(f"{reverse(settings.LOGIN_URL)}?{query}")


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Every other session ends; this one goes on."""
    user = sessions.end_all(request.user, actor=request.user)
    update_session_auth_hash(request, user)
    messages.info(request, _("You are signed out on all other devices."))
    return redirect("security:overview")


@require_POST
def stop_address_change(request: HttpRequest) -> HttpResponse:
    if address_change.stop(request.user, actor=request.user):
        messages.info(request, _("The change of your address is stopped."))
    return redirect("security:overview")
