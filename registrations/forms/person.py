"""The person: names in both scripts, other names, birth, IIN, sex."""

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registrations import iin, names
from registrations.enums import Sex
from registrations.forms.base import ApplicationPage
from registrations.forms.fields import (
    CountryField,
    CyrillicNameField,
    DayMonthYearField,
    LatinNameField,
)
from registrations.models import Application, PreviousName


class NamePage(ApplicationPage):
    heading = _("What is your name in Kazakh or Russian letters?")
    hint = _("Write it exactly as in your identity card.")
    family_name = CyrillicNameField(
        label=_("Family name"), required=False, autocomplete="family-name"
    )
    given_names = CyrillicNameField(
        label=_("Given names"), required=False, autocomplete="given-name"
    )
    patronymic = CyrillicNameField(
        label=_("Patronymic (if you have one)"), required=False, autocomplete="additional-name"
    )

    FIELDS = ("family_name", "given_names", "patronymic")

    @classmethod
    def load(cls, application: Application) -> dict:
        return {field: getattr(application.citizen, field) for field in cls.FIELDS}

    def clean(self) -> dict:
        cleaned = super().clean()
        typed = {"family_name", "given_names"} & set(self.errors)
        if not typed and not (cleaned.get("family_name") or cleaned.get("given_names")):
            self.add_error(
                "family_name",
                forms.ValidationError(
                    _("Enter your family name or your given names"), code="required"
                ),
            )
        return cleaned

    def write(self, application: Application) -> None:
        for field in self.FIELDS:
            setattr(application.citizen, field, self.cleaned_data[field])
        application.citizen.save()


class LatinNamePage(ApplicationPage):
    heading = _("What is your name in Latin letters?")
    hint = _("Write it as in the passport, in the line under the photo.")
    family_name_latin = LatinNameField(
        label=_("Family name"), required=False, autocomplete="family-name"
    )
    given_names_latin = LatinNameField(
        label=_("Given names"), required=False, autocomplete="given-name"
    )

    FIELDS = ("family_name_latin", "given_names_latin")

    @classmethod
    def load(cls, application: Application) -> dict:
        return {field: getattr(application.citizen, field) for field in cls.FIELDS}

    @property
    def suggestion(self) -> str:
        """How the name may stand in the passport: shown, never filled in."""
        citizen = self.application.citizen
        return names.suggest_latin(f"{citizen.family_name} {citizen.given_names}".strip())

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(field) for field in self.FIELDS):
            self.add_error(
                "family_name_latin",
                forms.ValidationError(
                    _("Enter the name as in your passport, in Latin letters A to Z"),
                    code="required",
                ),
            )
        return cleaned

    def write(self, application: Application) -> None:
        for field in self.FIELDS:
            setattr(application.citizen, field, self.cleaned_data[field].upper())
        application.citizen.save()


class OtherNamesPage(ApplicationPage):
    heading = _("Have you used other names?")
    hint = _("A maiden name, or names you had before: one on each line.")
    used = forms.ChoiceField(
        label=heading,
        choices=[
            ("no", pgettext_lazy("answer", "No")),
            ("yes", pgettext_lazy("answer", "Yes")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select whether you have used other names")},
    )
    names = forms.CharField(
        label=_("Other names, one on each line"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )

    @classmethod
    def load(cls, application: Application) -> dict:
        known = list(application.citizen.previous_names.values_list("name", flat=True))
        if "other-names" not in application.answered_pages:
            return {}
        return {"used": "yes" if known else "no", "names": "\n".join(known)}

    def clean(self) -> dict:
        cleaned = super().clean()
        lines = [line.strip() for line in cleaned.get("names", "").splitlines() if line.strip()]
        if cleaned.get("used") == "yes" and not lines and "names" not in self.errors:
            self.add_error(
                "names", forms.ValidationError(_("Enter the other name"), code="required")
            )
        if any(len(line) > 256 for line in lines):
            self.add_error(
                "names",
                forms.ValidationError(_("Each name must be 256 characters or fewer"), "max_length"),
            )
        cleaned["lines"] = lines if cleaned.get("used") == "yes" else []
        return cleaned

    def write(self, application: Application) -> None:
        citizen = application.citizen
        citizen.previous_names.all().delete()
        PreviousName.objects.bulk_create(
            PreviousName(citizen=citizen, name=name)
            for name in dict.fromkeys(self.cleaned_data["lines"])
        )
        citizen.save()


class BirthPage(ApplicationPage):
    heading = _("When and where were you born?")
    birth_date = DayMonthYearField(
        label=_("Date of birth"),
        name=_("Date of birth"),
        help_text=_("For example, 27 3 1990 or 27 March 1990"),
        birthday=True,
        latest=timezone.localdate,
        too_late=_("Date of birth must be in the past"),
        required_message=_("Enter your date of birth"),
    )
    birth_country = CountryField(
        label=_("Country of birth"),
        historic=True,
        error_messages={"required": _("Choose the country you were born in")},
    )
    birth_place = forms.CharField(
        label=_("Place of birth"),
        max_length=200,
        error_messages={"required": _("Enter the city, town or village you were born in")},
    )

    FIELDS = ("birth_date", "birth_country", "birth_place")

    @classmethod
    def load(cls, application: Application) -> dict:
        return {field: getattr(application.citizen, field) for field in cls.FIELDS}

    def write(self, application: Application) -> None:
        for field in self.FIELDS:
            setattr(application.citizen, field, self.cleaned_data[field])
        application.citizen.save()


class IinPage(ApplicationPage):
    heading = _("What is your IIN?")
    hint = _("12 digits, on your identity card and in your passport.")
    iin = forms.CharField(
        label=heading,
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    none = forms.BooleanField(label=_("I do not have an IIN"), required=False)
    differs = forms.BooleanField(
        label=_("I checked both: the IIN and the date of birth are as in my document"),
        required=False,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Asked only once the two were seen to differ, so that nobody ticks it beforehand.
        if not self.is_bound and not self.application.citizen.iin_differs_confirmed:
            del self.fields["differs"]

    @classmethod
    def load(cls, application: Application) -> dict:
        citizen = application.citizen
        return {
            "iin": citizen.iin,
            "none": "iin" in application.answered_pages and not citizen.iin,
            "differs": citizen.iin_differs_confirmed,
        }

    def clean_iin(self) -> str:
        number = iin.normalize(self.cleaned_data["iin"])
        if not number:
            return ""
        if not number.isascii() or not number.isdigit() or len(number) != 12:
            raise forms.ValidationError(_("IIN must have 12 digits"), code="length")
        if not iin.is_valid(number):
            raise forms.ValidationError(
                _("Check the IIN: one digit may be wrong"), code="check_digit"
            )
        return number

    def clean(self) -> dict:
        cleaned = super().clean()
        number = cleaned.get("iin")
        if number == "" and not cleaned.get("none"):
            self.add_error(
                "iin", forms.ValidationError(_("Enter your IIN, 12 digits"), code="required")
            )
        if number and cleaned.get("none"):
            self.add_error(
                "iin",
                forms.ValidationError(
                    _("Enter the IIN or select that you do not have one, not both"), code="both"
                ),
            )
        if number and not cleaned.get("differs"):
            self._compare_with_birth_date(number)
        return cleaned

    def _compare_with_birth_date(self, number: str) -> None:
        """The digits need not show the birth date since 2013, so a difference is only asked
        about: most differences are typing errors."""
        shown = iin.birth_date_hint(number)
        written = self.application.citizen.birth_date
        if shown is None or written is None or shown == written:
            return
        self.add_error(
            "iin",
            forms.ValidationError(
                _("IIN says %(shown)s, you wrote %(written)s. Check both"),
                code="birth_date",
                params={
                    "shown": date_format(shown, "DATE_FORMAT"),
                    "written": date_format(written, "DATE_FORMAT"),
                },
            ),
        )

    def write(self, application: Application) -> None:
        citizen = application.citizen
        citizen.iin = self.cleaned_data["iin"]
        citizen.iin_differs_confirmed = bool(citizen.iin and self.cleaned_data["differs"])
        citizen.save()


class SexPage(ApplicationPage):
    heading = _("What is your sex?")
    hint = _("As in your document.")
    sex = forms.ChoiceField(
        label=heading,
        choices=Sex,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select your sex")},
    )

    @classmethod
    def load(cls, application: Application) -> dict:
        citizen = application.citizen
        return {"sex": citizen.sex or iin.sex_hint(citizen.iin) or ""}

    def write(self, application: Application) -> None:
        application.citizen.sex = self.cleaned_data["sex"]
        application.citizen.save()
