"""Machine-readable zones of travel documents: passports (TD3) and identity cards (TD1).

Layout, alphabet and check digits: ICAO Doc 9303, parts 3 to 5. The zone is read leniently: a wrong
check digit is reported, not refused, because the person may have mistyped one letter. Names carry
no check digit at all, so a name read from here is a suggestion for a person to confirm.
"""

import datetime
import re
from dataclasses import dataclass
from typing import Literal

WEIGHTS = (7, 3, 1)
VALUES = {
    character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}
VALUES["<"] = 0

CheckedField = Literal["number", "birth_date", "expires_on", "optional", "composite"]


class MrzError(ValueError):
    """The text is not two lines of 44 or three lines of 30 characters of A–Z, 0–9 and <."""


@dataclass(frozen=True, slots=True)
class MachineReadableZone:
    """What the zone says. Dates are None where the digits spell none or are filled with <."""

    format: Literal["TD1", "TD3"]
    document_code: str
    issuing_state: str
    number: str
    nationality: str
    birth_date: datetime.date | None
    sex: Literal["male", "female", ""]
    expires_on: datetime.date | None
    family_name: str
    given_names: str
    optional: str
    failed_checks: tuple[CheckedField, ...]

    @property
    def is_trustworthy(self) -> bool:
        """True where every check digit agrees; says nothing about the names."""
        return not self.failed_checks


def check_digit(field: str) -> int:
    """Sum of the character values weighed 7, 3, 1, 7, 3, 1 …, modulo 10."""
    return sum(VALUES[c] * WEIGHTS[i % 3] for i, c in enumerate(field)) % 10


def parse(text: str, today: datetime.date) -> MachineReadableZone:
    """Read a zone typed or scanned in any line breaks, spacing and case.

    `today` fixes the century of the two-digit birth year: nobody is born in the future.
    """
    zone = re.sub(r"\s", "", text).upper().replace("«", "<<").replace("‹", "<")
    if not re.fullmatch(r"[A-Z0-9<]+", zone):
        raise MrzError("a machine-readable zone has only A–Z, 0–9 and <")
    if len(zone) == 88:
        return _passport(zone[:44], zone[44:], today)
    if len(zone) == 90:
        return _identity_card(zone[:30], zone[30:60], zone[60:], today)
    raise MrzError("a machine-readable zone has 88 or 90 characters")


def _passport(first: str, second: str, today: datetime.date) -> MachineReadableZone:
    checks: dict[CheckedField, tuple[str, str]] = {
        "number": (second[:9], second[9]),
        "birth_date": (second[13:19], second[19]),
        "expires_on": (second[21:27], second[27]),
        "optional": (second[28:42], second[42]),
        "composite": (second[:10] + second[13:20] + second[21:43], second[43]),
    }
    family_name, given_names = _names(first[5:])
    return MachineReadableZone(
        format="TD3",
        document_code=first[:2].rstrip("<"),
        issuing_state=first[2:5].rstrip("<"),
        number=second[:9].rstrip("<"),
        nationality=second[10:13].rstrip("<"),
        birth_date=_birth_date(second[13:19], today),
        sex=_sex(second[20]),
        expires_on=_date(second[21:27], 2000),
        family_name=family_name,
        given_names=given_names,
        optional=second[28:42].rstrip("<"),
        failed_checks=_failed(checks),
    )


def _identity_card(
    first: str, second: str, third: str, today: datetime.date
) -> MachineReadableZone:
    number, number_check, optional = _long_number(first)
    checks: dict[CheckedField, tuple[str, str]] = {
        "number": (number, number_check),
        "birth_date": (second[:6], second[6]),
        "expires_on": (second[8:14], second[14]),
        "composite": (first[5:] + second[:7] + second[8:15] + second[18:29], second[29]),
    }
    family_name, given_names = _names(third)
    return MachineReadableZone(
        format="TD1",
        document_code=first[:2].rstrip("<"),
        issuing_state=first[2:5].rstrip("<"),
        number=number.rstrip("<"),
        nationality=second[15:18].rstrip("<"),
        birth_date=_birth_date(second[:6], today),
        sex=_sex(second[7]),
        expires_on=_date(second[8:14], 2000),
        family_name=family_name,
        given_names=given_names,
        optional=(optional + second[18:29]).strip("<"),
        failed_checks=_failed(checks),
    )


def _long_number(first: str) -> tuple[str, str, str]:
    """Number, its check digit and the rest of a TD1 first line.

    A number over nine characters leaves < in the place of the check digit and goes on in the
    optional field, with the check digit as its last character (Doc 9303 part 5, note j).
    """
    number, check, optional = first[5:14], first[14], first[15:30]
    if check == "<" and not number.endswith("<"):
        tail, _, rest = optional.partition("<")
        if len(tail) > 1:
            return number + tail[:-1], tail[-1], rest
    return number, check, optional


def _failed(checks: dict[CheckedField, tuple[str, str]]) -> tuple[CheckedField, ...]:
    """The fields whose digit disagrees; an empty optional field may carry < instead of 0."""
    return tuple(
        name
        for name, (field, digit) in checks.items()
        if digit != str(check_digit(field))
        and not (name == "optional" and digit == "<" and not field.strip("<"))
    )


def _names(field: str) -> tuple[str, str]:
    family_name, _, given_names = field.rstrip("<").partition("<<")
    return family_name.replace("<", " ").strip(), " ".join(given_names.replace("<", " ").split())


def _sex(letter: str) -> Literal["male", "female", ""]:
    if letter == "M":
        return "male"
    return "female" if letter == "F" else ""


def _date(digits: str, century: int) -> datetime.date | None:
    try:
        return datetime.date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


def _birth_date(digits: str, today: datetime.date) -> datetime.date | None:
    recent = _date(digits, 2000)
    return recent if recent and recent <= today else _date(digits, 1900)
