"""Every public and account page in every state it can be in. A new address needs its row here.

``empty`` is a page before anybody typed, ``filled`` one with whole answers, ``errors`` one that
was sent with something wrong. Several rows of one address show what else it can say.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.forms import SWITCH
from registrations.forms.place import ANOTHER_REGION
from registrations.steps import steps_of
from tests.pages.scene import Scene
from tests.pages.typed import ANSWERS, HELP, MOVE, PERSON, WRONG, bad_file

EMPTY, ERRORS, FILLED = "empty", "errors", "filled"
# Shown in the language of the address with what was typed, and not tried: whatever the form.
AS_TYPED = {SWITCH: "en"}


@dataclass(frozen=True)
class Row:
    """One page in one state: the name of its address, who looks, and what is sent there."""

    name: str
    state: str = EMPTY
    who: Any = None
    args: tuple = ()
    query: str = ""
    typed: Mapping[str, Any] | None = None
    status: int = 200
    about: str = ""
    before: Callable | None = None

    @property
    def id(self) -> str:
        return "-".join(part for part in (self.name, self.about, self.state) if part)


def form(name, answers, wrong=None, **more) -> Iterator[Row]:
    """A page with a form in its three states."""
    yield Row(name, **more)
    yield Row(name, ERRORS, typed=wrong if wrong is not None else {}, **more)
    yield Row(name, FILLED, typed=answers | AS_TYPED, **more)


def public(scene: Scene) -> Iterator[Row]:
    for name in (
        "landing",
        "privacy",
        "accessibility",
        "cookies",
        "not-a-citizen",
        "not-sure",
        "still-home",
    ):
        yield Row(f"registrations:{name}")
    yield from form("registrations:citizenship", {"citizen": "unsure"})
    yield from form("registrations:whereabouts", {"whereabouts": "leaving"})
    yield from form("registrations:capacity", {"capacity": "parent"})
    yield Row("missions:directory")
    yield Row("missions:directory", FILLED, query="?q=Берлин")
    yield Row("missions:directory", ERRORS, query="?q=йцукен")
    yield Row("missions:mission", args=(scene.mission.code,))
    yield Row("missions:mission", args=(scene.cast.there.code,), about="unconfirmed")
    yield Row("missions:country", args=("DE",))
    yield Row("registrations:verify")
    yield Row("registrations:verify", ERRORS, query="?code=")
    assert scene.busy
    yield Row("registrations:certificate-verify", FILLED, args=(scene.certificate.code,))
    yield Row("registrations:certificate-verify", ERRORS, args=("ABCD-EFGH",), status=404)
    for state, status in (("open", 200), ("answered", 200), ("expired", 410), ("closed", 410)):
        yield Row("registrations:still-here", args=(scene.link(state),), status=status, about=state)
    yield Row("registrations:still-here", args=("forged",), status=404, about="forged")


def sign_in(scene: Scene) -> Iterator[Row]:
    yield from form("account_request_login_code", {"email": "aisha@example.org"})
    yield from form("account_confirm_login_code", {"code": "123456"}, before=ask_for_a_code)
    yield from form("account_login", {"login": "officer@example.org"})

    yield from form("password-forgotten", {"email": "officer@example.org"})
    yield Row("password-link-sent")
    yield Row("password-set", args=("forged",), status=404, about="used")
    yield from form("password-set", {}, args=(scene.password_link,))


def ask_for_a_code(client) -> None:
    client.post("/kk/sign-in/", {"email": "new@example.org"})


def application(scene: Scene) -> Iterator[Row]:
    """The pages of the form: of a draft just begun and of one that is ready."""
    begun, ready = scene.begun, scene.ready
    yield Row("registrations:begin", who=scene.newcomer, args=("self",))
    for step in steps_of(begun):
        key = step.key
        name = "registrations:copy" if step.attachment else "registrations:page"
        new = {"who": begun.applicant, "args": (begun.public_id, key), "about": key}
        done = {"who": ready.applicant, "args": (ready.public_id, key), "about": key}
        yield Row(name, **new)
        yield Row(name, ERRORS, typed=bad_file() if step.attachment else WRONG.get(key, {}), **new)
        if step.applies_to(ready):
            yield Row(name, FILLED, query="?check", **done)
        if not step.attachment:
            as_typed = new | {"about": f"{key}-typed"}
            yield Row(name, FILLED, typed=ANSWERS[key] | AS_TYPED, **as_typed)
    yield from represented(scene)
    one = {"who": ready.applicant, "args": (ready.public_id,)}
    yield Row("registrations:check", FILLED, **one)
    yield from form("registrations:application-send", {"consent": "on"}, **one)
    yield Row("registrations:application-withdraw", **one)
    asked = {"who": scene.asked.applicant, "args": (scene.asked.public_id,)}
    yield Row("registrations:check", FILLED, about="answer", **asked)
    args = (scene.asked.public_id, "address")
    yield Row(
        "registrations:page", FILLED, who=scene.asked.applicant, args=args, about="address-asked"
    )
    sent = {"who": scene.sent.applicant, "args": (scene.sent.public_id,)}
    yield Row("registrations:receipt", **sent)
    yield Row("registrations:answers", FILLED, **sent)


def represented(scene: Scene) -> Iterator[Row]:
    """Who somebody else is, on one page; what was taken of the home, before it is sent."""
    for name, case in (("person", scene.begun), ("child", scene.second_child)):
        page = {"who": case.applicant, "args": (case.public_id, "person"), "about": name}
        yield Row("registrations:page", EMPTY if case == scene.begun else FILLED, **page)
    page = {"who": scene.begun.applicant, "args": (scene.begun.public_id, "person")}
    yield Row("registrations:page", ERRORS, typed={}, about="person", **page)
    yield Row("registrations:page", ERRORS, typed=WRONG["person"], about="person-differs", **page)
    yield Row("registrations:page", FILLED, typed=PERSON | AS_TYPED, about="person", **page)
    child = scene.second_child
    yield Row(
        "registrations:check",
        FILLED,
        who=child.applicant,
        args=(child.public_id,),
        about="child",
    )


def account(scene: Scene) -> Iterator[Row]:
    """The account page in every state of an application."""
    yield Row("registrations:account", who=scene.newcomer)
    for name in ("begun", "asked", "sent", "refused", "withdrawn"):
        who = getattr(scene, name).applicant
        yield Row("registrations:account", FILLED, who=who, about=name)
    assert scene.grown
    yield Row("registrations:account", FILLED, who=scene.heir, about="invited")
    yield Row("registrations:account", FILLED, who=scene.outgrown.applicant, about="outgrown")
    outgrown = {"who": scene.outgrown.applicant, "args": (scene.outgrown.public_id,)}
    yield Row("registrations:answers", status=404, about="outgrown", **outgrown)
    for state in ("asked", "refused"):
        case = getattr(scene, state)
        yield Row("registrations:receipt", who=case.applicant, args=(case.public_id,), about=state)
    for name in ("fresh", "busy", "closed", "child"):
        record = getattr(scene, name)
        who = record.application.applicant
        yield Row("registrations:account", FILLED, who=who, about=name)
        yield Row("registrations:entry", FILLED, who=who, args=(record.public_id,), about=name)
    busy = scene.busy
    citizen = busy.citizen.public_id
    yield Row("registrations:own-data", FILLED, who=busy.application.applicant, args=(citizen,))
    fresh = scene.fresh
    yield Row(
        "registrations:own-data", who=fresh.application.applicant, args=(fresh.citizen.public_id,)
    )


def acts(scene: Scene) -> Iterator[Row]:
    """What a registered person can do."""
    fresh, busy, child = scene.fresh, scene.busy, scene.child
    own = {"who": fresh.application.applicant, "args": (fresh.public_id,)}
    yield from form("registrations:moved", MOVE, {"country": "DE"}, **own)
    yield Row("registrations:moved", FILLED, typed=MOVE, about="check", **own)
    stays = MOVE | {"region": ANOTHER_REGION}
    yield Row("registrations:moved", FILLED, typed=stays, about="check-stays", **own)
    for key, typed in (("region", {"region": ""}), ("mission", {"choice": "other"})):
        sent = MOVE | typed | {"page": key}
        yield Row("registrations:moved", ERRORS, typed=sent, about=key, **own)
    yield Row("registrations:moved", typed=MOVE | {"to": "mission"}, about="mission", **own)
    yield from form("registrations:certificate-request", {"purpose": "Банкке"}, **own)
    yield from form("registrations:leave", {"reason": "other", "text": "Кетемін"}, **own)
    yield from form("registrations:help", HELP, {"phone": "123"}, **own)
    yield Row("registrations:vote", **own)
    has = {"who": busy.application.applicant}
    yield Row("registrations:vote", FILLED, args=(busy.public_id,), about="asked", **has)
    parent = {"who": child.application.applicant, "args": (child.public_id,)}
    yield Row("registrations:vote", about="child", **parent)
    yield Row("registrations:leave", about="child", **parent)
    yield Row("registrations:moved", about="child", **parent)
    yield from form("registrations:coming-of-age", {"email": "child@example.org"}, **parent)
    yield Row("registrations:take-over", who=scene.newcomer)
    assert scene.grown
    yield Row("registrations:take-over", FILLED, who=scene.heir)
    for state, change in (("open", scene.open_change), ("refused", scene.refused_change)):
        args = (busy.public_id, change.public_id)
        yield Row("registrations:change", FILLED, args=args, about=state, **has)
    args = (busy.public_id, scene.open_change.public_id)
    yield Row("registrations:change", ERRORS, args=args, typed=bad_file(), **has)
    again = (busy.public_id, scene.refused_change.page)
    yield Row("registrations:details", FILLED, args=again, query="?again", about="again", **has)
    yield from details(scene)


def details(scene: Scene) -> Iterator[Row]:
    from registrations.services.changes import CHANGEABLE

    record = scene.fresh
    for key in CHANGEABLE:
        page = {"who": record.application.applicant, "args": (record.public_id, key), "about": key}
        yield Row("registrations:details", FILLED, **page)
        yield Row("registrations:details", ERRORS, typed=WRONG.get(key, {}), **page)


def edges(scene: Scene) -> Iterator[Row]:
    """What stands in place of a page."""
    yield Row("registrations:landing", query="nowhere/", status=404, about="404")
    yield Row("stay-signed-in", who=scene.newcomer, status=405, about="405")
    yield Row("admin:index", who=scene.newcomer, status=403, about="403")
    many = {f"field{number}": "" for number in range(1100)}
    yield Row("registrations:citizenship", typed=many, status=413, about="413")
    check = ("ABCD-EFGH",)
    yield Row("registrations:certificate-verify", args=check, status=429, before=hurry, about="429")
    page = {"args": (scene.ready.public_id, "name"), "typed": ANSWERS["name"], "status": 403}
    yield Row("registrations:page", before=come_from_here, about="signed-out", **page)
    old = {"who": scene.ready.applicant, "before": come_with_an_old_token}
    yield Row("registrations:page", about="expired", **old, **page)
    yield Row(
        "registrations:application-withdraw",
        about="expired",
        **old | {"args": (scene.ready.public_id,), "typed": {}, "status": 403},
    )


def hurry(client) -> None:
    for _time in range(40):
        client.get("/kk/verify/ABCD-EFGH/")


def come_from_here(client) -> None:
    client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"


def come_with_an_old_token(client) -> None:
    come_from_here(client)
    client.handler.enforce_csrf_checks = True


def rows(scene: Scene) -> Iterator[Row]:
    for part in (public, sign_in, application, account, acts, edges):
        yield from part(scene)


# Addresses that are no page of a citizen, each with the reason.
NO_PAGE = {
    "registrations:application": "leads on to the page that is next",
    "registrations:application-answer": "takes a POST",
    "registrations:application-again": "takes a POST",
    "registrations:attachment": "a file",
    "registrations:attachment-page": "a picture",
    "registrations:attachment-remove": "takes a POST",
    "registrations:own-data-json": "a file",
    "registrations:own-data-pdf": "a file",
    "registrations:entry-confirm": "takes a POST",
    "registrations:entry-take-over": "takes a POST",
    "registrations:change-withdraw": "takes a POST",
    "registrations:certificate-request-withdraw": "takes a POST",
    "registrations:certificate": "a file",
    "registrations:stay": "takes a POST",
    "security:sign-in-again": "leads to the sign-in",
    "security:sign-out-everywhere": "takes a POST",
    "security:address-stop": "takes a POST",
    "account_logout": "takes a POST",
    "stay-signed-in": "takes a POST",
    "account_reauthenticate": "an officer's",
    "account_inactive": "an officer's",
}
