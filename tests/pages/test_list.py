"""No address without its page in the list, no page without the three states."""

from collections import Counter

import pytest

from tests.pages.rendering import addresses
from tests.pages.rows import NO_PAGE

pytestmark = pytest.mark.django_db


def test_every_address_has_its_row_or_its_reason(every_page):
    listed = {page.row.name for page in every_page}
    assert addresses() - listed - set(NO_PAGE) == set()
    assert set(NO_PAGE) - addresses() == set()


def test_every_page_answers_as_its_row_says(every_page):
    wrong = {page.id: page.status for page in every_page if page.status != page.row.status}
    assert wrong == {}


def test_no_two_rows_have_one_name(every_page):
    names = Counter(page.id for page in every_page)
    assert {name for name, number in names.items() if number > 1} == set()
