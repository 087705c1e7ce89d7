"""The register and the certificates of a mission, to look things up; rows open the record page."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.scoping import ScopedModelAdmin
from missions.calendar import zone
from missions.models import ForeignMission
from registrations.admin import freshness
from registrations.models import RegistrationCertificate, ResidencyRecord
from registrations.names import fold
from registrations.services import certificates, last_known, workload


def short_date(day: date | None) -> str | None:
    """As the other dates of a list; empty stays empty."""
    return date_format(day, "SHORT_DATE_FORMAT") if day else None


def short_moment(mission: ForeignMission, moment: datetime) -> str:
    """By the clock of the mission, which is the one on its wall."""
    return date_format(timezone.localtime(moment, zone(mission)), "SHORT_DATETIME_FORMAT")


class ToRecordPage(ChangeList):
    def url_for_result(self, result: Any) -> str:
        record = getattr(result, "record", result)
        return reverse(
            "admin:registrations_application_change", args=[record.application.public_id]
        )


class RegisterAdmin(ScopedModelAdmin):
    """Read-only; there is one page of a person, the record page.

    ``to_entry`` is the way from a row to the entry of the register that it belongs to.
    """

    to_entry = "record"
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        held = {f"{self.to_entry}__in": workload.entries_of(request.user)}
        return super().get_queryset(request).filter(**held)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        term = search_term.replace("\x00", "").strip()[:200]
        if not term:
            return queryset, False
        audit.record(actor=request.user, action="application.searched")
        return self.found(request, queryset, term), False

    def found(self, request: HttpRequest, queryset: QuerySet, term: str) -> QuerySet:
        """The rows that the officer looks for."""
        rows, _has_doubles = super().get_search_results(request, queryset, term)
        return rows

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """The mission is a column for those who work for several."""
        several = workload.works_for_several(request.user)
        return [name for name in self.list_display if several or name != "mission_city"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ToRecordPage

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        raise Http404

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        raise Http404


@admin.register(ResidencyRecord)
class ResidencyRecordAdmin(RegisterAdmin):
    to_entry = "pk"
    list_display = (
        "number",
        "person",
        "kind",
        "mission_city",
        "since",
        freshness.confirmed,
        "closed",
    )
    list_filter = (freshness.FreshnessFilter, "kind", "year")
    list_select_related = ("citizen__coming_of_age", "mission", "application")
    search_fields = ("number",)
    search_help_text = _("Register number, or name in any script")
    ordering = ("-year", "-sequence")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("citizen__representatives")

    def found(self, request: HttpRequest, queryset: QuerySet, term: str) -> QuerySet:
        if any(sign.isdigit() for sign in term):
            return super().found(request, queryset, term)
        named = last_known.found_by(Q(name_key__contains=fold(term)))
        return queryset.filter(application__in=workload.cases_of(request.user).filter(named))

    def get_urls(self) -> list[Any]:
        table = path(
            "freshness/",
            self.admin_site.admin_view(freshness.by_mission),
            name="registrations_residencyrecord_freshness",
        )
        return [table, *super().get_urls()]

    @admin.display(description=_("name"))
    def person(self, record: ResidencyRecord) -> str:
        return str(last_known.name_in_entry(record))

    @admin.display(description=_("mission"), ordering="mission")
    def mission_city(self, record: ResidencyRecord) -> str:
        return record.mission.city

    @admin.display(description=_("registered on"), ordering="registered_on")
    def since(self, record: ResidencyRecord) -> str | None:
        return short_date(record.registered_on)

    @admin.display(description=_("closed"), ordering="closed_at")
    def closed(self, record: ResidencyRecord) -> str | None:
        return short_moment(record.mission, record.closed_at) if record.closed_at else None


@admin.register(RegistrationCertificate)
class RegistrationCertificateAdmin(RegisterAdmin):
    list_display = ("number", "person", "issued", "state_in_words", "entry", "purpose")
    list_select_related = (
        "record__citizen__coming_of_age",
        "record__application",
        "record__mission",
        "revocation",
    )
    search_fields = ("number",)
    search_help_text = _("Number of the certificate")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        issued = super().get_queryset(request).defer("pdf")
        return issued.prefetch_related("record__citizen__representatives")

    def get_urls(self) -> list[Any]:
        shown = path(
            "<uuid:public_id>/pdf/",
            self.admin_site.admin_view(certificate_pdf),
            name="registrations_registrationcertificate_pdf",
        )
        return [shown, *super().get_urls()]

    @admin.display(description=_("name"))
    def person(self, certificate: RegistrationCertificate) -> str:
        return str(last_known.name_in_entry(certificate.record))

    @admin.display(description=_("date"), ordering="issued_on")
    def issued(self, certificate: RegistrationCertificate) -> str | None:
        return short_date(certificate.issued_on)

    @admin.display(description=_("entry confirmed"))
    def entry(self, certificate: RegistrationCertificate) -> str:
        return freshness.confirmed(certificate.record)

    @admin.display(description=_("state"))
    def state_in_words(self, certificate: RegistrationCertificate) -> str:
        return str(certificate.state.label)


@require_safe
def certificate_pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The bytes as issued, open for printing; each time is logged."""
    visible = RegistrationCertificate.objects.visible_to(request.user)
    held = visible.filter(record__in=workload.entries_of(request.user))
    certificate = get_object_or_404(held, public_id=public_id)
    response = HttpResponse(
        certificates.printed(certificate, actor=request.user), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{certificate.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
