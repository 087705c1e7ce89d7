"""The officer's look at the document of somebody who changes the address of an account.

Whose officer may look is the caller's to know: accounts know no register.
"""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.address_change import (
    ChangeClosed,
    NotAllowed,
    at_second_step,
    finish,
    tell_new_address,
)
from accounts.models import AddressChange, SecondWay, User


@transaction.atomic
def confirm(change: AddressChange, *, actor: User, mission: str) -> AddressChange:
    """The officer saw the document, and it is the person; the address changes at once.

    Raises NotAllowed for the officer's own change, ChangeClosed where it no longer waits, and
    AddressTaken where somebody opened an account at the new address meanwhile.
    """
    locked = _waiting(change, actor)
    locked.second_confirmed_by = actor
    finish(locked, SecondWay.OFFICER, actor=actor, mission=mission)
    return locked


@transaction.atomic
def refuse(change: AddressChange, *, actor: User, mission: str, reason: str) -> AddressChange:
    """The person could not be recognised.

    Written only to whoever asked while signed in: a stranger would learn from a message that there
    is such an account.
    """
    locked = _waiting(change, actor)
    locked.stopped_at = timezone.now()
    locked.stopped_by = actor
    locked.stop_reason = reason
    locked.save()
    audit.record(
        actor=actor,
        action="address_change.refused",
        target=locked,
        label=str(locked.user),
        mission=mission,
        details={"reason": reason},
    )
    if locked.asked_signed_in:
        tell_new_address(locked, "address_change_refused", reason=reason)
    return locked


def _waiting(change: AddressChange, actor: User) -> AddressChange:
    locked = at_second_step(change)
    if locked.user is None or locked.second_way != SecondWay.OFFICER:
        raise ChangeClosed("it does not wait for an officer")
    if locked.user == actor or not (actor.is_staff and actor.is_active):
        raise NotAllowed("nobody confirms his own address")
    return locked
