"""The officer's queue; a row opens the record page."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.encryption import blind_index
from accounts.scoping import ScopedModelAdmin
from missions import calendar
from missions.countries import country_name
from registrations import iin
from registrations.admin import decisions, follow_up
from registrations.admin.comparison import compare
from registrations.admin.filters import (
    ApplicantFilter,
    FlagFilter,
    MissionFilter,
    StayFilter,
    TaskFilter,
)
from registrations.admin.record import record_page
from registrations.enums import ApplicationStatus
from registrations.models import Application
from registrations.names import fold
from registrations.references import normalize_reference
from registrations.services import declarations, flags, last_known, workload

RECORD = "admin:registrations_application_change"
# Lists that look back, the newest first; all others begin with what is due first.
BACKWARD = ("decided", "all")


class Queue(ChangeList):
    """Links carry the UUID, never the primary key; rows say what was sent."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        declarations.read_as_declared(self.result_list)

    def url_for_result(self, result: Model) -> str:
        return reverse(RECORD, args=[result.public_id])


@admin.register(Application)
class ApplicationAdmin(ScopedModelAdmin):
    """Nothing here is typed into a case directly."""

    list_display = (
        "due",
        "reference",
        "person",
        "kind_asked",
        "place",
        "mission_city",
        "waiting_since",
        "assigned_to",
        "flags",
    )
    list_display_links = ("reference",)
    list_filter = (TaskFilter, MissionFilter, FlagFilter, StayFilter, ApplicantFilter)
    list_select_related = ("citizen", "mission", "assigned_to")
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("reference",)
    search_help_text = _(
        "Reference or register number, name in any script, IIN, phone, email or document number"
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Queue

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """The mission is a column for those who work for several."""
        several = workload.works_for_several(request.user)
        return [name for name in self.list_display if several or name != "mission_city"]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        backward = request.GET.get("task") in BACKWARD
        return ("-id",) if backward else ("due_at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        cases = last_known.with_names(workload.cases_of(request.user))
        return flags.with_flags(cases).prefetch_related("mission__closures")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A number that names one case opens it at once."""
        if (found := self._named_exactly(request)) is not None:
            audit.record(actor=request.user, action="application.searched")
            return redirect(RECORD, found.public_id)
        context = {"title": _("Queue"), "workload": workload.workload_of(request.user)}
        return super().changelist_view(request, context | (extra_context or {}))

    def _named_exactly(self, request: HttpRequest) -> Application | None:
        if not self.has_view_permission(request):
            return None
        exact = _exact_match(_search_term(request.GET.get("q", "")))
        if exact is None:
            return None
        named = workload.cases_of(request.user).filter(exact).distinct()[:2]
        return named[0] if len(named) == 1 else None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """What names somebody exactly, else the words of a name or a part of the reference."""
        term = _search_term(search_term)
        if not term:
            return queryset, False
        audit.record(actor=request.user, action="application.searched")
        exact = _exact_match(term)
        if exact is not None and queryset.filter(exact).exists():
            return queryset.filter(exact), True
        return queryset.filter(_part_match(term)), False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Model | None:
        try:
            cases = workload.cases_of(request.user).select_related(
                "citizen", "mission", "applicant", "assigned_to"
            )
            return cases.filter(public_id=UUID(object_id)).first()
        except ValueError:
            return None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        application = self.get_object(request, object_id)
        if application is None:
            raise Http404
        return record_page(request, application)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    def get_urls(self) -> list[Any]:
        """Decisions are pages of their own."""
        of_case = decisions.PAGES | follow_up.PAGES
        pages = {f"<uuid:public_id>/{name}/": (name, view) for name, view in of_case.items()}
        pages["<uuid:public_id>/compare/<uuid:other_id>/"] = ("compare", compare)
        own = [
            path(
                address,
                self.admin_site.admin_view(view),
                name=f"registrations_application_{name}",
            )
            for address, (name, view) in pages.items()
        ]
        return own + super().get_urls()

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, application: Application) -> str:
        """By a word and a sign, never by colour alone; by the clock of the mission."""
        if application.status == ApplicationStatus.MORE_INFO:
            return _due("paused", "‖", _("Clock stopped"))
        if application.status not in workload.CLOCK_RUNS:
            return application.get_status_display()
        now, mission = timezone.now(), application.mission
        due = timezone.localtime(application.due_at, calendar.zone(mission))
        if application.due_at < now:
            late = calendar.working_days_between(mission, application.due_at, now)
            days = ngettext("%(count)s working day", "%(count)s working days", late)
            return _due("over", "▲", _("Overdue"), days % {"count": late} if late else "")
        if due.date() == calendar.local_date(mission, now):
            return _due("today", "●", _("Today"), due.strftime("%H:%M"))
        return _due("later", "○", date_format(due, "SHORT_DATE_FORMAT"))

    @admin.display(description=_("name"), ordering=last_known.BY_NAME)
    def person(self, application: Application) -> str:
        name = last_known.name_in(application)
        return format_html('{}<br><small lang="en">{}</small>', name.full, name.latin)

    @admin.display(description=_("type"), ordering="stay")
    def kind_asked(self, application: Application) -> str:
        return application.kind.label

    @admin.display(description=_("place"), ordering="country")
    def place(self, application: Application) -> str:
        return f"{country_name(application.country)}, {application.city}"

    @admin.display(description=_("mission"), ordering="mission")
    def mission_city(self, application: Application) -> str:
        return application.mission.city

    @admin.display(description=_("waiting since"), ordering="submitted_at")
    def waiting_since(self, application: Application) -> str:
        sent = calendar.local_date(application.mission, application.submitted_at)
        days = (calendar.local_date(application.mission, timezone.now()) - sent).days
        words = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
        shown = date_format(sent, "SHORT_DATE_FORMAT")
        if application.decided_at is not None:
            return shown
        return format_html("{}<br><small>{}</small>", shown, words)

    @admin.display(description=_("flags"))
    def flags(self, application: Application) -> str:
        return ", ".join(flags.flags_of(application))


def _due(state: str, sign: str, *words: Any) -> str:
    said = " ".join(str(word) for word in words if word)
    return format_html(
        '<span class="due due--{}"><span aria-hidden="true">{}</span> {}</span>', state, sign, said
    )


def _search_term(typed: str) -> str:
    return typed.replace("\x00", "").strip()[:200]


def _exact_match(term: str) -> Q | None:
    """Where the term is a whole number of a kind that names a case or a person.

    How the person is reached today, and by which document, finds no case that is over. Who calls
    from a number that is typed and not sent yet is found by it.
    """
    if reference := normalize_reference(term):
        return Q(reference=reference)
    number = iin.normalize(term)
    if iin.is_valid(number):
        return last_known.found_by(Q(iin_index=blind_index(number, purpose="iin")))
    if term.startswith("+") and number[1:].isdigit():
        before = last_known.WAITING & last_known.found_by(Q(phone_e164=number))
        return last_known.LIVE & Q(citizen__phone_e164=number) | before
    if "@" in term:
        return last_known.LIVE & _reached_at(term.lower())
    if any(sign.isdigit() for sign in term):
        document = blind_index(number.upper(), purpose="document")
        return last_known.found_by_document(document) | Q(register_number=term.upper())
    return None


def _reached_at(address: str) -> Q:
    """The person's own account, or who applied while the person has none."""
    own, applied = Q(citizen__account__email=address), Q(applicant__email=address)
    return own | (Q(citizen__account=None) & applied)


def _part_match(term: str) -> Q:
    """Every word of a name in any order and script, or a part of the reference."""
    if any(sign.isdigit() for sign in term):
        return Q(reference__icontains=term)
    words = fold(term).split()
    named = Q(*(Q(name_key__contains=word) for word in words))
    return last_known.found_by(named) if words else Q(pk=None)
