"""The home an account has told of: whoever registers a child is not asked for it again.

What belongs to the home (the place and its mission, how long the stay is, address, phone, arrival,
whom to call) is taken from what the account said last, of itself or of a child of its own. What
belongs to a person is never taken. A page of which something is not known for the new person is
asked; nothing is declared that nobody said.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from missions import calendar
from missions.services import mission_for, regions_of
from registrations.enums import (
    LIVE_STATUSES,
    OPEN_STATUSES,
    ApplicationStatus,
    Capacity,
    PurposeOfStay,
    RefusalGround,
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
    Relation.CHILD: Relation.SIBLING,
    # Perhaps the other parent, perhaps not.
    Relation.SPOUSE: Relation.OTHER,
}
# Sent and not taken back nor found false. A refused move leaves the home where it was.
TOLD = Q(status__in=LIVE_STATUSES) | (
    Q(status=ApplicationStatus.REFUSED, transfer_of=None)
    & ~Q(refusal_ground=RefusalGround.UNRELIABLE_DOCUMENTS)
)


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
    """What of a draft still reads as it was taken, for its check page."""

    source: Application
    pages: list[Step]
    is_for_family: bool
    is_there_since_birth: bool


def home_of(draft: Application) -> Home | None:
    """The home as the account has told it; None where it told of none, or applies for itself."""
    source = None if draft.capacity == Capacity.SELF else _newest(draft.applicant)
    if source is None:
        return None
    told = _told(source)
    answers: declarations.Answers = {key: told[key] for key in ("length", "address") if key in told}
    answers |= _place(told) | _contact(told, draft.applicant) | _stay(told, draft)
    answers |= _emergency(told, source, draft)
    stay = answers.get("stay", {})
    asked = {"stay"} if _has_passed(stay, source) or not stay.get("purpose") else set()
    return Home(source, answers, frozenset(asked))


def _newest(account: User) -> Application | None:
    """The one last sent or, once registered, last confirmed. Never of another's home: a person the
    account represents may live anywhere, and a child that came of age has a home of its own."""
    children = Q(
        applicant=account,
        capacity=Capacity.PARENT,
        citizen__in=LegalRepresentative.objects.acting(account).values("citizen"),
    )
    told = Application.objects.filter(TOLD, Q(citizen__account=account) | children)
    newest: Application | None = (
        told.exclude(submitted_at=None)
        # Of an entry that moves, the move says where the home is now.
        .exclude(residency_record__transfers__status__in=OPEN_STATUSES)
        .select_related("citizen", "applicant", "mission")
        .order_by(Greatest("submitted_at", "residency_record__last_confirmed_at").desc(), "-pk")
        .first()
    )
    return newest


def _told(source: Application) -> declarations.Answers:
    """An entry in force as it is kept true; else what was sent last."""
    if source.status == ApplicationStatus.REGISTERED:
        now = declarations.collect(source)
        told = {key: now[key] for key in source.answered_pages if key in now}
    else:
        declaration = source.current_declaration
        told = dict(declaration.answers) if declaration else {}
    if source.contacts_purged_at is not None:
        told.pop("emergency", None)
    return told


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


def _stay(told: declarations.Answers, draft: Application) -> declarations.Answers:
    """A child is there for the family, whatever the parent is there for; what for a represented
    person is there, nobody has said."""
    if "stay" not in told:
        return {}
    purpose = PurposeOfStay.FAMILY.value if draft.capacity == Capacity.PARENT else ""
    return {"stay": told["stay"] | {"purpose": purpose}}


def _has_passed(stay: dict[str, Any], source: Application) -> bool:
    assert source.mission is not None
    end = stay.get("planned_end") or ""
    today = calendar.local_date(source.mission, timezone.now())
    return end != "" and date.fromisoformat(end) < today


def _emergency(
    told: declarations.Answers, source: Application, draft: Application
) -> declarations.Answers:
    """Who a contact is to a represented person, nobody has said."""
    if "emergency" not in told or draft.capacity != Capacity.PARENT:
        return {}
    contacts = told["emergency"]
    if source.citizen.account_id == draft.applicant_id:
        contacts = [
            contact | {"relation": TO_THE_CHILD.get(contact["relation"], contact["relation"])}
            for contact in contacts
        ]
    return {"emergency": contacts}


def move_in(draft: Application) -> None:
    """Let a draft just begun say what is known of the home; the rest is asked."""
    home = home_of(draft)
    if home is None:
        return
    for page, answers in home.answers.items():
        if page == "mission":
            draft.mission = home.source.mission
        else:
            rows.write(draft, page, answers)
    draft.answered_pages = [step.key for step in steps_of(draft) if step.key in home.known]
    draft.save()


def not_asked_again(draft: Application) -> set[str]:
    """The pages a person with a home is not led to; all of them stand on the check page."""
    if draft.capacity == Capacity.SELF or _newest(draft.applicant) is None:
        return set()
    left = {step.key for step in STEPS if step.may_be_left(draft)}
    return left | (set(OF_THE_HOME) & answered_keys(draft))


def settle_arrival(draft: Application, *, born_before: date | None) -> None:
    """Nobody arrives before birth: who was born there later is there since; else it is asked.

    What the person said of the arrival stays. ``born_before`` is the birth date until now.
    """
    told = _arrival_told(home_of(draft)) if draft.submitted_at is None else None
    if told is None or draft.arrived_on not in {told, born_before, None}:
        return
    citizen = draft.citizen
    if citizen.birth_date is None or citizen.birth_date <= told:
        draft.arrived_on = told
    elif citizen.birth_country == draft.country:
        draft.arrived_on = citizen.birth_date
    else:
        draft.arrived_on = None
        draft.answered_pages = [page for page in draft.answered_pages if page != "stay"]


def _arrival_told(home: Home | None) -> date | None:
    stay: dict[str, str] = home.answers.get("stay", {}) if home else {}
    told = stay.get("arrived_on", "")
    return date.fromisoformat(told) if told else None


def taken(draft: Application) -> Taken | None:
    """What was taken from whom and is the same now; None where nothing was or is."""
    home = home_of(draft) if draft.submitted_at is None else None
    if home is None:
        return None
    now = declarations.collect(draft)
    same = [
        step
        for step in steps_of(draft)
        if step.key in home.known and now[step.key] == home.answers[step.key]
    ]
    for_family = "stay" in home.known and draft.purpose == PurposeOfStay.FAMILY
    arrived, born = _arrival_told(home), draft.citizen.birth_date
    since_birth = bool(born and arrived and arrived < born == draft.arrived_on)
    return Taken(home.source, same, for_family, since_birth) if same else None
