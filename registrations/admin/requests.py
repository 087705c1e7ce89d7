"""What registered persons ask of their mission: lists by what is due, and one page a request.

The kinds of request stand in kinds_of_request.py.
"""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from registrations.admin.case_pages import address_of, conflict, request_page_name
from registrations.admin.registers import RegisterAdmin, short_moment
from registrations.forms.settling import AnswerForm
from registrations.models.requests import SETTLED_KINDS, MissionRequest
from registrations.services import (
    departures,
    last_known,
    requests,
    workload,
)

# Facts of a request as the officer reads them: label and words.
Facts = list[tuple[str | Promise, Any]]


class Act(NamedTuple):
    """A button of a request's page, and what the officer is told once it is done."""

    name: str
    label: str | Promise
    done: str | Promise
    needs_words: bool = False


class OpenFilter(admin.SimpleListFilter):
    """What waits; the rest by choice."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        yield {**everything, "display": _("To do")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.overdue() if self.value() == "overdue" else queryset.awaiting_officer()


class ToRequestPage(ChangeList):
    def url_for_result(self, result: Any) -> str:
        return address_of(result)


def _overtaken(
    request: HttpRequest, found: MissionRequest, form: AnswerForm, why: str = ""
) -> HttpResponse:
    """What became of the request since the page was opened, and the officer's words."""
    found.refresh_from_db()
    return conflict(request, found.record.application, None, form, asked=found, why=why)


class RequestAdmin(RegisterAdmin):
    """One kind of request. ``acts`` are its buttons."""

    list_display = ("due", "number", "person", "about", "state")
    list_filter = (OpenFilter,)
    list_select_related = ("record__mission", "record__citizen")
    search_fields = ("record__number",)
    ordering = ("due_at", "id")
    acts: tuple[Act, ...] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ToRequestPage

    def get_urls(self) -> list[Any]:
        page = path(
            "<uuid:public_id>/",
            self.admin_site.admin_view(self.request_page),
            name=request_page_name(self.model),
        )
        return [page, *super().get_urls()]

    def facts(self, found: Any) -> Facts:
        raise NotImplementedError

    def open_acts(self, found: Any) -> list[Act]:
        """The buttons this request has now."""
        return list(self.acts)

    def do(self, act: str, found: Any, *, actor: User, answer: str) -> None:
        """Call the service that belongs to the button."""
        raise NotImplementedError

    def request_page(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """What was asked, by whom, until when, and the answer."""
        found = get_object_or_404(self.get_queryset(request), public_id=public_id)
        posted = request.method == "POST"
        form = AnswerForm(request.POST if posted else None)
        if posted:
            if not requests.may_decide(request.user, found.record):
                raise PermissionDenied
            if not found.is_open:
                return _overtaken(request, found, form)
            if form.is_valid() and (gone := self._act(request, found, form)):
                return gone
        return self._show(request, found, form)

    def _act(self, request: HttpRequest, found: Any, form: AnswerForm) -> HttpResponse | None:
        """Do what the pressed button says; None where words are missing."""
        act = next((one for one in self.acts if one.name in request.POST), None)
        if act is None:
            return redirect(address_of(found))
        answer = form.cleaned_data["answer"]
        if act.needs_words and not answer:
            form.demand_answer()
            return None
        try:
            self.do(act.name, found, actor=request.user, answer=answer)
        except requests.RequestRefused as refused:
            return _overtaken(request, found, form, refused.message)
        except departures.TooEarly:
            early = _("The person can still take the application back.")
            return _overtaken(request, found, form, early)
        messages.success(request, str(act.done))
        return redirect(address_of(found))

    def _show(self, request: HttpRequest, found: Any, form: AnswerForm) -> HttpResponse:
        audit.record(
            actor=request.user,
            action="application.viewed",
            target=found.record.application,
            mission=found.record.mission.code,
        )
        decides = found.is_open and requests.may_decide(request.user, found.record)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{capfirst(self.opts.verbose_name)}: {found.record}",
            "opts": self.opts,
            "found": found,
            "record": found.record,
            "application": found.record.application,
            "facts": self.facts(found),
            "rows": self.rows(found),
            "copies": self.copies(found),
            "acts": self.open_acts(found) if decides else [],
            "form": form,
        }
        return TemplateResponse(request, "admin/registrations/request.html", context)

    def rows(self, found: Any) -> list[Any]:
        """What is compared: before and after."""
        return []

    def copies(self, found: Any) -> Any:
        return []

    @admin.display(description=gettext_lazy("due"), ordering="due_at")
    def due(self, found: MissionRequest) -> str:
        words = short_moment(found.record.mission, found.due_at)
        if found.is_open and found.due_at < timezone.now():
            return format_html('<strong class="due due--over">{}, {}</strong>', _("Overdue"), words)
        return words

    @admin.display(description=gettext_lazy("register number"), ordering="record__number")
    def number(self, found: MissionRequest) -> str:
        return found.record.number

    @admin.display(description=gettext_lazy("name"), ordering=last_known.BY_NAME_IN_ENTRY)
    def person(self, found: MissionRequest) -> str:
        return str(last_known.name_in_entry(found.record))

    @admin.display(description=gettext_lazy("what"))
    def about(self, found: Any) -> str:
        raise NotImplementedError


REFUSE = Act(
    "refuse",
    gettext_lazy("Refuse"),
    gettext_lazy("It is refused; the person is told why."),
    needs_words=True,
)


def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """How many requests of each kind wait at the person's missions, for the index."""
    entries = workload.entries_of(request.user)
    return [
        {
            "name": kind._meta.verbose_name_plural,
            "address": reverse(f"admin:registrations_{kind._meta.model_name}_changelist"),
            "open": kind.objects.visible_to(request.user)
            .awaiting_officer()
            .filter(record__in=entries)
            .count(),
        }
        for kind in SETTLED_KINDS
    ]
