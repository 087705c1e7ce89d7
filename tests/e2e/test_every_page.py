"""Every page in every state and language, in a browser: axe, width, keyboard, bytes, strangers."""

import pytest

from tests.e2e.watching import watch

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]
KILO = 1024


@pytest.fixture(scope="session")
def seen_pages(every_page, browser):
    return watch(browser, every_page)


def test_axe_finds_nothing_on_a_desk_and_on_a_phone(seen_pages):
    found = {
        (seen.id, width): violations
        for seen in seen_pages
        for width, violations in seen.violations.items()
        if violations
    }
    assert found == {}


def test_nothing_is_wider_than_the_screen(seen_pages):
    """At 1280 and 375 px, and at 320 px with the widest spacing of text a reader may set."""
    found = {
        (seen.id, screen): pixels
        for seen in seen_pages
        for screen, pixels in seen.wider.items()
        if pixels > 0
    }
    assert found == {}


def test_tab_passes_every_control_in_order_and_shows_where_it_is(seen_pages):
    wrong = {
        seen.id: (seen.stops, seen.passed, seen.unseen)
        for seen in seen_pages
        if seen.passed != list(range(seen.stops)) or seen.unseen
    }
    assert wrong == {}
    assert min(seen.stops for seen in seen_pages if seen.page.language == "kk") > 0


def test_no_page_asks_anybody_else_or_breaks_its_policy(seen_pages):
    wrong = {seen.id: seen.elsewhere + seen.refused for seen in seen_pages}
    assert {name: said for name, said in wrong.items() if said} == {}


def of_kind(seen, ending):
    return sum(size for path, size in seen.sizes.items() if path.endswith(ending))


def test_every_page_keeps_the_budget(seen_pages):
    """Section 5 of the design: what a phone on a slow line has to load, before compression."""
    wrong = {}
    for seen in seen_pages:
        spent = {
            "requests": (len(seen.sizes), 8),
            "page": (len(seen.page.html.encode()), 30 * KILO),
            "styles": (of_kind(seen, ".css"), 20 * KILO),
            "scripts": (of_kind(seen, ".js"), 10 * KILO),
            "fonts": (of_kind(seen, ".woff2"), 60 * KILO),
            "all": (sum(seen.sizes.values()), 110 * KILO),
        }
        if over := {what: sums for what, sums in spent.items() if sums[0] > sums[1]}:
            wrong[seen.id] = over
    assert wrong == {}
