"""Before sending: each answer, what was skipped, and the way to each page and back."""

import pytest

from registrations.models import ExitPermit
from registrations.steps import steps_of
from tests.factories import registrations as made
from tests.markup import Page
from tests.sessions import signed_in
from tests.words import said_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast):
    return made.draft(cast.here, account=cast.citizen, permanent=True)


def check_of(draft):
    return signed_in(draft.applicant).get(f"/en/register/{draft.public_id}/check/")


def test_every_page_of_the_form_is_there_to_be_changed(draft):
    changed = [
        href.removesuffix("/?check").rpartition("/")[2]
        for href in Page.of(check_of(draft)).values("href", "a")
        if href.endswith("?check")
    ]
    assert changed == [step.key for step in steps_of(draft) if step.applies_to(draft)]


def test_every_answer_is_shown_and_a_skipped_one_says_so(draft):
    said = said_on(check_of(draft).content.decode(), "en")
    citizen, permit = draft.citizen, ExitPermit.objects.get()
    given = [citizen.family_name, citizen.given_names, citizen.phone, citizen.street, permit.number]
    assert [answer for answer in given if answer not in said] == []
    assert citizen.patronymic == ""
    assert said[said.index("Patronymic") + 2].strip() == "Not provided"


def test_change_leads_straight_back(draft):
    address = f"/en/register/{draft.public_id}/address/?check"
    answer = signed_in(draft.applicant).post(address, {"street": "Neue Straße 1"})
    assert answer.url == f"/en/register/{draft.public_id}/check/"
    assert "Neue Straße 1" in said_on(check_of(draft).content.decode(), "en")
