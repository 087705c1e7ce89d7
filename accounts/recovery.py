"""Recovery codes of a citizen: eight, shown once, each usable once, new ones void the old.

Whoever reads the person's mailbox signs in as the person, but does not void what the person keeps
on paper: new codes ask for one of those that still work. Who has lost them goes to an officer of
the mission, whose look at the document voids them (accounts/address_change.py).

A code is 60 random bits, so it needs no slow hash: a slow one protects what people choose, and
would let a stranger keep the portal busy by guessing. What is stored is an HMAC under a key that
lies outside the database and over the account's own number: a leaked dump can neither be searched
for a code nor compared from one account to another.
"""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit, outbox
from accounts.encryption import blind_index
from accounts.models import RecoveryCode, User

CODES = 8
GROUPS, GROUP_LENGTH = 3, 4
# 32 signs; neither 0 and O nor 1 and I are among them.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# Letters of a Cyrillic keyboard that look like the printed ones.
LOOK_ALIKE = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")


class NoneOfThem(Exception):
    """Codes still work, and what was typed is not one of them; nothing was changed."""


def _new_code() -> str:
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _sign in range(GROUP_LENGTH))
        for _group in range(GROUPS)
    )


def _hashed(account: int, code: str) -> str:
    typed = code.upper().translate(LOOK_ALIKE)
    signs = "".join(sign for sign in typed if sign in ALPHABET)
    return blind_index(signs, purpose=f"recovery_code:{account}")


@transaction.atomic
def make(user: User, *, one_of_them: str = "") -> list[str]:
    """Eight new codes, to be shown once; those made before are void. The mailbox is told.

    Raises NoneOfThem.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if unused(user) and not use([user], one_of_them):
        raise NoneOfThem
    void(user)
    codes = [_new_code() for _each in range(CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_hash=_hashed(user.pk, code)) for code in codes
    )
    audit.record(actor=user, action="recovery_codes.made", target=user)
    outbox.queue(
        to=user.email,
        user=user,
        language=user.language,
        kind="recovery_codes_made",
        template="recovery_codes_made",
        context={},
    )
    return codes


@transaction.atomic
def use(accounts: list[User], code: str) -> User | None:
    """The one of the accounts whose code it is; it is spent in the caller's transaction. None where
    it is no good one.

    Without an account the same is looked for, and nothing is found.
    """
    sought = Q(user=0, code_hash=_hashed(0, code))
    for account in accounts:
        sought |= Q(user=account, code_hash=_hashed(account.pk, code))
    unused = RecoveryCode.objects.filter(used_at=None)
    found = unused.filter(sought).select_related("user").first()
    if found is None or not unused.filter(pk=found.pk).update(used_at=timezone.now()):
        return None
    audit.record(actor=found.user, action="recovery_code.used", target=found.user)
    return found.user


def void(user: User) -> bool:
    """Whether there were any."""
    return bool(user.recovery_codes.all().delete()[0])


def unused(user: User) -> int:
    return user.recovery_codes.filter(used_at=None).count()


def made_at(user: User) -> datetime | None:
    """When the codes in force were made; None where there are none."""
    newest = user.recovery_codes.order_by("-id").first()
    return newest.made_at if newest else None
