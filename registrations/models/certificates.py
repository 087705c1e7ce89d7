"""Certificates of registration: the bytes as issued, and their withdrawal as a new fact."""

import uuid
from typing import Self

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import ScopedQuerySet
from registrations.enums import Capacity, CertificateState
from registrations.models.applications import APPEND_ONLY
from registrations.models.residency import OfRecordQuerySet, ResidencyRecord

# Between the initials in Kazakh or Russian letters and those in Latin ones.
BETWEEN_SCRIPTS = " · "


class CertificateQuerySet(OfRecordQuerySet):
    def listed(self) -> Self:
        """With the state of each, without its bytes."""
        return self.select_related("revocation").defer("pdf")


class RegistrationCertificate(models.Model):
    """A certificate of registration, issued on the application of the citizen or a representative.

    ``code`` is what the QR code carries (at least 128 bits, not to be guessed). The row is never
    changed: a reprint is the same bytes, a withdrawal is a CertificateRevocation.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey(
        ResidencyRecord, on_delete=models.PROTECT, related_name="certificates"
    )
    number = models.CharField(_("number"), max_length=40, unique=True)
    code = models.CharField(max_length=64, unique=True, editable=False)
    applied_by = models.CharField(_("who applied"), max_length=300)
    applied_as = models.CharField(
        _("in what capacity"), max_length=14, choices=Capacity, default=Capacity.SELF
    )
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    addressee = models.CharField(_("addressee"), max_length=300, blank=True)
    text = models.TextField(_("text"), max_length=2000, blank=True)
    languages = ArrayField(models.CharField(max_length=2), verbose_name=_("languages"))
    initials = models.CharField(_("initials"), max_length=20)
    signatory_name = models.CharField(_("signatory"), max_length=200)
    signatory_post = models.CharField(_("post of the signatory"), max_length=200)
    issued_on = models.DateField(_("date"))
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    pdf = models.BinaryField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate of registration")
        verbose_name_plural = _("certificates of registration")
        permissions = [("issue_certificate", "Can issue and withdraw certificates")]
        constraints = [
            models.CheckConstraint(
                condition=Q(languages__contains=["kk", "ru"]), name="certificate_in_kk_and_ru"
            )
        ]
        triggers = [pgtrigger.Protect(name="certificate_append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return self.number

    @property
    def initials_to_read(self) -> str:
        """In both scripts of the paper; for who reads English the Latin ones first."""
        scripts = self.initials.split(BETWEEN_SCRIPTS)
        if (get_language() or "")[:2] == "en":
            scripts.reverse()
        return BETWEEN_SCRIPTS.join(scripts)

    @property
    def state(self) -> CertificateState:
        revocation = getattr(self, "revocation", None)
        if revocation is None:
            return CertificateState.VALID
        replaced = revocation.replaced_by_id is not None
        return CertificateState.REPLACED if replaced else CertificateState.WITHDRAWN


class OfCertificateQuerySet(ScopedQuerySet):
    """Seen by whoever sees the certificate."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(certificate__in=RegistrationCertificate.objects.visible_to(user))


class CertificateRevocation(models.Model):
    """From when and why a certificate is no longer valid, and which one replaces it."""

    certificate = models.OneToOneField(
        RegistrationCertificate, on_delete=models.PROTECT, related_name="revocation"
    )
    replaced_by = models.OneToOneField(
        RegistrationCertificate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
    )
    reason = models.CharField(_("reason"), max_length=300)
    revoked_at = models.DateTimeField()
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = OfCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("withdrawal of a certificate")
        verbose_name_plural = _("withdrawals of certificates")
        triggers = [pgtrigger.Protect(name="revocation_append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.certificate}: {self.reason}"
