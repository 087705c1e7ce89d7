"""Confirmed or not: in the register's list, its filter, and a table by mission."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from missions.calendar import zone
from registrations.enums import UnconfirmedReason
from registrations.models import ResidencyRecord
from registrations.services import register_state, workload


class FreshnessFilter(admin.SimpleListFilter):
    title = _("freshness")
    parameter_name = "freshness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("confirmed", _("Confirmed")),
            ("unconfirmed", _("Unconfirmed")),
            ("asked", _("Asked, no answer yet")),
            ("stay_over", _("Planned end of the stay has passed")),
            ("closed", _("Closed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = {
            "confirmed": queryset.in_force().filter(unconfirmed_since=None),
            "unconfirmed": queryset.unconfirmed(),
            "asked": queryset.in_force().asked(),
            "stay_over": register_state.stay_is_over(queryset),
            "closed": queryset.exclude(closed_at=None),
        }
        return chosen.get(self.value(), queryset)


@admin.display(description=_("confirmed"), ordering="last_confirmed_at")
def confirmed(record: ResidencyRecord) -> str:
    """When the person last said that the entry is true, or since when and why it is in doubt."""
    if record.closed_at is not None:
        return "–"
    if record.unconfirmed_since is None:
        return _day(record, record.last_confirmed_at)
    return format_html(
        '<strong class="due due--over">{}</strong><br><small>{}</small>',
        _("Unconfirmed since %(day)s") % {"day": _day(record, record.unconfirmed_since)},
        UnconfirmedReason(register_state.why_unconfirmed(record)).label,
    )


def _day(record: ResidencyRecord, moment: Any) -> str:
    return date_format(timezone.localtime(moment, zone(record.mission)), "SHORT_DATE_FORMAT")


@require_safe
def by_mission(request: HttpRequest) -> HttpResponse:
    """How much of each register is confirmed: of the missions one works for, not of one's own."""
    missions = workload.missions_of(request.user)
    visible = ResidencyRecord.objects.visible_to(request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("How fresh the register is"),
        "shares": register_state.shares(visible.filter(mission__in=missions)),
    }
    return TemplateResponse(request, "admin/registrations/freshness.html", context)
