"""The home an account has told of: whoever registers a child is not asked for it again.

What belongs to the home (the place and its mission, how long the stay is, address, phone, arrival,
whom to call) is taken from the account's own case; from that of a child of its own only where it
never sent one. What belongs to a person is never taken. A page of which something is not known for
the new person is asked; nothing is declared that nobody said.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from missions import calendar
from missions.services import mission_for, regions_of
from registrations.enums import (
    LIVE_STATUSES,
    ApplicationStatus,
    Capacity,
    PurposeOfStay,
    Relation,
)
from registrations.models import Application, LegalRepresentative
from registrations.services import declarations, rows
from registrations.steps import STEPS, Step, answered_keys, steps_of

OF_THE_HOME = (
    "place",
    "region",
    "mission",
    "length",
    "address",
    "contact",
    "stay",
    "emergency",
)
# What somebody who is this to a parent surely is to the child; others stay what they are.
TO_THE_CHILD = {
    Relation.PARENT: Relation.RELATIVE,
    Relation.SIBLING: Relation.RELATIVE,
    # Perhaps the other parent, perhaps not.
    Relation.SPOUSE: Relation.OTHER,
}
# A move that came to nothing leaves the home where it was.
VAIN_MOVES = Q(transfer_of__isnull=False) & ~Q(status__in=LIVE_STATUSES)


@dataclass(frozen=True)
class Home:
    """The answers by page as they are of somebody else in this home; ``asked`` are the pages of
    which not all is known."""

    source: Application
    answers: declarations.Answers
    asked: frozenset[str]

    @property
    def known(self) -> set[str]:
        return self.answers.keys() - self.asked


@dataclass(frozen=True)
class Taken:
    """How a draft compares with what is known of the home, for its check page: the ``pages`` that
    read as they were taken, and the ``others`` that were changed, here or in the home since."""

    source: Application
    pages: list[Step]
    others: list[Step]
    is_for_family: bool
    is_there_since_birth: bool


def home_of(draft: Application) -> Home | None:
    """The home as the account has told it; None where it told of none, and for anybody but a child
    of its own: a represented adult may live anywhere."""
    source = _source(draft.applicant) if draft.capacity == Capacity.PARENT else None
    if source is None:
        return None
    told = _told(source)
    answers: declarations.Answers = {key: told[key] for key in ("length", "address") if key in told}
    answers |= _place(told) | _contact(told, draft.applicant)
    if source.citizen.account_id == draft.applicant_id:
        answers |= _stay(told) | _emergency(told)
    asked = {"stay"} if _has_passed(answers.get("stay", {}), source) else set()
    return Home(source, answers, frozenset(asked))


def _source(account: User) -> Application | None:
    """The account's own case that was sent last, if it stands: whoever took it back, was refused or
    left the register has told of no home. Never of another's home: a person the account represents
    may live anywhere, and a child that came of age has a home of its own."""
    sent = (
        Application.objects.exclude(submitted_at=None)
        .exclude(VAIN_MOVES)
        .select_related("citizen", "applicant", "mission")
        .order_by("-submitted_at", "-pk")
    )
    own: Application | None = sent.filter(citizen__account=account).first()
    if own is not None:
        return own if own.status in LIVE_STATUSES else None
    children = LegalRepresentative.objects.acting(account).values("citizen")
    child: Application | None = sent.filter(
        applicant=account,
        capacity=Capacity.PARENT,
        citizen__in=children,
        status__in=LIVE_STATUSES,
    ).first()
    return child


def _told(source: Application) -> declarations.Answers:
    """An entry in force as it is kept true; else what was sent last."""
    if source.status == ApplicationStatus.REGISTERED:
        now = declarations.collect(source)
        return {key: now[key] for key in source.answered_pages if key in now}
    declaration = source.current_declaration
    return declaration.answers if declaration else {}


def _place(told: declarations.Answers) -> declarations.Answers:
    """The mission goes along while it serves the place, the region while it can be chosen."""
    if "place" not in told:
        return {}
    found = {"place": told["place"]}
    country, region = told["place"]["country"], ""
    if regions := regions_of(country):
        if told.get("region", {}).get("region") not in {"", *(row.region_code for row in regions)}:
            return found
        found["region"] = told["region"]
        region = told["region"]["region"]
    serving = mission_for(country, region).mission
    if serving and told.get("mission") == {"mission": serving.code}:
        found["mission"] = told["mission"]
    return found


def _contact(told: declarations.Answers, account: User) -> declarations.Answers:
    if "contact" not in told:
        return {}
    return {"contact": told["contact"] | {"language": account.language}}


def _stay(told: declarations.Answers) -> declarations.Answers:
    """A child is there for the family, whatever the parent is there for."""
    if "stay" not in told:
        return {}
    return {"stay": told["stay"] | {"purpose": PurposeOfStay.FAMILY.value}}


def _has_passed(stay: dict[str, Any], source: Application) -> bool:
    assert source.mission is not None
    end = stay.get("planned_end") or ""
    today = calendar.local_date(source.mission, timezone.now())
    return end != "" and date.fromisoformat(end) < today


def _emergency(told: declarations.Answers) -> declarations.Answers:
    """Asked where the parent named a child, which may be this one."""
    contacts = told.get("emergency", [])
    if "emergency" not in told or any(one["relation"] == Relation.CHILD for one in contacts):
        return {}
    to_the_child = [
        contact | {"relation": TO_THE_CHILD.get(contact["relation"], contact["relation"])}
        for contact in contacts
    ]
    return {"emergency": to_the_child}


def move_in(draft: Application) -> None:
    """Let a draft that nobody has written into say what is known of the home; the rest is asked."""
    home = home_of(draft)
    for page, answers in (home.answers if home else {}).items():
        if page == "mission":
            draft.mission = home.source.mission if home else None
        else:
            rows.write(draft, page, answers)
    known = home.known if home else set()
    draft.answered_pages = [step.key for step in steps_of(draft) if step.key in known]
    draft.save()


def not_asked_again(draft: Application) -> set[str]:
    """The pages a person with a home is not led to; all of them stand on the check page."""
    if draft.capacity != Capacity.PARENT or _source(draft.applicant) is None:
        return set()
    left = {step.key for step in STEPS if step.may_be_left(draft)}
    return left | (set(OF_THE_HOME) & answered_keys(draft))


def settle_arrival(draft: Application, *, born_before: date | None) -> None:
    """No child arrives before its birth: one born there later is there since; else it is asked.

    What the person said of the arrival stays. ``born_before`` is the birth date until now.
    """
    home = home_of(draft) if draft.submitted_at is None else None
    if home is None:
        return
    born = draft.citizen.birth_date
    if draft.arrived_on in {born_before, None}:
        # It followed from the birth date, and does so anew.
        draft.arrived_on = _arrival_told(home)
    if born is None or draft.arrived_on is None or born <= draft.arrived_on:
        return
    if draft.citizen.birth_country == draft.country:
        draft.arrived_on = born
    else:
        draft.arrived_on = None
        draft.answered_pages = [page for page in draft.answered_pages if page != "stay"]


def _arrival_told(home: Home) -> date | None:
    told: str = home.answers.get("stay", {}).get("arrived_on", "")
    return date.fromisoformat(told) if told else None


def taken(draft: Application) -> Taken | None:
    """What was taken from whom; None where nothing is known of a home."""
    home = home_of(draft) if draft.submitted_at is None else None
    if home is None:
        return None
    now = declarations.collect(draft)
    known = [step for step in steps_of(draft) if step.key in home.known]
    same = [step for step in known if now[step.key] == home.answers[step.key]]
    others = [step for step in known if step not in same]
    for_family = "stay" in home.known and draft.purpose == PurposeOfStay.FAMILY
    arrived, born = _arrival_told(home), draft.citizen.birth_date
    since_birth = bool(born and arrived and arrived < born == draft.arrived_on)
    return Taken(home.source, same, others, for_family, since_birth) if known else None
