"""The check digit decides; birth date and sex only hint."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations import iin

ELEVEN_DIGITS = st.text(alphabet="0123456789", min_size=11, max_size=11)


@pytest.mark.parametrize("number", ["791028302728", "061211600012", "900101300017", "900101300811"])
def test_number_with_right_check_digit_is_valid(number):
    assert iin.is_valid(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "90010130001",
        "9001013000177",
        "900101300018",
        "900101300801",
        "90010130001А",
        "٩٠٠١٠١٣٠٠٠١٧",
        "900101300017\x00",
    ],
)
def test_number_with_wrong_length_letters_or_check_digit_is_not_valid(number):
    assert not iin.is_valid(number)


def test_check_digit_first_pass():
    assert iin.check_digit("90010130001") == 7


def test_check_digit_second_pass():
    assert iin.check_digit("90010130081") == 1


def test_check_digit_of_an_unassignable_number_is_none():
    assert iin.check_digit("90010130080") is None


def test_no_twelfth_digit_makes_an_unassignable_number_valid():
    assert [d for d in "0123456789" if iin.is_valid("90010130080" + d)] == []


def test_spaces_and_dashes_are_dropped():
    assert iin.normalize(" 900101-300\u00a0017 ") == "900101300017"


@given(ELEVEN_DIGITS)
def test_two_pass_rule_holds_for_every_number(first_eleven):
    """The rule written once more, as the resolution puts it, with plain loops."""
    first = sum((i + 1) * int(first_eleven[i]) for i in range(11)) % 11
    second = sum(((i + 2) % 11 + 1) * int(first_eleven[i]) for i in range(11)) % 11
    expected = first if first < 10 else (second if second < 10 else None)
    assert iin.check_digit(first_eleven) == expected


@given(ELEVEN_DIGITS)
def test_exactly_one_twelfth_digit_is_valid_unless_unassignable(first_eleven):
    valid = [digit for digit in "0123456789" if iin.is_valid(first_eleven + digit)]
    assert len(valid) == (0 if iin.check_digit(first_eleven) is None else 1)


@pytest.mark.parametrize(
    ("first_eleven", "birth_date", "sex"),
    [
        ("79102830272", datetime.date(1979, 10, 28), "male"),
        ("06121160001", datetime.date(2006, 12, 11), "female"),
        ("85022940000", None, "female"),
        ("90010100001", None, None),
        ("90010170001", None, None),
    ],
)
def test_hints_are_none_where_the_digits_say_nothing(first_eleven, birth_date, sex):
    number = first_eleven + str(iin.check_digit(first_eleven))
    assert (iin.birth_date_hint(number), iin.sex_hint(number)) == (birth_date, sex)


@pytest.mark.parametrize("text", ["", "900101300018", "abc"])
def test_hints_of_no_valid_number_are_none(text):
    assert (iin.birth_date_hint(text), iin.sex_hint(text)) == (None, None)


def test_number_that_spells_no_date_is_still_valid():
    """Numbers assigned after 2013 need not spell a date."""
    number = "99993970001"
    number += str(iin.check_digit(number))
    assert iin.is_valid(number)
    assert iin.birth_date_hint(number) is None


@pytest.mark.parametrize(
    "text",
    ["IIN 900101300017.", "900101 300 017", "ЖСН:900101-300-017,", "1, 900101300017"],
)
def test_number_is_found_in_a_text(text):
    assert iin.stands_in(text)


@pytest.mark.parametrize(
    "text",
    ["", "900101300018", "9001013000171", "+900101300017", "KZ26-7K4M9P-X", "+49 30 900101300"],
)
def test_other_digits_are_no_number(text):
    assert not iin.stands_in(text)
