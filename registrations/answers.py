"""What was answered, in words: the same for the citizen's check page and the officer's record."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import LANGUAGES
from missions.countries import country_name
from missions.models import ConsularDistrict, ForeignMission
from registrations import law
from registrations.enums import DocumentType, PurposeOfStay, Relation, Sex, Stay
from registrations.steps import STEPS, Step


@dataclass(frozen=True)
class Row:
    """One answer: its label, its words ("" where nothing was given), how it read before."""

    label: str | Promise
    text: str
    before: str | None = None
    is_latin: bool = False
    is_copyable: bool = False

    @property
    def changed(self) -> bool:
        return self.before is not None and self.before != self.text

    @property
    def to_copy(self) -> str:
        """For another program: a number that is only grouped for the eye loses its spaces."""
        together = "".join(self.text.split())
        return together if together.isdigit() else self.text


@dataclass(frozen=True)
class Page:
    step: Step
    rows: list[Row]


@dataclass(frozen=True)
class SectionOfAnswers:
    name: str | Promise
    pages: list[Page]


def _plain(value: Any) -> str:
    return str(value or "")


def _day(value: str) -> str:
    return date_format(date.fromisoformat(value), "DATE_FORMAT") if value else ""


def _yes_no(value: Any) -> str:
    return pgettext("answer", "Yes") if value else pgettext("answer", "No")


def _choice(choices: Any) -> Callable[[str], str]:
    return lambda value: str(choices(value).label) if value else ""


def _country(value: str) -> str:
    return country_name(value) if value else ""


def _region(code: str) -> str:
    district = ConsularDistrict.objects.filter(region_code=code).first() if code else None
    return district.region if district else code


def _mission(code: str) -> str:
    mission = ForeignMission.objects.filter(code=code).first() if code else None
    return str(mission or code)


def _iin(number: str) -> str:
    """In groups of six, three and three, as it is read aloud."""
    return " ".join([number[:6], number[6:9], number[9:]]) if number else ""


def _act(key: str) -> str:
    return str(law.ACT_BY_KEY[key].title) if key in law.ACT_BY_KEY else key


FIELDS: dict[str, tuple[tuple[str, Any, Callable[[Any], str]], ...]] = {
    "place": (("country", _("Country"), _country), ("city", _("City or town"), _plain)),
    "region": (("region", _("Region"), _region),),
    "mission": (
        ("mission", _("Mission"), _mission),
        ("other_mission_reason", _("Why another mission"), _plain),
    ),
    "length": (("stay", _("Length of stay"), _choice(Stay)),),
    "name": (
        ("family_name", _("Family name"), _plain),
        ("given_names", _("Given names"), _plain),
        ("patronymic", _("Patronymic"), _plain),
    ),
    "latin-name": (
        ("family_name_latin", _("Family name in Latin letters"), _plain),
        ("given_names_latin", _("Given names in Latin letters"), _plain),
    ),
    "other-names": (("name", _("Other names"), _plain),),
    "birth": (
        ("birth_date", _("Date of birth"), _day),
        ("birth_country", _("Country of birth"), _country),
        ("birth_place", _("Place of birth"), _plain),
    ),
    "iin": (("iin", _("IIN"), _iin),),
    "sex": (("sex", _("Sex"), _choice(Sex)),),
    "document": (
        ("type", _("Document"), _choice(DocumentType)),
        ("number", _("Document number"), _plain),
        ("issued_by", _("Issued by"), _plain),
        ("issued_on", _("Date of issue"), _day),
        ("expires_on", _("Valid until"), _day),
    ),
    "exit-permit": (
        ("number", _("Number of the decision"), _plain),
        ("issued_on", _("Date of the decision"), _day),
        ("issued_by", _("Who issued it"), _plain),
        ("legal_act", _("Legal act"), _act),
    ),
    "address": (
        ("street", _("Street, house, flat"), _plain),
        ("postcode", _("Postcode"), _plain),
        ("local_address", _("Address in the local script"), _plain),
    ),
    "contact": (
        ("phone", _("Mobile phone"), _plain),
        ("second_phone", _("Second phone"), _plain),
        ("language", _("Language"), lambda code: dict(LANGUAGES).get(code, code)),
        ("call_only_in_emergency", _("Call only in an emergency"), _yes_no),
    ),
    "stay": (
        ("arrived_on", _("Date of arrival"), _day),
        ("planned_end", _("Planned end of the stay"), _day),
        ("purpose", _("Purpose of stay"), _choice(PurposeOfStay)),
    ),
    "life": (
        ("occupation", _("Work or study abroad"), _plain),
        ("education", _("Education and profession"), _plain),
        ("address_in_kazakhstan", _("Last address in Kazakhstan"), _plain),
    ),
    "emergency": (
        ("name", _("Name"), _plain),
        ("relation", _("Relation"), _choice(Relation)),
        ("phone", _("Phone"), _plain),
        ("country", _("Country"), _country),
        ("language", _("Language"), _plain),
    ),
    "household": (
        ("name", _("Name"), _plain),
        ("relation", _("Relation"), _choice(Relation)),
        ("birth_date", _("Date of birth"), _day),
        ("citizenship", _("Citizenship"), _country),
    ),
}
LATIN = {"family_name_latin", "given_names_latin"}
COPYABLE = {"iin", "number", "family_name_latin", "given_names_latin", "phone"}


def sections(
    answers: dict[str, Any], before: dict[str, Any] | None = None
) -> list[SectionOfAnswers]:
    """The answers by section and page, beside how they read in an earlier declaration.

    The pages are those that were answered: which ones apply may have changed since.
    """
    found: dict[str, SectionOfAnswers] = {}
    for step in STEPS:
        if step.key not in answers:
            continue
        rows = list(rows_of(step, answers[step.key], (before or {}).get(step.key, ...)))
        section = found.setdefault(str(step.section), SectionOfAnswers(step.section, []))
        section.pages.append(Page(step, rows))
    return list(found.values())


def rows_of(step: Step, answer: Any, before: Any = ...) -> Iterator[Row]:
    """The rows of one page; ``before`` is how the page was answered earlier, if it is compared."""
    if step.attachment or isinstance(answer, list):
        earlier = None if before is ... else _lines(step, before)
        yield Row(step.name, _lines(step, answer), earlier)
        return
    for key, label, words in FIELDS[step.key]:
        earlier = None if before is ... else words((before or {}).get(key, ""))
        text = words((answer or {}).get(key, ""))
        yield Row(label, text, earlier, is_latin=key in LATIN, is_copyable=key in COPYABLE)


def _lines(step: Step, answer: Iterable[dict[str, Any]] | None) -> str:
    """One line a person, name or file."""
    lines = []
    for item in answer or []:
        if step.attachment:
            lines.append(item["name"])
        else:
            parts = [words(item.get(key, "")) for key, _label, words in FIELDS[step.key]]
            lines.append(", ".join(filter(None, parts)))
    return "\n".join(lines)
