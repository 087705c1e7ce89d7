"""Dates as people type them: day, month, year; months in digits or by name in three languages."""

import calendar
import re
import unicodedata
from datetime import date

MONTHS = (
    ("қаңтар", "январь", "января", "january"),
    ("ақпан", "февраль", "февраля", "february"),
    ("наурыз", "март", "марта", "march"),
    ("сәуір", "апрель", "апреля", "april"),
    ("мамыр", "май", "мая", "may"),
    ("маусым", "июнь", "июня", "june"),
    ("шілде", "июль", "июля", "july"),
    ("тамыз", "август", "августа", "august"),
    ("қыркүйек", "сентябрь", "сентября", "september"),
    ("қазан", "октябрь", "октября", "october"),
    ("қараша", "ноябрь", "ноября", "november"),
    ("желтоқсан", "декабрь", "декабря", "december"),
)
SHORTEST_ABBREVIATION = 3
# Words that stand in a date without being a part of it: "2026 ж. 5 қазан", "5 октября 2026 г."
FILLERS = {"ж", "жыл", "жылы", "жылғы", "г", "год", "года"}


def month_number(text: str) -> int | None:
    """1 to 12 from digits, a month's name, or the beginning of one that fits a single month."""
    word = unicodedata.normalize("NFC", text).strip().strip(".").lower()
    if word.isascii() and word.isdigit():
        return int(word) if 1 <= int(word) <= 12 else None
    for number, names in enumerate(MONTHS, start=1):
        if word in names:
            return number
    if len(word) < SHORTEST_ABBREVIATION:
        return None
    fitting = {
        number
        for number, names in enumerate(MONTHS, start=1)
        if any(name.startswith(word) for name in names)
    }
    return fitting.pop() if len(fitting) == 1 else None


def split_date(text: str) -> list[str] | None:
    """Day, month and year of a date written in one box; None where it is no such thing.

    The day comes first, unless a four-digit year does.
    """
    parts = [part for part in re.split(r"[\s./,\-–]+", text.strip()) if part]
    parts = [part for part in parts if part.lower() not in FILLERS]
    if len(parts) != 3:
        return None
    if len(parts[0]) == 4 and parts[0].isdigit():
        year, second, third = parts
        # In Kazakh the day follows the year: "2026 ж. 5 қазан"; in ISO order the month does.
        named = second.isdigit() and not third.isdigit()
        return [second, third, year] if named else [third, second, year]
    return parts


def as_date(day: str, month: str, year: str) -> date | None:
    """The day of the calendar the three parts name; None where there is none."""
    number = month_number(month)
    digits = day.strip().rstrip("."), year.strip()
    if number is None or not all(part.isascii() and part.isdigit() for part in digits):
        return None
    if len(digits[1]) != 4:
        return None
    try:
        return date(int(digits[1]), number, int(digits[0]))
    except ValueError:
        return None


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on; the last one where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
