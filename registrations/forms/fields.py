"""Fields that take what people type: dates, names in two scripts, phones, countries, numbers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from typing import Any

from django import forms
from django.utils import timezone as clock
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from missions import calendar
from missions.countries import country_choices
from missions.models import ForeignMission
from registrations import iin, names
from registrations.dates import as_date, month_number, split_date
from registrations.phones import e164

PARTS = ("day", "month", "year")
PART_LABELS = {
    "day": pgettext_lazy("part of a date", "Day"),
    "month": pgettext_lazy("part of a date", "Month"),
    "year": pgettext_lazy("part of a date", "Year"),
}


# Where a day begins first.
FIRST_ZONE = timezone(timedelta(hours=14))


def latest_today(mission: ForeignMission | None = None) -> date:
    """Today at the mission; where none is known, the latest day it is anywhere on Earth.

    A person's "today" is never later than that, so nobody is told that it lies in the future.
    """
    now = clock.now()
    return calendar.local_date(mission, now) if mission else now.astimezone(FIRST_ZONE).date()


def refuse_personal_number(text: str) -> None:
    """For what an officer writes into a message: mail is read on the way, and by others."""
    if iin.stands_in(text):
        raise forms.ValidationError(
            _("Take the IIN out of the text: it goes by email, which others may read"), code="iin"
        )


class DayMonthYearWidget(forms.MultiWidget):
    """Three text boxes, day first in every language."""

    template_name = "widgets/day_month_year.html"

    def __init__(self, *, birthday: bool = False) -> None:
        attrs = {"autocomplete": "bday" if birthday else "off"}
        super().__init__({part: forms.TextInput() for part in PARTS}, attrs)
        self.wrong: list[int] = []

    def decompress(self, value: date | None) -> list[Any]:
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        typed = [str(value or "") for value in super().value_from_datadict(data, files, name)]
        if typed[0].strip() and not typed[1].strip() and not typed[2].strip():
            return split_date(typed[0]) or typed
        return typed

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        is_birthday = self.attrs["autocomplete"] == "bday"
        for place, (part, box) in enumerate(
            zip(PARTS, context["widget"]["subwidgets"], strict=True)
        ):
            box["attrs"] |= {
                "data_part": part,
                "data_label": PART_LABELS[part],
                "data_wrong": place in self.wrong,
                "inputmode": "" if part == "month" else "numeric",
                "autocomplete": f"bday-{part}" if is_birthday else "off",
            }
        return context

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"


class HiddenDayMonthYearWidget(forms.MultiWidget):
    """The three parts as typed, carried to a page that asks for a confirmation."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.HiddenInput() for part in PARTS}, attrs)

    def decompress(self, value: date | None) -> list[Any]:
        return [value.day, value.month, value.year] if value else ["", "", ""]


class DayMonthYearField(forms.Field):
    """A date in three boxes. One message at a time: missing, incomplete, impossible, out of range.

    ``name`` is how the messages call the date. The codes are ``required``, ``no_day``,
    ``no_month``, ``no_year``, ``not_a_date`` and ``out_of_range``.
    """

    hidden_widget = HiddenDayMonthYearWidget

    def __init__(
        self,
        *,
        name: str | Promise,
        birthday: bool = False,
        earliest: date = date(1900, 1, 1),
        latest: Callable[[], date] | None = None,
        too_late: str | Promise = "",
        required_message: str | Promise = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(widget=DayMonthYearWidget(birthday=birthday), **kwargs)
        self.name = name
        self.earliest, self.latest, self.too_late = earliest, latest, too_late
        if required_message:
            self.error_messages["required"] = required_message

    def clean(self, value: list[str] | None) -> date | None:
        typed = [part.strip() for part in value or ["", "", ""]]
        try:
            return self._clean(typed)
        except forms.ValidationError as error:
            self.widget.wrong = self.wrong_parts([error])
            raise

    def _clean(self, typed: list[str]) -> date | None:
        if not any(typed):
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        missing = {
            "day": _("%(name)s must include a day"),
            "month": _("%(name)s must include a month"),
            "year": _("%(name)s must include a year"),
        }
        for part, text in zip(PARTS, typed, strict=True):
            if not text:
                raise self._error(missing[part], f"no_{part}")
        day = as_date(*typed)
        if day is None:
            code = "not_a_month" if month_number(typed[1]) is None else "not_a_date"
            raise self._error(_("%(name)s must be a real date"), code)
        if day < self.earliest:
            raise self._error(_("%(name)s must be in 1900 or later"), "out_of_range")
        if self.latest and day > self.latest():
            raise forms.ValidationError(self.too_late, code="out_of_range")
        return day

    def _error(self, text: str | Promise, code: str) -> forms.ValidationError:
        return forms.ValidationError(text, code=code, params={"name": self.name})

    def wrong_parts(self, errors: list[forms.ValidationError]) -> list[int]:
        one = {"no_day": 0, "no_month": 1, "not_a_month": 1, "no_year": 2}
        for error in errors:
            return [one[error.code]] if error.code in one else [0, 1, 2]
        return []

    def wrong_part(self, errors: list[forms.ValidationError]) -> int:
        return next(iter(self.wrong_parts(errors)), 0)

    def has_changed(self, initial: date | None, data: list[str] | None) -> bool:
        shown = [str(part) for part in self.widget.decompress(initial)]
        return shown != [part.strip() for part in data or ["", "", ""]]


class _NameField(forms.CharField):
    """Letters of one script, hyphen, apostrophe and space; up to 128 signs, one is enough."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 128)
        widget = forms.TextInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"})
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        return " ".join(super().clean(value).split())


class CyrillicNameField(_NameField):
    """The whole Kazakh alphabet and the Russian one inside it; code ``script`` otherwise."""

    default_error_messages = {
        "script": _("%(label)s must be in Cyrillic letters. Use the next page for Latin")
    }

    def clean(self, value: Any) -> str:
        name = super().clean(value)
        if not names.is_cyrillic(name):
            raise forms.ValidationError(
                self.error_messages["script"],
                code="script",
                params={"label": self.label},
            )
        return name


class LatinNameField(_NameField):
    """As the passport has it: Latin letters, in capitals; code ``script`` otherwise."""

    def clean(self, value: Any) -> str:
        name = super().clean(value)
        if not names.is_latin(name):
            raise forms.ValidationError(
                _("Enter the name as in the passport, in Latin letters A to Z"), code="script"
            )
        return name.upper()


@dataclass(frozen=True)
class Phone:
    """A number as typed, which is what people are shown, and in E.164 form."""

    raw: str
    e164: str

    def __str__(self) -> str:
        return self.raw


class PhoneField(forms.CharField):
    """Any way of writing a number with its country code; ``cleaned_data`` holds a Phone."""

    def __init__(
        self, *, required_message: str | Promise = "", autocomplete: str = "tel", **kwargs: Any
    ) -> None:
        attrs = {"type": "tel", "autocomplete": autocomplete, "inputmode": "tel"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)
        if required_message:
            self.error_messages["required"] = required_message

    def clean(self, value: Any) -> Any:
        raw = super().clean(value)
        if not raw:
            return None
        dialled = e164(raw)
        if not dialled:
            raise forms.ValidationError(
                _("Enter a phone number with the country code, like +49 151 23456789"),
                code="phone",
            )
        return Phone(raw, dialled)


class CountryField(forms.ChoiceField):
    """A country by its ISO code, listed in the order of the page's language."""

    def __init__(
        self, *, historic: bool = False, exclude: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        def listed() -> list[tuple[str, Any]]:
            return [
                ("", _("Choose a country")),
                *country_choices(historic=historic, exclude=exclude),
            ]

        super().__init__(choices=listed, **kwargs)
        self.widget.attrs["autocomplete"] = "off"


class DocumentNumberField(forms.CharField):
    """Letters and digits, kept in upper case without spaces; the form of a number is not known
    for certain, so any is taken that could be one."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        number = re.sub(r"[\s\-]", "", super().clean(value)).upper()
        if number and not re.fullmatch(r"[A-ZА-ЯӘҒҚҢӨҰҮҺІ0-9№/]{4,20}", number):
            raise forms.ValidationError(
                _("Enter the document number, like N12345678"), code="number"
            )
        return number
