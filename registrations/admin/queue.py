"""The officer's queue and the record page."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.encryption import blind_index
from accounts.scoping import ScopedModelAdmin
from missions.calendar import zone
from missions.countries import country_name
from registrations import iin
from registrations.admin import decisions, follow_up
from registrations.answers import SectionOfAnswers, sections
from registrations.enums import Actor, ApplicationStatus
from registrations.models import Application, Citizen
from registrations.names import fold
from registrations.references import normalize_reference
from registrations.services import awaited_answers, lifecycle, register_state
from registrations.services.cautions import cautions_of
from registrations.services.taking_over import can_be_addressed
from registrations.steps import Section


class TaskFilter(admin.SimpleListFilter):
    """The queue by what is to be done; the default is what waits for an officer."""

    title = _("task")
    parameter_name = "task"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("Overdue")),
            ("mine", _("My cases")),
            ("unassigned", _("Unassigned")),
            ("waiting", _("Waiting for the citizen")),
            ("decided", _("Decided")),
            ("all", _("All")),
        ]

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        yield {**everything, "display": _("To do")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if request.GET.get("q"):
            return queryset
        todo = queryset.awaiting_officer()
        chosen = {
            "all": queryset,
            "waiting": queryset.filter(status=ApplicationStatus.MORE_INFO),
            "decided": queryset.exclude(decided_at=None),
            "overdue": todo.overdue(),
            "mine": todo.filter(assigned_to=request.user),
            "unassigned": todo.filter(assigned_to=None),
        }
        return chosen.get(self.value(), todo)


class ByPublicId(ChangeList):
    """Links carry the UUID, never the primary key."""

    def url_for_result(self, result: Model) -> str:
        return reverse("admin:registrations_application_change", args=[result.public_id])


@admin.register(Application)
class ApplicationAdmin(ScopedModelAdmin):
    """The queue; a row opens the record page. Nothing here is typed into a case directly."""

    list_display = (
        "due",
        "reference",
        "person",
        "kind_asked",
        "place",
        "mission_city",
        "assigned_to",
        "flags",
    )
    list_display_links = ("reference",)
    list_filter = (TaskFilter, "stay", "capacity")
    list_select_related = ("citizen", "mission", "assigned_to")
    ordering = ("due_at", "id")
    search_fields = ("reference",)
    search_help_text = _("Reference, name in any script, IIN, phone or document number")
    change_form_template = "admin/registrations/record.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ByPublicId

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        same_iin = Citizen.objects.filter(iin_index=OuterRef("citizen__iin_index")).exclude(
            Q(pk=OuterRef("citizen")) | Q(iin_index="")
        )
        return (
            super()
            .get_queryset(request)
            .annotate(
                has_duplicate=Exists(same_iin),
                is_unconfirmed=register_state.has_unconfirmed_entry(),
                asked_until=awaited_answers.asked_until(),
            )
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Exact by reference, IIN, phone and document; by part of a name otherwise."""
        term = search_term.replace("\x00", "").strip()[:200]
        if not term:
            return queryset, False
        audit.record(actor=request.user, action="application.searched")
        exact = _exact_match(term)
        return queryset.filter(exact or Q(citizen__name_key__contains=fold(term))), False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Model | None:
        try:
            return self.get_queryset(request).filter(public_id=UUID(object_id)).first()
        except ValueError:
            return None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The record page: everything declared, the copies beside it, what can be done now."""
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        application = self.get_object(request, object_id)
        if application is None:
            raise Http404
        audit.record(
            actor=request.user,
            action="application.viewed",
            target=application,
            mission=application.mission.code,
        )
        context = self.admin_site.each_context(request) | _record_context(request, application)
        return TemplateResponse(request, self.change_form_template, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    def get_urls(self) -> list[Any]:
        """Decisions are pages of their own."""
        own = [
            path(
                f"<uuid:public_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"registrations_application_{name}",
            )
            for name, view in (decisions.PAGES | follow_up.PAGES).items()
        ]
        return own + super().get_urls()

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, application: Application) -> str:
        if application.status not in {ApplicationStatus.SUBMITTED, ApplicationStatus.IN_REVIEW}:
            return application.get_status_display()
        local = timezone.localtime(application.due_at, zone(application.mission))
        if application.due_at < timezone.now():
            return format_html('<strong class="due due--over">{}</strong>', _("Overdue"))
        if local.date() == timezone.now().astimezone(local.tzinfo).date():
            said = _("Today %(time)s") % {"time": local.strftime("%H:%M")}
            return format_html('<strong class="due due--today">{}</strong>', said)
        return local.strftime("%d.%m.%Y")

    @admin.display(description=_("name"), ordering="citizen__name_key")
    def person(self, application: Application) -> str:
        citizen = application.citizen
        return format_html("{}<br><small>{}</small>", citizen.full_name, citizen.full_name_latin)

    @admin.display(description=_("type"), ordering="stay")
    def kind_asked(self, application: Application) -> str:
        return application.kind.label

    @admin.display(description=_("place"), ordering="country")
    def place(self, application: Application) -> str:
        return f"{country_name(application.country)}, {application.city}"

    @admin.display(description=_("mission"), ordering="mission")
    def mission_city(self, application: Application) -> str:
        return application.mission.city

    @admin.display(description=_("flags"))
    def flags(self, application: Any) -> str:
        found = []
        if application.has_duplicate:
            found.append(str(_("duplicate?")))
        if application.capacity != "self":
            found.append(str(_("represented")))
        if application.is_unconfirmed:
            found.append(str(_("unconfirmed")))
        if awaited_answers.is_late(application, application.asked_until):
            found.append(str(_("no answer in time")))
        return ", ".join(found)


def _exact_match(term: str) -> Q | None:
    if reference := normalize_reference(term):
        return Q(reference=reference)
    number = iin.normalize(term)
    if iin.is_valid(number):
        return Q(citizen__iin_index=blind_index(number, purpose="iin"))
    if term.startswith("+") and number[1:].isdigit():
        return Q(citizen__phone_e164=number)
    if any(sign.isdigit() for sign in term):
        index = blind_index(number.upper(), purpose="document")
        return Q(citizen__documents__number_index=index) | Q(reference__icontains=term)
    return None


def _person_first(found: list[SectionOfAnswers]) -> list[SectionOfAnswers]:
    """Who it is and by which document stands on the first screen; the rest keeps its order."""
    first = (Section.PERSON, Section.DOCUMENT)
    return sorted(found, key=lambda section: section.name not in first)


def _record_context(request: HttpRequest, application: Application) -> dict[str, Any]:
    declarations = list(application.declarations.order_by("sequence"))
    latest = declarations[-1].answers
    before = declarations[-2].answers if len(declarations) > 1 else None
    decides = Actor.OFFICER in lifecycle.parts_of(request.user, application)
    record = getattr(application, "residency_record", None)
    return {
        "title": f"{application} {application.citizen}",
        "opts": Application._meta,
        "application": application,
        "citizen": application.citizen,
        "sections": _person_first(sections(application, latest, before)),
        "cautions": cautions_of(application),
        "copies": application.attachments.filter(replaced_at=None),
        "consents": application.consents.all(),
        "events": application.events.select_related("actor"),
        "messages_sent": application.applicant.messages.filter(
            reference=application.reference
        ).order_by("id"),
        "record": record,
        "decides": decides,
        "may_go_on": decides and awaited_answers.may_go_on(application),
        "can_be_addressed": decides and record is not None and can_be_addressed(record),
    }
