"""The record page: everything declared, the copies beside it, what can be done now."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registrations.admin.case_pages import address_of
from registrations.answers import SectionOfAnswers, sections
from registrations.enums import OPEN_STATUSES, Actor, ApplicationStatus
from registrations.forms.review import RegisterForm, TakeForm
from registrations.models import Application, ResidencyRecord
from registrations.services import (
    attachments,
    awaited_answers,
    declarations,
    history,
    last_known,
    lifecycle,
    looks,
    requests,
    taking_over,
    workload,
)
from registrations.services.cautions import cautions_of
from registrations.steps import OWN_WORD, Section

# Who it is and by which document stands on the first screen. The citizen's pages call the sections
# by "you"; the officer reads of a person.
ORDER: tuple[tuple[str | Promise, str | Promise], ...] = (
    (Section.PERSON, _("Identity")),
    (Section.DOCUMENT, _("Document")),
    (Section.PLACE, _("Place")),
    (Section.CONTACT, _("Address and contact")),
    (Section.STAY, _("Stay abroad")),
    (Section.PEOPLE, _("Emergency contacts and household")),
    (Section.COPIES, _("Copies of documents")),
)
IN_WORK = (ApplicationStatus.IN_REVIEW, ApplicationStatus.MORE_INFO)


def record_page(
    request: HttpRequest, application: Application, form: RegisterForm | None = None
) -> HttpResponse:
    """Each look is logged. ``form`` is the checklist as it was sent, where it was."""
    looks.log(application, actor=request.user)
    declarations.read_as_declared([application])
    name = last_known.name_in(application)
    cautions = cautions_of(application, seen_by=request.user)
    others = [caution.other for caution in cautions if caution.other]
    looks.log_comparison(application, others, actor=request.user)
    context = {
        **admin.site.each_context(request),
        "title": f"{application} {name}",
        "name": name,
        "opts": Application._meta,
        **_what_was_declared(application),
        **_what_can_be_done(request, application, form),
        "cautions": cautions,
        "history": history.history_of(application),
        "also_looking": history.also_looking(application, besides=request.user),
    }
    return TemplateResponse(request, "admin/registrations/record.html", context)


def officers_order(found: list[SectionOfAnswers]) -> list[SectionOfAnswers]:
    """The sections as an officer reads them."""
    by_name = {str(section.name): section for section in found}
    return [
        SectionOfAnswers(title, by_name[str(name)].pages)
        for name, title in ORDER
        if str(name) in by_name
    ]


def _what_was_declared(application: Application) -> dict[str, Any]:
    record = getattr(application, "residency_record", None)
    latest, before = _answers(application, record)
    return {
        "application": application,
        "citizen": application.citizen,
        "sections": officers_order(sections(latest, before)),
        "copies": attachments.declared(application),
        "consents": application.consents.all(),
        "record": record,
        "asked": _asked(record) if record else [],
        "moving": record.transfers.open().select_related("mission").first() if record else None,
    }


def _asked(record: ResidencyRecord) -> list[tuple[str | Promise, str, datetime]]:
    """The requests that wait: name, address of the page, until when."""
    return [
        (one._meta.verbose_name, address_of(one), one.due_at)
        for one in requests.open_requests(record)
    ]


def _answers(
    application: Application, record: ResidencyRecord | None
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What holds now, and what it differs from.

    While an entry is in force: the person's own words of today beside what was entered. A closed
    entry stays as it was entered, since the person's life goes on elsewhere. Before: what was sent
    last, beside what was sent before it; of a move with how the person is reached today.
    """
    if record is not None:
        if record.closed_at is not None:
            return record.entered, None
        return declarations.collect(application), record.entered
    sent = [one.answers for one in application.declarations.order_by("sequence")]
    reached = {}
    if application.is_open and application.entry_to_leave is not None:
        reached = {key: declarations.of_page(application, key) for key in OWN_WORD}
    return sent[-1] | reached, sent[-2] if len(sent) > 1 else None


def _what_can_be_done(
    request: HttpRequest, application: Application, form: RegisterForm | None
) -> dict[str, Any]:
    decides = Actor.OFFICER in lifecycle.parts_of(request.user, application)
    if form is None and decides and application.status == ApplicationStatus.IN_REVIEW:
        form = RegisterForm(application=application)
    in_work = application.status in IN_WORK
    return {
        "decides": decides,
        "may_go_on": decides and awaited_answers.may_go_on(application),
        "can_be_addressed": decides and _can_be_addressed(application),
        "assigns": decides and in_work and lifecycle.gives_cases(request.user, application),
        "form": form,
        "take_form": TakeForm(application=application),
        "next_case": _next_case(request) if application.status not in OPEN_STATUSES else None,
    }


def _can_be_addressed(application: Application) -> bool:
    record = getattr(application, "residency_record", None)
    return record is not None and taking_over.can_be_addressed(record)


def _next_case(request: HttpRequest) -> Application | None:
    """What the officer would open next: due first, own or nobody's."""
    waiting = workload.cases_of(request.user).awaiting_officer()
    free = workload.without_officer() | Q(assigned_to=request.user)
    return waiting.filter(free).order_by("due_at", "id").first()
