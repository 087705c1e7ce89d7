"""The directory in the hands of the ministry; officers read it, heads close their mission."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.scoping import ScopedModelAdmin, sees_every_mission
from missions.models import ConsularDistrict, ForeignMission, MissionClosure, Posting
from missions.services import post_officer

CONTACTS = {"address", "phone", "duty_phone", "email", "website", "opening_hours"}


@admin.register(ForeignMission)
class ForeignMissionAdmin(admin.ModelAdmin):
    """A field the ministry changed is never overwritten by loading the directory again, and a
    contact it saved counts as confirmed by it."""

    list_display = ("name_en", "country", "city_en", "register_code", "contact_confirmed_at")
    list_filter = ("kind", "provides_consular_services", "is_open")
    search_fields = ("name_en", "name_ru", "name_kk", "city_en", "code", "register_code")
    readonly_fields = ("code", "contact_confirmed_at", "contact_confirmed_by")

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        changed = set(form.changed_data)
        obj.edited_fields = sorted({*obj.edited_fields, *changed})
        if changed & CONTACTS:
            obj.contact_confirmed_at = timezone.now()
            obj.contact_confirmed_by = request.user
        super().save_model(request, obj, form, change)
        audit.record(
            actor=request.user,
            action="mission.edited",
            target=obj,
            mission=obj.code,
            details={"fields": sorted(changed)},
        )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(ConsularDistrict)
class ConsularDistrictAdmin(admin.ModelAdmin):
    list_display = ("country", "region_code", "region_name", "mission", "basis")
    list_filter = ("basis",)
    search_fields = ("country", "region_code", "region_name", "mission__name_en")
    list_select_related = ("mission",)
    autocomplete_fields = ("mission",)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        obj.edited = True
        super().save_model(request, obj, form, change)
        audit.record(
            actor=request.user, action="district.edited", target=obj, mission=obj.mission.code
        )


@admin.register(Posting)
class PostingAdmin(ScopedModelAdmin):
    list_display = ("user", "mission", "role", "starts_on", "ends_on")
    list_select_related = ("user", "mission")
    search_fields = ("user__email", "user__full_name", "mission__name_en")
    autocomplete_fields = ("user", "mission")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user", "mission", "role", "starts_on") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        made = post_officer(
            user=obj.user,
            mission=obj.mission,
            role=obj.role,
            starts_on=obj.starts_on,
            post=obj.post,
            actor=request.user,
        )
        obj.pk = made.pk


@admin.register(MissionClosure)
class MissionClosureAdmin(admin.ModelAdmin):
    list_display = ("mission", "starts_on", "ends_on", "reason")
    list_select_related = ("mission",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        closures = super().get_queryset(request)
        if sees_every_mission(request.user):
            return closures
        return closures.filter(mission__in=ForeignMission.objects.of_officer(request.user))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "mission" and not sees_every_mission(request.user):
            kwargs["queryset"] = ForeignMission.objects.of_officer(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
