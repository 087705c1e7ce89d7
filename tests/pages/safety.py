"""The pages of the account's own safety: a new address in every state, recovery codes."""

from collections.abc import Iterator

from django.utils import timezone

from accounts import address_change, recovery
from accounts.models import AddressChange, OutboxMessage
from tests.accounts.changing import digits, newest
from tests.factories.accounts import UserFactory
from tests.pages.rows import ERRORS, FILLED, Row, form

NEW = "new{}@example.org"


def safety(scene) -> Iterator[Row]:
    fresh = UserFactory()
    yield Row("security:overview", who=fresh)
    yield from form("security:address", {"new": "new@example.org"}, who=fresh)
    yield Row("security:recovery-codes", who=fresh)
    yield Row("security:recovery-codes", FILLED, who=UserFactory(), typed={}, about="made")
    owner = UserFactory()
    code = recovery.make(owner)[0]
    asked = _asked(owner, "waiting")
    yield Row("security:overview", FILLED, who=owner)
    yield from form("security:recovery-codes", {"code": code}, who=owner, about="again")
    yield Row("address:state", who=owner, args=(asked.public_id,), about="waiting")
    typed = {"old": "old@example.org", "new": "new@example.org"}
    yield from form("address:lost", typed, {"old": "old"})
    yield from _steps(scene)
    for state in ("done", "stopped", "refused", "lapsed"):
        owner = UserFactory()
        change = _asked(owner, state)
        owner.refresh_from_db()
        yield Row("address:state", who=owner, args=(change.public_id,), about=state)
    yield from _links()


def _steps(scene) -> Iterator[Row]:
    owner = UserFactory()
    page = {"who": owner, "args": (_asked(owner, "code").public_id,)}
    yield from form("address:code", {"code": "123456"}, **page)
    owner = UserFactory()
    page = {"who": owner, "args": (_asked(owner, "second").public_id,)}
    yield from form("address:second", {"way": "recovery_code"}, **page)
    yield from form("address:old-code", {"code": "123456"}, **page)
    yield from form("address:recovery-code", {"code": "ABCD-EF23-GH45"}, **page)
    owner, other = UserFactory(), scene.sent.applicant
    change = address_change.ask(old="", new=other.email, language="kk", signed_in=owner)
    code = {"code": digits(newest("new_address_code", other.email))}

    def open_again(client) -> None:
        AddressChange.objects.filter(pk=change.pk).update(new_confirmed_at=None, stopped_at=None)

    args = (change.public_id,)
    taken = {"who": owner, "args": args, "typed": code, "status": 409, "before": open_again}
    yield Row("address:code", ERRORS, about="taken", **taken)


def _links() -> Iterator[Row]:
    """The link in the message to the old address."""
    owner = UserFactory()
    change = _asked(owner, "waiting")
    yield Row("address:cancel", args=(_token(change),))
    gone = _asked(UserFactory(), "stopped")
    yield Row("address:cancel", args=(_token(gone),), about="nothing-waits")
    done = _asked(UserFactory(), "done")
    yield Row("address:cancel", args=(_token(done),), about="done")


def _token(change: AddressChange) -> str:
    return address_change.CANCEL_LINK.sign(str(change.public_id))


def _asked(owner, state: str) -> AddressChange:
    """A change of the owner's, asked for while signed in, as far as the state says."""
    new = NEW.format(OutboxMessage.objects.count())
    change = address_change.ask(old=owner.email, new=new, language="kk", signed_in=owner)
    if state == "code":
        return change
    change = address_change.confirm_new(change, digits(newest("new_address_code", new)))
    now = timezone.now()
    if state == "waiting":
        return address_change.ask_mission(change)
    if state == "done":
        return address_change.confirm_by_recovery_code(change, recovery.make(owner)[0])
    if state == "stopped":
        address_change.stop(owner, actor=owner)
    if state == "lapsed":
        AddressChange.objects.filter(pk=change.pk).update(expires_at=now)
    if state == "refused":
        officer = UserFactory(officer=True)
        AddressChange.objects.filter(pk=change.pk).update(
            stopped_at=now, stopped_by=officer, stop_reason="Құжат басқа адамдікі."
        )
    return AddressChange.objects.get(pk=change.pk)
