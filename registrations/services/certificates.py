"""Certificates of registration: rendered once, kept with their bytes and hash, never changed.

``issue`` takes what the officer wrote and what the register holds; a reprint is the same bytes; a
withdrawal or a replacement is a new fact beside the certificate.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from accounts import audit
from accounts.models import User
from missions import calendar
from registrations import law, pdf
from registrations.enums import Capacity, ResidencyKind
from registrations.models import CertificateRevocation, RegistrationCertificate, ResidencyRecord
from registrations.models.certificates import BETWEEN_SCRIPTS
from registrations.references import new_verification_code, normalize_verification_code
from registrations.services import numbering, requests
from registrations.services.transitions import lock_entry


class CertificateRefused(Exception):
    """No certificate can be issued, or withdrawn, as asked."""


@dataclass(frozen=True)
class Wording:
    """What the officer writes: the form of the certificate is free, its layout is ours."""

    applied_by: str
    applied_as: Capacity
    signatory_name: str
    signatory_post: str
    purpose: str = ""
    addressee: str = ""
    text: str = ""
    with_english: bool = False

    @property
    def languages(self) -> list[str]:
        return ["kk", "ru", *(["en"] if self.with_english else [])]


@transaction.atomic
def issue(
    record: ResidencyRecord,
    *,
    wording: Wording,
    actor: User,
    replaces: RegistrationCertificate | None = None,
    seen: int | None = None,
) -> RegistrationCertificate:
    """Render, store and log one certificate; ``replaces`` is revoked in the same transaction.

    ``seen`` is how many certificates the entry had when the page was opened: of two pages that
    issue one, the second is told. Raises CertificateRefused for that, where the entry is closed,
    ``replaces`` is withdrawn already or of another entry, or the actor does not issue certificates
    for the mission.
    """
    record = lock_entry(record)
    _must_decide(record, actor)
    if record.closed_at is not None:
        raise CertificateRefused("the entry in the register is closed")
    if replaces is not None and replaces.record_id != record.pk:
        raise CertificateRefused("the certificate to replace is of another entry")
    if seen is not None and seen != record.certificates.count():
        raise CertificateRefused("a certificate was issued since the page was opened")
    certificate = _drawn_up(record, wording, actor)
    _log(actor, "certificate.issued", certificate, {"applied_by_capacity": wording.applied_as})
    if replaces is not None:
        reason = f"replaced by {certificate.number}"
        _withdraw(replaces, actor=actor, reason=reason, replaced_by=certificate)
    return certificate


def _must_decide(record: ResidencyRecord, actor: User) -> None:
    """Raises CertificateRefused for whoever is not an officer of the mission with that right."""
    issues = actor.has_perm("registrations.issue_certificate")
    if not issues or not requests.may_decide(actor, record):
        raise CertificateRefused("not for this person to issue or withdraw")


def _drawn_up(record: ResidencyRecord, wording: Wording, actor: User) -> RegistrationCertificate:
    """Numbered, rendered and stored."""
    now = timezone.now()
    today = calendar.local_date(record.mission, now)
    sequence = numbering.next_number(record.mission, year=today.year, series="certificate")
    number = numbering.certificate_number(record.mission, today.year, sequence)
    code = new_verification_code()
    content = pdf.render("certificate", certificate_data(record, wording, number, code, today))
    return RegistrationCertificate.objects.create(
        record=record,
        number=number,
        code=code,
        applied_by=wording.applied_by,
        applied_as=wording.applied_as,
        purpose=wording.purpose,
        addressee=wording.addressee,
        text=wording.text,
        languages=wording.languages,
        initials=_initials(record),
        signatory_name=wording.signatory_name,
        signatory_post=wording.signatory_post,
        issued_on=today,
        issued_at=now,
        issued_by=actor,
        pdf=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


@transaction.atomic
def revoke(
    certificate: RegistrationCertificate, *, actor: User, reason: str
) -> CertificateRevocation:
    """Withdraw from now on.

    Raises CertificateRefused where it is withdrawn already, or the actor does not issue
    certificates for the mission.
    """
    _must_decide(lock_entry(certificate.record), actor)
    return _withdraw(certificate, actor=actor, reason=reason)


def _withdraw(
    certificate: RegistrationCertificate,
    *,
    actor: User,
    reason: str,
    replaced_by: RegistrationCertificate | None = None,
) -> CertificateRevocation:
    """The entry is locked by the caller."""
    if CertificateRevocation.objects.filter(certificate=certificate).exists():
        raise CertificateRefused("the certificate is withdrawn already")
    revocation = CertificateRevocation.objects.create(
        certificate=certificate,
        replaced_by=replaced_by,
        reason=reason,
        revoked_at=timezone.now(),
        revoked_by=actor,
    )
    _log(actor, "certificate.revoked", certificate, {"reason": reason})
    return revocation


def revoke_all(record: ResidencyRecord, *, actor: User, reason: str) -> None:
    """Withdraw every valid certificate of an entry that is being closed, by whoever closes it."""
    for certificate in record.certificates.filter(revocation=None):
        _withdraw(certificate, actor=actor, reason=reason)


def printed(certificate: RegistrationCertificate, *, actor: User) -> bytes:
    """The bytes as issued, for viewing or printing once more; each time is logged."""
    _log(actor, "certificate.printed", certificate, {"sha256": certificate.sha256})
    return bytes(certificate.pdf)


def find(code: str) -> RegistrationCertificate | None:
    """The certificate with this code, however it was typed."""
    return (
        RegistrationCertificate.objects.select_related("record__mission", "revocation")
        .filter(code=normalize_verification_code(code))
        .first()
    )


def check_address(code: str) -> str:
    """The address in the QR code: without a language, so that each reads the page in an own one."""
    return str(settings.PORTAL_ORIGIN) + reverse("certificate-check", args=[code])


def certificate_data(
    record: ResidencyRecord, wording: Wording, number: str, code: str, today: date
) -> dict[str, Any]:
    """What the template prints: facts from the entry as it was made, words from the officer."""
    name, latin = record.entered["name"], record.entered["latin-name"]
    return {
        "number": number,
        "date_iso": today.isoformat(),
        "register_number": record.number,
        "languages": wording.languages,
        "name": " ".join(
            filter(None, [name["family_name"], name["given_names"], name["patronymic"]])
        ),
        "name_latin": " ".join(
            filter(None, [latin["family_name_latin"], latin["given_names_latin"]])
        ),
        "permanent": record.kind == ResidencyKind.PERMANENT,
        "by_language": {
            language: _words(record, today, language) for language in wording.languages
        },
        "purpose": wording.purpose,
        "addressee": wording.addressee,
        "text": wording.text,
        "signatory_name": wording.signatory_name,
        "signatory_post": wording.signatory_post,
        "check_address": check_address(code),
        "code": code,
        "specimen": settings.DEMO,
    }


def _words(record: ResidencyRecord, today: date, language: str) -> dict[str, str]:
    """The facts whose wording depends on the language."""
    with override(language):
        born = record.entered["birth"]["birth_date"]
        permit = record.exit_permit
        return {
            "mission": record.mission.name,
            "date": date_format(today, "DATE_FORMAT"),
            "since": date_format(record.registered_on, "DATE_FORMAT"),
            "birth_date": date_format(date.fromisoformat(born), "DATE_FORMAT") if born else "",
            "legal_act": str(law.ACT_BY_KEY[permit.legal_act].title) if permit else "",
        }


def _initials(record: ResidencyRecord) -> str:
    """All that the public check page shows of a person, in each script that the paper has."""
    name, latin = record.entered["name"], record.entered["latin-name"]
    scripts = (
        (name["family_name"], name["given_names"]),
        (latin["family_name_latin"], latin["given_names_latin"]),
    )
    letters = (" ".join(f"{part[0].upper()}." for part in script if part) for script in scripts)
    return BETWEEN_SCRIPTS.join(filter(None, letters))


def _log(
    actor: User, action: str, certificate: RegistrationCertificate, details: dict[str, Any]
) -> None:
    audit.record(
        actor=actor,
        action=action,
        target=certificate,
        mission=certificate.record.mission.code,
        details=details,
    )
