"""The register itself: who is registered, with which number, on which permit."""

import uuid
from typing import TYPE_CHECKING, Self

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedJSONField, EncryptedTextField
from accounts.models import User
from accounts.scoping import ScopedQuerySet, sees_every_mission
from missions.models import ForeignMission
from registrations.enums import ApplicationStatus, DeregistrationGround, ResidencyKind
from registrations.models.applications import Application
from registrations.models.citizens import (
    Citizen,
    OfCitizenQuerySet,
    of_citizen,
    officers_missions,
)

if TYPE_CHECKING:
    from registrations.models.requests import DepartureNotice


@pghistory.track(model_name="ExitPermitHistory")
class ExitPermit(models.Model):
    """The permission to leave for permanent residence, under the act in force on its date.

    ``legal_act`` is the key of an act in registrations/law.py, proposed from ``issued_on``.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    citizen = models.OneToOneField(Citizen, on_delete=models.PROTECT, related_name="exit_permit")
    number = EncryptedTextField(_("number of the decision"))
    issued_on = models.DateField(_("date of the decision"))
    issued_by = models.CharField(_("issuing body"), max_length=200)
    legal_act = models.CharField(_("legal act"), max_length=40)

    objects = OfCitizenQuerySet.as_manager()

    class Meta:
        verbose_name = _("exit permit")
        verbose_name_plural = _("exit permits")

    def __str__(self) -> str:
        return str(_("Exit permit"))


class ResidencyRecordQuerySet(ScopedQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        if sees_every_mission(user):
            return self
        own = of_citizen(user)
        if user.is_staff:
            own |= Q(mission__in=officers_missions(user))
        return self.filter(own)

    def in_force(self) -> Self:
        return self.filter(closed_at=None)

    def asked(self) -> Self:
        """Whose person was asked whether the entry is true, and may still answer."""
        waiting = {"confirmations__confirmed_at": None, "confirmations__lapsed_at": None}
        return self.filter(confirmations__isnull=False, **waiting).distinct()

    def unconfirmed(self) -> Self:
        """In force, but nobody answered whether the entry is still true."""
        return self.in_force().exclude(unconfirmed_since=None)


@pghistory.track(model_name="ResidencyRecordHistory")
class ResidencyRecord(models.Model):
    """One entry of the register: made by registration alone, closed by a listed ground.

    ``entered`` is what an officer entered: the declaration at registration, and each change the
    officer accepted after it. What the citizen edits alone changes neither it nor a certificate.
    ``last_confirmed_at`` is when the person last said that the entry is true; silence after a
    question sets ``unconfirmed_since`` and never closes the entry.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="residency_record"
    )
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="residency_records")
    mission = models.ForeignKey(
        ForeignMission,
        on_delete=models.PROTECT,
        related_name="residency_records",
        verbose_name=_("mission"),
    )
    kind = models.CharField(_("kind of registration"), max_length=10, choices=ResidencyKind)
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number in the year"))
    number = models.CharField(_("register number"), max_length=30, unique=True)
    exit_permit = models.ForeignKey(
        ExitPermit, on_delete=models.PROTECT, null=True, blank=True, related_name="records"
    )
    entered = EncryptedJSONField(_("as entered"))
    registered_on = models.DateField(_("registered on"))
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned_end = models.DateField(_("planned end of stay"), null=True, blank=True)
    last_confirmed_at = models.DateTimeField(_("last confirmed"), default=timezone.now)
    unconfirmed_since = models.DateTimeField(_("unconfirmed since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closing_ground = models.CharField(
        _("ground of closing"), max_length=24, choices=DeregistrationGround, blank=True
    )

    objects = ResidencyRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register")
        indexes = [
            models.Index(fields=["mission", "closed_at", "kind"], name="register_of_mission"),
            models.Index(
                fields=["last_confirmed_at"], name="register_confirmed", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=["planned_end"],
                name="register_stay_ends",
                condition=Q(closed_at=None, planned_end__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "year", "sequence"], name="one_number_a_mission_and_year"
            ),
            models.UniqueConstraint(
                fields=["citizen"], condition=Q(closed_at=None), name="registered_once"
            ),
            # The target of the insert's foreign key: an insert belongs to a permanent record.
            models.UniqueConstraint(fields=["id", "kind"], name="record_with_its_kind"),
            models.CheckConstraint(
                condition=Q(kind=ResidencyKind.PERMANENT, exit_permit__isnull=False)
                | Q(kind=ResidencyKind.TEMPORARY, exit_permit=None),
                name="permit_exactly_on_permanent_record",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, closing_ground="")
                | Q(~Q(closing_ground=""), closed_at__isnull=False, closed_by__isnull=False),
                name="closed_by_somebody_on_a_ground",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    # The three are picked here and not by the database: a list fetches the rows of all at once.
    @property
    def open_transfer(self) -> Application | None:
        """The move on which the new mission works."""
        return next((move for move in self.transfers.all() if move.is_open), None)

    @property
    def refused_transfer(self) -> Application | None:
        """The move told last, if it was refused: it may be corrected and told again."""
        last: Application | None = max(self.transfers.all(), key=lambda move: move.pk, default=None)
        refused = last is not None and last.status == ApplicationStatus.REFUSED
        return last if refused and self.closed_at is None else None

    @property
    def open_notice(self) -> "DepartureNotice | None":
        """The application to leave the register that is not settled."""
        return next((notice for notice in self.departurenotices.all() if notice.is_open), None)


class OfRecordQuerySet(ScopedQuerySet):
    """Rows that belong to a register entry are seen by whoever sees the entry."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(record__in=ResidencyRecord.objects.visible_to(user))


@pghistory.track(model_name="PassportInsertHistory")
class PassportInsert(models.Model):
    """The insert to the passport of a permanent resident.

    The database refuses one on a temporary record: the pair (record, record_kind) is a foreign
    key into the register, and record_kind can only be *permanent*.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.OneToOneField(
        ResidencyRecord, on_delete=models.PROTECT, related_name="passport_insert"
    )
    record_kind = models.CharField(
        max_length=10, choices=ResidencyKind, default=ResidencyKind.PERMANENT, editable=False
    )
    number = models.CharField(_("number of the insert"), max_length=40)
    issued_on = models.DateField(_("date of issue"))
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    returned_on = models.DateField(_("returned on"), null=True, blank=True)

    objects = OfRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("passport insert")
        verbose_name_plural = _("passport inserts")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="insert_number_once"),
            models.CheckConstraint(
                condition=Q(record_kind=ResidencyKind.PERMANENT), name="insert_is_for_permanent"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RegisterCounter(models.Model):
    """The last number given by a mission in a year, one row a series; locked while it grows."""

    mission = models.ForeignKey(ForeignMission, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    series = models.CharField(max_length=12)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "year", "series"], name="one_counter_a_series"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mission} {self.year} {self.series}: {self.last}"
