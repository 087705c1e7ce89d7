"""Where the person lives, which mission serves the place, and for how long."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from missions.models import ForeignMission
from missions.services import mission_for, regions_of
from registrations.enums import Stay
from registrations.forms.base import ApplicationPage
from registrations.forms.fields import CountryField
from registrations.models import Application

ANOTHER_REGION = "-"


class PlacePage(ApplicationPage):
    heading = _("Where do you live now?")
    country = CountryField(
        label=pgettext_lazy("form field", "Country"),
        error_messages={"required": _("Choose the country you live in")},
        exclude=("KZ",),
    )
    city = forms.CharField(
        label=_("City or town"),
        max_length=120,
        error_messages={"required": _("Enter the city or town")},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )

    @classmethod
    def load(cls, application: Application) -> dict:
        return {"country": application.country, "city": application.city}

    def write(self, application: Application) -> None:
        if application.country != self.cleaned_data["country"]:
            application.region = ""
            application.mission = None
            application.other_mission_reason = ""
            application.answered_pages = [
                key for key in application.answered_pages if key not in {"region", "mission"}
            ]
        application.country = self.cleaned_data["country"]
        application.city = self.cleaned_data["city"]


class RegionPage(ApplicationPage):
    heading = _("Which region do you live in?")
    hint = _("Several missions of Kazakhstan work in this country, each for its own regions.")
    region = forms.ChoiceField(label=heading, error_messages={"required": _("Choose the region")})

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [
            ("", _("Choose the region")),
            *[
                (district.region_code, district.region)
                for district in regions_of(self.application.country)
            ],
            (ANOTHER_REGION, _("Another region")),
        ]

    @classmethod
    def load(cls, application: Application) -> dict:
        answered = "region" in application.answered_pages
        return {"region": application.region or (ANOTHER_REGION if answered else "")}

    def write(self, application: Application) -> None:
        chosen = self.cleaned_data["region"]
        region = "" if chosen == ANOTHER_REGION else chosen
        if region != application.region:
            application.mission = None
            application.answered_pages = [
                key for key in application.answered_pages if key != "mission"
            ]
        application.region = region


class MissionPage(ApplicationPage):
    """Shows the mission that serves the place; the person may name another and say why."""

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
        label=_("Which mission do you use?"),
        queryset=ForeignMission.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Choose a mission"),
    )
    reason = forms.CharField(
        label=_("Why do you use another mission?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.answer = mission_for(self.application.country, self.application.region)
        self.fields["other"].queryset = ForeignMission.objects.serving_citizens()
        if self.answer.mission is None:
            del self.fields["choice"]

    @classmethod
    def load(cls, application: Application) -> dict:
        if application.mission is None:
            return {}
        other = bool(application.other_mission_reason)
        return {
            "choice": "other" if other else "right",
            "other": application.mission.code if other else "",
            "reason": application.other_mission_reason,
        }

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("choice", "other") == "other":
            if not cleaned.get("other"):
                self.add_error(
                    "other", forms.ValidationError(_("Choose the mission you use"), "required")
                )
            if not cleaned.get("reason"):
                self.add_error(
                    "reason",
                    forms.ValidationError(_("Say why you use another mission"), "required"),
                )
        return cleaned

    def write(self, application: Application) -> None:
        if self.cleaned_data.get("choice") == "right":
            application.mission = self.answer.mission
            application.other_mission_reason = ""
        else:
            application.mission = self.cleaned_data["other"]
            application.other_mission_reason = self.cleaned_data["reason"]


class LengthPage(ApplicationPage):
    heading = _("How long will you live abroad?")
    stay = forms.ChoiceField(
        label=heading,
        choices=Stay,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select how long you will live abroad")},
    )

    @classmethod
    def load(cls, application: Application) -> dict:
        return {"stay": application.stay}

    def write(self, application: Application) -> None:
        application.stay = self.cleaned_data["stay"]
