"""Dates and numbers as the readers of each language write them."""

from datetime import date, time

import pytest
from django.utils.formats import date_format, get_format, number_format, time_format
from django.utils.translation import override

DAY = date(2026, 10, 5)


def test_dates_are_written_as_kazakh_readers_write_them():
    with override("kk"):
        assert date_format(DAY) == "2026 ж. 5 қазан"
        assert date_format(DAY, "SHORT_DATE_FORMAT") == "05.10.2026"
        assert time_format(time(18, 0)) == "18:00"
        assert get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize(
    ("language", "number"), [("kk", "1 234 567,8"), ("ru", "1 234 567,8"), ("en", "1,234,567.8")]
)
def test_numbers_are_grouped_as_readers_group_them(language, number):
    with override(language):
        written = number_format(1234567.8, 1, force_grouping=True)
    assert written.replace("\u00a0", " ").replace("\u202f", " ") == number


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("kind", ["DATE_FORMAT", "SHORT_DATE_FORMAT"])
def test_day_never_looks_like_a_month(language, kind):
    """No slash, and the year in four digits: 05/10/26 is two days."""
    with override(language):
        written = date_format(DAY, kind)
    assert "/" not in written
    assert "2026" in written
