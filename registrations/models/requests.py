"""What a registered person asks of the mission, each with a deadline and one settlement."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedJSONField, EncryptedTextField
from accounts.models import User
from registrations.enums import Capacity, HelpTopic, LeavingReason, RequestState
from registrations.models.certificates import RegistrationCertificate
from registrations.models.residency import OfRecordQuerySet, ResidencyRecord


class RequestQuerySet(OfRecordQuerySet):
    def open(self) -> Self:
        return self.filter(state=RequestState.OPEN)

    def awaiting_officer(self, now: datetime | None = None) -> Self:
        """What the mission can settle now."""
        return self.open()

    def overdue(self, now: datetime | None = None) -> Self:
        return self.open().filter(due_at__lt=now or timezone.now())


class MissionRequest(models.Model):
    """Base of the requests: who asked, until when the mission answers, who settled it and how.

    ``answer`` is the mission's word to the person: why it was refused, what was done.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey(ResidencyRecord, on_delete=models.PROTECT, related_name="%(class)ss")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState, default=RequestState.OPEN
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN, settled_at=None, settled_by=None)
                # With the coming of age of the person it lapses by itself.
                | Q(state=RequestState.LAPSED, settled_at__isnull=False)
                | Q(
                    ~Q(state__in=[RequestState.OPEN, RequestState.LAPSED]),
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                ),
                name="%(class)s_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | ~Q(answer=""),
                name="%(class)s_refused_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}: {self.record}"

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN

    @property
    def kind_name(self) -> str:
        """What kind of request it is, for lists of several kinds."""
        return str(self._meta.verbose_name)


class ChangeRequest(MissionRequest):
    """A change of identity: what stands in the register now, and what it should be.

    ``page`` is the key of the form page (registrations/steps.py); ``before`` and ``proposed`` are
    its answers as a declaration holds them.
    """

    page = models.CharField(_("page"), max_length=30)
    before: models.Field[Any, Any] = EncryptedJSONField(_("before"))
    proposed: models.Field[Any, Any] = EncryptedJSONField(_("proposed"))

    class Meta(MissionRequest.Meta):
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        constraints = [
            *MissionRequest.Meta.constraints,
            models.UniqueConstraint(
                fields=["record", "page"],
                condition=Q(state=RequestState.OPEN),
                name="one_open_change_a_page",
            ),
        ]


class CertificateRequest(MissionRequest):
    """An application for a certificate of registration, in the person's own words."""

    applied_as = models.CharField(
        _("in what capacity"), max_length=14, choices=Capacity, default=Capacity.SELF
    )
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    addressee = models.CharField(_("addressee"), max_length=300, blank=True)
    with_english = models.BooleanField(_("with English"), default=False)
    certificate = models.OneToOneField(
        RegistrationCertificate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="request",
    )

    class Meta(MissionRequest.Meta):
        verbose_name = _("application for a certificate")
        verbose_name_plural = _("applications for certificates")
        constraints = [
            *MissionRequest.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state=RequestState.DONE, certificate__isnull=False)
                | Q(~Q(state=RequestState.DONE), certificate=None),
                name="certificate_exactly_when_issued",
            ),
        ]


class DepartureQuerySet(RequestQuerySet):
    def awaiting_officer(self, now: datetime | None = None) -> Self:
        """A departure waits for the officer once it can no longer be taken back."""
        return self.open().filter(undo_until__lte=now or timezone.now())


class DepartureNotice(MissionRequest):
    """The person's application to leave the register; it can be taken back until ``undo_until``.

    The mission's clock starts when that moment has passed.
    """

    reason = models.CharField(_("reason"), max_length=10, choices=LeavingReason)
    text = models.TextField(_("in the person's words"), max_length=1000, blank=True)
    undo_until = models.DateTimeField(_("can be taken back until"))

    objects = DepartureQuerySet.as_manager()

    class Meta(MissionRequest.Meta):
        verbose_name = _("application to leave the register")
        verbose_name_plural = _("applications to leave the register")
        constraints = [
            *MissionRequest.Meta.constraints,
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(state=RequestState.OPEN),
                name="one_open_departure_a_record",
            ),
        ]

    @property
    def can_be_taken_back(self) -> bool:
        return self.is_open and timezone.now() <= self.undo_until


class HelpRequest(MissionRequest):
    """A request for help: what happened, where, and on which phone the person is now."""

    topic = models.CharField(_("topic"), max_length=14, choices=HelpTopic)
    text = EncryptedTextField(_("what happened"))
    phone = EncryptedTextField(_("phone"), blank=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    taken_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(MissionRequest.Meta):
        verbose_name = _("request for help")
        verbose_name_plural = _("requests for help")


# Every kind that an officer settles, the most pressing first.
SETTLED_KINDS: tuple[type[MissionRequest], ...] = (
    HelpRequest,
    ChangeRequest,
    CertificateRequest,
    DepartureNotice,
)


class VotingRequest(models.Model):
    """The citizen's own request to be put on the list of the mission's polling station.

    Made once, taken back at will; not a request that an officer settles.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey(
        ResidencyRecord, on_delete=models.PROTECT, related_name="voting_requests"
    )
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("asked"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = OfRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to vote abroad")
        verbose_name_plural = _("requests to vote abroad")
        constraints = [
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(withdrawn_at=None),
                name="one_voting_request_a_record",
            )
        ]

    def __str__(self) -> str:
        return str(self.record)
