"""Address, phone, the stay abroad and what the card asks about life there."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES
from registrations import law
from registrations.enums import PurposeOfStay, Stay
from registrations.forms.base import ApplicationPage, CitizenPage
from registrations.forms.fields import DayMonthYearField, PhoneField
from registrations.models import Application


class AddressPage(CitizenPage):
    heading = _("What is your address?")
    street = forms.CharField(
        label=_("Street, house, flat"),
        help_text=_("Write it as a local postman reads it."),
        max_length=500,
        error_messages={
            "required": _("Enter the street and the house"),
            "max_length": _("Address must be 500 characters or fewer"),
        },
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

    FIELDS = ("street", "postcode", "local_address")
    for_another = {"heading": _("Address")}

    @classmethod
    def load(cls, application: Application) -> dict:
        return {field: getattr(application.address_holder, field) for field in cls.FIELDS}

    def write(self, application: Application) -> None:
        for field in self.FIELDS:
            if field in self.cleaned_data:
                setattr(application.address_holder, field, self.cleaned_data[field])
        application.address_holder.save()


class ContactPage(ApplicationPage):
    heading = _("How can we reach you?")
    phone = PhoneField(
        label=_("Mobile phone"),
        help_text=_("With + and the country code, for example +49 151 23456789"),
        required_message=_("Enter a phone number with the country code, like +49 151 23456789"),
    )
    second_phone = PhoneField(label=_("Second phone (if you have one)"), required=False)
    language = forms.ChoiceField(
        label=_("In which language do we write to you?"),
        choices=LANGUAGES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select a language")},
    )
    call_only_in_emergency = forms.BooleanField(
        label=_("Call me only in an emergency"), required=False
    )

    FIELDS = ("phone", "second_phone", "call_only_in_emergency")
    for_another = {"heading": _("Phone and language")}

    @classmethod
    def load(cls, application: Application) -> dict:
        citizen = application.citizen
        known = {field: getattr(citizen, field) for field in cls.FIELDS}
        return known | {"language": application.applicant.language}

    def write(self, application: Application) -> None:
        citizen, applicant = application.citizen, application.applicant
        citizen.phone = self.cleaned_data["phone"].raw
        citizen.phone_e164 = self.cleaned_data["phone"].e164
        second = self.cleaned_data["second_phone"]
        citizen.second_phone = second.raw if second else ""
        citizen.call_only_in_emergency = self.cleaned_data["call_only_in_emergency"]
        citizen.save()
        applicant.language = self.cleaned_data["language"]
        applicant.save(update_fields=["language"])


class StayPage(ApplicationPage):
    heading = _("When did you arrive, and how long do you stay?")
    arrived_on = DayMonthYearField(
        label=_("Date of arrival"),
        name=_("Date of arrival"),
        help_text=_("Or the day you plan to arrive."),
        required_message=_("Enter the date of arrival"),
    )
    planned_end = DayMonthYearField(
        label=_("Planned end of the stay"), name=_("Planned end of the stay"), required=False
    )
    end_unknown = forms.BooleanField(label=_("I do not know when it ends"), required=False)
    purpose = forms.ChoiceField(
        label=_("Why are you abroad?"),
        choices=PurposeOfStay,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the purpose of the stay")},
    )

    FIELDS = ("arrived_on", "planned_end", "purpose")
    for_another = {
        "heading": _("Arrival, end and purpose"),
        "purpose": _("Purpose of stay"),
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.application.stay != Stay.SOME_TIME:
            del self.fields["planned_end"], self.fields["end_unknown"]

    @classmethod
    def load(cls, application: Application) -> dict:
        known = {field: getattr(application, field) for field in cls.FIELDS}
        answered = "stay" in application.answered_pages
        return known | {"end_unknown": answered and application.planned_end is None}

    def clean(self) -> dict:
        cleaned = super().clean()
        if "end_unknown" not in self.fields or "planned_end" in self.errors:
            return cleaned
        arrival, end = cleaned.get("arrived_on"), cleaned.get("planned_end")
        if end is None and not cleaned.get("end_unknown"):
            self.add_error(
                "planned_end",
                forms.ValidationError(
                    _("Enter the planned end, or select that you do not know it"), code="required"
                ),
            )
        if arrival and end and end <= arrival:
            self.add_error(
                "planned_end",
                forms.ValidationError(_("End must be after arrival"), code="order"),
            )
        return cleaned

    def clean_arrived_on(self):
        arrival = self.cleaned_data["arrived_on"]
        if arrival and (arrival - timezone.localdate()).days > law.LEAVING_WITHIN_DAYS:
            raise forms.ValidationError(
                _("Date of arrival must be within the next %(days)s days"),
                code="too_late",
                params={"days": law.LEAVING_WITHIN_DAYS},
            )
        return arrival

    def can_keep_a_part(self) -> bool:
        return True

    def write(self, application: Application) -> None:
        for field in ("arrived_on", "purpose"):
            if field in self.cleaned_data:
                setattr(application, field, self.cleaned_data[field])
        unknown = self.cleaned_data.get("end_unknown", True)
        application.planned_end = None if unknown else self.cleaned_data.get("planned_end")


class LifePage(ApplicationPage):
    heading = _("Your life abroad")
    hint = _("The registration card asks for these; you may leave any of them empty.")
    occupation = forms.CharField(
        label=_("Where you work or study abroad"), max_length=200, required=False
    )
    education = forms.CharField(label=_("Education and profession"), max_length=200, required=False)
    address_in_kazakhstan = forms.CharField(
        label=_("Last address in Kazakhstan"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    FIELDS = ("occupation", "education", "address_in_kazakhstan")
    for_another = {
        "heading": _("Life abroad"),
        "occupation": _("Work or study abroad"),
    }

    @classmethod
    def load(cls, application: Application) -> dict:
        return {field: getattr(application, field) for field in cls.FIELDS}

    def write(self, application: Application) -> None:
        for field in self.FIELDS:
            setattr(application, field, self.cleaned_data[field])
