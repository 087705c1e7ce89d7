"""Accounts, the log and the messages, for the ministry to read."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import AuditEvent, OutboxMessage, User


class ReadOnlyAdmin(admin.ModelAdmin):
    """Nothing here is typed; what happened is read."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("email", "full_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", ("mail_refused_at", admin.EmptyFieldListFilter))
    search_fields = ("email", "full_name")
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


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "action", "target_label", "mission")
    list_filter = ("action",)
    search_fields = ("actor_email", "target_id", "target_label", "mission")
    ordering = ("-id",)
    fields = (
        "at",
        "actor",
        "actor_email",
        "action",
        "target_type",
        "target_id",
        "target_label",
        "mission",
        "details",
    )


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """Whether messages arrive; their words are between the portal and the person."""

    list_display = (
        "created_at",
        "kind",
        "reference",
        "channel",
        "recipient",
        "state",
        "attempts",
        "sent_at",
    )
    list_filter = ("state", "channel", "kind")
    search_fields = ("recipient", "reference")
    ordering = ("-id",)
    fields = (
        "recipient",
        "kind",
        "reference",
        "language",
        "channel",
        "state",
        "attempts",
        "last_error",
        "created_at",
        "sent_at",
    )
