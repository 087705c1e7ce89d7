"""The sign-in by code, the officer's language and password, the messages the portal sent."""

import time
from typing import Any

from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.core import ratelimit
from allauth.core.internal import ratelimit as limits
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import passwords, sessions
from accounts.adapters import login_key
from accounts.forms import SWITCH, NewPasswordForm, PasswordForgottenForm
from accounts.models import LANGUAGES, OutboxMessage

# In the session: to whom the last code went, and when.
CODE_SENT = "code_sent"
# Mail takes its time; asking sooner only makes the code on its way worthless.
RESEND_AFTER = 60


class RequestCode(RequestLoginCodeView):
    """Asks for the address, also of somebody who was sent a code and wants to correct it."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: object) -> None:
        """The library would lead back to the code and never let the address be changed."""

    def form_valid(self, form: Any) -> HttpResponse:
        form.open_account()
        response = super().form_valid(form)
        self.request.session[CODE_SENT] = [form.cleaned_data["email"], int(time.time())]
        return response


@method_decorator(login_not_required, name="dispatch")
class ConfirmCode(ConfirmLoginCodeView):
    """Takes the code. One that is too old is replaced, and so is one that did not arrive."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        email, sent_at = request.session.get(CODE_SENT, ["", 0])
        age = time.time() - sent_at
        if email and not request.user.is_authenticated:
            if age > settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT:
                return self._replace_expired(request, email)
            if request.POST.get("action") == "resend":
                return self._resend(request, email, age)
        response = super().dispatch(request, *args, **kwargs)
        if request.user.is_authenticated:
            request.session.pop(CODE_SENT, None)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Wrong codes are counted by the address too, since each new code begins a new count of
        its own. A try is counted before it is looked at, so that many at once gain nothing."""
        if SWITCH in request.POST:
            return super().post(request, *args, **kwargs)
        email = self._process.state["email"]
        counted = limits.consume(request, app="allauth.account", action="login_code", key=email)
        if not counted:
            messages.warning(
                request,
                _("Too many wrong codes were typed for this address. Try again tomorrow."),
            )
            return redirect(self._with_next(request, "account_request_login_code"))
        response = super().post(request, *args, **kwargs)
        if request.user.is_authenticated:
            counted.rollback()
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """The language switch is no attempt."""
        if form.is_switched:
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_invalid(form)

    def _replace_expired(self, request: HttpRequest, email: str) -> HttpResponse:
        if request.method == "POST" and SWITCH not in request.POST:
            said = _("This code has expired. We have sent a new one.")
            return self._send_another(request, email, said)
        messages.info(request, _("This code has expired. Ask for a new one."))
        return redirect(self._with_next(request, "account_request_login_code"))

    def _resend(self, request: HttpRequest, email: str, age: float) -> HttpResponse:
        if age < RESEND_AFTER:
            messages.info(
                request, _("The code is on its way. You can ask for a new one in a minute.")
            )
            return redirect(request.get_full_path())
        said = _("We have sent a new code. Only the newest one is valid.")
        return self._send_another(request, email, said)

    def _send_another(self, request: HttpRequest, email: str, said: str) -> HttpResponse:
        """As if the address had been typed once more: with the same limits, and a count of its own
        of wrong attempts."""
        again = RequestCode()
        again.setup(request)
        form = again.get_form_class()({"email": email})
        if not form.is_valid():
            messages.warning(request, " ".join(form.errors.get("email", [])))
            return redirect(self._with_next(request, "account_request_login_code"))
        messages.info(request, said)
        return again.form_valid(form)

    def _with_next(self, request: HttpRequest, name: str) -> str:
        query = request.META.get("QUERY_STRING", "")
        return f"{reverse(name)}?{query}" if query else reverse(name)


@login_not_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every message, newest first. Routed in DEBUG only (consular_portal/urls.py)."""
    return render(
        request, "dev/outbox.html", {"outbox": OutboxMessage.objects.order_by("-id")[:50]}
    )


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """The answer to the warning before the session ends; static/js/portal.js sends it."""
    sessions.renew(request.session)
    return HttpResponse(status=204)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in which the officer reads the admin and his letters; the browser is told,
    so that the next sign-in is in it too."""
    language = request.POST.get("language", "")
    answer = redirect("admin:index")
    if language in dict(LANGUAGES):
        request.user.language = request.session[sessions.LANGUAGE] = language
        request.user.save(update_fields=["language"])
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return answer


@login_not_required
@require_http_methods(["GET", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Everybody gets the same answer; who has an officer's account learns it from the message."""
    form = PasswordForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        busy = ratelimit.consume_or_429(request, action="password_link")
        if busy is not None:
            return busy
        # Beyond its limit the mailbox holds a link that works; nobody else can use that up.
        if ratelimit.consume(request, action="password_link_sent", key=email):
            passwords.send_link(email, language=(get_language() or "kk")[:2])
        return redirect("password-link-sent")
    return render(request, "account/password_forgotten.html", {"form": form})


@login_not_required
@require_safe
def password_link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_link_sent.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def password_set(request: HttpRequest, link: str) -> HttpResponse:
    """A used link, an old one and one made up get the same page."""
    busy = ratelimit.consume_or_429(request, action="password_set", limit_get=True)
    if busy is not None:
        return busy
    try:
        officer = passwords.owner_of(link)
        posted = request.POST if request.method == "POST" else None
        form = NewPasswordForm(posted, officer=officer)
        if form.is_valid():
            passwords.set_password(link, form.cleaned_data["password"])
            # Whoever guessed at the old password does not keep the owner out.
            ratelimit.clear(request, action="login_failed", key=login_key(request, officer.email))
            messages.success(request, _("Your password is set. Sign in with it."))
            return redirect("account_login")
    except passwords.LinkUsed:
        return render(request, "account/password_link_used.html", status=404)
    return render(request, "account/password_set.html", {"form": form, "officer": officer})
