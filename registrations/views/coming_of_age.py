"""Before 18 the representative names an address; at 18 the person takes the entry over."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registrations.forms.coming_of_age import TAKE_OVER_REFUSED, OwnAddressForm
from registrations.models import ResidencyRecord
from registrations.services import coming_of_age, taking_over
from registrations.services.representation import comes_of_age_at
from registrations.views.entries import open_record, own_record, unless_closed


@require_http_methods(["GET", "POST"])
@unless_closed
def own_address(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The representative of a child writes down the child's own address."""
    record = open_record(request, public_id)
    if not coming_of_age.may_name_address(record):
        return get_object_or_404(ResidencyRecord.objects.none())
    form = OwnAddressForm(request.POST if request.method == "POST" else None, record=record)
    if request.method == "POST" and form.is_valid() and form.save(actor=request.user):
        messages.success(request, _("The address is saved."))
        return redirect("registrations:entry", record.public_id)
    context = {
        "form": form,
        "record": record,
        "comes_of_age_at": comes_of_age_at(record.citizen.birth_date, record.mission),
    }
    return render(request, "registrations/entry/own_address.html", context)


@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    """What waits to be taken over at the address the person signed in with."""
    waiting = taking_over.invitations_of(request.user)
    return render(request, "registrations/entry/take_over.html", {"waiting": waiting})


@require_POST
def take_over(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The person confirms the entry and keeps it from now on."""
    waiting = taking_over.invitations_of(request.user)
    record = next((one for one in waiting if one.public_id == public_id), None)
    if record is None:
        # Pressed twice, the entry is the person's own already; 404 for whoever it is not.
        return redirect("registrations:entry", own_record(request, public_id).public_id)
    try:
        taking_over.take_over(record, actor=request.user)
    except taking_over.CannotTakeOver as refused:
        messages.warning(request, TAKE_OVER_REFUSED[refused.code])
        return redirect("registrations:take-over")
    messages.success(request, _("The entry is yours now, and confirmed."))
    return redirect("registrations:entry", record.public_id)
