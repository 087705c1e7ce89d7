"""Answering an officer: the question stands where it is answered, and silence is asked about."""

import pytest

from registrations.enums import ApplicationStatus
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast):
    return signed_in(cast.citizen)


@pytest.fixture
def sent_back(cast):
    return made.more_info(cast.here, cast.officer_here, account=cast.citizen)


def base(case):
    return f"/en/register/{case.public_id}"


@pytest.mark.parametrize("page", ["address", "check"])
def test_officers_words_stand_where_they_are_answered(client, sent_back, page):
    assert "The street is missing." in client.get(f"{base(sent_back)}/{page}/").content.decode()


def test_draft_has_no_officers_words(client, cast):
    draft = made.draft(cast.here, account=cast.citizen)
    assert "The officer asks:" not in client.get(f"{base(draft)}/address/").content.decode()


def test_unchanged_answers_are_asked_about_once(client, sent_back):
    answer = client.post(f"{base(sent_back)}/answer/")
    assert answer.url == f"{base(sent_back)}/check/?unchanged"
    sent_back.refresh_from_db()
    assert sent_back.status == ApplicationStatus.MORE_INFO
    page = client.get(answer.url).content.decode()
    assert "Nothing is changed yet." in page
    client.post(f"{base(sent_back)}/answer/", {"unchanged": "1"})
    sent_back.refresh_from_db()
    assert sent_back.status == ApplicationStatus.IN_REVIEW


def test_changed_answers_are_sent_at_once(client, sent_back):
    client.post(f"{base(sent_back)}/address/", {"street": "Torstraße 1"})
    assert "Nothing is changed yet." not in client.get(f"{base(sent_back)}/check/").content.decode()
    assert client.post(f"{base(sent_back)}/answer/").url == "/en/account/"
    sent_back.refresh_from_db()
    assert sent_back.status == ApplicationStatus.IN_REVIEW


def test_sending_twice_asks_nothing(client, sent_back):
    client.post(f"{base(sent_back)}/address/", {"street": "Torstraße 1"})
    client.post(f"{base(sent_back)}/answer/")
    assert client.post(f"{base(sent_back)}/answer/").url == "/en/account/"


def test_answer_that_nobody_asked_for_changes_nothing(client, cast):
    case = made.submitted(cast.here, account=cast.citizen)
    answer = client.post(f"{base(case)}/answer/", follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert said == ["The officer is not waiting for an answer now."]
    case.refresh_from_db()
    assert case.status == ApplicationStatus.SUBMITTED
