"""What follows when an officer sets up, uses up or removes a second factor."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import audit
from accounts.models import User

PROVES_THE_PERSON = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@receiver(authenticator_added, dispatch_uid="accounts.second_factor_added")
def added(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """A factor is added by using it, so this session has given it: no second sign-in at once."""
    if authenticator.type in PROVES_THE_PERSON:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type)
        )
    _log("added", user, authenticator)


@receiver(authenticator_removed, dispatch_uid="accounts.second_factor_removed")
def removed(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _log("removed", user, authenticator)


@receiver(authenticator_reset, dispatch_uid="accounts.second_factor_reset")
def reset(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """New recovery codes took the place of the old ones."""
    _log("reset", user, authenticator)


def _log(verb: str, user: User, authenticator: Authenticator) -> None:
    audit.record(
        actor=user,
        action=f"second_factor.{verb}",
        target=user,
        details={"type": str(authenticator.type)},
    )
