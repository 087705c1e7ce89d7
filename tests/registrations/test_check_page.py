"""The check page: what was asked and answered, in words, and the files to look at."""

import re

import pytest

from registrations.enums import Stay
from registrations.models import Application, Attachment
from tests.factories import registrations as made
from tests.files import upload
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast):
    return signed_in(cast.citizen)


@pytest.fixture
def draft(cast):
    return made.draft(cast.here, account=cast.citizen)


def answers(client, draft):
    """Label and words of each row."""
    page = client.get(f"/en/register/{draft.public_id}/check/").content.decode()
    rows = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return {label: words.strip() for label, words in rows}


def test_end_that_is_not_known_is_said_so(client, draft):
    assert answers(client, draft)["Planned end of the stay"] == "Not known"


def test_who_stays_for_good_was_asked_for_no_end(client, draft):
    Application.objects.update(stay=Stay.NO_PERMIT)
    assert "Planned end of the stay" not in answers(client, draft)


def test_reason_stands_only_where_another_mission_is_used(client, draft):
    assert "Why another mission" not in answers(client, draft)
    Application.objects.update(other_mission_reason="It is nearer")
    assert answers(client, draft)["Why another mission"] == "It is nearer"


def test_who_has_no_document_was_asked_for_no_number(client, draft):
    shown = answers(client, draft)
    assert (shown["Document"], shown["Document number"]) == ("Passport", "N12345678")
    draft.citizen.documents.all().delete()
    shown = answers(client, draft)
    assert (shown["Document"], "Document number" in shown) == ("None now", False)


def test_nothing_given_where_it_was_asked_stays_not_provided(client, draft):
    assert answers(client, draft)["Postcode"] == "Not provided"


def test_relation_within_a_line_begins_small(client, draft):
    assert answers(client, draft)["Emergency contacts"] == "Серік, parent, +7 701 1234567"


def test_file_can_be_looked_at(client, draft):
    client.post(f"/en/register/{draft.public_id}/copies/identity-copy/", {"upload": upload()})
    copy = Attachment.objects.get()
    link = f'<a href="/en/copies/{copy.public_id}/">passport.jpg</a><br>'
    assert answers(client, draft)["Copy of the identity document"] == link


def test_register_of_who_stays_for_good_has_no_end(cast):
    draft = made.draft(cast.here, account=cast.citizen, permanent=True)
    case = made.lifecycle.take(made.send(draft), actor=cast.officer_here)
    assert "planned_end" not in case.current_declaration.answers["stay"]
    record = made.lifecycle.register(case, actor=cast.officer_here, checked=["photo"])
    assert record.planned_end is None


def test_page_says_which_section_of_how_many(client, draft):
    page = client.get(f"/en/register/{draft.public_id}/birth/").content.decode()
    assert "part 2 of 7" in page
