"""What the portal holds about a person, and who looked at it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from registrations.models import Citizen
from registrations.services import looks, personal_data


def own_person(request: HttpRequest, public_id: UUID) -> Citizen:
    """The person himself or one whom he represents; 404 otherwise, also for an officer."""
    visible = Citizen.objects.visible_to(request.user)
    person = get_object_or_404(visible, public_id=public_id)
    acts = person.representatives.acting(request.user).exists()
    if person.account_id != request.user.pk and not acts:
        return get_object_or_404(visible.none())
    return person


@require_safe
def own_data(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Two ways to take the data along, and the log of looks."""
    person = own_person(request, public_id)
    context = {"person": person, "looks": looks.looks_at(person)}
    return render(request, "registrations/own_data.html", context)


@require_safe
def own_data_json(request: HttpRequest, public_id: UUID) -> HttpResponse:
    person = own_person(request, public_id)
    response = JsonResponse(
        personal_data.as_json(person, actor=request.user),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    return _attached(response, "json")


@require_safe
def own_data_pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    person = own_person(request, public_id)
    made = personal_data.as_pdf(person, actor=request.user)
    return _attached(HttpResponse(made, content_type="application/pdf"), "pdf")


def _attached(response: HttpResponse, ending: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="consular-register.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response
