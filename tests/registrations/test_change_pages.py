"""The page of a change: what it was, what became of it, how it is asked for once more."""

import pytest

from registrations.enums import DeregistrationGround
from registrations.models import ChangeRequest
from registrations.services import changes, lifecycle
from tests.factories import registrations as made
from tests.markup import Page
from tests.registrations.test_entries import move_to, page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
NEW = {"family_name": "Жаңаұлы", "given_names": "Ақжол", "patronymic": ""}


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


def ask(cast, record, key="name", typed=NEW):
    signed_in(cast.citizen).post(page(record, f"details/{key}/"), typed)
    return ChangeRequest.objects.open().get(page=key)


def shown(cast, record, change):
    return signed_in(cast.citizen).get(page(record, f"changes/{change.public_id}/"))


def again(record, key="name"):
    return page(record, f"details/{key}/?again")


def test_waiting_change_stands_beside_the_register(cast, record):
    words = shown(cast, record, ask(cast, record)).content.decode()
    assert "In the register: Серікұлы" in words
    assert "when you asked" not in words
    assert "entered in the register on" not in words


def test_accepted_change_does_not_say_that_the_old_name_is_in_the_register(cast, record):
    change = ask(cast, record)
    changes.accept(change, actor=cast.officer_here)
    words = shown(cast, record, change).content.decode()
    assert "In the register: " not in words
    assert "In the register when you asked: Серікұлы" in words
    assert "Your change was entered in the register on:" in words


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("name", NEW, NEW),
        ("other-names", {"used": "yes", "names": "А\nБ"}, {"used": "yes", "names": "А\nБ"}),
        ("iin", {"none": "on"}, {"iin": "", "none": True}),
        ("document", {"type": "none"}, {"type": "none"}),
        ("sex", {"sex": "female", "differs": "on"}, {"sex": "female"}),
    ],
)
def test_refused_change_leads_on_with_what_was_typed(cast, record, key, typed, kept):
    change = ask(cast, record, key, typed)
    changes.refuse(change, actor=cast.officer_here, answer="The copy shows another name.")
    answer = shown(cast, record, change)
    assert "appeal to the ministry or to a court" in answer.content.decode()
    assert again(record, key) in Page.of(answer).values("href", "a")
    taken_up = signed_in(cast.citizen).get(again(record, key))
    back = [attrs["href"] for _tag, attrs in Page.of(taken_up).tags if attrs.get("class") == "back"]
    assert back == [page(record, f"changes/{change.public_id}/")]
    form = taken_up.context["form"]
    assert form.initial == kept
    # Without the way from there the page is as the entry has it.
    assert signed_in(cast.citizen).get(page(record, f"details/{key}/")).context["form"].initial != (
        form.initial
    )


def test_day_of_a_refused_document_is_a_day_again(cast, record):
    day = {"issued_on_day": "1", "issued_on_month": "9", "issued_on_year": "2026"}
    typed = {"type": "passport", "number": "N87654321", "issued_by": "ІІМ"} | day
    changes.refuse(ask(cast, record, "document", typed), actor=cast.officer_here, answer="No.")
    client = signed_in(cast.citizen)
    form = client.get(again(record, "document")).context["form"]
    assert (form.initial["issued_on"].isoformat(), form.initial["expires_on"]) == (
        "2026-09-01",
        None,
    )
    assert client.post(again(record, "document"), typed).status_code == 302
    assert ChangeRequest.objects.open().get().proposed["number"] == "N87654321"


def test_refused_change_is_not_offered_where_it_cannot_be_asked_for(cast, record):
    change = ask(cast, record)
    changes.refuse(change, actor=cast.officer_here, answer="No.")
    signed_in(cast.citizen).post(page(record, "moved/"), move_to(confirmed="1"))
    assert again(record) not in Page.of(shown(cast, record, change)).values("href", "a")


def test_only_the_newest_refusal_of_a_page_leads_on(cast, record):
    first = ask(cast, record)
    changes.refuse(first, actor=cast.officer_here, answer="No.")
    second = ask(cast, record)
    assert again(record) not in Page.of(shown(cast, record, first)).values("href", "a")
    changes.accept(second, actor=cast.officer_here)
    assert again(record) not in Page.of(shown(cast, record, first)).values("href", "a")
    form = signed_in(cast.citizen).get(again(record)).context["form"]
    assert form.initial == NEW


def test_closed_entry_leads_to_no_change(cast, record):
    change = ask(cast, record)
    changes.refuse(change, actor=cast.officer_here, answer="No.")
    lifecycle.deregister(
        record.application, actor=cast.officer_here, ground=DeregistrationGround.STAY_ENDED
    )
    answer = shown(cast, record, change)
    assert again(record) not in Page.of(answer).values("href", "a")
    assert "You may appeal to the ministry or to a court." in answer.content.decode()


def test_changes_are_told_apart_in_the_entry(cast, record):
    for key, typed in (("name", NEW), ("sex", {"sex": "female", "differs": "on"})):
        ask(cast, record, key, typed)
    words = signed_in(cast.citizen).get(page(record)).content.decode()
    listed = [part.partition("</a>")[0] for part in words.split("/changes/")[1:]]
    assert [said.partition(">")[2].partition(",")[0] for said in listed] == [
        "Sex",
        "Name in Kazakh or Russian letters",
    ]


# --- The people of the entry ----------------------------------------------------------------------


def people(record, key="emergency"):
    return page(record, f"details/{key}/")


def test_person_typed_stays_when_another_is_removed(cast, record):
    client = signed_in(cast.citizen)
    person = record.citizen.emergency_contacts.get()
    buttons = [attrs for tag, attrs in Page.of(client.get(people(record))).tags if tag == "button"]
    (remove,) = [one for one in buttons if one.get("name") == "remove"]
    assert (remove["form"], remove["value"]) == ("page-form", str(person.public_id))
    answer = client.post(people(record), {"remove": remove["value"], "name": "Болат"})
    assert list(record.citizen.emergency_contacts.all()) == []
    form = answer.context["form"]
    assert (form["name"].value(), dict(form.errors), form.listed) == ("Болат", {}, [])
    said = [str(message) for message in answer.context["messages"]]
    assert said == ["Removed: Серік. The mission sees it at once."]


def test_person_is_removed_from_a_full_list(cast, record):
    citizen = record.citizen
    for name in ("Айша", "Болат"):
        citizen.emergency_contacts.create(name=name, relation="friend", phone="+7 701 1234567")
    client = signed_in(cast.citizen)
    shown = client.get(people(record))
    assert 'id="page-form"' in shown.content.decode()
    assert "Save</button>" not in shown.content.decode()
    person = citizen.emergency_contacts.order_by("id")[1]
    answer = client.post(people(record), {"remove": str(person.public_id)})
    assert answer.url == people(record)
    left = [one.name for one in citizen.emergency_contacts.order_by("id")]
    assert left == ["Серік", "Болат"]


@pytest.mark.parametrize("value", ["", "nobody", "7d1a8d3e-6f2b-4a58-9a52-0c6b3c1f0e11"])
def test_only_a_person_of_the_list_is_removed(cast, record, value):
    other = made.registered(cast.here, cast.officer_here, account=cast.other_citizen, iin="")
    stranger = str(other.citizen.emergency_contacts.get().public_id)
    for one in (value, stranger):
        answer = signed_in(cast.citizen).post(people(record), {"remove": one})
        assert answer.url == people(record)
    assert record.citizen.emergency_contacts.count() == 1
    assert other.citizen.emergency_contacts.count() == 1


NOBODY = "nobody"
DAUGHTER = {
    "name": "Айша",
    "relation": "child",
    "birth_date_day": "3",
    "birth_date_month": "2",
    "birth_date_year": "2020",
    "citizenship": "KZ",
}
FRIEND = {"name": "Болат", "relation": "friend", "phone": "+7 701 1234567"}


def nobody_was_told(record):
    """The first answer of both pages was that there is nobody."""
    record.citizen.emergency_contacts.all().delete()
    record.citizen.family.all().delete()


@pytest.mark.parametrize(("key", "person"), [("household", DAUGHTER), ("emergency", FRIEND)])
def test_first_person_outweighs_the_nobody_of_long_ago(cast, record, key, person):
    nobody_was_told(record)
    client = signed_in(cast.citizen)
    assert client.get(people(record, key)).context["form"][NOBODY].value() is True
    answer = client.post(people(record, key), person | {NOBODY: "on"})
    assert answer.url == people(record, key)
    rows = record.citizen.family if key == "household" else record.citizen.emergency_contacts
    assert [one.name for one in rows.all()] == [person["name"]]


def test_half_a_person_beside_the_nobody_of_long_ago_is_asked_for_whole(cast, record):
    nobody_was_told(record)
    typed = {"name": "Айша", "relation": "child", NOBODY: "on"}
    errors = signed_in(cast.citizen).post(people(record, "household"), typed).context["form"].errors
    codes = {name: [one.code for one in found] for name, found in errors.as_data().items()}
    assert codes == {"birth_date": ["required"], "citizenship": ["required"]}
