"""One application for registration, from draft to decision and after."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

import pghistory
import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import ScopedQuerySet, sees_every_mission
from missions.models import ForeignMission
from registrations.enums import (
    DECIDED_STATUSES,
    LIVE_STATUSES,
    ON_REGISTER_STATUSES,
    OPEN_STATUSES,
    ApplicationStatus,
    Capacity,
    PurposeOfStay,
    RefusalGround,
    ResidencyKind,
    Stay,
)
from registrations.models.citizens import Address, Citizen, of_citizen, officers_missions

if TYPE_CHECKING:
    from registrations.models.events import Declaration, InformationRequest
    from registrations.models.residency import ResidencyRecord

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class ApplicationQuerySet(ScopedQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A citizen: his own and those of whom he represents; an officer: those sent to his
        missions; the ministry: all that were sent."""
        if not user.is_authenticated:
            return self.none()
        sent = ~Q(submitted_at=None)
        own = of_citizen(user)
        if sees_every_mission(user):
            return self.filter(sent | own)
        if user.is_staff:
            return self.filter(own | (sent & Q(mission__in=officers_missions(user))))
        return self.filter(own)

    def of_citizen(self, user: User) -> Self:
        """Of the person himself and of those he represents, never as an officer."""
        return self.filter(of_citizen(user))

    def open(self) -> Self:
        return self.filter(status__in=OPEN_STATUSES)

    def awaiting_officer(self) -> Self:
        """In the queue with the clock running."""
        return self.filter(status__in=[ApplicationStatus.SUBMITTED, ApplicationStatus.IN_REVIEW])

    def overdue(self, now: datetime | None = None) -> Self:
        return self.awaiting_officer().filter(due_at__lt=now or timezone.now())


@pghistory.track(model_name="ApplicationHistory")
class Application(Address):
    """An application for consular registration, from draft to decision and after.

    ``reference`` is what people quote; ``public_id`` is what addresses carry. ``version`` grows
    with each change of status, so that a page opened before it can be told so. The address is that
    of a move (address_holder); otherwise the person's own rows hold it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("reference"), max_length=20, blank=True)
    citizen = models.ForeignKey(
        Citizen,
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("citizen"),
    )
    applicant = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="applications", verbose_name=_("applicant")
    )
    capacity = models.CharField(
        _("capacity"), max_length=14, choices=Capacity, default=Capacity.SELF
    )
    status = models.CharField(
        _("status"),
        max_length=14,
        choices=ApplicationStatus,
        default=ApplicationStatus.DRAFT,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    answered_pages = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    country = models.CharField(_("country"), max_length=2, blank=True)
    region = models.CharField(_("region"), max_length=10, blank=True)
    city = models.CharField(_("city or town"), max_length=120, blank=True)
    mission = models.ForeignKey(
        ForeignMission,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("mission"),
    )
    other_mission_reason = models.TextField(_("why another mission"), max_length=500, blank=True)
    transfer_of = models.ForeignKey(
        "registrations.ResidencyRecord",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers",
        verbose_name=_("moves the entry"),
        editable=False,
    )
    stay = models.CharField(_("length of stay"), max_length=10, choices=Stay, blank=True)
    purpose = models.CharField(
        _("purpose of stay"), max_length=20, choices=PurposeOfStay, blank=True
    )
    arrived_on = models.DateField(_("date of arrival"), null=True, blank=True)
    planned_end = models.DateField(_("planned end of stay"), null=True, blank=True)
    occupation = models.CharField(_("work or study abroad"), max_length=200, blank=True)
    education = models.CharField(_("education and profession"), max_length=200, blank=True)
    address_in_kazakhstan = models.TextField(
        _("last address in Kazakhstan"), max_length=500, blank=True
    )

    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    draft_warned_at = models.DateTimeField(
        _("warned that the draft is deleted"), null=True, blank=True, editable=False
    )
    contacts_purged_at = models.DateTimeField(
        _("emergency contacts deleted"), null=True, blank=True, editable=False
    )
    submitted_at = models.DateTimeField(_("received"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(_("clock stopped"), null=True, blank=True, editable=False)
    assigned_to = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("assigned to"),
        editable=False,
    )
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    register_number = models.CharField(
        _("register number"), max_length=30, blank=True, editable=False
    )
    refusal_ground = models.CharField(
        _("ground of refusal"), max_length=24, choices=RefusalGround, blank=True, editable=False
    )
    refusal_text = models.TextField(_("explanation"), blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        permissions = [
            ("decide_application", "Can take, ask, register and refuse"),
            ("assign_application", "Can give a case to another officer"),
        ]
        indexes = [
            models.Index(fields=["mission", "status", "due_at"], name="application_queue"),
            models.Index(fields=["assigned_to", "status"], name="application_of_officer"),
            models.Index(
                fields=["saved_at"],
                name="application_unsent",
                condition=Q(submitted_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="reference_once"
            ),
            models.UniqueConstraint(
                fields=["register_number"],
                condition=~Q(register_number=""),
                name="register_number_on_one_application",
            ),
            models.UniqueConstraint(
                fields=["citizen"],
                condition=Q(status__in=OPEN_STATUSES),
                name="one_open_application_a_citizen",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None, reference="", due_at=None)
                | Q(
                    ~Q(reference=""),
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    due_at__isnull=False,
                    mission__isnull=False,
                ),
                name="sent_by_somebody_to_a_mission",
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.DRAFT, submitted_at=None)
                | Q(status=ApplicationStatus.WITHDRAWN)
                | Q(
                    ~Q(status__in=[ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN]),
                    submitted_at__isnull=False,
                ),
                name="only_a_draft_is_not_sent",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=DECIDED_STATUSES, decided_at__isnull=False, decided_by__isnull=False
                )
                | Q(~Q(status__in=DECIDED_STATUSES), decided_at=None, decided_by=None),
                name="decided_by_somebody_exactly_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(Q(status__in=ON_REGISTER_STATUSES), ~Q(register_number=""))
                | Q(~Q(status__in=ON_REGISTER_STATUSES), register_number=""),
                name="register_number_exactly_when_registered",
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(refusal_ground=""), ~Q(refusal_text=""), status=ApplicationStatus.REFUSED
                )
                | Q(~Q(status=ApplicationStatus.REFUSED), refusal_ground="", refusal_text=""),
                name="refused_on_a_ground_with_a_text",
            ),
            models.CheckConstraint(
                condition=Q(assigned_to=None, taken_at=None)
                | Q(assigned_to__isnull=False, taken_at__isnull=False),
                name="taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status=ApplicationStatus.IN_REVIEW) | Q(assigned_to__isnull=False),
                name="in_work_with_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.MORE_INFO, paused_at__isnull=False)
                | Q(~Q(status=ApplicationStatus.MORE_INFO), paused_at=None),
                name="clock_stopped_exactly_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.WITHDRAWN, withdrawn_at__isnull=False)
                | Q(~Q(status=ApplicationStatus.WITHDRAWN), withdrawn_at=None),
                name="withdrawn_exactly_when_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or str(_("draft"))

    @property
    def kind(self) -> ResidencyKind:
        """The kind of registration asked for; without an exit permit it is temporary."""
        return Stay(self.stay).residency_kind if self.stay else ResidencyKind.TEMPORARY

    @property
    def correspondent(self) -> User:
        """Whose language the letters are in: the person's own account, or who applied for it."""
        return self.citizen.account or self.applicant

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_live(self) -> bool:
        """Begun and not decided, or its entry is in force."""
        return self.status in LIVE_STATUSES

    @property
    def address_holder(self) -> "Application | Citizen":
        """Whose columns hold the address: a move carries the new one until it is registered, so
        that a refusal or a withdrawal leaves the old entry whole."""
        moves = self.transfer_of_id is not None and self.status not in ON_REGISTER_STATUSES
        return self if moves else self.citizen

    @property
    def lost_its_mission(self) -> bool:
        """Not sent yet, and the mission that was chosen receives citizens no longer."""
        chosen = self.mission if self.submitted_at is None else None
        return chosen is not None and not chosen.receives_citizens

    @property
    def entry_to_leave(self) -> "ResidencyRecord | None":
        """The entry in force that this application moves to its mission."""
        left: ResidencyRecord | None = self.transfer_of
        return left if left is not None and left.closed_at is None else None

    @property
    def current_declaration(self) -> "Declaration | None":
        return self.declarations.order_by("-sequence").first()

    @property
    def open_request(self) -> "InformationRequest | None":
        # Picked here and not by the database: a list fetches the requests of all its rows at once.
        asked = self.requests.all()
        return next((request for request in asked if request.is_open), None)


class OfApplicationQuerySet(ScopedQuerySet):
    """Rows that belong to an application are seen by whoever sees the application."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(application__in=Application.objects.visible_to(user))
