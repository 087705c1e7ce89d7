"""The individual identification number (IIN): 12 digits, the last one checks the others.

Layout by Government Resolution No. 406 of 22.05.2007: YYMMDD, century and sex, serial, check digit.
Since Government Resolution No. 853 of 26.08.2013 the digits need not agree with the birth date or
the sex, so those two are hints and never a reason to refuse a number.
"""

import re
from datetime import date

# Twelve digits as they stand in a text, in groups or in one; not the end of a longer number.
IN_TEXT = re.compile(r"(?<![\d+])\d(?:[ \u00a0-]?\d){11}(?!\d)")
FIRST_PASS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND_PASS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
CENTURIES = {1: 1800, 2: 1800, 3: 1900, 4: 1900, 5: 2000, 6: 2000}


def normalize(text: str) -> str:
    """``text`` without the spaces and dashes people write between the digits."""
    return "".join(character for character in text if not character.isspace() and character != "-")


def check_digit(first_eleven: str) -> int | None:
    """The twelfth digit; None where no number is issued (both passes leave a remainder of 10)."""
    digits = [int(character) for character in first_eleven]
    for weights in (FIRST_PASS, SECOND_PASS):
        remainder = sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None


def is_valid(number: str) -> bool:
    """Twelve digits of which the last checks the others."""
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        return False
    return check_digit(number[:11]) == int(number[11])


def stands_in(text: str) -> bool:
    """Whether a valid IIN stands anywhere in the text."""
    return any(is_valid(normalize(found)) for found in IN_TEXT.findall(text))


def birth_date_hint(number: str) -> date | None:
    """The birth date the digits show, or None where they show none."""
    if not is_valid(number) or int(number[6]) not in CENTURIES:
        return None
    try:
        return date(CENTURIES[int(number[6])] + int(number[:2]), int(number[2:4]), int(number[4:6]))
    except ValueError:
        return None


def sex_hint(number: str) -> str | None:
    """ "male" or "female" as the seventh digit shows it, or None where it shows neither."""
    if not is_valid(number) or int(number[6]) not in CENTURIES:
        return None
    return "male" if int(number[6]) % 2 else "female"


def differences(number: str, birth_date: date | None, sex: str) -> set[str]:
    """Which of "birth_date" and "sex" the digits show otherwise than they are written."""
    shown = {"birth_date": birth_date_hint(number), "sex": sex_hint(number)}
    written = {"birth_date": birth_date, "sex": sex}
    return {
        name for name, hint in shown.items() if hint and written[name] and hint != written[name]
    }
