"""What happened to an application: consents, declared answers, transitions, questions.

Each is a fact with its own moment. Consents, declarations and transitions are never changed; a
question is closed once, by its answer or by going on without one.
"""

import uuid
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedJSONField
from accounts.models import User
from registrations.enums import ApplicationStatus
from registrations.models.applications import APPEND_ONLY, Application, OfApplicationQuerySet


class Consent(models.Model):
    """Consent to the use of personal data and the declaration of truth, as given. Never changed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="consents")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text_version = models.CharField(_("version of the text"), max_length=20)
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(_("language"), max_length=2)
    given_at = models.DateTimeField(_("given"), default=timezone.now)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        triggers = [pgtrigger.Protect(name="consent_append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return self.text_version


class Declaration(models.Model):
    """What was declared, word for word, each time it was sent. Never changed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="declarations"
    )
    sequence = models.PositiveSmallIntegerField()
    answers: models.Field[Any, Any] = EncryptedJSONField(_("answers"))
    frozen_at = models.DateTimeField(default=timezone.now)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "sequence"], name="declarations_in_sequence"
            )
        ]
        triggers = [pgtrigger.Protect(name="declaration_append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.application} ({self.sequence})"


class ApplicationEvent(models.Model):
    """One move of an application, for the timeline of the citizen and of the officer."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    from_status = models.CharField(max_length=14, choices=ApplicationStatus)
    to_status = models.CharField(max_length=14, choices=ApplicationStatus)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("note"), blank=True)
    details = models.JSONField(default=dict, blank=True)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="event_append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_to_status_display()}"


class InformationRequestQuerySet(OfApplicationQuerySet):
    def open(self) -> Self:
        """Neither answered nor given up."""
        return self.filter(answered_at=None, lapsed_at=None)


class InformationRequest(models.Model):
    """What the officer asked the citizen for: the pages that reopen, the words, until when.

    ``lapsed_at`` is when the officer went on without an answer after its day had passed, or the
    citizen withdrew the application.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="requests")
    pages = ArrayField(models.CharField(max_length=30), verbose_name=_("pages"))
    text = models.TextField(_("what is needed"), max_length=2000)
    answer_by = models.DateField(_("answer by"))
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    working_days_left = models.PositiveSmallIntegerField(
        help_text=_("working days left on the clock when it stopped")
    )
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(_("no answer"), null=True, blank=True)

    objects = InformationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for information")
        verbose_name_plural = _("requests for information")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at=None, lapsed_at=None),
                name="one_open_request_an_application",
            ),
            models.CheckConstraint(condition=~Q(pages=[]), name="request_names_a_page"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.lapsed_at is None
