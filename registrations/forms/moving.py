"""A move to another place, asked page by page; the mission follows from the place.

Nothing is kept between the pages: what the others asked goes along as typed, in hidden boxes, up to
the page on which the whole move is confirmed.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.forms import SWITCH
from missions.services import MissionAnswer, mission_for, regions_of
from registrations.answers import Row, rows_of
from registrations.forms.base import PersonPage
from registrations.forms.contact import AddressPage
from registrations.forms.fields import DayMonthYearField, latest_today
from registrations.forms.place import (
    ANOTHER_REGION,
    MissionQuestion,
    PlacePage,
    RegionPage,
    region_choices,
)
from registrations.models import ResidencyRecord
from registrations.services.transfers import NewPlace
from registrations.steps import STEP_BY_KEY

# Which page was sent, and the press on "Back" or "Change" that names the page to show.
SENT, GO_TO = "page", "to"


class MovePage(PersonPage):
    """One page of a move. ``name`` is how the check of the move calls it."""

    key: ClassVar[str]
    name: ClassVar[str | Promise]

    def __init__(self, *args: Any, move: "Move", **kwargs: Any) -> None:
        super().__init__(*args, initial=move.told_before(type(self)), **kwargs)
        self.move = move
        if move.of_another:
            self._speak_of_another()
        for name, value in move.boxes_beside(type(self)).items():
            self.fields[name] = _hidden(value)
        self.fields[SENT] = _hidden(self.key)

    @classmethod
    def boxes(cls) -> Iterator[str]:
        """The names of its controls in what is sent: a date has three."""
        for name, field in cls.base_fields.items():
            for part in getattr(field.widget, "widgets_names", [""]):
                yield name + part

    @classmethod
    def applies_to(cls, move: "Move") -> bool:
        return True

    @property
    def before(self) -> str:
        """The key of the page that Back leads to; empty where it leads out of the move."""
        return self.move.key_before(self.key)


def _hidden(value: str) -> forms.CharField:
    return forms.CharField(widget=forms.HiddenInput, required=False, initial=value)


class MovePlacePage(MovePage):
    key = "place"
    name = _("New address")
    heading = _("Where have you moved?")
    country = PlacePage.base_fields["country"]
    city = PlacePage.base_fields["city"]
    street = AddressPage.base_fields["street"]
    postcode = AddressPage.base_fields["postcode"]
    local_address = AddressPage.base_fields["local_address"]
    arrived_on = DayMonthYearField(
        label=_("When did you move?"),
        name=_("The date of the move"),
        latest=latest_today,
        too_late=_("The date of the move must be today or earlier"),
        required_message=_("Enter the date of the move"),
    )

    for_another = {"heading": name, "arrived_on": _("Date of the move")}


class MoveRegionPage(MovePage):
    """Only of a country in which several missions work."""

    key = "region"
    name = STEP_BY_KEY["region"].name
    heading = RegionPage.heading
    hint = RegionPage.hint
    region = RegionPage.base_fields["region"]

    for_another = RegionPage.for_another

    def __init__(self, *args: Any, move: "Move", **kwargs: Any) -> None:
        super().__init__(*args, move=move, **kwargs)
        self.fields["region"].choices = region_choices(move.country)

    @classmethod
    def applies_to(cls, move: "Move") -> bool:
        return bool(regions_of(move.country))


class MoveMissionPage(MissionQuestion, MovePage):
    """Where no mission is known for the place, or the person uses another one."""

    key = "mission"
    name = STEP_BY_KEY["mission"].name

    def __init__(self, *args: Any, move: "Move", **kwargs: Any) -> None:
        super().__init__(*args, move=move, **kwargs)
        self.ask_about(move.answer)

    @classmethod
    def applies_to(cls, move: "Move") -> bool:
        seen = "choice" in move.typed or move.typed.get(SENT) == cls.key
        return seen or move.chose_before or move.answer.mission is None


PAGES_OF_A_MOVE: tuple[type[MovePage], ...] = (MovePlacePage, MoveRegionPage, MoveMissionPage)
PAGE_BY_KEY = {page.key: page for page in PAGES_OF_A_MOVE}


class Answered(NamedTuple):
    """What was answered on one page of a move, in words."""

    key: str
    name: str | Promise
    rows: list[Row]


class Move:
    """What was typed of a move so far, for an entry; ``of_another`` where a representative types.

    After a refusal the pages begin with what was told of the move that was refused.
    """

    def __init__(self, typed: QueryDict, record: ResidencyRecord, *, of_another: bool) -> None:
        self.typed, self.record, self.of_another = typed, record, of_another
        self.refused = record.refused_transfer
        self._last = self.refused or record.application
        self.chose_before = bool(self._last.other_mission_reason)

    @property
    def country(self) -> str:
        return self.typed.get("country", "")[:2]

    @property
    def region(self) -> str:
        named = self.typed.get("region", "")
        return named if named in {place.region_code for place in regions_of(self.country)} else ""

    @property
    def answer(self) -> MissionAnswer:
        """The mission that serves the place named so far."""
        return mission_for(self.country, self.region)

    def boxes_beside(self, page: type[MovePage] | None = None) -> dict[str, str]:
        """What was typed on the other pages, as it was sent."""
        own = set(page.boxes()) if page else set()
        every = [name for each in PAGES_OF_A_MOVE for name in each.boxes()]
        return {name: self.typed[name] for name in every if name in self.typed and name not in own}

    def told_before(self, page: type[MovePage]) -> dict[str, Any]:
        """What the page shows before anything is typed.

        Who uses another mission than the computed one may go on using it.
        """
        if page is MoveMissionPage:
            return self._chosen_before() if self.chose_before else {}
        if self.refused is None:
            return {}
        if page is MoveRegionPage:
            same = self.refused.country == self.country
            return {"region": self.refused.region or ANOTHER_REGION} if same else {}
        return {name: getattr(self.refused, name) for name in page.base_fields}

    def _chosen_before(self) -> dict[str, str]:
        mission, reason = self._last.mission, self._last.other_mission_reason
        return {"choice": "other", "other": mission.code if mission else "", "reason": reason}

    def key_before(self, key: str = "") -> str:
        """The page before the one of this key, or before the check; empty before the first."""
        asked = ""
        for page in PAGES_OF_A_MOVE:
            if page.key == key:
                break
            asked = page.key if page.applies_to(self) else asked
        return asked

    def show(self, key: str) -> MovePage:
        """A page once more, as it was typed and unjudged; the first where there is no such page."""
        page = PAGE_BY_KEY.get(key, MovePlacePage)
        if any(name in self.typed for name in page.boxes()):
            return self._as_sent(page, unjudged=True)
        return page(move=self)

    def page_to_show(self) -> MovePage | None:
        """The first page without a good answer; None where all have one.

        A page that nobody has seen yet is asked, not named as a mistake.
        """
        sent = self.typed.get(SENT, PAGES_OF_A_MOVE[-1].key)
        if SWITCH in self.typed:
            return self._as_sent(PAGE_BY_KEY.get(sent, MovePlacePage))
        seen = True
        for page in self._pages():
            form = self._as_sent(page)
            if not form.is_valid():
                return form if seen else self.show(page.key)
            seen = seen and page.key != sent
        return None

    def place(self) -> NewPlace:
        """What was answered, for a move of which every page has a good answer."""
        said: dict[str, Any] = {}
        for page in self._pages():
            form = self._as_sent(page)
            form.is_valid()
            said |= form.cleaned_data
        chosen = said.get("other") if said.get("choice") != "right" else None
        mission = chosen or self.answer.mission
        assert mission is not None
        return NewPlace(
            **{name: said[name] for name in MovePlacePage.base_fields},
            region=self.region,
            mission=mission,
            other_mission_reason=said["reason"] if chosen else "",
        )

    def answers(self, place: NewPlace) -> list[Answered]:
        """Every answer in words, by the page that changes it."""
        rows: list[tuple[type[MovePage], list[Row]]] = [(MovePlacePage, _rows_of_place(place))]
        if MoveRegionPage.applies_to(self):
            region = dict(region_choices(place.country))[place.region or ANOTHER_REGION]
            rows.append((MoveRegionPage, [Row(MoveRegionPage.name, str(region))]))
        rows.append((MoveMissionPage, _rows_of_mission(place)))
        return [Answered(page.key, page.name, said) for page, said in rows]

    def _pages(self) -> list[type[MovePage]]:
        return [page for page in PAGES_OF_A_MOVE if page.applies_to(self)]

    def _as_sent(self, page: type[MovePage], *, unjudged: bool = False) -> MovePage:
        sent = self.typed.copy()
        sent[SENT] = page.key
        if unjudged:
            sent[SWITCH] = page.key
        return page(sent, move=self)


def _rows_of_place(place: NewPlace) -> list[Row]:
    rows: list[Row] = []
    for key, names in (("place", ("country", "city")), ("address", AddressPage.FIELDS)):
        rows += rows_of(STEP_BY_KEY[key], {name: getattr(place, name) for name in names})
    return [*rows, Row(_("Date of the move"), date_format(place.arrived_on, "DATE_FORMAT"))]


def _rows_of_mission(place: NewPlace) -> list[Row]:
    said = {"mission": place.mission.code}
    if place.other_mission_reason:
        said["other_mission_reason"] = place.other_mission_reason
    return list(rows_of(STEP_BY_KEY["mission"], said))
