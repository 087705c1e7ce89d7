"""Beginning an application: a draft for oneself, or for a child or somebody represented."""

from django.db import transaction

from accounts import audit
from accounts.models import User
from registrations.enums import OPEN_STATUSES, ApplicationStatus, Capacity
from registrations.models import Application, Citizen, LegalRepresentative
from registrations.services import households
from registrations.services.transitions import AlreadyRegistered


@transaction.atomic
def start(*, account: User, capacity: Capacity = Capacity.SELF) -> Application:
    """A draft for the account's own person, or for a new person whom it represents.

    An open application of the same person is handed back instead of a second one; so is a draft
    for somebody represented who has no name yet, which is what a second click would begin. A draft
    for a child begins with the home the account has told of (households). Raises
    AlreadyRegistered for somebody whose entry is in force.
    """
    # Two clicks at once wait for one another here.
    User.objects.select_for_update(no_key=True).get(pk=account.pk)
    application = _begun(account, capacity) or _begin(account, capacity)
    # As long as nobody has saved a page of it, the home is the one of today.
    if capacity == Capacity.PARENT and application.saved_at <= application.created_at:
        households.move_in(application)
    return application


def _begun(account: User, capacity: Capacity) -> Application | None:
    if capacity == Capacity.SELF:
        return Application.objects.filter(
            citizen__account=account, status__in=OPEN_STATUSES
        ).first()
    return Application.objects.filter(
        status=ApplicationStatus.DRAFT,
        capacity=capacity,
        applicant=account,
        citizen__name_key="",
        citizen__representatives__in=LegalRepresentative.objects.acting(account),
    ).first()


def _begin(account: User, capacity: Capacity) -> Application:
    if capacity == Capacity.SELF:
        citizen, _created = Citizen.objects.get_or_create(account=account)
        if entry := citizen.residency_records.in_force().first():
            raise AlreadyRegistered(entry.application, "the person is on the register")
    else:
        citizen = Citizen.objects.create()
        LegalRepresentative.objects.create(citizen=citizen, user=account, capacity=capacity)
    application: Application = Application.objects.create(
        citizen=citizen, applicant=account, capacity=capacity
    )
    audit.record(actor=account, action="application.started", target=application)
    return application
