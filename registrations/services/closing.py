"""Closing an entry of the register, on a listed ground or because another mission takes it over."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from registrations.enums import DeregistrationGround, RequestState
from registrations.models import ResidencyRecord
from registrations.models.requests import SETTLED_KINDS
from registrations.services import certificates
from registrations.services.moves import lock_entry


@transaction.atomic
def close(record: ResidencyRecord, *, actor: User, ground: DeregistrationGround) -> ResidencyRecord:
    """Close the entry: its certificates are withdrawn, what was asked for is answered.

    The insert is the caller's affair: it is returned, or goes along to the next entry. The caller
    has locked the entry before it wrote the move down.
    """
    locked = lock_entry(record)
    now = timezone.now()
    locked.closed_at = now
    locked.closed_by = actor
    locked.closing_ground = ground
    locked.save()
    certificates.revoke_all(locked, actor=actor, reason=str(ground.label))
    _answer_open_requests(locked, actor=actor, now=now)
    locked.voting_requests.filter(withdrawn_at=None).update(withdrawn_at=now)
    locked.confirmations.open().update(lapsed_at=now)
    return locked


def _answer_open_requests(record: ResidencyRecord, *, actor: User, now: datetime) -> None:
    with override(record.application.applicant.language):
        answer = _("The entry was closed before this was settled. Ask the mission you go to.")
    for kind in SETTLED_KINDS:
        kind.objects.filter(record=record).open().update(
            state=RequestState.REFUSED, settled_at=now, settled_by=actor, answer=answer
        )
