"""Every page speaks its own language, and dates as its readers write them."""

import re

import pytest

from tests.words import latin_words, said_on

pytestmark = pytest.mark.django_db
WRITTEN_BY_PEOPLE = {"Berlin", "Istanbul"}
MONTH_FIRST = re.compile(r"(?<![\d/])(?:0?[1-9]|1[0-2])/(?:[0-2]?\d|3[01])(?:/\d{2,4})?(?![\d/])")


def test_kazakh_and_russian_pages_hold_no_english_word(every_page):
    found = {
        page.id: latin_words(page.html, page.language) - WRITTEN_BY_PEOPLE
        for page in every_page
        if page.language != "en"
    }
    assert {name: words for name, words in found.items() if words} == {}


def test_no_page_writes_the_month_first(every_page):
    found = {
        page.id: [
            date for said in said_on(page.html, page.language) for date in MONTH_FIRST.findall(said)
        ]
        for page in every_page
    }
    assert {name: dates for name, dates in found.items() if dates} == {}
