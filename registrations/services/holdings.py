"""What the portal holds about a person: every kind of row, and how the rows are found.

A new field of such a model is told with the others; a new model fails a test until it stands here
or among those left out (tests/registrations/test_own_data.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import AddressChange, AuditEvent, OutboxMessage, RecoveryCode, User
from accounts.outbox import CODE_KINDS
from missions.models import ForeignMission
from registrations.models import (
    Application,
    ApplicationEvent,
    Attachment,
    CertificateRequest,
    CertificateRevocation,
    ChangeRequest,
    Citizen,
    ComingOfAge,
    Confirmation,
    Consent,
    Declaration,
    DepartureNotice,
    EmergencyContact,
    ExitPermit,
    FamilyMember,
    HelpRequest,
    InformationRequest,
    LegalRepresentative,
    PassportInsert,
    PreviousName,
    RegistrationCertificate,
    ResidencyRecord,
    TravelDocument,
    VotingRequest,
)
from registrations.services.representation import sent_to_keepers

# Never told: what is only made from another field for searching, and what guards an account.
UNTOLD = frozenset(
    {
        "iin_index",
        "number_index",
        "name_key",
        "password",
        "code_hash",
        "new_code_hash",
        "old_code_hash",
        "session_epoch",
        "is_superuser",
        "pdf",
        "file",
    }
)


@dataclass(frozen=True)
class Kind:
    """Rows of one model; ``path`` is the lookup that ends at the person or the account."""

    key: str
    model: type[models.Model]
    path: str
    link: Callable[[Any], str] | None = None

    def rows(self, whose: Citizen | User) -> "models.QuerySet[Any]":
        """The oldest first."""
        found = self.model._default_manager.filter(**{self.path: whose.pk}).order_by("pk")
        return found.defer("pdf") if self.model is RegistrationCertificate else found

    @property
    def fields(self) -> list[models.Field[Any, Any]]:
        """Without keys and without other people: an officer's name stays with the mission."""
        return [
            field
            for field in self.model._meta.concrete_fields
            if not field.primary_key
            and field.related_model is not User
            and field.name not in UNTOLD
        ]


def _copy(copy: Attachment) -> str:
    return f"{settings.PORTAL_ORIGIN}{reverse('registrations:attachment', args=[copy.public_id])}"


def _certificate(one: RegistrationCertificate) -> str:
    ids = [one.record.public_id, one.public_id]
    return f"{settings.PORTAL_ORIGIN}{reverse('registrations:certificate', args=ids)}"


ADDRESS_CHANGES = Kind("address_changes", AddressChange, "user")
OF_ACCOUNT = (
    Kind("account", User, "pk"),
    ADDRESS_CHANGES,
    Kind("recovery_codes", RecoveryCode, "user"),
)
OF_PERSON = (
    Kind("person", Citizen, "pk"),
    Kind("other_names", PreviousName, "citizen"),
    Kind("documents", TravelDocument, "citizen"),
    Kind("exit_permits", ExitPermit, "citizen"),
    Kind("emergency_contacts", EmergencyContact, "citizen"),
    Kind("household", FamilyMember, "citizen"),
    Kind("representatives", LegalRepresentative, "citizen"),
    Kind("coming_of_age", ComingOfAge, "citizen"),
    Kind("applications", Application, "citizen"),
    Kind("declared", Declaration, "application__citizen"),
    Kind("copies", Attachment, "application__citizen", _copy),
    Kind("consents", Consent, "application__citizen"),
    Kind("questions", InformationRequest, "application__citizen"),
    Kind("events", ApplicationEvent, "application__citizen"),
    Kind("register", ResidencyRecord, "citizen"),
    Kind("inserts", PassportInsert, "record__citizen"),
    Kind("changes", ChangeRequest, "record__citizen"),
    Kind("certificate_requests", CertificateRequest, "record__citizen"),
    Kind("certificates", RegistrationCertificate, "record__citizen", _certificate),
    Kind("revocations", CertificateRevocation, "certificate__record__citizen"),
    Kind("help", HelpRequest, "record__citizen"),
    Kind("departure_notices", DepartureNotice, "record__citizen"),
    Kind("votes", VotingRequest, "record__citizen"),
    Kind("confirmations", Confirmation, "record__citizen"),
)


def told(kind: Kind, row: models.Model) -> dict[str, Any]:
    """The row as JSON: dates in ISO form, choices by their code, other rows by their number."""
    said = {field.name: _value(getattr(row, field.name)) for field in kind.fields}
    return said | ({"address": kind.link(row)} if kind.link else {})


def _value(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, ForeignMission):
        return value.code
    if isinstance(value, models.Model):
        return str(value)
    return value if isinstance(value, dict | list | bool | int | None) else str(value)


def events_of_account(account: User) -> list[AuditEvent]:
    """What the log says of the account's safety: sign-outs, recovery codes, address changes."""
    changes = account.address_changes.values_list("public_id", flat=True)
    about = Q(target_type="accounts.user", target_id=str(account.pk)) | Q(
        target_type="accounts.addresschange", target_id__in=[str(one) for one in changes]
    )
    return list(AuditEvent.objects.filter(about).order_by("id"))


def messages_about(citizen: Citizen) -> list[OutboxMessage]:
    """To the person and about the person; not those that only officers got, and no codes.

    Whoever is an officer too is written to about others: then the number alone tells.
    """
    references = {application.reference for application in citizen.applications.all()}
    references |= {record.number for record in citizen.residency_records.all()}
    own = Q(reference__in=references - {""}) & sent_to_keepers(citizen)
    if citizen.account is not None and not citizen.account.is_staff:
        own |= Q(user=citizen.account_id)
    found = OutboxMessage.objects.filter(own).exclude(kind__in=CODE_KINDS)
    return list(found.order_by("id"))
