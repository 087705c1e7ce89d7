"""A new email address for an account, without the old mailbox: two ways agree.

First a code sent to the new address; then one of a code sent to the old address (only for whoever
is signed in), a recovery code, or an officer who looks at the document (address_review.py). The
second one does it. Whoever reads the old mailbox passes the first of these three alone; the other
two bring the account back, since an address that it has left names it too. Where an address names
several accounts, a recovery code says which is meant, and an officer is asked about each of them.

Whoever asks without being signed in learns nothing about accounts: an address that nobody has gets
a row without an account, the same pages and the same message to the new mailbox.

Each step locks the accounts before the change, so that two ways at once end in one change.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit, outbox, recovery, sessions
from accounts.address_codes import ChangeRefused, WrongCode, count, hashed, matches, new_code
from accounts.address_handover import (
    AddressTaken,
    account_of,
    accounts_of,
    hand_over,
    is_taken,
    known_of,
)
from accounts.models import AddressChange, SecondWay, User

CODE_VALID = timedelta(minutes=30)
# How long a change waits for the officer.
OFFICER_TERM = timedelta(days=14)
# A change that came to nothing is forgotten after this.
FORGOTTEN_AFTER = timedelta(days=1)
# Notices to one old address while changes wait: a stranger who asks again and again sends no more.
MOST_NOTICES = 3
CANCEL_LINK = Signer(salt="accounts.address_change.cancel")


class ChangeClosed(ChangeRefused):
    """The change is done, stopped or lapsed, or is not at this step."""


class NotAllowed(ChangeRefused):
    """Staff, whose addresses the ministry changes; or a way that is not open to the person."""


@transaction.atomic
def ask(*, old: str, new: str, language: str, signed_in: User | None = None) -> AddressChange:
    """Begin a change and send a code to the new address, whoever has the old one. ``old`` may be an
    address that the account has left.

    ``language`` is the page's: the message looks the same for an account and for none. Raises
    NotAllowed where who is signed in is staff.
    """
    if signed_in is not None and signed_in.is_staff:
        raise NotAllowed("the ministry changes addresses of officers")
    now = timezone.now()
    _forget_idle_changes(now)
    change = AddressChange(
        user=signed_in or account_of(old),
        old_email=signed_in.email if signed_in else old,
        new_email=new,
        asked_signed_in=signed_in is not None,
        requested_at=now,
    )
    _send_new_code(change, language)
    return change


def _forget_idle_changes(now: datetime) -> None:
    """Changes whose new address nobody confirmed, and those of no account, leave no trace."""
    AddressChange.objects.filter(
        Q(new_confirmed_at=None) | Q(user=None), expires_at__lt=now - FORGOTTEN_AFTER
    ).delete()


@transaction.atomic
def send_new_code(change: AddressChange, *, language: str) -> None:
    """A newer code in the place of the last; wrong attempts are not forgiven."""
    locked = lock(change)
    if locked.new_confirmed_at is not None:
        raise ChangeClosed("the new address is confirmed already")
    _send_new_code(locked, language)


def _send_new_code(change: AddressChange, language: str) -> None:
    code = new_code()
    change.new_code_hash = hashed(change, "new", code)
    change.expires_at = timezone.now() + CODE_VALID
    change.save()
    _tell(change.new_email, "new_address_code", user=None, language=language, code=code)


@transaction.atomic
def send_old_code(change: AddressChange) -> None:
    """A code to the address used until now; only for whoever asked while signed in."""
    locked = at_second_step(change)
    if not locked.asked_signed_in or locked.user is None:
        raise NotAllowed("the old mailbox is out of reach")
    code = new_code()
    locked.old_code_hash = hashed(locked, "old", code)
    locked.expires_at = max(locked.expires_at, timezone.now() + CODE_VALID)
    locked.save()
    tell_old_address(locked, "old_address_code", code=code)


def confirm_new(change: AddressChange, code: str) -> AddressChange:
    """The code that came to the new address. A second call changes nothing.

    Raises WrongCode, TooManyAttempts, ChangeClosed, and AddressTaken, which stops the change: who
    reads the mailbox may know that it has an account of its own.
    """
    taken = False
    with transaction.atomic():
        locked = lock(change)
        if locked.new_confirmed_at is not None:
            return locked
        right = count(locked, right=matches(locked.new_code_hash, locked, "new", code))
        if right:
            now = timezone.now()
            taken = is_taken(locked.new_email, by_other_than=locked.user)
            locked.new_confirmed_at = now
            locked.expires_at = now + CODE_VALID
            locked.attempts = 0
            locked.stopped_at = now if taken else None
            locked.save()
    if not right:
        raise WrongCode("not the code sent to the new address")
    if taken:
        raise AddressTaken("the new address has an account")
    return locked


def confirm_by_old_code(change: AddressChange, code: str) -> AddressChange:
    """The code that came to the old address. Raises what confirm_new raises."""
    with transaction.atomic():
        locked = at_second_step(change)
        right = count(locked, right=matches(locked.old_code_hash, locked, "old", code))
        if right:
            finish(locked, SecondWay.OLD_ADDRESS)
    if not right:
        raise WrongCode("not the code sent to the old address")
    return locked


def confirm_by_recovery_code(change: AddressChange, code: str) -> AddressChange:
    """A recovery code does it at once, and is spent only by that.

    It says whose change it is, also of one that was stopped: whoever sits at the old address or in
    the account now need not be the owner, and who has the paper could ask again.
    """
    with transaction.atomic():
        locked = at_second_step(change)
        owner = recovery.use(_meant_by(locked), code)
        right = count(locked, right=owner is not None)
        if right:
            locked.user = owner
            finish(locked, SecondWay.RECOVERY_CODE)
    if not right:
        raise WrongCode("not an unused recovery code")
    return locked


@transaction.atomic
def ask_mission(change: AddressChange) -> AddressChange:
    """Let the change wait for an officer; the old address is told how to stop it.

    Where the address named means other accounts too that a mission knows, a change of each waits
    beside it: the officer sees who the person is. Whoever asked sees the one alone.
    """
    locked = at_second_step(change)
    if locked.second_way == SecondWay.OFFICER:
        return locked
    known = known_of(_meant_by(locked))
    _wait_for_officer(locked)
    others = [other for other in known if other != locked.user]
    for other in others if locked.user else []:  # stopped by one of them, it is of none any more
        beside = AddressChange(
            user=other,
            new_email=locked.new_email,
            new_confirmed_at=locked.new_confirmed_at,
            requested_at=locked.requested_at,
        )
        _wait_for_officer(beside)
    return locked


def is_done(change: AddressChange) -> bool:
    """It is, or the officer confirmed another account's that waited beside it."""
    if change.done_at or change.second_way != SecondWay.OFFICER:
        return change.done_at is not None
    asked_together = {"new_email": change.new_email, "requested_at": change.requested_at}
    return AddressChange.objects.filter(**asked_together).exclude(done_at=None).exists()


def _meant_by(change: AddressChange) -> list[User]:
    """The accounts that the change may be of."""
    if change.asked_signed_in and change.user:
        return [change.user]
    return accounts_of(change.old_email)


def _wait_for_officer(change: AddressChange) -> None:
    now = timezone.now()
    change.second_way = SecondWay.OFFICER
    change.expires_at = now + OFFICER_TERM
    if change.user is not None:
        change.old_email = change.user.email
    audit.record(
        actor=change.user if change.asked_signed_in else None,
        action="address_change.asked",
        target=change,
        label=str(change.user or ""),
    )
    if change.user is not None and _may_be_told(change.user, now):
        change.told_at = now
        token = CANCEL_LINK.sign(str(change.public_id))
        tell_old_address(change, "address_change_asked", token=token)
    change.save()


def _may_be_told(user: User, now: datetime) -> bool:
    return user.address_changes.filter(told_at__gt=now - OFFICER_TERM).count() < MOST_NOTICES


def change_of_link(token: str) -> AddressChange | None:
    """The change that a link from the old mailbox speaks of; None where the link is not ours."""
    try:
        public_id = CANCEL_LINK.unsign(token)
    except BadSignature:
        return None
    changes = AddressChange.objects.select_related("user")
    return changes.filter(public_id=public_id, user__isnull=False).first()


def link_is_live(change: AddressChange) -> bool:
    """Whether the link still stops anything: not for a mailbox that the account has left, nor after
    the time that the change could wait."""
    assert change.user is not None
    is_theirs = change.done_at is None and change.old_email == change.user.email
    return is_theirs and change.expires_at > timezone.now()


@transaction.atomic
def stop(user: User, *, actor: User | None) -> bool:
    """Stop every open change of the account; False where none was open.

    One link stops all, since not every change was told to the old address. ``actor`` is None for
    whoever holds the link.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    stopped = _stop_open_changes(user)
    if stopped:
        audit.record(actor=actor, action="address_change.stopped", target=user)
    return bool(stopped)


def _stop_open_changes(user: User) -> int:
    """One that was asked for without being signed in goes on as one of no account, until a recovery
    code says of which: whoever asked must not see by its end that there was an account."""
    now = timezone.now()
    changes = AddressChange.objects.open(now).filter(user=user)
    strangers = changes.filter(asked_signed_in=False).exclude(second_way=SecondWay.OFFICER)
    return strangers.update(user=None) + changes.update(stopped_at=now)


def finish(
    change: AddressChange, way: SecondWay, *, actor: User | None = None, mission: str = ""
) -> None:
    """Both ways agree: the address changes, every session ends, both mailboxes are told.

    After an officer's look no recovery code works: whoever read the old mailbox may have made them.
    Raises AddressTaken, and then nothing of the caller's transaction may stay.
    """
    user = change.user
    assert user is not None
    now = timezone.now()
    change.old_email = user.email
    change.second_way = way
    change.second_confirmed_at = change.done_at = now
    change.save()
    _stop_open_changes(user)
    hand_over(change.new_email, to=user)
    voided = way == SecondWay.OFFICER and recovery.void(user)
    sessions.end_all(user, actor=actor or user)
    audit.record(
        actor=actor or user,
        action="address_change.done",
        target=change,
        label=str(user),
        mission=mission,
        details={"way": way},
    )
    tell_old_address(change, "address_changed")
    tell_new_address(change, "address_is_new", voided=voided)


def lock(change: AddressChange) -> AddressChange:
    """The row as it stands now, locked to the end of the transaction, before it every account that
    it may be of.

    Raises ChangeClosed where it is done, stopped or lapsed.
    """
    # Without an account the same is asked of the database, lest the time tell.
    numbers = [change.user_id or 0, *(account.pk for account in _meant_by(change))]
    list(User.objects.select_for_update(no_key=True).filter(pk__in=numbers).order_by("pk"))
    rows = AddressChange.objects.select_for_update(of=("self",), no_key=True)
    locked: AddressChange = rows.select_related("user").get(pk=change.pk)
    if locked.done_at or locked.stopped_at or locked.expires_at <= timezone.now():
        raise ChangeClosed("done, stopped or lapsed")
    return locked


def at_second_step(change: AddressChange) -> AddressChange:
    """As lock(); ChangeClosed too where the new address is not confirmed."""
    locked = lock(change)
    if locked.new_confirmed_at is None:
        raise ChangeClosed("the new address is not confirmed")
    return locked


def tell_old_address(change: AddressChange, kind: str, **context: Any) -> None:
    assert change.user is not None
    language = change.user.language
    _tell(change.old_email, kind, user=change.user, language=language, **context)


def tell_new_address(change: AddressChange, kind: str, **context: Any) -> None:
    assert change.user is not None
    language = change.user.language
    _tell(change.new_email, kind, user=change.user, language=language, **context)


def _tell(to: str, kind: str, *, user: User | None, language: str, **context: Any) -> None:
    outbox.queue(to=to, user=user, language=language, kind=kind, template=kind, context=context)
