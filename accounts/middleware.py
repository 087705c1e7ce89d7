"""Who comes in, how long he stays, and that nothing of his pages stays behind.

The officers' door asks for password and second factor on every page under /admin/, and wherever
else somebody is shown a person's papers as an officer. The pages under /admin/ have no language in
the address; they are shown in the officer's own language.
"""

import re
from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import sessions, unsent
from accounts.models import User

STAFF_PATHS = "/admin/"
# Where an officer sets up what proves who he is; a citizen has no second factor.
SECOND_FACTOR_PATHS = re.compile(r"^/[a-z]{2}/sign-in/second-factor/")
LAST_SEEN = "staff_last_seen"


def to_officers_sign_in(request: HttpRequest) -> HttpResponse:
    """A form that was sent too late is not lost on the way there."""
    if request.method == "POST":
        return unsent.signed_out(request, sign_in=reverse("account_login"))
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('account_login')}?{query}")


class SignInFirst(LoginRequiredMiddleware):
    """Every page wants a sign-in unless its view says otherwise; officers have their own. A form of
    a citizen that arrives after the session has ended is not lost on the way there."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponse]
    ) -> HttpResponse:
        if request.path.startswith(STAFF_PATHS):
            return to_officers_sign_in(request)
        if request.method == "POST":
            return unsent.signed_out(request, sign_in=resolve_url(settings.LOGIN_URL))
        return super().handle_no_permission(request, view_func)


class PersonalPages:
    """What somebody signed in was shown is kept by no browser and no proxy, so that Back asks the
    portal again; each page begins the time of the session anew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_personal = request.user.is_authenticated
        if is_personal:
            sessions.renew_if_due(request.session)
        response = self.get_response(request)
        if is_personal or request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class StaffGate:
    """Every page under /admin/, and those where an officer sets up a second factor, lie behind the
    officers' door (stopped_at_the_door)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = None
        if request.path.startswith(STAFF_PATHS) and request.user.is_authenticated:
            translation.activate(sessions.officers_language(request.session, request.user))
            answer = stopped_at_the_door(request, request.user)
        elif SECOND_FACTOR_PATHS.match(request.path) and request.user.is_authenticated:
            answer = stopped_at_the_door(request, request.user, sets_up=True)
        return answer or self.get_response(request)


def stopped_at_the_door(
    request: HttpRequest, user: User, *, sets_up: bool = False
) -> HttpResponse | None:
    """Where the officer has to go instead; None where he may pass.

    Whoever is not staff gets 403, and so does an officer whom no posting gives rights today. Staff
    pass with a password and, outside demonstration mode, a second factor given in this session; an
    e-mailed code opens nothing here, nor does it set up a second factor. After STAFF_IDLE_SECONDS
    without a page the officer signs in again.
    """
    if not user.is_staff:
        raise PermissionDenied
    if not sets_up and not user.get_all_permissions():
        raise PermissionDenied(_("You have no posting today. The ministry posts officers."))
    methods = {record["method"] for record in get_authentication_records(request, user)}
    if "password" not in methods or _idle(request):
        logout(request)
        return to_officers_sign_in(request)
    if settings.DEMO or "mfa" in methods:
        return None
    if is_mfa_enabled(user):
        logout(request)
        return to_officers_sign_in(request)
    return None if sets_up else redirect("mfa_index")


def _idle(request: HttpRequest) -> bool:
    now = int(timezone.now().timestamp())
    last = request.session.get(LAST_SEEN, now)
    request.session[LAST_SEEN] = now
    return now - last > settings.STAFF_IDLE_SECONDS
