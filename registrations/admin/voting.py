"""Who asked to be on the voters' list: read by the mission, settled by nobody."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from registrations.admin.registers import RegisterAdmin, short_date, short_moment
from registrations.models import VotingRequest
from registrations.services import last_known


@admin.register(VotingRequest)
class VotingRequestAdmin(RegisterAdmin):
    """Who asked to be on the voters' list, with what the polling day asks for."""

    list_display = ("number", "person", "passport_until", "asked", "taken_back")
    list_select_related = ("record__citizen", "record__application", "record__mission")
    search_fields = ("record__number",)
    ordering = ("-requested_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("record__citizen__documents")

    @admin.display(description=gettext_lazy("register number"))
    def number(self, found: VotingRequest) -> str:
        return found.record.number

    @admin.display(description=gettext_lazy("name"))
    def person(self, found: VotingRequest) -> str:
        return str(last_known.name_in_entry(found.record))

    @admin.display(description=gettext_lazy("document valid until"))
    def passport_until(self, found: VotingRequest) -> Any:
        if found.record.closed_at is not None:
            return None
        current = [one for one in found.record.citizen.documents.all() if not one.replaced_at]
        return short_date(current[0].expires_on) if current else None

    @admin.display(description=gettext_lazy("asked"), ordering="requested_at")
    def asked(self, found: VotingRequest) -> str:
        return short_moment(found.record.mission, found.requested_at)

    @admin.display(description=gettext_lazy("taken back"), ordering="withdrawn_at")
    def taken_back(self, found: VotingRequest) -> str | None:
        moment = found.withdrawn_at
        return short_moment(found.record.mission, moment) if moment else None
