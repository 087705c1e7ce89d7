"""What the ministry types into the directory, the postings and the closures."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoping import sees_every_mission
from missions.countries import country_choices
from missions.models import ConsularDistrict, ForeignMission, Posting

MISSION_FIELDS = (
    (None, ("code", "register_code", "kind", "is_open")),
    (_("Names"), ("name_kk", "name_ru", "name_en")),
    (_("Place"), ("country", "city_kk", "city_ru", "city_en", "latitude", "longitude")),
    (_("Contacts"), ("address", "phone", "duty_phone", "email", "website", "opening_hours")),
    (_("Work"), ("provides_consular_services", "timezone", "working_week", "closes_at")),
    (_("Sources"), ("source", "notes")),
)


class CountryField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=country_choices, **kwargs)


class MissionForm(forms.ModelForm):
    """A mission; whether its contacts are confirmed is said by a tick, not by saving."""

    country = CountryField(label=capfirst(_("country")))
    timezone = forms.ChoiceField(
        label=capfirst(_("time zone")),
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
    )
    working_week = forms.TypedMultipleChoiceField(
        label=capfirst(_("working week")),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    website = forms.URLField(
        label=capfirst(_("web site")),
        assume_scheme="https",
        required=False,
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )
    contacts_confirmed = forms.BooleanField(
        label=_("The mission has confirmed these contacts"),
        help_text=_(
            "Citizens see the address, the phones and the hours only while this is ticked."
        ),
        required=False,
    )

    class Meta:
        model = ForeignMission
        fields = [name for _title, names in MISSION_FIELDS for name in names]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["contacts_confirmed"] = self.instance.contacts_are_confirmed


class DistrictForm(forms.ModelForm):
    country = CountryField(label=capfirst(_("country")))

    class Meta:
        model = ConsularDistrict
        fields = (
            "country",
            "region_code",
            "region_kk",
            "region_ru",
            "region_name",
            "mission",
            "basis",
            "is_in_force",
            "source",
            "notes",
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("region_kk", "region_ru"):
            if cleaned.get("region_code") and not cleaned.get(name):
                message = _("Name the region in this language too")
                self.add_error(name, forms.ValidationError(message, code="required"))
        return cleaned


class PostingForm(forms.ModelForm):
    """A posting; once made, only its last day and the post on certificates change.

    ``actor`` is who posts; the admin sets it.
    """

    actor: User | None = None

    class Meta:
        model = Posting
        fields = ("user", "mission", "role", "post", "starts_on", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Two officers of one name are told apart by their addresses."""
        super().__init__(*args, **kwargs)
        if user := self.fields.get("user"):
            user.queryset = user.queryset.filter(is_active=True).order_by("full_name", "email")
            user.label_from_instance = lambda officer: f"{officer} ({officer.email})"

    def clean_user(self) -> User:
        """As missions.services.post_officer has it."""
        user: User = self.cleaned_data["user"]
        if user == self.actor:
            message = _("Nobody posts himself: ask a colleague")
            raise forms.ValidationError(message, code="oneself")
        if sees_every_mission(user):
            message = _(
                "This person has the ministry's role, which oversees every mission and decides no "
                "cases. Post somebody else, or take the role back first"
            )
            raise forms.ValidationError(message, code="ministry")
        return user

    def clean_ends_on(self) -> Any:
        """A day once set moves, and never goes: an endless posting is a new one."""
        ends_on = self.cleaned_data["ends_on"]
        if self.instance.pk and self.instance.ends_on and ends_on is None:
            message = _("Enter the last day; for one without an end make a new posting")
            raise forms.ValidationError(message, code="required")
        return ends_on

    def clean(self) -> dict[str, Any]:
        """The range of days is held against the others only once it is one."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on = cleaned.get("starts_on") or self.instance.starts_on
        ends_on = cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            message = _("The last day comes before the first")
            self.add_error("ends_on", forms.ValidationError(message, code="order"))
        elif self.instance.pk and "ends_on" in cleaned:
            self.instance.ends_on = ends_on
            self.instance.validate_constraints()
        return cleaned
