"""An entry passes from the representatives to the person who has come of age."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.addresses import same_mailbox
from accounts.models import User
from registrations.models import Citizen, ComingOfAge, ResidencyRecord
from registrations.services import abandoned, freshness, requests
from registrations.services.coming_of_age import growing_up, invite, is_child
from registrations.services.transitions import acts_for_citizen, lock_entry


class AddressRefused(Exception):
    """The address cannot be the young person's own; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CannotTakeOver(Exception):
    """The entry is not for this account to take over; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def set_address(record: ResidencyRecord, *, email: str, actor: User) -> ComingOfAge:
    """Note the young person's own address, in the one spelling of accounts/addresses.py; who has
    come of age already is invited at once.

    For a representative until the birthday, for an officer of the mission until the entry is taken
    over. Raises AddressRefused.
    """
    locked = lock_entry(record)
    if locked.closed_at is not None or locked.citizen.account_id is not None:
        raise AddressRefused("taken_over")
    decides = requests.may_decide(actor, locked)
    if not decides and not acts_for_citizen(actor, locked.application):
        raise AddressRefused("not_yours")
    theirs = locked.citizen.representatives.values_list("user__email", flat=True)
    if any(same_mailbox(email, address) for address in theirs):
        raise AddressRefused("representative")
    # Only an officer may learn that the address has an entry already.
    if decides and _has_own_application(email):
        raise AddressRefused("taken")
    row = growing_up(locked)
    row.email = email
    row.save(update_fields=["email"])
    _log(actor, "coming_of_age.address_set", locked)
    if not is_child(locked, timezone.now()):
        invite(locked, row)
    return row


def can_be_addressed(record: ResidencyRecord) -> bool:
    """In force, of somebody whom others represent or represented as a child."""
    return (
        record.closed_at is None
        and record.citizen.account_id is None
        and record.citizen.representatives.filter(ends_at__isnull=False).exists()
    )


def _has_own_application(email: str) -> bool:
    sent = Citizen.objects.filter(account__email=email, applications__submitted_at__isnull=False)
    return bool(sent.exists())


def invitations_of(account: User) -> list[ResidencyRecord]:
    """The entries that wait to be taken over by who reads the mail of the account's address."""
    waiting = ResidencyRecord.objects.in_force().filter(
        citizen__account=None,
        citizen__coming_of_age__email=account.email,
        citizen__coming_of_age__invited_at__isnull=False,
    )
    return list(waiting.select_related("citizen", "mission").order_by("pk"))


@transaction.atomic
def take_over(record: ResidencyRecord, *, actor: User) -> ResidencyRecord:
    """The person, signed in at the own address, becomes the keeper of the entry and confirms it.

    An unsent application that the account began before is deleted: the person is on the register.
    Raises CannotTakeOver; "has_own" where the account sent an application of its own: then one of
    the two is somebody else's, or the person stands twice, and an officer must look.
    """
    locked = lock_entry(record)
    row = growing_up(locked)
    if locked.closed_at is not None or locked.citizen.account_id is not None:
        raise CannotTakeOver("taken_over")
    if row.email != actor.email or row.invited_at is None:
        raise CannotTakeOver("not_yours")
    if _has_own_application(actor.email):
        raise CannotTakeOver("has_own")
    _give_up_drafts(actor)
    locked.citizen.account = actor
    locked.citizen.save(update_fields=["account"])
    row.taken_over_at = timezone.now()
    row.save(update_fields=["taken_over_at"])
    _log(actor, "record.taken_over", locked)
    return freshness.confirm(locked, actor=actor)


def _give_up_drafts(account: User) -> None:
    own = Citizen.objects.filter(account=account).first()
    if own is None:
        return
    gone = [(str(unsent), abandoned.erase(unsent)) for unsent in own.applications.all()]
    abandoned.forget(own)
    for label, rows in gone:
        audit.record(actor=account, action="draft.purged", label=label, details=rows)


def _log(actor: User, action: str, record: ResidencyRecord) -> None:
    audit.record(actor=actor, action=action, target=record, mission=record.mission.code)
