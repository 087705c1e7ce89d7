"""Whether an entry is still true: each time the person was asked, and what the answer was."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registrations.enums import ConfirmationOccasion
from registrations.models.residency import OfRecordQuerySet, ResidencyRecord


class ConfirmationQuerySet(OfRecordQuerySet):
    def open(self) -> Self:
        """Waiting for the answer: neither given nor missed."""
        return self.filter(confirmed_at=None, lapsed_at=None)


class Confirmation(models.Model):
    """One question "is everything still true?" and its answer.

    ``answer_by`` is the mission's day after which silence makes the entry unconfirmed
    (``lapsed_at``); a late answer is written beside the silence. ``public_id`` stands, signed, in
    the link of the message.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey(
        ResidencyRecord, on_delete=models.PROTECT, related_name="confirmations"
    )
    occasion = models.CharField(_("occasion"), max_length=18, choices=ConfirmationOccasion)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    answer_by = models.DateField(_("answer by"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    lapsed_at = models.DateTimeField(_("no answer"), null=True, blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "occasion"],
                condition=Q(confirmed_at=None, lapsed_at=None),
                name="one_open_confirmation_an_occasion",
            )
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.get_occasion_display()}"
