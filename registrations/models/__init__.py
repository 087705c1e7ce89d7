from registrations.models.applications import Application
from registrations.models.attachments import Attachment
from registrations.models.certificates import CertificateRevocation, RegistrationCertificate
from registrations.models.citizens import (
    Citizen,
    ComingOfAge,
    EmergencyContact,
    FamilyMember,
    LegalRepresentative,
    PreviousName,
    TravelDocument,
)
from registrations.models.confirmations import Confirmation
from registrations.models.digests import MorningDigest
from registrations.models.events import (
    ApplicationEvent,
    Consent,
    Declaration,
    InformationRequest,
)
from registrations.models.requests import (
    CertificateRequest,
    ChangeRequest,
    DepartureNotice,
    HelpRequest,
    VotingRequest,
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
    "CertificateRequest",
    "CertificateRevocation",
    "ChangeRequest",
    "Citizen",
    "ComingOfAge",
    "Confirmation",
    "Consent",
    "Declaration",
    "DepartureNotice",
    "EmergencyContact",
    "ExitPermit",
    "FamilyMember",
    "HelpRequest",
    "InformationRequest",
    "LegalRepresentative",
    "MorningDigest",
    "PassportInsert",
    "PreviousName",
    "RegisterCounter",
    "RegistrationCertificate",
    "ResidencyRecord",
    "TravelDocument",
    "VotingRequest",
]
