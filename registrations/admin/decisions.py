"""The officer's decisions: each a page that explains, and a POST that calls one service.

What a citizen is told of (ask, register, refuse) is shown first as it will happen.
"""

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registrations import pdf
from registrations.admin.case_pages import (
    RECORD,
    Typed,
    case_of,
    conflict,
    decide,
    page_of,
    record_of,
)
from registrations.admin.record import record_page
from registrations.enums import Capacity, ResidencyKind
from registrations.forms.certificates import CertificateForm, InsertForm, RevokeForm
from registrations.forms.review import (
    AskForm,
    AssignForm,
    DecisionForm,
    RefuseForm,
    RegisterForm,
    TakeForm,
)
from registrations.forms.settling import DeregisterForm
from registrations.models import (
    Application,
    CertificateRequest,
    RegistrationCertificate,
    ResidencyRecord,
)
from registrations.models.requests import MissionRequest
from registrations.services import (
    certificate_requests,
    certificates,
    inserts,
    lifecycle,
    previews,
)
from registrations.services.requests import RequestRefused


def _confirmed(
    request: HttpRequest,
    public_id: UUID,
    form_class: type[DecisionForm],
    act: Callable[..., Any],
    done: str,
) -> HttpResponse:
    """One address, three pages: the form, what will happen, and the decision itself.

    The button tells which: "confirm" decides, "back" shows the form as it was filled in, any other
    one shows what would happen. A case that no longer allows the decision is said to at once.
    """
    case = case_of(request, public_id)
    form = form_class(request.POST if request.method == "POST" else None, application=case)
    try:
        lifecycle.check_transition(case, form.to, actor=request.user, seen_version=form.seen())
    except lifecycle.TransitionRefused as refused:
        return conflict(request, refused.application, refused.last_event, form)
    if not form.is_valid() or "back" in request.POST:
        return _form_page(request, case, form)
    if "confirm" not in request.POST:
        return _preview(request, case, form)
    said = form.decided()
    return decide(request, case, lambda: act(case, actor=request.user, **said), done, form)


def _form_page(request: HttpRequest, case: Application, form: DecisionForm) -> HttpResponse:
    """The checklist stands on the record page, beside the documents; other forms by themselves."""
    if isinstance(form, RegisterForm):
        return record_page(request, case, form)
    return page_of(request, case, form)


def _preview(request: HttpRequest, case: Application, form: DecisionForm) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": form.confirm_heading,
        "form": form,
        "application": case,
        "message": form.message(),
        "consequences": form.consequences(),
    }
    return TemplateResponse(request, "admin/registrations/preview.html", context)


@require_POST
def take(request: HttpRequest, public_id: UUID) -> HttpResponse:
    case = case_of(request, public_id)
    seen = TakeForm(request.POST, application=case).seen()
    return decide(
        request,
        case,
        lambda: lifecycle.take(case, actor=request.user, seen_version=seen),
        _("The case is yours."),
    )


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    done = _("The request is sent to the citizen.")
    return _confirmed(request, public_id, AskForm, lifecycle.ask, done)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, public_id: UUID) -> HttpResponse:
    done = _("The person is registered.")
    return _confirmed(request, public_id, RegisterForm, lifecycle.register, done)


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    done = _("The application is refused; the citizen is told why.")
    return _confirmed(request, public_id, RefuseForm, lifecycle.refuse, done)


@require_http_methods(["GET", "POST"])
def deregister(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close the entry on one of the five grounds, without an application of the person."""
    done = _("The person is removed from the register.")
    return _confirmed(request, public_id, DeregisterForm, lifecycle.deregister, done)


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The head of section gives a case in work to another officer of the mission."""
    case = case_of(request, public_id)
    if not lifecycle.gives_cases(request.user, case):
        raise PermissionDenied
    form = AssignForm(request.POST if request.method == "POST" else None, application=case)
    if request.method == "POST" and form.is_valid():
        return decide(
            request,
            case,
            lambda: lifecycle.assign(
                case,
                to=form.chosen(),
                actor=request.user,
                seen_version=form.seen(),
            ),
            _("The case is given to the officer."),
            form,
        )
    return page_of(request, case, form)


@require_http_methods(["GET", "POST"])
def insert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record a passport insert; a temporary record has no such page."""
    record = record_of(request, public_id)
    is_over = record.closed_at is not None or hasattr(record, "passport_insert")
    if record.kind != ResidencyKind.PERMANENT or (is_over and request.method != "POST"):
        raise PermissionDenied
    form = InsertForm(request.POST if request.method == "POST" else None, record=record)
    if is_over:
        return _overtaken(request, record, form)
    if request.method == "POST" and form.is_valid():
        try:
            inserts.record_insert(record, actor=request.user, **form.cleaned_data)
        except IntegrityError:
            form.add_error("number", _("This number is taken: check it"))
        except inserts.InsertRefused:
            return _overtaken(request, record, form)
        else:
            messages.success(request, _("The insert is recorded."))
            return redirect(RECORD, public_id)
    return page_of(request, record.application, form)


@require_http_methods(["GET", "POST"])
def certificate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Issue a certificate, shown first as it will be printed; ``?replaces=<uuid>`` withdraws the
    earlier one in the same act, and ``?request=<uuid>`` answers an application for one."""
    record, posted = record_of(request, public_id), request.method == "POST"
    may_issue = request.user.has_perm("registrations.issue_certificate")
    if not may_issue or (record.closed_at and not posted):
        raise PermissionDenied
    earlier = _named(request, "replaces", _to_withdraw(request, record))
    asked = _named(request, "request", _to_answer(request, record))
    form = CertificateForm(
        request.POST if posted else None,
        record=record,
        initial=_usual_wording(request, record) | _asked_for(asked),
    )
    if _is_over(record, earlier, asked):
        return _overtaken(request, record, form, asked=asked)
    if not form.is_valid() or "back" in request.POST:
        return page_of(request, record.application, form)
    try:
        if "confirm" not in request.POST:
            return _draft(request, form, earlier=earlier, asked=asked)
        _issue(request, form, earlier=earlier, asked=asked)
    except pdf.UnprintableText as unprintable:
        sign = {"sign": unprintable.sign}
        form.add_error(None, _("Remove the sign %(sign)s: it cannot be printed") % sign)
        return page_of(request, record.application, form)
    except (certificates.CertificateRefused, RequestRefused) as refused:
        settled = getattr(refused, "request", None)
        return _overtaken(request, record, form, asked=settled)
    messages.success(request, _("The certificate is issued. Open it to print it."))
    return redirect(RECORD, public_id)


# The pictures of the pages stand in the page itself: nothing of a draft is stored.
@csp_update({"img-src": ["data:"]})
def _draft(
    request: HttpRequest,
    form: CertificateForm,
    *,
    earlier: RegistrationCertificate | None,
    asked: CertificateRequest | None,
) -> HttpResponse:
    """What will be printed, as a page to look at or, by its own button, as a PDF to read."""
    record = form.record
    draft = previews.of_certificate(record, form.wording())
    if "pdf" in request.POST:
        response = HttpResponse(draft.content, content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="certificate-draft.pdf"'
        return response
    context = {
        **admin.site.each_context(request),
        "title": form.confirm_heading,
        "form": form,
        "application": record.application,
        "pages": [base64.b64encode(page).decode() for page in draft.pages],
        "consequences": form.consequences(replaces=earlier, asked=asked),
    }
    return TemplateResponse(request, "admin/registrations/certificate_draft.html", context)


def _issue(
    request: HttpRequest,
    form: CertificateForm,
    *,
    earlier: RegistrationCertificate | None,
    asked: CertificateRequest | None,
) -> None:
    how = {"wording": form.wording(), "actor": request.user, "seen": form.cleaned_data["seen"]}
    if asked is not None:
        certificate_requests.issue(asked, replaces=earlier, **how)
    else:
        certificates.issue(form.record, replaces=earlier, **how)


def _to_withdraw(request: HttpRequest, record: ResidencyRecord) -> QuerySet:
    """The valid ones; for a page that was opened before, also those withdrawn since."""
    held = record.certificates.all()
    return held if request.method == "POST" else held.filter(revocation=None)


def _to_answer(request: HttpRequest, record: ResidencyRecord) -> QuerySet:
    """The open ones; for a page that was opened before, also those settled since."""
    asked = record.certificaterequests
    return asked.all() if request.method == "POST" else asked.open()


def _is_over(
    record: ResidencyRecord,
    earlier: RegistrationCertificate | None,
    asked: CertificateRequest | None,
) -> bool:
    """The entry is closed, the earlier certificate withdrawn, or the application settled."""
    is_withdrawn = earlier is not None and hasattr(earlier, "revocation")
    is_settled = asked is not None and not asked.is_open
    return record.closed_at is not None or is_withdrawn or is_settled


def _overtaken(
    request: HttpRequest,
    record: ResidencyRecord,
    form: Typed,
    *,
    asked: MissionRequest | None = None,
) -> HttpResponse:
    """Somebody closed the entry, or settled this very thing, since the page was opened."""
    case = record.application
    event = case.events.select_related("actor").last()
    return conflict(request, case, event, form, asked=asked)


def _named(request: HttpRequest, name: str, rows: QuerySet) -> Any:
    """The row that the address names by its UUID; None where it names none, 404 where it errs."""
    if name not in request.GET:
        return None
    try:
        wanted = UUID(request.GET[name])
    except ValueError:
        wanted = None
    return get_object_or_404(rows, public_id=wanted)


def _asked_for(asked: CertificateRequest | None) -> dict[str, Any]:
    """What the person wrote, for the officer to take over."""
    if asked is None:
        return {}
    return {
        "applied_by": certificate_requests.applied_by(asked),
        "applied_as": asked.applied_as,
        "purpose": asked.purpose,
        "addressee": asked.addressee,
        "with_english": asked.with_english,
    }


def _usual_wording(request: HttpRequest, record: ResidencyRecord) -> dict[str, Any]:
    posting = request.user.postings.current().filter(mission=record.mission).first()
    in_person = record.citizen.account_id is not None
    return {
        "applied_by": str(record.citizen) if in_person else "",
        "applied_as": Capacity.SELF if in_person else record.application.capacity,
        "signatory_name": request.user.full_name,
        "signatory_post": posting.post if posting else "",
    }


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Withdraw the certificate named by ``?certificate=<uuid>``."""
    record = record_of(request, public_id)
    held = _named(request, "certificate", _to_withdraw(request, record))
    if held is None:
        raise Http404
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            certificates.revoke(held, actor=request.user, reason=form.cleaned_data["reason"])
        except certificates.CertificateRefused:
            return _overtaken(request, record, form)
        messages.success(request, _("The certificate is withdrawn."))
        return redirect(RECORD, public_id)
    return page_of(request, record.application, form)


PAGES = {
    "take": take,
    "ask": ask,
    "register": register,
    "refuse": refuse,
    "deregister": deregister,
    "assign": assign,
    "insert": insert,
    "certificate": certificate,
    "revoke": revoke,
}
