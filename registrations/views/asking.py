"""Pages on which a registered person asks the mission for something, and follows it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import PageForm
from registrations import law
from registrations.enums import LeavingReason, RequestState
from registrations.forms.asking import CertificateRequestForm, DepartureForm, HelpForm
from registrations.models import ResidencyRecord
from registrations.services import (
    certificate_requests,
    certificates,
    departures,
    help_requests,
    requests,
    voting,
)
from registrations.views.entries import (
    already,
    is_of_another,
    open_record,
    own_record,
    unless_closed,
)


def _page(
    request: HttpRequest, template: str, record: ResidencyRecord, form: PageForm, **extra: Any
) -> HttpResponse:
    context = {"record": record, "form": form, **extra}
    return render(request, f"registrations/entry/{template}.html", context)


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "POST"])
@unless_closed
def certificate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Apply for a certificate of registration."""
    record = open_record(request, public_id)
    form = CertificateRequestForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        certificate_requests.apply(record, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The mission has your application for a certificate."))
        return redirect("registrations:entry", record.public_id)
    days = law.CERTIFICATE_WORKING_DAYS
    return _page(request, "certificate", record, form, working_days=days)


@require_POST
def withdraw_certificate(request: HttpRequest, public_id: UUID, asked_id: UUID) -> HttpResponse:
    """Take the application for a certificate back."""
    record = own_record(request, public_id)
    asked = get_object_or_404(record.certificaterequests, public_id=asked_id)
    try:
        requests.settle(asked, state=RequestState.WITHDRAWN, actor=request.user)
        messages.info(request, _("Your application for a certificate is taken back."))
    except requests.RequestRefused as refused:
        messages.warning(request, already(refused, _("The mission has answered it already.")))
    return redirect("registrations:entry", record.public_id)


@require_safe
def certificate_pdf(request: HttpRequest, public_id: UUID, certificate_id: UUID) -> HttpResponse:
    """The certificate as issued; each time it is opened is logged."""
    record = own_record(request, public_id)
    found = get_object_or_404(record.certificates, public_id=certificate_id)
    response = HttpResponse(
        certificates.printed(found, actor=request.user), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
@unless_closed
def leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leave the register: why, what follows from it, a week to take it back."""
    record = open_record(request, public_id)
    if record.open_notice is not None:
        return _asked_to_leave_already(request, record)
    of_another = is_of_another(request, record)
    form = DepartureForm(_typed(request), of_another=of_another)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            departures.give_notice(
                record,
                reason=LeavingReason(said["reason"]),
                text=said["text"],
                actor=request.user,
            )
            messages.success(request, _("Your application to leave the register is received."))
        except IntegrityError:
            return _asked_to_leave_already(request, record)
        return redirect("registrations:entry", record.public_id)
    shown = {
        "of_another": of_another,
        "insert": getattr(record, "passport_insert", None),
        "undo_days": law.DEPARTURE_UNDO_DAYS,
        "working_days": law.DEREGISTRATION_WORKING_DAYS,
    }
    return _page(request, "leave", record, form, **shown)


def _asked_to_leave_already(request: HttpRequest, record: ResidencyRecord) -> HttpResponse:
    messages.info(request, _("Your application to leave is with the mission already."))
    return redirect("registrations:entry", record.public_id)


@require_POST
def stay(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the application to leave back."""
    record = own_record(request, public_id)
    notice = get_object_or_404(record.departurenotices.order_by("-pk")[:1])
    try:
        departures.take_back(notice, actor=request.user)
        messages.success(request, _("The entry stays in the register."))
    except departures.TooLate:
        late = _(
            "The week to take it back is over. If the entry is to stay, write to the mission at "
            "once."
        )
        messages.warning(request, late)
    except requests.RequestRefused as refused:
        messages.warning(request, already(refused, _("The mission has answered it already.")))
    return redirect("registrations:entry", record.public_id)


@require_http_methods(["GET", "POST"])
@unless_closed
def help_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask the mission for help. Who is in danger now calls; the page says so first.

    A call written while the entry was closed goes to the entry in force; without one it comes back
    to whoever wrote it, beside the phone of the mission.
    """
    record = _who_helps(request, public_id)
    form = HelpForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        phone = said["phone"].raw if said["phone"] else record.citizen.phone
        try:
            help_requests.ask(record, actor=request.user, **said | {"phone": phone})
        except requests.RequestRefused:
            form.refuse_closed()
        except help_requests.TooManyOpen:
            form.refuse_more(help_requests.MOST_OPEN)
        else:
            messages.success(request, _("The mission has your request for help."))
            return redirect("registrations:entry", record.public_id)
    return _page(request, "help", record, form)


def _who_helps(request: HttpRequest, public_id: UUID) -> ResidencyRecord:
    if request.method != "POST":
        return open_record(request, public_id)
    record = own_record(request, public_id)
    in_force = record.citizen.residency_records.in_force().first()
    return own_record(request, in_force.public_id) if in_force else record


@require_http_methods(["GET", "POST"])
@unless_closed
def vote(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask to be put on the voters' list, or take that back."""
    record = open_record(request, public_id)
    held = record.voting_requests.filter(withdrawn_at=None).first()
    if request.method == "POST":
        try:
            if "withdraw" in request.POST:
                voting.take_back(record, actor=request.user)
                messages.info(request, _("Your request to vote abroad is taken back."))
            else:
                voting.ask(record, actor=request.user)
                messages.success(request, _("Your request to vote abroad is recorded."))
        except voting.MayNotVote:
            messages.warning(request, _("Only the person asks to vote, from the age of 18."))
        return redirect("registrations:entry", record.public_id)
    context = {"record": record, "held": held, "may_ask": voting.may_ask(record, request.user)}
    return render(request, "registrations/entry/vote.html", context)
