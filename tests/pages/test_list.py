"""No address without its page in the list, no page without the three states."""

import pytest

from tests.pages.rendering import addresses
from tests.pages.rows import NO_PAGE

pytestmark = pytest.mark.django_db


def test_every_address_has_its_row_or_its_reason(every_page):
    listed = {page.row.name for page in every_page}
    assert addresses() - listed - set(NO_PAGE) == set()
    assert (listed & set(NO_PAGE), set(NO_PAGE) - addresses()) == (set(), set())
