"""The account's own safety: where to change the address, recovery codes, signing out everywhere."""

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import address_change, recovery, sessions
from accounts.address_forms import KeptCodeForm

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
    """The codes stand on the answer to the POST and nowhere else. While codes still work, one of
    them is asked for; nobody guesses 60 bits, so that wrong ones are not counted."""
    if request.user.is_staff:
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = KeptCodeForm(posted) if recovery.unused(request.user) else None
    is_fresh = _signed_in_lately(request)
    if posted is not None and is_fresh and (codes := _new_codes(request, form)):
        return render(request, "security/codes_made.html", {"codes": codes})
    context = {"form": form, "is_fresh": is_fresh}
    return render(request, "security/recovery_codes.html", context)


def _new_codes(request: HttpRequest, form: KeptCodeForm | None) -> list[str]:
    """None at all where the form is to be shown again."""
    if form is None:
        return recovery.make(request.user)
    if not form.is_valid():
        return []
    try:
        return recovery.make(request.user, one_of_them=form.cleaned_data["code"])
    except recovery.NoneOfThem:
        form.add_error("code", ValidationError(form.wrong_code, "incorrect_code"))
        return []


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
