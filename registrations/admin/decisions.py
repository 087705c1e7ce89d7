"""The officer's decisions: each a page that explains, and a POST that calls one service."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import PageForm
from registrations import pdf
from registrations.enums import Actor, Capacity, RefusalGround, ResidencyKind
from registrations.forms.review import (
    AskForm,
    CertificateForm,
    InsertForm,
    RefuseForm,
    RegisterForm,
    RevokeForm,
)
from registrations.models import Application, RegistrationCertificate, ResidencyRecord
from registrations.services import certificates, inserts, lifecycle

RECORD = "admin:registrations_application_change"


def _case(request: HttpRequest, public_id: UUID) -> Application:
    """404 for a case of another mission, 403 for one the person may see but not decide."""
    visible = Application.objects.visible_to(request.user).select_related(
        "citizen", "mission", "applicant", "assigned_to"
    )
    application = get_object_or_404(visible, public_id=public_id)
    if Actor.OFFICER not in lifecycle.parts_of(request.user, application):
        raise PermissionDenied
    return application


def _record(request: HttpRequest, public_id: UUID) -> ResidencyRecord:
    application = _case(request, public_id)
    return get_object_or_404(ResidencyRecord, application=application)


def _page(
    request: HttpRequest, application: Application, form: PageForm, **extra: Any
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": form.heading,
        "form": form,
        "application": application,
        **extra,
    }
    return TemplateResponse(request, "admin/registrations/decision.html", context)


def _decide(
    request: HttpRequest, application: Application, act: Callable[[], Any], done: str
) -> HttpResponse:
    """Do it, or show who did what before."""
    try:
        act()
    except lifecycle.Incomplete:
        messages.error(request, _("The exit permit is missing: ask the citizen for it."))
    except lifecycle.MoveRefused as refused:
        context = {
            **admin.site.each_context(request),
            "title": _("The case has changed"),
            "application": refused.application,
            "event": refused.last_event,
        }
        template = "admin/registrations/conflict.html"
        return TemplateResponse(request, template, context, status=409)
    else:
        messages.success(request, done)
    return redirect(RECORD, application.public_id)


@require_POST
def take(request: HttpRequest, public_id: UUID) -> HttpResponse:
    case = _case(request, public_id)
    return _decide(
        request, case, lambda: lifecycle.take(case, actor=request.user), _("The case is yours.")
    )


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    case = _case(request, public_id)
    form = AskForm(request.POST if request.method == "POST" else None, application=case)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return _decide(
            request,
            case,
            lambda: lifecycle.ask(case, actor=request.user, **said),
            _("The request is sent to the citizen."),
        )
    return _page(request, case, form)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, public_id: UUID) -> HttpResponse:
    case = _case(request, public_id)
    form = RegisterForm(request.POST if request.method == "POST" else None, application=case)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data.get("kind")
        return _decide(
            request,
            case,
            lambda: lifecycle.register(
                case,
                actor=request.user,
                checked=form.cleaned_data["checked"],
                kind=ResidencyKind(kind) if kind else None,
                seen_version=form.cleaned_data["seen_version"],
            ),
            _("The person is registered."),
        )
    return _page(request, case, form)


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    case = _case(request, public_id)
    form = RefuseForm(request.POST if request.method == "POST" else None, application=case)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return _decide(
            request,
            case,
            lambda: lifecycle.refuse(
                case,
                actor=request.user,
                ground=RefusalGround(said["ground"]),
                text=said["text"],
                seen_version=said["seen_version"],
            ),
            _("The application is refused; the citizen is told why."),
        )
    return _page(request, case, form)


@require_http_methods(["GET", "POST"])
def insert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record a passport insert; a temporary record has no such page."""
    record = _record(request, public_id)
    if record.kind != ResidencyKind.PERMANENT or hasattr(record, "passport_insert"):
        raise PermissionDenied
    form = InsertForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            inserts.record_insert(record, actor=request.user, **form.cleaned_data)
        except IntegrityError:
            form.add_error("number", _("This number is taken: check it"))
        else:
            messages.success(request, _("The insert is recorded."))
            return redirect(RECORD, public_id)
    return _page(request, record.application, form)


@require_http_methods(["GET", "POST"])
def certificate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Issue a certificate; ``?replaces=<uuid>`` withdraws the earlier one in the same act."""
    record = _record(request, public_id)
    if not request.user.has_perm("registrations.issue_certificate") or record.closed_at:
        raise PermissionDenied
    earlier = _earlier(request, record)
    form = CertificateForm(
        request.POST if request.method == "POST" else None,
        record=record,
        initial=_usual_wording(request, record),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        wording = certificates.Wording(**said | {"applied_as": Capacity(said["applied_as"])})
        try:
            certificates.issue(record, wording=wording, actor=request.user, replaces=earlier)
        except pdf.UnprintableText as unprintable:
            sign = {"sign": unprintable.sign}
            form.add_error(None, _("Remove the sign %(sign)s: it cannot be printed") % sign)
        else:
            messages.success(request, _("The certificate is issued. Open it to print it."))
            return redirect(RECORD, public_id)
    return _page(request, record.application, form)


def _earlier(request: HttpRequest, record: ResidencyRecord) -> RegistrationCertificate | None:
    if "replaces" not in request.GET:
        return None
    try:
        wanted = UUID(request.GET["replaces"])
    except ValueError:
        wanted = None
    return get_object_or_404(record.certificates.filter(revocation=None), public_id=wanted)


def _usual_wording(request: HttpRequest, record: ResidencyRecord) -> dict[str, Any]:
    posting = request.user.postings.current().filter(mission=record.mission).first()
    return {
        "applied_by": str(record.citizen),
        "applied_as": Capacity.SELF,
        "signatory_name": request.user.full_name,
        "signatory_post": posting.post if posting else "",
    }


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Withdraw the certificate named by ``?certificate=<uuid>``."""
    record = _record(request, public_id)
    try:
        wanted = UUID(request.GET.get("certificate", ""))
    except ValueError:
        wanted = None
    held = get_object_or_404(record.certificates.filter(revocation=None), public_id=wanted)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        certificates.revoke(held, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The certificate is withdrawn."))
        return redirect(RECORD, public_id)
    return _page(request, record.application, form)


PAGES = {
    "take": take,
    "ask": ask,
    "register": register,
    "refuse": refuse,
    "insert": insert,
    "certificate": certificate,
    "revoke": revoke,
}
