"""Where the person lives, which mission serves the place, and for how long."""

from collections.abc import Iterable

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from missions.models import ForeignMission
from missions.services import MissionAnswer, by_country, mission_for, regions_of
from registrations.enums import Stay
from registrations.forms.base import ApplicationPage, PersonPage
from registrations.forms.fields import CountryField
from registrations.models import Application

ANOTHER_REGION = "-"


def _ask_again(application: Application, *keys: str) -> None:
    """What followed from the place is to be answered anew.

    A case that was sent stays with its mission; whether another one serves the new place is for
    the officer to see.
    """
    if application.submitted_at:
        keys = tuple(key for key in keys if key != "mission")
    else:
        application.mission = None
        application.other_mission_reason = ""
    application.answered_pages = [key for key in application.answered_pages if key not in keys]


class PlacePage(ApplicationPage):
    heading = _("Where do you live now?")
    country = CountryField(
        label=pgettext_lazy("form field", "Country"),
        error_messages={"required": _("Choose the country of residence")},
        exclude=("KZ",),
    )
    city = forms.CharField(
        label=_("City or town"),
        max_length=120,
        error_messages={"required": _("Enter the city or town")},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )

    for_another = {"heading": _("Country and town")}

    @classmethod
    def load(cls, application: Application) -> dict:
        return {"country": application.country, "city": application.city}

    def can_keep_a_part(self) -> bool:
        return True

    def write(self, application: Application) -> None:
        country = self.cleaned_data.get("country", application.country)
        if application.country != country:
            application.region = ""
            _ask_again(application, "region", "mission")
        application.country = country
        application.city = self.cleaned_data.get("city", application.city)


def region_choices(country: str) -> list[tuple[str, str | Promise]]:
    return [
        ("", _("Choose the region")),
        *[(place.region_code, place.region) for place in regions_of(country)],
        (ANOTHER_REGION, _("Another region")),
    ]


class RegionPage(ApplicationPage):
    heading = _("Which region do you live in?")
    hint = _("Several missions of Kazakhstan work in this country, each for its own regions.")
    region = forms.ChoiceField(label=heading, error_messages={"required": _("Choose the region")})

    for_another = {"heading": _("Region")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = region_choices(self.application.country)

    @classmethod
    def load(cls, application: Application) -> dict:
        answered = "region" in application.answered_pages
        return {"region": application.region or (ANOTHER_REGION if answered else "")}

    def write(self, application: Application) -> None:
        chosen = self.cleaned_data["region"]
        region = "" if chosen == ANOTHER_REGION else chosen
        if region != application.region:
            _ask_again(application, "mission")
        application.region = region


def _listed(missions: Iterable[ForeignMission]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By country; on a phone the town and the kind are read before the line is cut."""
    return [
        (country, [(each.code, f"{each.city}: {each.get_kind_display()}") for each in there])
        for country, there in by_country(missions)
    ]


class MissionQuestion(PersonPage):
    """Shows the mission that serves a place; the person may name another and say why."""

    heading = _("Your mission")
    choice = forms.ChoiceField(
        label=_("Is this mission right?"),
        choices=[
            ("right", _("This is right")),
            ("other", _("I use another mission")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select whether this mission is right")},
    )
    other = forms.ModelChoiceField(
        label=_("If another: which mission do you use?"),
        queryset=ForeignMission.objects.none(),
        to_field_name="code",
        required=False,
    )
    reason = forms.CharField(
        label=_("If another: why?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    for_another = {"heading": _("Mission")}

    def ask_about(self, answer: MissionAnswer) -> None:
        """Where no mission is known for the place, one is chosen and nothing is confirmed."""
        self.answer = answer
        serving = ForeignMission.objects.serving_citizens()
        self.fields["other"].queryset = serving
        self.fields["other"].choices = [("", _("Choose a mission")), *_listed(serving)]
        if answer.mission is None:
            del self.fields["choice"]
            self.fields["other"].label = _("Which mission do you use?")
            self.fields["reason"].label = _("Why this mission?")

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("choice") == "right" and self._typed_anew("other", "reason"):
            message = _("Select “I use another mission”, or empty the boxes below")
            self.add_error("choice", forms.ValidationError(message, code="both"))
        if "choice" in self.fields and cleaned.get("choice") != "other":
            return cleaned
        for name, message in (
            ("other", _("Choose the mission you use")),
            ("reason", _("Say why you use another mission")),
        ):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError(message, code="required"))
        return cleaned


class MissionPage(MissionQuestion, ApplicationPage):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.ask_about(mission_for(self.application.country, self.application.region))

    @classmethod
    def load(cls, application: Application) -> dict:
        if application.mission is None or application.lost_its_mission:
            return {}
        other = bool(application.other_mission_reason)
        return {
            "choice": "other" if other else "right",
            "other": application.mission.code if other else "",
            "reason": application.other_mission_reason,
        }

    def write(self, application: Application) -> None:
        if self.cleaned_data.get("choice") == "right":
            application.mission = self.answer.mission
            application.other_mission_reason = ""
        else:
            application.mission = self.cleaned_data["other"]
            application.other_mission_reason = self.cleaned_data["reason"]


class LengthPage(ApplicationPage):
    """Whoever left for good without the decision is registered too, as a temporary resident."""

    heading = _("How long will you live abroad?")
    stay = forms.ChoiceField(
        label=heading,
        help_text=_(
            "Without the decision allowing to leave the registration is temporary. This can be "
            "changed as soon as there is a decision."
        ),
        choices=Stay,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the length of stay")},
    )

    for_another = {"heading": _("Length of stay")}
    CHOICES_FOR_ANOTHER = (
        (Stay.SOME_TIME, Stay.SOME_TIME.label),
        (Stay.PERMANENT, _("Permanently, with the decision allowing to leave")),
        (Stay.NO_PERMIT, _("Permanently, without such a decision")),
    )

    def _speak_of_another(self) -> None:
        super()._speak_of_another()
        self.fields["stay"].choices = self.CHOICES_FOR_ANOTHER

    @classmethod
    def load(cls, application: Application) -> dict:
        return {"stay": application.stay}

    def write(self, application: Application) -> None:
        """Only a stay for some time has a planned end: it goes with the others, and is asked."""
        stay = self.cleaned_data["stay"]
        if stay != Stay.SOME_TIME:
            application.planned_end = None
        elif application.stay and application.stay != stay:
            answered = application.answered_pages
            application.answered_pages = [key for key in answered if key != "stay"]
        application.stay = stay

    def notice(self) -> str:
        """What somebody without the decision is told after the answer was kept."""
        if self.cleaned_data["stay"] != Stay.NO_PERMIT:
            return ""
        return _(
            "Without the decision the registration is temporary. You can continue, and change "
            "this when there is a decision."
        )
