"""Messages say whom they are about where the reader looks after somebody else."""

import pytest

from accounts.models import OutboxMessage
from registrations.enums import Capacity, DeregistrationGround
from registrations.services import changes, lifecycle, previews
from tests.factories import registrations as made
from tests.markup import Page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
CHILD = {"capacity": Capacity.PARENT, "iin": ""}


def life(cast, **traits):
    """Sent, registered, changed at once and by an officer, removed."""
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, **traits)
    changes.change_at_once(record, "life", write=_works, actor=cast.citizen)
    change = changes.propose(record, "sex", write=_is_a_woman, actor=cast.citizen)
    changes.accept(change, actor=cast.officer_here)
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.DEATH
    )
    return OutboxMessage.objects.order_by("id")


def _works(application):
    application.occupation = "Teacher"


def _is_a_woman(application):
    application.citizen.sex = "female"
    application.citizen.save()


def test_parent_reads_the_given_name_in_each_message(cast):
    cast.citizen.language = "en"
    cast.citizen.save()
    sent = list(life(cast, **CHILD))
    assert [message.kind for message in sent] == [
        "application_received",
        "registered",
        "details_changed",
        "change_received",
        "change_accepted",
        "removed_from_register",
    ]
    for message in sent:
        for words in (message.body_text, message.body_html):
            assert words.count("Ақжол") == 1, message.kind
            assert "This is about:" in words
            assert "Серікұлы" not in words


def test_who_acts_in_person_is_not_named(cast):
    for message in life(cast):
        assert "This is about:" not in message.body_text + message.body_html


def test_refusal_is_previewed_with_the_name_it_is_sent_with(cast):
    case = made.in_review(cast.here, cast.officer_here, account=cast.citizen, **CHILD)
    shown = previews.of_refusal(case, ground="rules_not_met", text="No.")
    lifecycle.refuse(case, actor=cast.officer_here, ground="rules_not_met", text="No.")
    sent = OutboxMessage.objects.get(kind="refused")
    assert (sent.subject, sent.body_text) == (shown.subject, shown.text)
    assert "Ақжол" in sent.body_text


def test_name_is_written_as_it_is_in_text_and_escaped_in_html(cast):
    made.submitted(cast.here, account=cast.citizen, **CHILD, given_names="Д'Артаньян")
    message = OutboxMessage.objects.get()
    assert "Д'Артаньян" in message.body_text
    assert "Д&#x27;Артаньян" in message.body_html


@pytest.mark.parametrize(
    "rest",
    ["certificate/", "help/", "leave/", "moved/", "vote/", "details/contact/", "details/name/"],
)
def test_each_page_of_an_entry_names_the_person_acted_for(cast, rest):
    child = made.registered(cast.here, cast.officer_here, account=cast.citizen, **CHILD)
    own = made.registered(cast.here, cast.officer_here, account=cast.other_citizen)
    for user, record, is_named in ((cast.citizen, child, True), (cast.other_citizen, own, False)):
        answer = signed_in(user).get(f"/en/account/{record.public_id}/{rest}")
        assert Page.of(answer).headings
        assert ("You are acting for:" in answer.content.decode()) is is_named
