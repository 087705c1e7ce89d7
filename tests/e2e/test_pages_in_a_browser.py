"""What only a browser can show: focus, the warning before the end, Back, paper, a small screen."""

import io
import time

import pypdf
import pytest

from accounts import sessions
from consular_portal.management.commands.error_pages import PAGES
from registrations.enums import Capacity
from registrations.models import Application
from registrations.services import lifecycle
from tests.factories import registrations as made
from tests.factories.cast import Cast

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
TWO_SCREENS = 2 * 812


@pytest.fixture
def cast():
    return Cast.create()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_landing_says_all_within_two_screens_of_a_phone(walker, cast, language):
    person = walker(f"landing-{language}", 375)
    person.open(f"/{language}/")
    below = person.page.evaluate(
        "document.querySelector('main form').getBoundingClientRect().bottom"
    )
    assert below <= TWO_SCREENS


def test_error_summary_has_the_focus_without_scripts(walker, cast):
    person = walker("focus", 375, java_script=False)
    person.open("/kk/register/")
    person.go_on()
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")
    person.page.keyboard.press("Space")
    assert person.page.locator("input:checked").get_attribute("value") == "yes"


@pytest.mark.parametrize("name", ["another", "leave"])
def test_every_button_of_a_page_does_what_it_says(walker, cast, name):
    person = walker(f"buttons-{name}", 375, java_script=False)
    person.enter(cast.citizen)
    draft = lifecycle.start(account=cast.citizen, capacity=Capacity.PARENT)
    person.open(f"/kk/register/{draft.public_id}/emergency/")
    person.page.fill("[name=name]", "Серік")
    person.page.select_option("[name=relation]", "parent")
    person.page.fill("[name=phone]", "+7 701 1234567")
    person.go_on(f"button[name={name}]")
    person.shot(name)
    if name == "another":
        assert "Серік" in person.page.inner_text("main .files")
    else:
        assert person.page.url.endswith("/kk/account/")
    assert draft.citizen.emergency_contacts.get().name == "Серік"


def test_warning_before_the_end_and_one_press_to_stay(walker, cast, settings):
    settings.SESSION_COOKIE_AGE = sessions.WARN_BEFORE + 3
    person = walker("time-out", 375)
    person.enter(cast.citizen)
    draft = lifecycle.start(account=cast.citizen)
    person.open(f"/kk/register/{draft.public_id}/name/")
    page = person.page
    page.fill("[name=given_names]", "Ұлжан")
    assert not page.locator("#time-out").is_visible()
    page.wait_for_selector("#time-out[open]", timeout=15_000)
    person.look()
    person.shot("warning")
    assert ":" in page.inner_text("#time-out [data-at]")
    settings.SESSION_COOKIE_AGE = 12 * 3600
    with page.expect_response("**/stay/") as answer:
        page.click("#time-out button")
    assert answer.value.status == 204
    page.wait_for_selector("#time-out", state="hidden")
    assert page.input_value("[name=given_names]") == "Ұлжан"


def test_typed_page_survives_the_end_of_the_session(walker, cast):
    """Continue after the end, sign in in another tab, Continue: what was typed is saved."""
    person = walker("signed-out", 375)
    person.enter(cast.citizen)
    draft = lifecycle.start(account=cast.citizen)
    person.open(f"/kk/register/{draft.public_id}/name/")
    person.page.fill("[name=given_names]", "Ұлжан")
    person.context.clear_cookies(name="sessionid")
    person.go_on("button[name=continue]")
    person.shot("handed-back")
    person.enter(cast.citizen)
    person.go_on("main button.q-btn")
    draft.citizen.refresh_from_db()
    assert draft.citizen.given_names == "Ұлжан"
    assert person.page.url.endswith("/latin-name/")


def test_form_of_an_earlier_session_asks_to_continue_once_more(walker, cast):
    person = walker("expired", 375)
    person.enter(cast.citizen)
    draft = lifecycle.start(account=cast.citizen)
    person.open(f"/kk/register/{draft.public_id}/name/")
    person.page.fill("[name=given_names]", "Ұлжан")
    person.context.clear_cookies(name="csrftoken")
    person.context.new_page().goto(f"{person.server}/kk/register/")
    person.go_on("button[name=continue]")
    person.shot("once-more")
    assert person.page.locator("[type=hidden][name=given_names]").input_value() == "Ұлжан"
    person.go_on("main button.q-btn")
    draft.citizen.refresh_from_db()
    assert draft.citizen.given_names == "Ұлжан"


def test_back_after_sending_shows_that_it_is_sent(walker, cast):
    person = walker("back", 375)
    person.enter(cast.citizen)
    draft = made.draft(cast.here, account=cast.citizen)
    person.open(f"/kk/register/{draft.public_id}/send/")
    person.page.check("[name=consent]")
    person.page.check("[name=declaration]")
    person.go_on()
    person.page.go_back()
    person.page.wait_for_url("**/sent/")
    assert person.page.locator("main [role=status]").first.inner_text() != ""
    assert Application.objects.exclude(submitted_at=None).count() == 1


def test_reference_is_copied(walker, cast):
    person = walker("copy", 375)
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.enter(cast.citizen)
    sent = made.submitted(cast.here, account=cast.citizen)
    person.open(f"/kk/register/{sent.public_id}/sent/")
    person.page.click("[data-copy]")
    person.page.wait_for_function("document.querySelector('[data-copy-status]').textContent")
    assert person.page.evaluate("navigator.clipboard.readText()") == sent.reference
    person.look()


def test_paper_shows_answers_but_neither_address_nor_date(walker, cast):
    person = walker("paper", 1280)
    person.enter(cast.citizen)
    sent = made.submitted(cast.here, account=cast.citizen)
    person.open(f"/kk/register/{sent.public_id}/answers/")
    assert person.page.locator("[data-print]").is_visible()
    printed = person.page.pdf(display_header_footer=True, prefer_css_page_size=True)
    pages = pypdf.PdfReader(io.BytesIO(printed)).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert (sent.reference in text, "Müllerstraße 12" in text) == (True, True)
    assert [word for word in ("127.0.0.1", "localhost", "/answers/") if word in text] == []
    assert time.strftime("%-m/%-d/%y") not in text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_edge_pages_are_whole(walker, cast, settings, language):
    person = walker(f"edge-{language}", 375)
    person.open(f"/{language}/nothing/")
    person.shot("404")
    for name in PAGES:
        person.open(f"/static/errors/{name}.{language}.html")
        person.shot(name)
    person.enter(cast.citizen)
    draft = lifecycle.start(account=cast.citizen)
    person.open(f"/{language}/register/{draft.public_id}/answer/")
    person.shot("405")
    person.open("/admin/")
    person.shot("403")
    assert person.strangers == []


def test_switch_keeps_what_was_typed(walker, cast):
    """Another language by one press, without scripts; nothing is tried, nothing is saved."""
    person = walker("switch", 375, java_script=False)
    person.enter(cast.citizen)
    draft = lifecycle.start(account=cast.citizen)
    person.open(f"/kk/register/{draft.public_id}/name/")
    person.page.fill("[name=given_names]", "Ұлжан")
    person.go_on(".languages [lang=ru]")
    person.shot("ru")
    assert person.page.url.endswith(f"/ru/register/{draft.public_id}/name/")
    assert person.page.get_attribute("html", "lang") == "ru"
    assert person.page.input_value("[name=given_names]") == "Ұлжан"
    assert person.page.locator(".q-summary").count() == 0
    draft.citizen.refresh_from_db()
    assert draft.citizen.given_names == ""
