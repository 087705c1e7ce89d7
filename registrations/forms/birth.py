"""Birth, IIN and sex: three pages whose answers are compared with one another.

Since 2013 the digits of an IIN need not agree with the birth date or the sex, so a difference is
asked about and never refused: most are typing errors (registrations/iin.py).
"""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registrations import iin
from registrations.enums import Sex
from registrations.forms.base import ApplicationPage, CitizenPage
from registrations.forms.fields import CountryField, DayMonthYearField, latest_today
from registrations.models import Application

COMPARED = ("iin", "birth_date", "sex")


class ComparesWithIin(ApplicationPage):
    """Asks once more where the IIN shows another birth date or sex than is written.

    ``compares`` names the field where each difference is said. The box that confirms it stands on
    the page only after the person was told, so that nobody ticks it beforehand, and what was
    confirmed counts until one of the three values is another one.
    """

    compares: ClassVar[dict[str, str]]
    # Not a field of the class: it has to stand last on each page.
    checked_label = _("I checked: the IIN, the date of birth and the sex are as in the document")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The language switch keeps the box where it is ticked; elsewhere nobody has been told yet.
        if self.is_bound and (not self.is_switched or "differs" in self.data):
            self.fields["differs"] = forms.BooleanField(label=self.checked_label, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        written = self._compared({name: cleaned.get(name) for name in self.fields})
        found = iin.differences(**written) & set(self.compares)
        if self._is_confirmed(written) or self.errors.keys() & set(self.compares.values()):
            found = set()
        if not found:
            del self.fields["differs"]
        elif not cleaned.get("differs"):
            for difference in sorted(found):
                self.add_error(self.compares[difference], self._told(difference, written))
        return cleaned

    def _compared(self, answers: dict[str, Any]) -> dict[str, Any]:
        """The answers of this page, "" where one is wrong; the kept ones of other pages."""
        citizen = self.application.citizen
        number, born, sex = (answers.get(name, getattr(citizen, name)) for name in COMPARED)
        return {"number": number or "", "birth_date": born, "sex": sex or ""}

    def _is_confirmed(self, written: dict[str, Any]) -> bool:
        return self.application.citizen.iin_differs_confirmed and written == self._compared({})

    def _told(self, difference: str, written: dict[str, Any]) -> forms.ValidationError:
        if difference == "sex":
            said: str | Promise = _("IIN says “%(shown)s”, you chose “%(written)s”. Check both")
            shown = Sex(iin.sex_hint(written["number"])).label
            told = Sex(written["sex"]).label
        else:
            said = _("IIN says %(shown)s, you wrote %(written)s. Check both")
            shown = self._day(iin.birth_date_hint(written["number"]))
            told = self._day(written["birth_date"])
        return forms.ValidationError(
            said, code=f"iin_{difference}", params={"shown": shown, "written": told}
        )

    @staticmethod
    def _day(day: date | None) -> str:
        return date_format(day, "DATE_FORMAT")

    def write(self, application: Application) -> None:
        super().write(application)
        citizen = application.citizen
        differ = iin.differences(citizen.iin, citizen.birth_date, citizen.sex)
        citizen.iin_differs_confirmed = bool(differ)
        citizen.save()


class BirthPage(ComparesWithIin, CitizenPage):
    heading = _("When and where were you born?")
    birth_date = DayMonthYearField(
        label=_("Date of birth"),
        name=_("Date of birth"),
        help_text=_("For example, 27 3 1990 or 27 March 1990"),
        birthday=True,
        latest=latest_today,
        too_late=_("Date of birth must be today or earlier"),
        required_message=_("Enter the date of birth"),
    )
    birth_country = CountryField(
        label=_("Country of birth"),
        historic=True,
        error_messages={"required": _("Choose the country of birth")},
    )
    birth_place = forms.CharField(
        label=_("Place of birth"),
        max_length=200,
        error_messages={"required": _("Enter the city, town or village of birth")},
    )

    FIELDS = ("birth_date", "birth_country", "birth_place")
    compares = {"birth_date": "birth_date"}
    for_another = {"heading": _("Date and place of birth")}


class IinPage(ComparesWithIin, CitizenPage):
    heading = _("What is your IIN?")
    hint = _("12 digits, on the identity card and in the passport.")
    iin = forms.CharField(
        label=heading,
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    none = forms.BooleanField(label=_("I do not have an IIN"), required=False)

    FIELDS = ("iin",)
    compares = {"birth_date": "iin", "sex": "iin"}
    for_another = {"heading": _("IIN"), "none": _("There is no IIN")}

    @classmethod
    def load(cls, application: Application) -> dict[str, Any]:
        number = application.citizen.iin
        return {"iin": number, "none": "iin" in application.answered_pages and not number}

    @classmethod
    def load_answers(cls, answers: dict[str, Any]) -> dict[str, Any]:
        return {"iin": answers["iin"], "none": not answers["iin"]}

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

    def clean_none(self) -> bool:
        """Exactly one of the two: a number, or that there is none."""
        none: bool = self.cleaned_data["none"]
        number = self.cleaned_data.get("iin")
        if number == "" and not none:
            self.add_error(
                "iin", forms.ValidationError(_("Enter the IIN, 12 digits"), code="required")
            )
        if number and none:
            message = _("Enter the IIN or select that there is none, not both")
            self.add_error("iin", forms.ValidationError(message, code="both"))
        return none


class SexPage(ComparesWithIin, CitizenPage):
    heading = _("What is your sex?")
    hint = _("As in the document.")
    sex = forms.ChoiceField(
        label=heading,
        choices=Sex,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the sex")},
    )

    FIELDS = ("sex",)
    compares = {"sex": "sex"}
    for_another = {"heading": _("Sex")}

    @classmethod
    def load(cls, application: Application) -> dict[str, Any]:
        citizen = application.citizen
        return {"sex": citizen.sex or iin.sex_hint(citizen.iin) or ""}
