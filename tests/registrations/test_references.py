"""A reference read out on the phone or copied by hand: any slip is noticed."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations import references

SIGNS = st.text(alphabet=references.ALPHABET, min_size=6, max_size=6)
YEARS = st.integers(min_value=2000, max_value=2099)


def reference(year, body):
    return f"KZ{year % 100:02d}-{body}-{references.check_sign(year % 100, body)}"


def test_new_reference_carries_its_year_and_is_known():
    made = references.new_reference(2026)
    assert re.fullmatch(r"KZ26-[2-9A-Y]{6}-[2-9A-Y]", made)
    assert references.normalize_reference(made) == made


def test_new_references_differ():
    assert len({references.new_reference(2026) for _turn in range(200)}) == 200


def test_alphabet_has_a_prime_number_of_signs_none_taken_for_another():
    assert len(set(references.ALPHABET)) == len(references.ALPHABET) == 29
    assert set(references.ALPHABET) & set("01OILZU") == set()


@given(YEARS, SIGNS)
def test_reference_is_known_however_it_is_typed(year, body):
    made = reference(year, body)
    typed = [made.lower(), made.replace("-", " "), made.replace("-", "–"), f"  {made}. "]
    assert {references.normalize_reference(text) for text in typed} == {made}


@given(YEARS, SIGNS)
def test_every_single_wrong_sign_is_noticed(year, body):
    made = reference(year, body)
    wrong = [
        made[:place] + sign + made[place + 1 :]
        for place, right in enumerate(made)
        for sign in references.ALPHABET + "01"
        if right not in {"-", sign}
    ]
    assert [text for text in wrong if references.normalize_reference(text)] == []


@given(YEARS, SIGNS)
def test_every_two_neighbours_exchanged_are_noticed(year, body):
    signs = reference(year, body).replace("-", "")
    swapped = [
        signs[:place] + signs[place + 1] + signs[place] + signs[place + 2 :]
        for place in range(len(signs) - 1)
        if signs[place] != signs[place + 1]
    ]
    assert [text for text in swapped if references.normalize_reference(text)] == []


@pytest.mark.parametrize("text", ["", "KZ26", "26-7K4M9P-X", "KZAA-7K4M9P-X", "KZ26-OOOOOO-O", "ю"])
def test_text_that_is_no_reference_is_empty(text):
    assert references.normalize_reference(text) == ""


def test_verification_code_cannot_be_guessed():
    assert references.CODE_SIGNS * math.log2(len(references.ALPHABET)) >= 128
    assert len({references.new_verification_code() for _turn in range(200)}) == 200


def test_verification_code_is_known_however_it_is_typed():
    code = references.new_verification_code()
    assert re.fullmatch(r"[2-9A-Y]{7}(-[2-9A-Y]{7}){3}", code)
    typed = [code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "]
    assert {references.normalize_verification_code(text) for text in typed} == {code}
