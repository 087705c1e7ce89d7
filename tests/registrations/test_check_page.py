"""Before sending: each answer in words, what was skipped, the files, the way to each page."""

import re

import pytest

from registrations.enums import Stay
from registrations.models import Application, Attachment, ExitPermit
from registrations.steps import steps_of
from tests.factories import registrations as made
from tests.files import upload
from tests.markup import Page
from tests.sessions import signed_in
from tests.words import said_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def permanent(cast):
    return made.draft(cast.here, account=cast.citizen, permanent=True)


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


def check_of(application):
    return signed_in(application.applicant).get(f"/en/register/{application.public_id}/check/")


def test_every_page_of_the_form_is_there_to_be_changed(permanent):
    changed = [
        href.removesuffix("/?check").rpartition("/")[2]
        for href in Page.of(check_of(permanent)).values("href", "a")
        if href.endswith("?check")
    ]
    assert changed == [step.key for step in steps_of(permanent) if step.applies_to(permanent)]


def test_every_answer_is_shown_and_a_skipped_one_says_so(permanent):
    said = said_on(check_of(permanent).content.decode(), "en")
    citizen, permit = permanent.citizen, ExitPermit.objects.get()
    given = [citizen.family_name, citizen.given_names, citizen.phone, citizen.street, permit.number]
    assert [answer for answer in given if answer not in said] == []
    assert citizen.patronymic == ""
    assert said[said.index("Patronymic") + 2].strip() == "Not provided"


def test_change_leads_straight_back(permanent):
    address = f"/en/register/{permanent.public_id}/address/?check"
    answer = signed_in(permanent.applicant).post(address, {"street": "Neue Straße 1"})
    assert answer.url == f"/en/register/{permanent.public_id}/check/"
    assert "Neue Straße 1" in said_on(check_of(permanent).content.decode(), "en")
