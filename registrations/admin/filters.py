"""By what the queue is narrowed; each stands in the address, so that it can be kept and sent."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registrations.enums import APPLICANT, LENGTH_OF_STAY, ApplicationStatus
from registrations.services import flags, workload


class TaskFilter(admin.SimpleListFilter):
    """The queue by what is to be done; the default is what waits for an officer."""

    title = _("task")
    parameter_name = "task"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("Overdue")),
            ("today", _("Due today")),
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
            "today": workload.due_today(queryset),
            "mine": todo.filter(assigned_to=request.user),
            "unassigned": todo.filter(workload.without_officer()),
        }
        return chosen.get(self.value(), todo)


class MissionFilter(admin.SimpleListFilter):
    """For those who work for several missions; absent for everybody else."""

    title = _("mission")
    parameter_name = "mission"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        missions = sorted(workload.missions_of(request.user), key=lambda one: (one.city, one.name))
        if len(missions) < 2:
            return []
        return [(mission.code, f"{mission.city}, {mission.name}") for mission in missions]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(mission__code=self.value()) if self.value() else queryset


class AnswerFilter(admin.SimpleListFilter):
    """By an answer of the form, which speaks of "me" and "my child", in the officer's words."""

    words: dict[Any, str | Promise]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.words.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in self.words:
            return queryset
        return queryset.filter(**{self.parameter_name: self.value()})


class StayFilter(AnswerFilter):
    title = _("length of stay")
    parameter_name = "stay"
    words = LENGTH_OF_STAY


class ApplicantFilter(AnswerFilter):
    title = _("who applied")
    parameter_name = "capacity"
    words = APPLICANT


class FlagFilter(admin.SimpleListFilter):
    title = _("flag")
    parameter_name = "flag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(flags.FLAGS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value()
        return queryset.filter(**{f"flag_{chosen}": True}) if chosen in flags.FLAGS else queryset
