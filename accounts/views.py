"""What a developer needs to see: the messages the portal sent."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import OutboxMessage


@login_not_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every message, newest first. Routed in DEBUG only (consular_portal/urls.py)."""
    return render(
        request, "dev/outbox.html", {"outbox": OutboxMessage.objects.order_by("-id")[:50]}
    )
