"""Every page of the form, empty and wrong, in three languages: what a screen reader relies on."""

import pytest

from registrations.enums import Capacity
from registrations.models import Application
from registrations.steps import steps_of
from tests.factories import registrations as made
from tests.factories.missions import DistrictFactory
from tests.markup import Page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
ERROR = {"kk": "Қате:", "ru": "Ошибка:", "en": "Error:"}
BEFORE_SIGN_IN = ("register/", "register/where/", "register/who/", "sign-in/")
WITH_ANOTHER = {"emergency", "household"}
# Nothing on these pages has to be answered.
WITHOUT_ERRORS = {"life", "photo"}


@pytest.fixture
def draft(cast):
    """With every page there is: permanent, represented, in a country of several missions."""
    DistrictFactory(mission=cast.there, country="DE", region_code="DE-BY")
    found = made.draft(
        cast.here, account=cast.citizen, permanent=True, capacity=Capacity.REPRESENTATIVE
    )
    found.citizen.emergency_contacts.all().delete()
    return found


def addresses(draft, language):
    base = f"/{language}/register/{draft.public_id}"
    for step in steps_of(draft):
        yield step.key, f"{base}/copies/{step.key}/" if step.attachment else f"{base}/{step.key}/"


def faults(page):
    """What no page may have, whatever it says."""
    found = {}
    if len(page.headings) != 1 or not page.headings[0].strip():
        found["h1"] = page.headings
    if page.dangling():
        found["dangling"] = page.dangling()
    if len(set(page.values("id"))) != len(page.values("id")):
        found["double ids"] = page.values("id")
    if page.values("required") or page.values("aria-required"):
        found["required"] = True
    if any(
        attrs.get("method") == "post" and not attrs.get("action") and "novalidate" not in attrs
        for tag, attrs in page.tags
        if tag == "form"
    ):
        found["validates"] = True
    return found


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_pages_of_the_form_are_whole(cast, draft, language):
    client = signed_in(cast.citizen)
    assert len(list(addresses(draft, language))) == 22
    for key, address in addresses(draft, language):
        shown = Page.of(client.get(address))
        assert faults(shown) == {}, address
        assert "*" not in shown.headings[0], address
        another = ["another"] if key in WITH_ANOTHER or "/copies/" in address else []
        buttons = [name for name in shown.values("name", "button") if name != "switch"]
        assert buttons == ["continue", *another, "leave"], address
        wrong = Page.of(client.post(address, {}))
        if key in WITHOUT_ERRORS:
            continue
        assert faults(wrong) == {}, address
        assert wrong.title.startswith(ERROR[language]), address
        assert wrong.values("role", "div")[0] == "alert", address
        assert [link for link in wrong.values("href") if link.startswith("#id_")], address
    assert Application.objects.get().submitted_at is None


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_pages_before_the_sign_in_are_whole(client, db, language):
    for path in BEFORE_SIGN_IN:
        address = f"/{language}/{path}"
        assert faults(Page.of(client.get(address))) == {}, address
        wrong = Page.of(client.post(address, {}))
        assert faults(wrong) == {}, address
        assert wrong.title.startswith(ERROR[language]), address


def test_last_page_is_whole(cast, draft):
    client = signed_in(cast.citizen)
    address = f"/en/register/{draft.public_id}/send/"
    assert faults(Page.of(client.get(address))) == {}
    wrong = Page.of(client.post(address, {}))
    assert faults(wrong) == {}
    assert [link for link in wrong.values("href") if link.startswith("#id_")] == [
        "#id_consent",
        "#id_declaration",
    ]


def test_error_of_a_date_leads_to_the_wrong_part(cast, draft):
    typed = {"birth_date_day": "27", "birth_date_year": "1990"}
    answer = signed_in(cast.citizen).post(f"/kk/register/{draft.public_id}/birth/", typed)
    assert Page.of(answer).values("href", "a").count("#id_birth_date_1") == 1
    assert answer.context["form"].errors.as_data()["birth_date"][0].code == "no_month"


def test_no_mark_stands_for_a_demanded_answer(cast, draft):
    client = signed_in(cast.citizen)
    for _key, address in addresses(draft, "en"):
        assert b"*</label>" not in client.get(address).content


@pytest.mark.parametrize("key", ["iin", "name", "other-names", "emergency"])
def test_hint_of_the_page_describes_its_first_control(cast, draft, key):
    address = dict(addresses(draft, "en"))[key]
    page = signed_in(cast.citizen).get(address).content.decode()
    described = [part for part in page.split("<") if "aria-describedby" in part]
    assert ['"page-hint' in part for part in described].count(True) == 1
    assert '"page-hint' in described[0]


def test_page_without_a_hint_describes_nothing_by_it(cast, draft):
    page = signed_in(cast.citizen).get(dict(addresses(draft, "en"))["birth"])
    assert "page-hint" not in page.content.decode()


def test_browser_offers_no_number_for_somebody_else(cast):
    own = made.draft(cast.here, account=cast.citizen)
    own.citizen.emergency_contacts.all().delete()
    shown = {}
    for key in ("contact", "emergency"):
        form = signed_in(cast.citizen).get(dict(addresses(own, "en"))[key]).context["form"]
        shown[key] = form.fields["phone"].widget.attrs["autocomplete"]
    assert shown == {"contact": "tel", "emergency": "off"}
