from registrations.models.applications import Application, Attachment
from registrations.models.certificates import CertificateRevocation, RegistrationCertificate
from registrations.models.citizens import (
    Citizen,
    EmergencyContact,
    FamilyMember,
    LegalRepresentative,
    PreviousName,
    TravelDocument,
)
from registrations.models.events import (
    ApplicationEvent,
    Consent,
    Declaration,
    InformationRequest,
)
from registrations.models.residency import (
    ExitPermit,
    PassportInsert,
    RegisterCounter,
    ResidencyRecord,
)

__all__ = [
    "Application",
    "ApplicationEvent",
    "Attachment",
    "CertificateRevocation",
    "Citizen",
    "Consent",
    "Declaration",
    "EmergencyContact",
    "ExitPermit",
    "FamilyMember",
    "InformationRequest",
    "LegalRepresentative",
    "PassportInsert",
    "PreviousName",
    "RegisterCounter",
    "RegistrationCertificate",
    "ResidencyRecord",
    "TravelDocument",
]
