"""Whose an email address is, and how it passes to another account."""

from collections.abc import Callable

from allauth.account.models import EmailAddress
from django.db import IntegrityError, models, transaction

from accounts.address_codes import ChangeRefused
from accounts.models import AddressChange, OutboxMessage, User

# What is sent goes to the apps above, which add themselves as they start (their apps.py): of the
# numbers of some accounts, those from which something was sent.
KNOWN_AMONG: list[Callable[[list[int]], set[int]]] = []


class AddressTaken(ChangeRefused):
    """Another account lives at the new address."""


def accounts_of(address: str) -> list[User]:
    """Citizens' accounts that an address may mean: the one that has it, then those that left it,
    the last first. Whoever was put out of an account knows no later address of it."""
    citizens = User.objects.filter(is_staff=False, is_active=True)
    changes = AddressChange.objects.exclude(done_at=None).select_related("user")
    left = changes.filter(old_email=address, user__in=citizens).order_by("-done_at")
    found = [*citizens.filter(email=address), *(change.user for change in left)]
    return list(dict.fromkeys(account for account in found if account))


def known_of(accounts: list[User]) -> list[User]:
    """Those from which something was sent. A draft does not count: whoever reads the mailbox begins
    one with a press, and so does the person who finds an empty account there.

    Of no accounts the same is asked of the database, lest the time tell.
    """
    numbers = [account.pk for account in accounts] or [0]
    known = {number for known_among in KNOWN_AMONG for number in known_among(numbers)}
    return [account for account in accounts if account.pk in known]


def account_of(address: str) -> User | None:
    """The first of its accounts that is known to a mission, or else the first; None without any."""
    accounts = accounts_of(address)
    return next(iter([*known_of(accounts), *accounts]), None)


def is_taken(address: str, *, by_other_than: User | None) -> bool:
    """Another account lives there: staff's, or one with anything kept on it.

    Typing an address at the sign-in opens an account, and people try the new address there before
    they find the way to change it: such an empty account does not count.
    """
    others = _others(address, by_other_than)
    return any(other.is_staff or _is_used(other) for other in others)


@transaction.atomic
def hand_over(address: str, *, to: User) -> None:
    """Raises AddressTaken. An account that was opened by a code and never used makes room.

    Messages written to the old address before stay as they are.
    """
    if is_taken(address, by_other_than=to):
        raise AddressTaken("another account lives there")
    to.email = address
    to.mail_refused_at = None
    try:
        with transaction.atomic():
            for unused in _others(address, to):
                OutboxMessage.objects.filter(user=unused).update(user=None)
                unused.delete()
            to.save(update_fields=["email", "mail_refused_at"])
    except IntegrityError as error:  # ProtectedError is one: somebody began to use it
        raise AddressTaken("somebody was faster") from error
    # The sign-in library looks people up here too; the account's own address is enough.
    EmailAddress.objects.filter(models.Q(user=to) | models.Q(email=address)).delete()


def _others(address: str, user: User | None) -> models.QuerySet[User]:
    others = User.objects.filter(email=address)
    return others.exclude(pk=user.pk) if user else others


def _is_used(user: User) -> bool:
    """Something in the database would be orphaned without the account; messages are not."""
    return any(
        relation.field.model._base_manager.filter(**{relation.field.name: user}).exists()
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and relation.on_delete in {models.PROTECT, models.RESTRICT}
        and relation.field.model is not OutboxMessage
    )
