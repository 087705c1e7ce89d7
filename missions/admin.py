"""The directory in the hands of the ministry; officers read it, heads close their mission."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.scoping import ListAdmin, ScopedModelAdmin, sees_every_mission
from missions import advice, services
from missions.countries import country_name
from missions.forms import MISSION_FIELDS, DistrictForm, MissionForm, PostingForm
from missions.models import (
    ConsularDistrict,
    CountryAdvice,
    ForeignMission,
    MissionClosure,
    Posting,
)
from missions.search import countries_named


class DirectoryAdmin(ListAdmin):
    """Found by the country's name too. Nothing is deleted: the next load would bring it back."""

    actions = None
    list_per_page = 50

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        found, distinct = super().get_search_results(request, queryset, search_term)
        named = countries_named(search_term)
        return (found | queryset.filter(country__in=named) if named else found), distinct

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(ForeignMission)
class ForeignMissionAdmin(DirectoryAdmin):
    """A field the ministry changed is never overwritten by loading the directory again."""

    form = MissionForm
    list_display = ("__str__", "country_name", "city", "register_code", "contacts_confirmed")
    list_filter = ("kind", "provides_consular_services", "is_open")
    search_fields = (
        "name_en", "name_ru", "name_kk", "city_en", "city_ru", "city_kk", "code", "register_code"
    )  # fmt: skip
    readonly_fields = ("contact_confirmed_at", "contact_confirmed_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The codes stand in addresses and in register numbers."""
        return (*self.readonly_fields, "code", "register_code") if obj else self.readonly_fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        said = ("contacts_confirmed", *self.readonly_fields)
        return [
            (title, {"fields": (*names, *said) if "phone" in names else names})
            for title, names in MISSION_FIELDS
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        services.save_mission(
            obj,
            changed=set(form.changed_data) - {"contacts_confirmed"},
            contacts_confirmed=form.cleaned_data["contacts_confirmed"],
            actor=request.user,
        )

    @admin.display(description=_("contacts confirmed"), boolean=True)
    def contacts_confirmed(self, mission: ForeignMission) -> bool:
        return mission.contacts_are_confirmed


@admin.register(ConsularDistrict)
class ConsularDistrictAdmin(DirectoryAdmin):
    form = DistrictForm
    list_display = ("__str__", "region_code", "mission", "basis", "is_in_force")
    list_filter = ("basis", "is_in_force")
    search_fields = (
        "country", "region_code", "region_name", "region_kk", "region_ru", "mission__name_en"
    )  # fmt: skip
    list_select_related = ("mission",)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        services.save_district(obj, actor=request.user)


@admin.register(Posting)
class PostingAdmin(ScopedModelAdmin):
    form = PostingForm
    fields = PostingForm.Meta.fields
    list_display = ("user", "mission", "role", "starts_on", "ends_on")
    list_filter = ("role",)
    list_select_related = ("user", "mission")
    search_fields = ("user__email", "user__full_name", "mission__name_en")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> type[ModelForm]:
        form: type[ModelForm] = super().get_form(request, obj, **kwargs)
        form.actor = request.user
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        made = ("user", "mission", "role", "starts_on") if obj else ()
        return (*made, "ends_on") if obj and obj.is_over else made

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        if not change:
            obj.pk = services.post_officer(**form.cleaned_data, actor=request.user).pk
            return
        if "post" in form.changed_data:
            services.name_post(obj, actor=request.user)
        if "ends_on" in form.changed_data:
            services.end_posting(obj, on=form.cleaned_data["ends_on"], actor=request.user)


@admin.register(MissionClosure)
class MissionClosureAdmin(ListAdmin):
    """Officers read the closures of their missions; who heads a section closes that mission."""

    actions = None
    list_display = ("mission", "starts_on", "ends_on", "reason")
    list_select_related = ("mission",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        closures = super().get_queryset(request)
        if sees_every_mission(request.user):
            return closures
        return closures.filter(mission__in=ForeignMission.objects.of_officer(request.user))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "mission":
            kwargs["queryset"] = self._closable(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    def _may_touch(self, request: HttpRequest, closure: MissionClosure | None) -> bool:
        return closure is None or self._closable(request).filter(pk=closure.mission_id).exists()

    def _closable(self, request: HttpRequest) -> QuerySet[ForeignMission]:
        if sees_every_mission(request.user):
            return ForeignMission.objects.all()
        return ForeignMission.objects.headed_by(request.user)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        services.save_closure(obj, actor=request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.remove_closure(obj, actor=request.user)


@admin.register(CountryAdvice)
class CountryAdviceAdmin(ListAdmin):
    """Rights and duties in a country: written by heads of section for the countries they serve."""

    actions = None
    list_display = ("country_in_words", "topic", "edited_at", "edited_by")
    list_filter = ("topic",)
    list_select_related = ("edited_by",)
    fields = ("country", "topic", "text_kk", "text_ru", "text_en")

    @admin.display(description=_("country"), ordering="country")
    def country_in_words(self, written: CountryAdvice) -> str:
        return country_name(written.country)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "country":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.ChoiceField(
            label=_("country"),
            choices=[("", "---------"), *advice.countries_written_by(request.user)],
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        own = obj is None or obj.country in dict(advice.countries_written_by(request.user))
        return super().has_change_permission(request, obj) and own

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        advice.save(obj, actor=request.user)
