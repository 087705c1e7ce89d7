"""People close to the citizen: whom to call, and who lives with him."""

from typing import ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from registrations.enums import Relation
from registrations.forms.base import ApplicationPage
from registrations.forms.fields import (
    CountryField,
    DayMonthYearField,
    PhoneField,
    latest_today,
)
from registrations.models import Application, EmergencyContact, FamilyMember

OUTSIDE_HOUSEHOLD = {Relation.FRIEND}
# The button beside each person of the list.
REMOVE = "remove"


class PeoplePage(ApplicationPage):
    """Adds one person at a time to a list; "nobody" is an answer too.

    A person is wanted whole as soon as anything of it was typed, and outweighs a "nobody" of an
    earlier answer. Once somebody stands in the list, empty boxes mean that the list is complete.
    """

    most: ClassVar[int]
    key: ClassVar[str]
    another_label = _("Add another person")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.listed = list(self.people(self.application))
        self.person_fields = [name for name in self.fields if name != "nobody"]
        if len(self.listed) >= self.most:
            self.fields.clear()
            self.person_fields = []
            self.another_label = ""
        elif self.listed:
            del self.fields["nobody"]
        if self.is_bound and not self.is_typed():
            for name in self.person_fields:
                self.fields[name].required = False

    @classmethod
    def people(cls, application: Application) -> models.QuerySet:
        raise NotImplementedError

    @classmethod
    def load(cls, application: Application) -> dict:
        answered = cls.key in application.answered_pages
        return {"nobody": answered and not cls.people(application).exists()}

    @property
    def is_switched(self) -> bool:
        """What was typed is shown again, unjudged, where a person was taken off the list too."""
        return super().is_switched or (self.is_bound and REMOVE in self.data)

    def is_typed(self) -> bool:
        return any(
            self[name].data not in (None, "", [], ["", "", ""]) for name in self.person_fields
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        nobody = cleaned.get("nobody", False)
        if nobody and self.is_typed() and "nobody" in self.changed_data:
            message = _("Select “nobody” only if the boxes for a person are empty")
            self.add_error("nobody", forms.ValidationError(message, code="both"))
        elif not nobody and not self.listed and not self.is_typed():
            message = _("Enter a person, or select “nobody”")
            self.add_error(self.person_fields[0], forms.ValidationError(message, code="required"))
        return cleaned

    def write(self, application: Application) -> None:
        if self.is_typed():
            self.add(application)

    def add(self, application: Application) -> None:
        raise NotImplementedError


class EmergencyPage(PeoplePage):
    heading = _("Who should we call in an emergency?")
    hint = _("Tell the person that you named them.")
    key = "emergency"
    most = 3
    for_another = {
        "heading": _("Emergency contacts"),
        "relation": _("How is this person related to the person registered?"),
    }
    name = forms.CharField(
        label=_("Name"),
        max_length=256,
        error_messages={"required": _("Enter the name of the person to call")},
    )
    relation = forms.ChoiceField(
        label=_("Who is it to you?"),
        choices=[("", _("Choose")), *Relation.choices],
        error_messages={"required": _("Select how the person is related")},
    )
    phone = PhoneField(
        label=_("Phone"),
        # The browser knows only the number of who types.
        autocomplete="off",
        required_message=_("Enter a phone number with the country code, like +7 701 2345678"),
    )
    country = CountryField(
        label=_("Country where the person lives (if you know it)"), required=False
    )
    language = forms.CharField(
        label=_("Language the person speaks (if you know it)"), max_length=40, required=False
    )
    nobody = forms.BooleanField(label=_("There is nobody to call"), required=False)

    @classmethod
    def people(cls, application: Application) -> models.QuerySet:
        return application.citizen.emergency_contacts.order_by("id")

    def add(self, application: Application) -> None:
        person = {name: self.cleaned_data[name] for name in self.person_fields}
        person["phone"] = person["phone"].raw
        EmergencyContact.objects.create(citizen=application.citizen, **person)


class HouseholdPage(PeoplePage):
    heading = _("Who lives with you?")
    hint = _("Husband or wife, children and others, foreign citizens too.")
    key = "household"
    most = 12
    for_another = {
        "heading": _("Household"),
        "hint": _("Parents, brothers and sisters and others, foreign citizens too."),
        "relation": _("How is this person related to the person registered?"),
        "nobody": _("Nobody else lives there"),
    }
    name = forms.CharField(
        label=_("Name"),
        max_length=256,
        error_messages={"required": _("Enter the name of the person")},
    )
    relation = forms.ChoiceField(
        label=_("Who is it to you?"),
        choices=[
            ("", _("Choose")),
            *[(r.value, r.label) for r in Relation if r not in OUTSIDE_HOUSEHOLD],
        ],
        error_messages={"required": _("Select how the person is related")},
    )
    birth_date = DayMonthYearField(
        label=_("Date of birth"),
        name=_("Date of birth"),
        latest=latest_today,
        too_late=_("Date of birth must be today or earlier"),
        required_message=_("Enter the person's date of birth"),
    )
    citizenship = CountryField(
        label=_("Citizenship"), error_messages={"required": _("Select their citizenship")}
    )
    nobody = forms.BooleanField(label=_("I live alone"), required=False)

    @classmethod
    def people(cls, application: Application) -> models.QuerySet:
        return application.citizen.family.order_by("id")

    def add(self, application: Application) -> None:
        person = {name: self.cleaned_data[name] for name in self.person_fields}
        FamilyMember.objects.create(citizen=application.citizen, **person)
