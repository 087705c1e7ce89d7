"""Pages that keep an entry true: the proof of a change, and a move to another place."""

from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms import PageForm
from missions.models import ForeignMission
from missions.services import mission_for, regions_of
from registrations.forms.documents import CopyPage
from registrations.forms.fields import CountryField, DayMonthYearField
from registrations.forms.place import ANOTHER_REGION
from registrations.models import Attachment, ChangeRequest, ResidencyRecord
from registrations.services.transfers import NewPlace
from registrations.steps import STEP_BY_KEY

MOST_PROOFS = 4


class ChangeCopyPage(CopyPage):
    """A copy that proves a change of identity; it counts once the change is accepted."""

    heading_of_page = _("Send a copy that shows the change")
    submit_label = _("Add the copy")

    def __init__(self, *args: Any, change: ChangeRequest, **kwargs: Any) -> None:
        self.change = change
        super().__init__(
            *args,
            application=change.record.application,
            step=STEP_BY_KEY["identity-copy"],
            **kwargs,
        )
        self.heading = self.heading_of_page

    def buttons(self) -> list[Submit]:
        """Each copy is added by itself; there is no next page."""
        return [Submit("add", self.submit_label)]

    @property
    def copies(self) -> QuerySet[Attachment]:
        return self.change.copies.filter(replaced_at=None)

    def is_full(self) -> bool:
        return self.copies.count() >= MOST_PROOFS


class MoveForm(PageForm):
    """Where the person has moved. The mission follows from the place, as on the first form.

    The region is asked for once a country with several missions was chosen; another mission, with
    a reason, where none is known for the place.
    """

    heading = _("Where have you moved?")
    country = CountryField(
        label=pgettext_lazy("form field", "Country"),
        error_messages={"required": _("Choose the country you live in")},
        exclude=("KZ",),
    )
    region = forms.ChoiceField(
        label=_("Region"), required=False, error_messages={"required": _("Choose the region")}
    )
    city = forms.CharField(
        label=_("City or town"),
        max_length=120,
        error_messages={"required": _("Enter the city or town")},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    street = forms.CharField(
        label=_("Street, house, flat"),
        help_text=_("Write it as a local postman reads it."),
        max_length=500,
        error_messages={"required": _("Enter your street and house")},
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    postcode = forms.CharField(
        label=_("Postcode (if there is one)"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    local_address = forms.CharField(
        label=_("The address in the local script (if it is not Latin)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    arrived_on = DayMonthYearField(
        label=_("When did you move?"),
        name=_("The date of the move"),
        latest=timezone.localdate,
        too_late=_("The date of the move must be in the past"),
        required_message=_("Enter when you moved"),
    )
    other_mission = forms.ModelChoiceField(
        label=_("Which mission do you use?"),
        queryset=ForeignMission.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Choose a mission"),
    )
    reason = forms.CharField(
        label=_("Why do you use another mission?"), max_length=500, required=False
    )

    def __init__(self, *args: Any, record: ResidencyRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        country = str(self.data.get("country", ""))[:2]
        self._ask_for_region(country)
        if country and mission_for(country).mission is None:
            self.fields["other_mission"].queryset = ForeignMission.objects.serving_citizens()
        else:
            del self.fields["other_mission"], self.fields["reason"]

    def _ask_for_region(self, country: str) -> None:
        regions = regions_of(country)
        if not regions:
            del self.fields["region"]
            return
        self.fields["region"].required = True
        self.fields["region"].choices = [
            ("", _("Choose the region")),
            *[(district.region_code, district.region) for district in regions],
            (ANOTHER_REGION, _("Another region")),
        ]

    def clean(self) -> dict:
        cleaned = super().clean()
        if "other_mission" in self.fields:
            for name, message in (
                ("other_mission", _("Choose the mission you use")),
                ("reason", _("Say why you use another mission")),
            ):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, forms.ValidationError(message, code="required"))
        return cleaned

    def place(self) -> NewPlace:
        """What was answered, with the mission that serves the place."""
        said = self.cleaned_data
        region = said.get("region", "")
        region = "" if region == ANOTHER_REGION else region
        mission = said.get("other_mission") or mission_for(said["country"], region).mission
        assert mission is not None
        return NewPlace(
            country=said["country"],
            region=region,
            city=said["city"],
            street=said["street"],
            postcode=said["postcode"],
            local_address=said["local_address"],
            arrived_on=said["arrived_on"],
            mission=mission,
            other_mission_reason=said.get("reason", ""),
        )
