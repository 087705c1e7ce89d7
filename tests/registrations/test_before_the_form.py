"""The questions before the form: what each answer leads to, and the way back from each page."""

import pytest

from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("chosen", "leads_to"),
    [("yes", "where"), ("no", "not-a-citizen"), ("unsure", "not-sure")],
)
def test_citizenship_decides_what_follows(client, chosen, leads_to):
    answer = client.post("/en/register/", {"citizen": chosen})
    assert answer.url == f"/en/register/{leads_to}/"


def test_who_is_not_sure_is_told_whom_to_ask_and_goes_on(client):
    page = client.get("/en/register/not-sure/").content.decode()
    assert 'href="/en/missions/"' in page
    assert 'href="/en/register/where/"' in page


def test_back_from_the_sign_in_leads_to_the_question_one_came_from(client):
    interrupted = client.post("/en/register/who/", {"capacity": "self"})
    question = '<a class="back" href="/en/register/who/">'
    assert question in client.get(interrupted.url).content.decode()
    assert question not in client.get("/en/sign-in/").content.decode()


def test_begin_page_has_a_way_back(cast):
    page = signed_in(cast.citizen).get("/en/register/begin/self/").content.decode()
    assert '<a class="back" href="/en/register/who/">' in page


def test_withdrawing_a_draft_promises_what_happens_to_a_draft(cast):
    draft = made.draft(cast.here, account=cast.citizen)
    page = f"/en/register/{draft.public_id}/withdraw/"
    client = signed_in(cast.citizen)
    assert "It was not sent" in client.get(page).content.decode()
    made.send(draft)
    shown = client.get(page).content.decode()
    assert "The officer stops working on it." in shown
    assert "It was not sent" not in shown
