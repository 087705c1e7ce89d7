"""Applications for a certificate: made in the account, answered with a certificate or a reason."""

from django.db import transaction

from accounts.models import User
from registrations import law
from registrations.enums import Capacity, RequestState
from registrations.models import (
    CertificateRequest,
    Citizen,
    RegistrationCertificate,
    ResidencyRecord,
)
from registrations.services import certificates, notifications, requests
from registrations.services.representation import capacity_of
from registrations.services.transitions import acts_for_citizen


@transaction.atomic
def apply(
    record: ResidencyRecord, *, purpose: str, addressee: str, with_english: bool, actor: User
) -> CertificateRequest:
    """Ask the mission for a certificate, in the capacity in which the actor keeps the entry.

    Asking again in the same words while the mission has not answered is the same application.
    Raises RequestRefused for somebody who does not keep the entry, and for a closed one.
    """
    if not acts_for_citizen(actor, record.application):
        raise requests.RequestRefused("not_yours")
    said = {"purpose": purpose, "addressee": addressee, "with_english": with_english}
    if made := requests.said_before(CertificateRequest, record=record, actor=actor, **said):
        return made
    request = requests.make(
        CertificateRequest,
        record=record,
        actor=actor,
        applied_as=capacity_of(actor, record.citizen),
        **said,
        due_at=requests.due_at(record, law.CERTIFICATE_WORKING_DAYS),
    )
    notifications.about_record(record, "certificate_asked", request=request)
    return request


def applied_by(request: CertificateRequest) -> str:
    """Whoever asked, by name: the person, or the representative as far as the portal knows the
    name. Empty where the officer has to ask for it."""
    if request.applied_as == Capacity.SELF:
        return request.record.citizen.full_name
    account = request.requested_by
    own = Citizen.objects.filter(account=account).first()
    return (own.full_name if own else "") or account.full_name


@transaction.atomic
def issue(
    request: CertificateRequest,
    *,
    wording: certificates.Wording,
    actor: User,
    replaces: RegistrationCertificate | None = None,
    seen: int | None = None,
) -> RegistrationCertificate:
    """Issue the certificate that was asked for and tell the person where it is; ``replaces`` is
    withdrawn with it.

    Raises RequestRefused where somebody was faster, and what certificates.issue raises.
    """
    certificate = certificates.issue(
        request.record, wording=wording, actor=actor, replaces=replaces, seen=seen
    )
    settled = requests.settle(
        request, state=RequestState.DONE, actor=actor, certificate=certificate
    )
    notifications.about_record(settled.record, "certificate_issued", certificate=certificate)
    return certificate


@transaction.atomic
def refuse(request: CertificateRequest, *, actor: User, answer: str) -> CertificateRequest:
    """Say why no certificate is issued."""
    settled = requests.settle(request, state=RequestState.REFUSED, actor=actor, answer=answer)
    notifications.about_record(settled.record, "certificate_refused", answer=answer)
    return settled
