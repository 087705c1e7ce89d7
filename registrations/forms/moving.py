"""A move to another place, asked page by page; the mission follows from the place.

Nothing is kept between the pages: what the others asked goes along as typed, in hidden boxes, up to
the page on which the whole move is confirmed.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms import SWITCH, PageForm
from missions.models import ForeignMission
from missions.services import MissionAnswer, mission_for, regions_of
from registrations.forms.contact import AddressPage
from registrations.forms.fields import DayMonthYearField, latest_today
from registrations.forms.place import ANOTHER_REGION, MissionPage, PlacePage, RegionPage
from registrations.models import ResidencyRecord
from registrations.services.transfers import NewPlace

# Which page was sent, and the press on "another mission" on the page of the check.
SENT, CHOOSE = "page", "choose"


class MovePage(PageForm):
    """One page of a move."""

    key: ClassVar[str]

    def __init__(self, *args: Any, move: "Move", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.move = move
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


def _hidden(value: str) -> forms.CharField:
    return forms.CharField(widget=forms.HiddenInput, required=False, initial=value)


class MovePlacePage(MovePage):
    key = "place"
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
        required_message=_("Enter when you moved"),
    )


class MoveRegionPage(MovePage):
    """Only of a country in which several missions work."""

    key = "region"
    heading = RegionPage.heading
    hint = RegionPage.hint
    region = RegionPage.base_fields["region"]

    def __init__(self, *args: Any, move: "Move", **kwargs: Any) -> None:
        super().__init__(*args, move=move, **kwargs)
        self.fields["region"].choices = [
            ("", _("Choose the region")),
            *[(place.region_code, place.region) for place in regions_of(move.country)],
            (ANOTHER_REGION, _("Another region")),
        ]

    @classmethod
    def applies_to(cls, move: "Move") -> bool:
        return bool(regions_of(move.country))


class MoveMissionPage(MovePage):
    """Where no mission is known for the place, or the person uses another one."""

    key = "mission"
    heading = MissionPage.heading
    choice = MissionPage.base_fields["choice"]
    other = MissionPage.base_fields["other"]
    reason = MissionPage.base_fields["reason"]

    def __init__(self, *args: Any, move: "Move", **kwargs: Any) -> None:
        super().__init__(*args, move=move, **kwargs)
        self.answer = move.answer
        self.fields["other"].queryset = ForeignMission.objects.serving_citizens()
        if self.answer.mission is None:
            del self.fields["choice"]
            self.fields["other"].label = _("Which mission do you use?")
            self.fields["reason"].label = _("Why this mission?")

    @classmethod
    def applies_to(cls, move: "Move") -> bool:
        asked = move.chose_before or "choice" in move.typed or CHOOSE in move.typed
        return asked or move.answer.mission is None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "choice" in self.fields and cleaned.get("choice") != "other":
            return cleaned
        for name, message in (
            ("other", _("Choose the mission you use")),
            ("reason", _("Say why you use another mission")),
        ):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError(message, code="required"))
        return cleaned


PAGES_OF_A_MOVE: tuple[type[MovePage], ...] = (MovePlacePage, MoveRegionPage, MoveMissionPage)
PAGE_BY_KEY = {page.key: page for page in PAGES_OF_A_MOVE}


class Move:
    """What was typed of a move so far, for an entry."""

    def __init__(self, typed: QueryDict, record: ResidencyRecord) -> None:
        self.typed, self.record = typed, record
        self.chose_before = bool(record.application.other_mission_reason)

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

    def start(self) -> MovePage:
        return MovePlacePage(move=self)

    def correct(self) -> MovePage:
        """The first page again, as it was typed."""
        return self._as_sent(MovePlacePage)

    def page_to_show(self) -> MovePage | None:
        """The first page without a good answer; None where all have one.

        A page that nobody has seen yet is asked, not named as a mistake.
        """
        sent = self.typed.get(SENT, PAGES_OF_A_MOVE[-1].key)
        if SWITCH in self.typed:
            return self._as_sent(PAGE_BY_KEY.get(sent, MovePlacePage))
        if CHOOSE in self.typed:
            return self._asked(MoveMissionPage)
        seen = True
        for page in self._pages():
            form = self._as_sent(page)
            if not form.is_valid():
                return form if seen else self._asked(page)
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

    def _pages(self) -> list[type[MovePage]]:
        return [page for page in PAGES_OF_A_MOVE if page.applies_to(self)]

    def _as_sent(self, page: type[MovePage]) -> MovePage:
        sent = self.typed.copy()
        sent[SENT] = page.key
        return page(sent, move=self)

    def _asked(self, page: type[MovePage]) -> MovePage:
        typed = {name: self.typed[name] for name in page.base_fields if name in self.typed}
        return page(initial=self._chosen_before() | typed, move=self)

    def _chosen_before(self) -> dict[str, str]:
        """Who uses another mission than the computed one may go on using it."""
        if not self.chose_before:
            return {}
        reason = self.record.application.other_mission_reason
        return {"choice": "other", "other": self.record.mission.code, "reason": reason}
