"""The person: what the form's pages edit. What was declared and registered is frozen elsewhere."""

import uuid
from typing import Any, Self

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import EncryptedTextField, blind_index
from accounts.models import User
from accounts.scoping import ScopedQuerySet, sees_every_mission
from missions.models import ForeignMission
from registrations.enums import Capacity, DocumentType, Relation, Sex
from registrations.names import fold

PERSON_NAME = 128


def officers_missions(user: User | AnonymousUser) -> models.QuerySet[ForeignMission]:
    """The missions whose people the user may see as an officer today."""
    if not user.is_staff or not user.is_active:
        return ForeignMission.objects.none()
    return ForeignMission.objects.of_officer(user)


class CitizenQuerySet(ScopedQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """His own and whom he represents; an officer: who applied at, or is registered with, his
        missions; the ministry: all."""
        if not user.is_authenticated:
            return self.none()
        if sees_every_mission(user):
            return self
        own = Q(account=user) | Q(representatives__in=LegalRepresentative.objects.acting(user))
        served = Q(applications__mission__in=officers_missions(user)) & ~Q(
            applications__submitted_at=None
        )
        seen = self.model._default_manager.filter(own | served if user.is_staff else own)
        return self.filter(pk__in=seen.values("pk"))


class Address(models.Model):
    """Where somebody lives within the town, as a local postman reads it."""

    street = models.TextField(_("street, house, flat"), max_length=500, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    local_address = models.TextField(_("address in the local script"), max_length=500, blank=True)

    class Meta:
        abstract = True


@pghistory.track(model_name="CitizenHistory")
class Citizen(Address):
    """A citizen of Kazakhstan as the portal knows the person now.

    ``account`` is the person's own sign-in; a child or represented person has none and is kept
    by a legal representative. Names are kept in both scripts and never derived from each other;
    ``name_key`` is what search compares.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.OneToOneField(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="citizen",
        verbose_name=_("account"),
    )

    family_name = models.CharField(_("family name"), max_length=PERSON_NAME, blank=True)
    given_names = models.CharField(_("given names"), max_length=PERSON_NAME, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=PERSON_NAME, blank=True)
    family_name_latin = models.CharField(
        _("family name in Latin letters"), max_length=PERSON_NAME, blank=True
    )
    given_names_latin = models.CharField(
        _("given names in Latin letters"), max_length=PERSON_NAME, blank=True
    )
    name_key = models.TextField(blank=True, editable=False)

    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    birth_country = models.CharField(_("country of birth"), max_length=2, blank=True)
    birth_place = models.CharField(_("place of birth"), max_length=200, blank=True)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex, blank=True)
    iin = EncryptedTextField(_("IIN"), blank=True)
    iin_index = models.CharField(max_length=64, blank=True, editable=False)
    iin_differs_confirmed = models.BooleanField(
        _("confirmed that the IIN does not show the birth date"), default=False
    )

    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_e164 = models.CharField(max_length=20, blank=True, editable=False)
    second_phone = models.CharField(_("second phone"), max_length=40, blank=True)
    call_only_in_emergency = models.BooleanField(_("call only in an emergency"), default=False)

    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = CitizenQuerySet.as_manager()

    class Meta:
        verbose_name = _("citizen")
        verbose_name_plural = _("citizens")
        indexes = [
            models.Index(fields=["iin_index"], name="citizen_iin", condition=~Q(iin_index="")),
            models.Index(fields=["phone_e164"], name="citizen_phone"),
            models.Index(
                fields=["birth_date"], name="citizen_in_care_born", condition=Q(account=None)
            ),
            GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="citizen_name_trigram"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.full_name_latin or str(_("no name yet"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.iin_index = blind_index(self.iin, purpose="iin")
        self.name_key = self._name_key()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "iin_index", "name_key", "changed_at"}
        super().save(*args, **kwargs)

    def _name_key(self) -> str:
        known = [self.full_name, self.full_name_latin]
        if self.pk:
            known += [previous.name for previous in self.previous_names.all()]
        return " ".join(dict.fromkeys(fold(name) for name in known if name))

    @property
    def full_name(self) -> str:
        """Family name, given names, patronymic: the order of the passport, in all languages."""
        return " ".join(filter(None, [self.family_name, self.given_names, self.patronymic]))

    @property
    def full_name_latin(self) -> str:
        return " ".join(filter(None, [self.family_name_latin, self.given_names_latin]))

    @property
    def document(self) -> "TravelDocument | None":
        """The document the person shows now."""
        return self.documents.filter(replaced_at=None).order_by("-id").first()


def of_citizen(user: User) -> Q:
    """Rows with a ``citizen`` who is the user, or whom the user represents."""
    represented = LegalRepresentative.objects.acting(user).values("citizen")
    return Q(citizen__account=user) | Q(citizen__in=represented)


class OfCitizenQuerySet(ScopedQuerySet):
    """Rows that belong to a citizen are seen by whoever sees the citizen."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(citizen__in=Citizen.objects.visible_to(user))


class PreviousName(models.Model):
    """A maiden or earlier name: needed for search and for finding duplicates."""

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="previous_names")
    name = models.CharField(_("name"), max_length=2 * PERSON_NAME)

    objects = OfCitizenQuerySet.as_manager()

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")

    def __str__(self) -> str:
        return self.name


@pghistory.track(model_name="TravelDocumentHistory")
class TravelDocument(models.Model):
    """The document by which the person is identified; the number is sealed, found by its index."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="documents")
    type = models.CharField(_("document"), max_length=20, choices=DocumentType)
    number = EncryptedTextField(_("number"))
    number_index = models.CharField(max_length=64, editable=False)
    issued_by = models.CharField(_("issued by"), max_length=200, blank=True)
    issued_on = models.DateField(_("date of issue"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    objects = OfCitizenQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            models.Index(fields=["number_index"], name="document_number"),
            models.Index(
                fields=["expires_on"], name="document_expires", condition=Q(replaced_at=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_on=None)
                | Q(expires_on=None)
                | Q(expires_on__gt=models.F("issued_on")),
                name="document_expires_after_issue",
            ),
            models.UniqueConstraint(
                fields=["citizen"],
                condition=Q(replaced_at=None),
                name="one_current_document_a_citizen",
            ),
        ]

    def __str__(self) -> str:
        return self.get_type_display()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.number_index = blind_index(self.number, purpose="document")
        super().save(*args, **kwargs)


class EmergencyContact(models.Model):
    """Somebody to call; a third person's data, sealed whole and purged on its own clock."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    citizen = models.ForeignKey(
        Citizen, on_delete=models.PROTECT, related_name="emergency_contacts"
    )
    name = EncryptedTextField(_("name"))
    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    phone = EncryptedTextField(_("phone"))
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=40, blank=True)

    objects = OfCitizenQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency contact")
        verbose_name_plural = _("emergency contacts")

    def __str__(self) -> str:
        return self.get_relation_display()


class FamilyMember(models.Model):
    """Who lives with the citizen, foreigners included: they leave a danger together."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="family")
    name = EncryptedTextField(_("name"))
    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    citizenship = models.CharField(_("citizenship"), max_length=2)

    objects = OfCitizenQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of the household")
        verbose_name_plural = _("members of the household")

    def __str__(self) -> str:
        return self.get_relation_display()


class LegalRepresentativeQuerySet(OfCitizenQuerySet):
    def current(self) -> Self:
        """Those that have not ended at this moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))

    def acting(self, user: User | AnonymousUser) -> Self:
        """The representations of the user that have not ended at this moment."""
        if not user.is_authenticated:
            return self.none()
        return self.current().filter(user=user)


@pghistory.track(model_name="LegalRepresentativeHistory")
class LegalRepresentative(models.Model):
    """Who acts for a child or a represented person, until the moment it ends.

    ``ends_at`` is the midnight, at the mission, with which a represented child comes of age; None
    where no end is known. ``confirmed_at``/``confirmed_by``: the officer who saw the proof.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="representatives")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="represents")
    capacity = models.CharField(
        _("capacity"),
        max_length=14,
        choices=[choice for choice in Capacity.choices if choice[0] != Capacity.SELF],
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    began_at = models.DateTimeField(_("began"), default=timezone.now, editable=False)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)

    objects = LegalRepresentativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal representative")
        verbose_name_plural = _("legal representatives")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="representative_confirmed_by_somebody",
            ),
            models.UniqueConstraint(fields=["citizen", "user"], name="one_representation_a_person"),
        ]

    def __str__(self) -> str:
        return self.get_capacity_display()


class ComingOfAge(models.Model):
    """A represented child who turns 18: the own address, and the moment the entry is taken over.

    ``email`` is the young person's own, given by the representative or the mission beforehand; who
    signs in with it and confirms becomes the account of the entry.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    citizen = models.OneToOneField(Citizen, on_delete=models.PROTECT, related_name="coming_of_age")
    email = models.EmailField(_("own email address"), blank=True)
    own_document_asked_at = models.DateTimeField(_("own document asked for"), null=True)
    address_asked_at = models.DateTimeField(_("own address asked for"), null=True)
    invited_at = models.DateTimeField(_("invited to take over"), null=True)
    taken_over_at = models.DateTimeField(_("taken over"), null=True)

    objects = OfCitizenQuerySet.as_manager()

    class Meta:
        verbose_name = _("coming of age")
        verbose_name_plural = _("comings of age")

    def __str__(self) -> str:
        return str(self.citizen)
