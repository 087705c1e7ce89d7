"""Pages in place of a page: each in its language, with a reason and a way on; none a bare word."""

import re

import pytest
from django.test import Client

from consular_portal.management.commands.error_pages import FOLDER, PAGES, error_page
from tests.factories import registrations as made
from tests.markup import Page
from tests.sessions import signed_in

LANGUAGES = ("kk", "ru", "en")
HTML_LANG = re.compile(r'<html lang="(\w+)"')


@pytest.fixture(autouse=True)
def as_deployed(settings):
    settings.DEBUG = False


def language_of(answer):
    return HTML_LANG.search(answer.content.decode())[1]


def whole(answer):
    """One h1, a way on, a number to call, nothing that points nowhere."""
    page = Page.of(answer)
    assert len(page.headings) == 1
    assert page.title.startswith(page.headings[0])
    assert page.dangling() == []
    links = page.values("href", "a")
    assert [link for link in links if link.endswith("/missions/")]
    assert "q-btn" in " ".join(page.values("class"))
    return page


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_address_answers_in_the_language_of_the_address(client, language):
    answer = client.get(f"/{language}/nothing/here/", headers={"accept-language": "de"})
    assert (answer.status_code, language_of(answer)) == (404, language)
    page = whole(answer)
    switch = [link for link in page.values("href", "a") if link in {"/kk/", "/ru/", "/en/"}]
    assert {"/kk/", "/ru/", "/en/"} == set(switch)


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "language"), [("ru,en;q=0.5", "ru"), ("en", "en"), ("", "kk")])
def test_address_without_a_language_answers_as_the_browser_asks(client, asked, language):
    answer = client.get("/nothing.php", headers={"accept-language": asked})
    assert (answer.status_code, language_of(answer)) == (404, language)
    whole(answer)


def test_page_of_somebody_else_is_not_found(cast):
    draft = made.draft(cast.here, account=cast.other_citizen)
    answer = signed_in(cast.citizen).get(f"/en/register/{draft.public_id}/name/")
    assert answer.status_code == 404
    assert "/en/account/" in whole(answer).values("href", "a")
    assert "Серікұлы" not in answer.content.decode()


def test_citizen_at_the_officers_door(cast):
    answer = signed_in(cast.citizen).get("/admin/")
    assert (answer.status_code, language_of(answer)) == (403, "en")
    whole(answer)


def test_form_address_opened_by_itself(cast):
    draft = made.draft(cast.here, account=cast.citizen)
    answer = signed_in(cast.citizen).get(f"/ru/register/{draft.public_id}/answer/")
    assert (answer.status_code, answer["Allow"], language_of(answer)) == (405, "POST", "ru")
    whole(answer)


@pytest.mark.django_db
def test_host_that_is_not_ours(client):
    answer = client.get("/en/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    whole(answer)


def test_too_many_fields(cast):
    draft = made.draft(cast.here, account=cast.citizen)
    typed = {f"field{number}": "x" for number in range(1500)}
    answer = signed_in(cast.citizen).post(f"/en/register/{draft.public_id}/name/", typed)
    assert answer.status_code == 413
    whole(answer)


def test_too_long_a_text(cast):
    draft = made.draft(cast.here, account=cast.citizen)
    typed = {"street": "x" * 2 * 1024 * 1024}
    answer = signed_in(cast.citizen).post(f"/en/register/{draft.public_id}/address/", typed)
    assert answer.status_code == 413
    whole(answer)
    draft.citizen.refresh_from_db()
    assert draft.citizen.street == "Müllerstraße 12"


@pytest.mark.django_db
def test_guessing_codes_meets_a_page_of_its_own(client):
    statuses = [client.get(f"/kk/verify/{number:08}/").status_code for number in range(31)]
    assert statuses == [404] * 30 + [429]
    answer = client.get("/kk/verify/00000000/")
    assert language_of(answer) == "kk"
    whole(answer)


@pytest.mark.django_db
@pytest.mark.urls("tests.consular_portal.failing_urls")
@pytest.mark.parametrize("language", LANGUAGES)
def test_failure_asks_nothing_of_the_database(django_assert_num_queries, language):
    client = Client(raise_request_exception=False)
    with django_assert_num_queries(0):
        answer = client.get(f"/{language}/fail/")
    assert (answer.status_code, language_of(answer)) == (500, language)
    assert answer.templates == []
    whole(answer)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_static_page_is_what_the_template_says(name, language):
    """manage.py error_pages writes them anew after a change of words."""
    written = (FOLDER / f"{name}.{language}.html").read_text(encoding="utf-8")
    assert written == error_page(name, language)
    assert HTML_LANG.search(written)[1] == language
    assert "<script" not in written
