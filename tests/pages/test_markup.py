"""What every page says to a browser and to a screen reader: valid, named, referring to itself."""

from collections import defaultdict

import pytest

from tests.markup import Page
from tests.pages.rows import ERRORS
from tests.pages.vnu import complaints

pytestmark = pytest.mark.django_db
ERROR = {"kk": "Қате:", "ru": "Ошибка:", "en": "Error:"}


def read(page):
    markup = Page()
    markup.feed(page.html)
    return markup


def test_every_page_is_valid_html(every_page, tmp_path):
    assert complaints({page.id: page.html for page in every_page}, tmp_path) == {}


def test_checker_finds_what_is_wrong(tmp_path):
    wrong = '<!doctype html><html lang="kk"><title>a</title><p id=a><p id=a>'
    assert list(complaints({"wrong": wrong}, tmp_path)) == ["wrong"]


def test_every_page_has_one_heading_and_says_its_language(every_page):
    wrong = {}
    for page in every_page:
        markup = read(page)
        if len(markup.headings) != 1 or not markup.headings[0].strip():
            wrong[page.id] = markup.headings
        if markup.values("lang", "html") != [page.language]:
            wrong[page.id] = markup.values("lang", "html")
    assert wrong == {}


def test_every_reference_leads_somewhere(every_page):
    found = {page.id: read(page).dangling() for page in every_page}
    assert {name: missing for name, missing in found.items() if missing} == {}


def test_no_page_demands_by_the_browsers_words(every_page):
    """The portal says what is missing, in the language of the page."""
    wrong = [
        page.id
        for page in every_page
        if read(page).values("required") or read(page).values("aria-required")
    ]
    assert wrong == []


def test_errors_are_told_first_in_the_title(every_page):
    for page in every_page:
        if page.row.state == ERRORS and page.row.typed is not None and page.status == 200:
            markup = read(page)
            assert markup.title.startswith(ERROR[page.language]), page.id
            assert "alert" in markup.values("role", "div"), page.id


def test_titles_are_unique(every_page):
    """Two addresses never have one title; a tab is found again by it."""
    owners = defaultdict(set)
    for page in every_page:
        if page.row.state != ERRORS and page.status < 400:
            owners[read(page).title.strip()].add((page.row.name, page.row.args[1:]))
    shared = {title: owner for title, owner in owners.items() if len(owner) > 1}
    assert shared == {}
