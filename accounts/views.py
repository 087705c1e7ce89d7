"""The officer's language, and what a developer needs to see: the messages the portal sent."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

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
