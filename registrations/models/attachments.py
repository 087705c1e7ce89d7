"""Document copies that came with an application, or with a change of an entry."""

import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from registrations.enums import AttachmentKind, RequestState
from registrations.models.applications import Application, OfApplicationQuerySet


class AttachmentQuerySet(OfApplicationQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """To officers only what was sent: with the application, with an answer, with a change."""
        seen = super().visible_to(user)
        if not user.is_authenticated:
            return seen
        sent = Application.objects.filter(
            pk=OuterRef("application"), declarations__frozen_at__gte=OuterRef("uploaded_at")
        )
        own = Q(application__in=Application.objects.of_citizen(user))
        return seen.filter(own | ~Q(change_request=None) | Exists(sent))

    def current(self) -> Self:
        """Neither replaced nor waiting with a change that no officer has accepted."""
        accepted = Q(change_request=None) | Q(change_request__state=RequestState.DONE)
        return self.filter(accepted, replaced_at=None)


def attachment_path(attachment: "Attachment", filename: str) -> str:
    """Where the file lies in private storage; nothing of the person's file name is in it."""
    suffix = filename.rpartition(".")[2]
    folder = attachment.public_id.hex
    return f"attachments/{folder[:2]}/{folder}.{suffix}"


class Attachment(models.Model):
    """A document copy, drawn or rebuilt anew before it was stored."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="attachments"
    )
    kind = models.CharField(_("document"), max_length=14, choices=AttachmentKind)
    file = models.FileField(_("file"), upload_to=attachment_path, max_length=120)
    original_name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    pages = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(
        null=True, blank=True, help_text=_("set when the citizen sent another copy")
    )
    change_request = models.ForeignKey(
        "registrations.ChangeRequest",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document copy")
        verbose_name_plural = _("document copies")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def page_numbers(self) -> range:
        """From 1, as people count."""
        return range(1, self.pages + 1)
