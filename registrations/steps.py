"""The form as data: its pages in order, and to whom each applies.

A page's form class stands in registrations/forms; its key is part of the address, of what was
declared, and of what an officer can ask for again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from missions.services import regions_of
from registrations.enums import AttachmentKind, Capacity, ResidencyKind
from registrations.models import Application


def everybody(application: Application) -> bool:
    return True


def nobody(application: Application) -> bool:
    return False


def permanent_residents(application: Application) -> bool:
    return application.kind == ResidencyKind.PERMANENT


def countries_of_several_missions(application: Application) -> bool:
    return len(regions_of(application.country)) > 0


def represented_persons(application: Application) -> bool:
    return application.capacity != Capacity.SELF


class Section:
    PLACE = _("Place of residence")
    PERSON = _("Personal details")
    DOCUMENT = _("Document")
    CONTACT = _("Address and contact")
    STAY = _("Stay abroad")
    PEOPLE = _("Family and contacts")
    COPIES = _("Copies of documents")


@dataclass(frozen=True)
class Step:
    """One page. ``name`` is how check-answers and the officer's list call it.

    Whom ``may_be_left`` names can send without an answer to it. ``parts`` are the pages that are
    asked together on this one.
    """

    key: str
    section: str | Promise
    name: str | Promise
    applies_to: Callable[[Application], bool] = everybody
    attachment: AttachmentKind | None = None
    may_be_left: Callable[[Application], bool] = nobody
    parts: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The pages that are answered with this one."""
        return self.parts or (self.key,)


STEPS: tuple[Step, ...] = (
    Step("place", Section.PLACE, _("Country and town")),
    Step("region", Section.PLACE, _("Region"), countries_of_several_missions),
    Step("mission", Section.PLACE, _("Mission")),
    Step("length", Section.PLACE, _("Length of stay")),
    Step("name", Section.PERSON, _("Name in Kazakh or Russian letters")),
    Step("latin-name", Section.PERSON, _("Name in Latin letters")),
    Step("other-names", Section.PERSON, _("Other names")),
    Step("birth", Section.PERSON, _("Birth")),
    Step("iin", Section.PERSON, _("IIN")),
    Step("sex", Section.PERSON, _("Sex")),
    Step("document", Section.DOCUMENT, _("Document")),
    Step("exit-permit", Section.DOCUMENT, _("Decision allowing to leave"), permanent_residents),
    Step("address", Section.CONTACT, _("Address")),
    Step("contact", Section.CONTACT, _("Phone and language")),
    Step("stay", Section.STAY, _("Arrival, end and purpose")),
    Step("life", Section.STAY, _("Life abroad"), may_be_left=represented_persons),
    Step("emergency", Section.PEOPLE, _("Emergency contacts")),
    Step("household", Section.PEOPLE, _("Household"), may_be_left=represented_persons),
    Step(
        "identity-copy",
        Section.COPIES,
        _("Copy of the identity document"),
        attachment=AttachmentKind.IDENTITY,
    ),
    Step(
        "exit-permit-copy",
        Section.COPIES,
        _("Copy of the decision allowing to leave"),
        permanent_residents,
        AttachmentKind.EXIT_PERMIT,
    ),
    Step(
        "photo",
        Section.COPIES,
        _("Photo for the passport insert"),
        permanent_residents,
        AttachmentKind.PHOTO,
    ),
    Step(
        "representation-copy",
        Section.COPIES,
        _("Proof that you represent the person"),
        represented_persons,
        AttachmentKind.REPRESENTATION,
    ),
)
STEP_BY_KEY = {step.key: step for step in STEPS}
# Who somebody else is fits one page: whoever answers for a child has its document at hand. Each
# part stays a page of its own, for "Change" and for what an officer asks.
TOGETHER = Step(
    "person",
    Section.PERSON,
    Section.PERSON,
    represented_persons,
    parts=("name", "latin-name", "other-names", "birth", "iin", "sex"),
)
# Answered once: what they say may not change under the officer who holds the case.
SETTLED_ON_SENDING = frozenset({"mission"})
# Who the person is: it stands in the register only as an officer saw it.
SEEN_BY_OFFICER = (
    "name",
    "latin-name",
    "other-names",
    "birth",
    "iin",
    "sex",
    "document",
    "exit-permit",
)
# How the person is reached and who is close: the person's own word, the same for every mission.
OWN_WORD = ("contact", "emergency", "household")


def steps_of(application: Application) -> list[Step]:
    """The pages this application has, in order."""
    return [step for step in STEPS if step.applies_to(application)]


def settled(application: Application) -> frozenset[str]:
    """The pages that a case which was sent opens to nobody.

    A move leaves the entry whole until it is decided: what that entry says of who the person is
    would be amended by the answer, before an officer has seen it and though the move be refused.
    """
    left = application.entry_to_leave
    said = {key for key in SEEN_BY_OFFICER if left is not None and key in left.entered}
    return SETTLED_ON_SENDING | said


def askable_again(application: Application) -> list[Step]:
    """The pages an officer can ask for again: a case that was sent stays with its mission.

    Country and region may be put right; whether another mission serves them is for the officer to
    see, who refuses the case or decides it. Of a move a better copy of the document may be asked
    for; who the person is changes in the entry, once it has moved.
    """
    closed = settled(application)
    return [step for step in steps_of(application) if step.key not in closed]


def unanswered(application: Application) -> list[Step]:
    """The pages that want an answer and have none yet, in order."""
    answered = answered_keys(application)
    return [
        step
        for step in steps_of(application)
        if step.key not in answered and not step.may_be_left(application)
    ]


def answered_keys(application: Application) -> set[str]:
    """With what is settled once the case was sent; before, a mission that receives citizens no
    longer is no answer."""
    answered = set(application.answered_pages)
    if application.submitted_at is not None:
        return answered | settled(application)
    return answered - {"mission"} if application.lost_its_mission else answered


def section_number(pages: list[Step], step: Step) -> tuple[int, int]:
    """Which section of how many the page belongs to, for who wonders how much is left."""
    sections = list(dict.fromkeys(each.section for each in pages))
    return sections.index(step.section) + 1, len(sections)


def step_after(pages: list[Step], key: str) -> Step | None:
    """The page that follows among ``pages``; None after the last."""
    place = [step.key for step in pages].index(key)
    return pages[place + 1] if place + 1 < len(pages) else None


def step_before(pages: list[Step], key: str) -> Step | None:
    """The page before among ``pages``; None before the first."""
    place = [step.key for step in pages].index(key)
    return pages[place - 1] if place else None
