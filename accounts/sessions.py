"""Sessions of an account: all of them end at once when its epoch grows (accounts/models.py)."""

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.models import User


@transaction.atomic
def end_all(user: User, *, actor: User | None) -> User:
    """End every session of the account; the account as it stands now.

    A view that keeps its own session renews it with ``update_session_auth_hash`` and this answer.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user = User.objects.get(pk=user.pk)
    audit.record(actor=actor, action="sessions.ended", target=user)
    return user
