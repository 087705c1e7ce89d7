"""What the officer's pages of one case have in common: whose it is, the form, "it has changed"."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.forms import PageForm
from registrations.enums import Actor
from registrations.models import Application, ApplicationEvent, ResidencyRecord
from registrations.models.requests import MissionRequest
from registrations.services import lifecycle, workload

RECORD = "admin:registrations_application_change"


class Typed(Protocol):
    """A form that can give back the officer's own words."""

    def typed(self) -> list[str]: ...


def case_of(request: HttpRequest, public_id: UUID) -> Application:
    """404 for a case of another mission, 403 for one the person may see but not decide."""
    cases = workload.cases_of(request.user).select_related(
        "citizen", "mission", "applicant", "assigned_to"
    )
    application = get_object_or_404(cases, public_id=public_id)
    if Actor.OFFICER not in lifecycle.parts_of(request.user, application):
        raise PermissionDenied
    return application


def record_of(request: HttpRequest, public_id: UUID) -> ResidencyRecord:
    application = case_of(request, public_id)
    visible = ResidencyRecord.objects.visible_to(request.user)
    return get_object_or_404(visible, application=application)


def request_page_name(kind: type[Model]) -> str:
    return f"{kind._meta.app_label}_{kind._meta.model_name}_page"


def address_of(asked: MissionRequest) -> str:
    """The page on which officers answer the request."""
    return reverse(f"admin:{request_page_name(type(asked))}", args=[asked.public_id])


def page_of(
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


def decide(
    request: HttpRequest,
    application: Application,
    act: Callable[[], Any],
    done: str,
    form: Typed | None = None,
) -> HttpResponse:
    """Do it, or show who did what before."""
    try:
        act()
    except lifecycle.Incomplete:
        messages.error(request, _("The exit permit is missing: ask the citizen for it."))
    except lifecycle.AnswerAwaited:
        messages.error(request, _("The last day to answer has not passed: wait for the citizen."))
    except lifecycle.TransitionRefused as refused:
        return conflict(request, refused.application, refused.last_event, form)
    else:
        messages.success(request, done)
    return redirect(RECORD, application.public_id)


def conflict(
    request: HttpRequest,
    application: Application,
    event: ApplicationEvent | None,
    form: Typed | None = None,
    *,
    asked: MissionRequest | None = None,
    why: str = "",
) -> HttpResponse:
    """Who did what before; what the officer typed is shown, so that nothing is lost.

    ``asked`` is the request the page was to answer, as it stands now, and ``why`` the reason where
    it is open still.
    """
    context = {
        **admin.site.each_context(request),
        "title": _("The case has changed"),
        "application": application,
        "event": event,
        "settled": asked if asked is not None and not asked.is_open else None,
        "why": why,
        "asked_at": address_of(asked) if asked is not None else "",
        "typed": form.typed() if form is not None else [],
    }
    template = "admin/registrations/conflict.html"
    return TemplateResponse(request, template, context, status=409)
