"""Accounts, the log and the messages, for the ministry to read; officers are invited here."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from accounts import audit, passwords, wording
from accounts.forms import InvitationForm
from accounts.models import AuditEvent, BackgroundTask, OutboxMessage, User
from accounts.scoping import ListAdmin, sees_every_mission

# Pages of the libraries that change who may do what without a word in the log: a factor is removed
# by its owner, roles are code (accounts/roles.py), addresses have a way of their own.
for unlogged in (Authenticator, EmailAddress, Group):
    admin.site.unregister(unlogged)


class ReadOnlyAdmin(ListAdmin):
    """Nothing here is typed; what happened is read. A superuser sees no citizen by that alone:
    ``of_the_house`` is what of the rows is about staff."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Who looks for somebody leaves a word in the log, not what was looked for."""
        if search_term.strip():
            audit.record(actor=request.user, action=f"{self.opts.model_name}.searched")
        return super().get_search_results(request, queryset, search_term)

    def of_the_house(self) -> Q:
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows if sees_every_mission(request.user) else rows.filter(self.of_the_house())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Adding an account is inviting an officer; citizens' accounts open by themselves."""

    list_display = ("email", "full_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", ("mail_refused_at", admin.EmptyFieldListFilter))
    search_fields = ("email", "full_name")
    ordering = ("email",)
    fields = (
        "email",
        "full_name",
        "language",
        "is_staff",
        "is_active",
        "last_login",
        "mail_refused_at",
        "groups",
    )

    def of_the_house(self) -> Q:
        return Q(is_staff=True)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.add_user")

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        """An account is invited by the form and afterwards only read."""
        if obj is None:
            kwargs["form"] = InvitationForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fields if obj else InvitationForm.Meta.fields

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        invitation = passwords.Invitation(obj.email, obj.full_name, obj.language)
        obj.pk = passwords.invite(invitation, actor=request.user).pk
        messages.info(request, _("An invitation is on its way. Now post the officer to a mission."))


class CodeFilter(admin.SimpleListFilter):
    """By a column that holds a code, in words."""

    words: dict[str, str | Promise]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = [(code, str(words)) for code, words in self.words.items()]
        return sorted(found, key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class ActionFilter(CodeFilter):
    title = _("what was done")
    parameter_name = "action"
    words = wording.ACTIONS


class KindFilter(CodeFilter):
    title = _("kind of message")
    parameter_name = "kind"
    words = wording.MESSAGES


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "done", "target_label", "mission")
    list_filter = (ActionFilter,)
    search_fields = ("actor_email", "target_id", "target_label", "mission")
    ordering = ("-id",)
    fields = (
        "at",
        "actor",
        "actor_email",
        "done",
        "action",
        "target_type",
        "target_id",
        "target_label",
        "mission",
        "details",
    )

    def of_the_house(self) -> Q:
        """Missions, postings and the accounts of staff; no case of anybody."""
        staff = User.objects.filter(is_staff=True).values(as_text=Cast("pk", TextField()))
        accounts = Q(target_type=User._meta.label_lower, target_id__in=staff)
        return accounts | Q(target_type__startswith="missions.")

    @admin.display(description=_("what was done"), ordering="action")
    def done(self, event: AuditEvent) -> str:
        return str(wording.ACTIONS.get(event.action, event.action))


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """Whether messages arrive; their words are between the portal and the person."""

    list_display = (
        "created_at",
        "about",
        "reference",
        "channel",
        "recipient",
        "state",
        "attempts",
        "sent_at",
    )
    list_filter = ("state", "channel", KindFilter)
    search_fields = ("recipient", "reference")
    ordering = ("-id",)
    fields = (
        "recipient",
        "about",
        "reference",
        "language",
        "channel",
        "state",
        "attempts",
        "last_error",
        "created_at",
        "sent_at",
    )

    def of_the_house(self) -> Q:
        """A reference is somebody's case."""
        return Q(user__is_staff=True, reference="")

    @admin.display(description=_("kind of message"), ordering="kind")
    def about(self, message: OutboxMessage) -> str:
        return str(wording.MESSAGES.get(message.kind, message.kind))


# The library's own list shows what a task was called with.
admin.site.unregister(DBTaskResult)


@admin.register(BackgroundTask)
class BackgroundTaskAdmin(ReadOnlyAdmin):
    """Whether the portal's own work gets done; what a task was called with may be personal."""

    list_display = ("name", "status", "attempts", "enqueued_at", "finished_at", "failure")
    list_filter = ("status",)
    ordering = ("-enqueued_at",)
    fields = (
        "name",
        "status",
        "attempts",
        "enqueued_at",
        "started_at",
        "finished_at",
        "failure",
    )

    def of_the_house(self) -> Q:
        return Q()

    @admin.display(description=_("task"))
    def name(self, task: BackgroundTask) -> str:
        return task.task_name

    @admin.display(description=_("attempts"))
    def attempts(self, task: BackgroundTask) -> int:
        return task.attempts

    @admin.display(description=_("failure"))
    def failure(self, task: BackgroundTask) -> str:
        return task.exception_class_path.rpartition(".")[2]
