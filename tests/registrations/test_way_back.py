"""Back, "Change" and what follows a page: who came from the check page comes back to it."""

import pytest

from registrations.models import Attachment, EmergencyContact
from tests.factories import registrations as made
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.files import upload
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db

PERSON = {"name": "Динара", "relation": "parent", "phone": "+7 701 1234567"}
PASSPORT = {
    "type": "passport",
    "number": "N12345678",
    "issued_on_day": "1",
    "issued_on_month": "1",
    "issued_on_year": "2020",
}


@pytest.fixture
def client(cast):
    return signed_in(cast.citizen)


@pytest.fixture
def draft(cast):
    return made.draft(cast.here, account=cast.citizen)


@pytest.fixture
def sent_back(cast):
    pages = ["document", "contact"]
    return made.more_info(cast.here, cast.officer_here, account=cast.citizen, pages=pages)


def address(application, key):
    return f"/en/register/{application.public_id}/{key}/"


def back(client, url):
    return client.get(url).context["back"]


# --- Back -------------------------------------------------------------------------------


def test_back_leads_to_the_page_before(client, draft):
    assert back(client, address(draft, "length")) == address(draft, "mission")
    assert back(client, address(draft, "place")) == "/en/account/"


def test_back_of_a_copy_leads_to_the_page_before(client, draft):
    page = f"/en/register/{draft.public_id}/copies/identity-copy/"
    assert back(client, page) == address(draft, "household")


def test_back_on_a_reopened_page_stays_among_the_reopened(client, sent_back):
    assert back(client, address(sent_back, "contact")) == address(sent_back, "document")
    assert back(client, address(sent_back, "document")) == "/en/account/"


def test_back_leads_to_the_check_page_one_came_from(client, sent_back):
    for key in ("contact", "document"):
        page = f"{address(sent_back, key)}?check"
        assert back(client, page) == address(sent_back, "check")


def test_back_leads_to_the_check_page_only_where_there_is_one(client, draft):
    draft.answered_pages.remove("mission")
    draft.save()
    assert back(client, f"{address(draft, 'mission')}?check") == f"{address(draft, 'place')}?check"


# --- Change -----------------------------------------------------------------------------


def test_change_on_a_reopened_page_comes_straight_back(client, sent_back):
    answer = client.post(f"{address(sent_back, 'document')}?check", PASSPORT)
    assert answer.url == address(sent_back, "check")


def test_reopened_pages_follow_one_another(client, sent_back):
    answer = client.post(address(sent_back, "document"), PASSPORT)
    assert answer.url == address(sent_back, "contact")


def test_change_of_the_country_asks_only_what_follows_from_it(client, draft):
    MissionFactory(country="FR")
    munich = MissionFactory(code="consulate-munich", city_en="Munich")
    DistrictFactory(mission=munich, region_code="DE-BY", region_name="Bayern")
    answer = client.post(f"{address(draft, 'place')}?check", {"country": "FR", "city": "Paris"})
    assert answer.url == f"{address(draft, 'mission')}?check"
    answer = client.post(answer.url, {"choice": "right"})
    assert answer.url == address(draft, "check")


def test_another_person_still_comes_back_to_the_check_page(client, draft):
    page = f"{address(draft, 'emergency')}?check"
    answer = client.post(page, PERSON | {"another": "1"})
    assert answer.url == page
    assert client.post(answer.url, {}).url == address(draft, "check")


def test_person_removed_still_comes_back_to_the_check_page(client, draft):
    page = f"{address(draft, 'emergency')}?check"
    removed = {"remove": EmergencyContact.objects.get().public_id}
    answer = client.post(page, removed)
    assert answer.url == page


def test_copies_still_come_back_to_the_check_page(client, draft):
    page = f"/en/register/{draft.public_id}/copies/identity-copy/?check"
    assert client.post(page, {"upload": upload(), "another": "1"}).url == page
    client.post(page, {"upload": upload()})
    copy = Attachment.objects.first()
    removal = f"/en/copies/{copy.public_id}/remove/?check"
    assert f'action="{removal}"' in client.get(page).content.decode()
    assert client.post(removal).url == page
    assert client.post(page).url == address(draft, "check")
