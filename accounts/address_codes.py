"""The six digits sent to a mailbox while its address changes, and how often they may be guessed."""

import hmac
import secrets

from accounts.encryption import blind_index
from accounts.models import AddressChange

MOST_ATTEMPTS = 5


class ChangeRefused(Exception):
    """The step of a change cannot be made; nothing was changed by it."""


class WrongCode(ChangeRefused):
    """The code is not the one; the attempt is counted."""


class TooManyAttempts(ChangeRefused):
    """No code is looked at any more; the officer's way stays."""


def new_code() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


def hashed(change: AddressChange, mailbox: str, code: str) -> str:
    """``mailbox`` is "old" or "new": a code of one does not serve the other."""
    return blind_index(code, purpose=f"address_change:{change.public_id}:{mailbox}")


def matches(stored: str, change: AddressChange, mailbox: str, typed: str) -> bool:
    known = hashed(change, mailbox, "".join(typed.split()))
    return bool(stored) and hmac.compare_digest(stored, known)


def count(change: AddressChange, *, right: bool) -> bool:
    """``right`` again; a wrong attempt is written down, on a row that the caller has locked.

    Raises TooManyAttempts where no more codes are looked at, right ones neither.
    """
    if change.attempts >= MOST_ATTEMPTS:
        raise TooManyAttempts("no more codes are looked at")
    if not right:
        change.attempts += 1
        change.save(update_fields=["attempts"])
    return right
