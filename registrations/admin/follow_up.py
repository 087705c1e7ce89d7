"""What an officer does once time has passed: go on without an answer, find who came of age."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registrations.admin.case_pages import RECORD, case_of, decide, page_of, record_of
from registrations.forms.coming_of_age import OwnAddressForm
from registrations.models import ResidencyRecord
from registrations.services import lifecycle, taking_over


@require_POST
def go_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go on with a case whose citizen let the last day of the answer pass."""
    case = case_of(request, public_id)
    return decide(
        request,
        case,
        lambda: lifecycle.go_on(case, actor=request.user),
        _("The case goes on without the answer; the citizen is told."),
    )


@require_http_methods(["GET", "POST"])
def coming_of_age(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down the own address of a represented young person; after 18 this invites at once."""
    record = record_of(request, public_id)
    if not taking_over.can_be_addressed(record):
        return get_object_or_404(ResidencyRecord.objects.none())
    form = OwnAddressForm(request.POST if request.method == "POST" else None, record=record)
    if request.method == "POST" and form.is_valid() and form.save(actor=request.user):
        messages.success(request, _("The address is saved; the person is invited from 18 on."))
        return redirect(RECORD, public_id)
    return page_of(request, record.application, form)


PAGES = {"go-on": go_on, "coming-of-age": coming_of_age}
