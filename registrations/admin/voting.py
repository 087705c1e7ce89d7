"""Who asked to be on the voters' list: read by the mission, settled by nobody."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from registrations.admin.registers import RegisterAdmin
from registrations.models import VotingRequest


@admin.register(VotingRequest)
class VotingRequestAdmin(RegisterAdmin):
    """Who asked to be on the voters' list, with what the polling day asks for."""

    mission = "record__mission"
    list_display = ("number", "person", "passport_until", "requested_at", "withdrawn_at")
    list_select_related = ("record__citizen", "record__application")
    search_fields = ("record__number",)
    ordering = ("-requested_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("record__citizen__documents")

    @admin.display(description=gettext_lazy("register number"))
    def number(self, found: VotingRequest) -> str:
        return found.record.number

    @admin.display(description=gettext_lazy("name"))
    def person(self, found: VotingRequest) -> str:
        return str(found.record.citizen)

    @admin.display(description=gettext_lazy("document valid until"))
    def passport_until(self, found: VotingRequest) -> Any:
        current = [one for one in found.record.citizen.documents.all() if not one.replaced_at]
        return current[0].expires_on if current else None
