"""Whose rows a person may see, applied wherever rows are read."""

from typing import Any, Self

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from accounts.models import User


def sees_every_mission(user: "User | AnonymousUser") -> bool:
    """The ministry. A superuser keeps the machine running and sees no citizen by that alone."""
    return user.is_active and not user.is_superuser and user.has_perm("accounts.see_every_mission")


class ScopedQuerySet(models.QuerySet):
    """Base of every personal model's queryset: a subclass says who may see what."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        raise NotImplementedError(f"{type(self).__name__} does not say who may see its rows.")


class ListAdmin(admin.ModelAdmin):
    """A list is called by what it lists, and narrowed by its own filters alone.

    Django would take any column of the model from the address: a way to ask about what is not
    shown, and to break the page with a value the column cannot be compared with.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        offered = set()
        for offer in self.get_list_filter(request):
            if isinstance(offer, str):
                offered |= {offer, f"{offer}__exact", f"{offer}__isnull"}
            elif isinstance(offer, tuple):
                offered.add(f"{offer[0]}__isempty")
            elif isinstance(offer, type) and issubclass(offer, admin.SimpleListFilter):
                offered.add(offer.parameter_name)
        return lookup in offered

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))


class ScopedModelAdmin(ListAdmin):
    """Lists, foreign keys, autocomplete and history show only rows the person may see.

    Read-only unless a subclass lists what may be typed: a decision is a page that calls a
    service, never a field.
    """

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        queryset: ScopedQuerySet = super().get_queryset(request)
        return queryset.visible_to(request.user)

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField, request: HttpRequest
    ) -> models.QuerySet | None:
        queryset = super().get_field_queryset(db, db_field, request)
        if queryset is None:
            queryset = db_field.remote_field.model._default_manager.all()
        if isinstance(queryset, ScopedQuerySet):
            queryset = queryset.visible_to(request.user)
        return queryset

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
