"""The officer's language and password, and for a developer the messages the portal sent."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import passwords
from accounts.forms import NewPasswordForm, PasswordForgottenForm
from accounts.models import LANGUAGES, OutboxMessage


@login_not_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every message, newest first. Routed in DEBUG only (consular_portal/urls.py)."""
    return render(
        request, "dev/outbox.html", {"outbox": OutboxMessage.objects.order_by("-id")[:50]}
    )


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in which the officer reads the admin."""
    language = request.POST.get("language", "")
    if language in dict(LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return redirect("admin:index")


@login_not_required
@require_http_methods(["GET", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Everybody gets the same answer; who has an officer's account learns it from the message."""
    form = PasswordForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        busy = ratelimit.consume_or_429(request, action="password_link", key=email)
        if busy is not None:
            return busy
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
            key = f"{request.get_host()}:{officer.email}"
            ratelimit.clear(request, action="login_failed", key=key)
            messages.success(request, _("Your password is set. Sign in with it."))
            return redirect("account_login")
    except passwords.LinkUsed:
        return render(request, "account/password_link_used.html", status=404)
    return render(request, "account/password_set.html", {"form": form, "officer": officer})
