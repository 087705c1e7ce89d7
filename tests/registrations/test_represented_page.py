"""Who a child is: six pages of the form on one, each still there for itself."""

from datetime import date

import pytest

from registrations.enums import ApplicationStatus, Capacity
from registrations.models import Application
from registrations.services import lifecycle
from tests.factories import registrations as made
from tests.markup import Page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db

BOY = {
    "family_name": "Серікұлы",
    "given_names": "Нұрлан",
    "family_name_latin": "SERIKULY",
    "given_names_latin": "NURLAN",
    "used": "no",
    "birth_date_day": "2",
    "birth_date_month": "1",
    "birth_date_year": "2015",
    "birth_country": "KZ",
    "birth_place": "Қызылорда",
    "none": "on",
    "sex": "male",
}
PARTS = ["name", "latin-name", "other-names", "birth", "iin", "sex"]
# A boy born on 1 January 2015; a girl born then.
IIN_OF_A_BOY, IIN_OF_A_GIRL = "150101500011", "150101600018"


class Form:
    """The page of a child's draft."""

    def __init__(self, cast, capacity=Capacity.PARENT):
        self.client = signed_in(cast.citizen)
        self.draft = lifecycle.start(account=cast.citizen, capacity=capacity)
        self.base = f"/en/register/{self.draft.public_id}/"

    def get(self, query=""):
        return self.client.get(f"{self.base}person/{query}")

    def post(self, typed, query=""):
        answer = self.client.post(f"{self.base}person/{query}", typed)
        self.draft.refresh_from_db()
        self.citizen = self.draft.citizen
        return answer

    def codes(self, typed):
        errors = self.post(typed).context["form"].errors.as_data()
        return {name: [error.code for error in found] for name, found in errors.items()}


@pytest.fixture
def form(cast):
    return Form(cast)


def without(*names, **more):
    return {name: value for name, value in BOY.items() if name not in names} | more


# --- What is asked and kept ---------------------------------------------------------------


def test_one_page_answers_six(form):
    assert form.post(BOY).url == f"{form.base}document/"
    assert form.draft.answered_pages == PARTS
    child = form.citizen
    assert (child.full_name, child.full_name_latin) == ("Серікұлы Нұрлан", "SERIKULY NURLAN")
    assert (child.birth_date, child.birth_country) == (date(2015, 1, 2), "KZ")
    assert (child.birth_place, child.sex, child.iin) == ("Қызылорда", "male", "")


def test_page_shows_what_was_answered(form):
    form.post(without("none", iin="150102500017", used="yes", names="Ахметов"))
    boxes = form.get().context["form"]
    shown = {name: boxes[name].value() for name in boxes.fields}
    assert shown == {
        "family_name": "Серікұлы",
        "given_names": "Нұрлан",
        "patronymic": "",
        "family_name_latin": "SERIKULY",
        "given_names_latin": "NURLAN",
        "used": "yes",
        "names": "Ахметов",
        "birth_date": date(2015, 1, 2),
        "birth_country": "KZ",
        "birth_place": "Қызылорда",
        "iin": "150102500017",
        "none": False,
        "sex": "male",
    }


@pytest.mark.parametrize(
    ("capacity", "heading"),
    [(Capacity.PARENT, "Your child"), (Capacity.REPRESENTATIVE, "The person you represent")],
)
def test_page_names_whom_it_asks_about_and_each_question(cast, capacity, heading):
    page = Form(cast, capacity).get()
    assert Page.of(page).headings == [heading]
    form = page.context["form"]
    over = [found.text for name in form.fields if (found := form.heading_over(name))]
    assert over == [
        "Name in Kazakh or Russian letters",
        "Name in Latin letters",
        "Other names",
        "Date and place of birth",
        "IIN",
        "Sex",
    ]
    labels = [str(field.label) for field in form.fields.values()]
    assert len(set(labels)) == len(labels)


def test_hint_of_each_question_describes_its_first_control(form):
    page = Page.of(form.get())
    described = " ".join(page.values("aria-describedby")).split()
    hints = ["family_name", "family_name_latin", "used", "iin", "sex"]
    assert [id_ for id_ in described if id_.startswith("hint_")] == [f"hint_{one}" for one in hints]
    assert page.dangling() == []


def test_nobody_answers_for_himself_on_one_page(cast):
    draft = lifecycle.start(account=cast.citizen)
    client = signed_in(cast.citizen)
    assert client.get(f"/en/register/{draft.public_id}/person/").url == "/en/account/"
    walk = client.get(f"/en/register/{draft.public_id}/latin-name/").context
    assert walk["back"] == f"/en/register/{draft.public_id}/name/"


# --- Errors -------------------------------------------------------------------------------


def test_empty_page_asks_for_every_part(form):
    assert form.codes({}) == {
        "family_name": ["required"],
        "family_name_latin": ["required"],
        "used": ["required"],
        "birth_date": ["required"],
        "birth_country": ["required"],
        "birth_place": ["required"],
        "iin": ["required"],
        "sex": ["required"],
    }
    assert form.draft.answered_pages == []


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ({"family_name": "Smith"}, {"family_name": ["script"]}),
        ({"given_names_latin": "Нұрлан"}, {"given_names_latin": ["script"]}),
        ({"used": "yes"}, {"names": ["required"]}),
        ({"names": "Ахметов"}, {"used": ["both"]}),
        ({"birth_date_month": ""}, {"birth_date": ["no_month"]}),
        ({"iin": IIN_OF_A_BOY}, {"iin": ["both"]}),
        ({"none": "", "iin": "150101"}, {"iin": ["length"]}),
        ({"none": "", "iin": "150101500013"}, {"iin": ["check_digit"]}),
    ],
)
def test_error_stands_where_it_is(form, typed, codes):
    assert form.codes(BOY | typed) == codes
    assert form.citizen.name_key == ""


def test_letters_of_the_other_script_are_on_the_same_page(form):
    answer = form.post(BOY | {"family_name": "Smith"})
    said = answer.context["form"].errors["family_name"]
    assert said == ["Family name must be in Cyrillic letters. Use the boxes below for Latin"]
    single = form.client.post(f"{form.base}name/", {"family_name": "Smith"})
    said = single.context["form"].errors["family_name"]
    assert said == ["Family name must be in Cyrillic letters. Use the next page for Latin"]


# --- IIN, birth date and sex ----------------------------------------------------------------


def test_difference_is_told_within_the_page_and_confirmed(form):
    typed = without("none", iin=IIN_OF_A_GIRL)
    assert "differs" not in form.get().context["form"].fields
    assert form.codes(typed) == {"iin": ["iin_birth_date", "iin_sex"]}
    assert form.draft.answered_pages == []
    assert form.post(typed | {"differs": "on"}).status_code == 302
    assert (form.citizen.iin, form.citizen.iin_differs_confirmed) == (IIN_OF_A_GIRL, True)
    assert form.post(typed).status_code == 302


def test_kept_answer_is_not_compared_where_the_new_one_is_wrong(form):
    form.post(BOY)
    typed = without("none", iin=IIN_OF_A_BOY, birth_date_day="31", birth_date_month="2")
    assert form.codes(typed) == {"birth_date": ["not_a_date"]}


def test_confirmation_ends_with_the_difference(form):
    form.post(without("none", iin=IIN_OF_A_BOY, differs="on"))
    assert form.citizen.iin_differs_confirmed
    form.post(without("none", iin=IIN_OF_A_BOY, birth_date_day="1"))
    assert not form.citizen.iin_differs_confirmed


# --- Half typed -----------------------------------------------------------------------------


def test_half_typed_page_is_kept_and_asked_again(form):
    typed = {"given_names": "Нұрлан", "none": "on", "birth_place": "Қызылорда", "leave": "1"}
    assert form.post(typed).url == "/en/account/"
    assert form.draft.answered_pages == ["name", "iin"]
    boxes = form.get().context["form"]
    shown = {name: boxes[name].value() for name in ("given_names", "none", "birth_place", "sex")}
    assert shown == {"given_names": "Нұрлан", "none": True, "birth_place": "Қызылорда", "sex": ""}
    assert form.post(BOY).status_code == 302
    assert form.draft.answered_pages == PARTS


def test_half_an_answer_that_no_row_can_hold_is_told(form):
    answer = form.post({"given_names": "Нұрлан", "names": "Ахметов", "leave": "1"})
    assert "What you typed now is not saved yet" in answer.content.decode()
    assert form.citizen.given_names == ""


def test_mistake_in_the_second_half_does_not_say_that_the_first_is_lost(form):
    form.post({"given_names": "Нұрлан", "leave": "1"})
    answer = form.post({"given_names": "Нұрлан", "family_name": "Serik", "leave": "1"})
    words = answer.content.decode()
    assert "What you typed now is not saved yet; what was saved before stays." in words
    assert "the pages before it" not in words
    assert form.citizen.given_names == "Нұрлан"


def test_wrong_answer_is_told_before_leaving(form):
    assert form.codes(BOY | {"iin": "15", "none": "", "leave": "1"}) == {"iin": ["length"]}


def test_leaving_an_untouched_page_says_nothing(form):
    assert form.post({"leave": "1"}).url == "/en/account/"


def test_language_switch_keeps_what_was_typed_and_judges_nothing(form):
    typed = BOY | {"family_name": "Smith", "birth_date_month": "ма", "switch": "en"}
    shown = form.post(typed).context["form"]
    assert shown.errors == {}
    assert shown["family_name"].value() == "Smith"
    assert shown["birth_date"].value() == ["2", "ма", "2015"]
    assert "differs" not in shown.fields
    assert form.post(typed | {"differs": "on"}).context["form"]["differs"].value() is True


# --- The single pages -------------------------------------------------------------------------


def test_change_on_the_check_page_opens_the_single_page(cast):
    draft = made.draft(cast.here, account=cast.citizen, capacity=Capacity.PARENT, iin="")
    client = signed_in(cast.citizen)
    check = f"/en/register/{draft.public_id}/check/"
    changes = [link for link in Page.of(client.get(check)).values("href", "a") if "?check" in link]
    assert [key for key in PARTS if f"/en/register/{draft.public_id}/{key}/?check" in changes] == (
        PARTS
    )
    assert [link for link in changes if "/person/" in link] == []
    name = f"/en/register/{draft.public_id}/name/?check"
    assert client.get(name).context["back"] == check
    assert client.post(name, {"given_names": "Айша"}).url == check


def test_single_page_goes_on_where_the_whole_one_would(form):
    assert form.client.get(f"{form.base}iin/").context["back"] == f"{form.base}length/"
    assert form.client.post(f"{form.base}iin/", {"none": "on"}).url == f"{form.base}document/"


def test_officer_asks_for_a_single_page(cast):
    case = made.more_info(
        cast.here,
        cast.officer_here,
        account=cast.citizen,
        capacity=Capacity.PARENT,
        iin="",
        pages=["birth"],
    )
    client = signed_in(cast.citizen)
    base = f"/en/register/{case.public_id}/"
    assert client.get(base).url == f"{base}birth/"
    assert client.get(f"{base}person/").url == f"{base}sent/"
    assert client.post(f"{base}person/", BOY).url == f"{base}sent/"
    assert Application.objects.get().status == ApplicationStatus.MORE_INFO
    case.citizen.refresh_from_db()
    assert case.citizen.given_names == "Ақжол"


def test_sent_application_opens_no_such_page(cast):
    sent = made.submitted(cast.here, account=cast.citizen, capacity=Capacity.PARENT, iin="")
    answer = signed_in(cast.citizen).get(f"/en/register/{sent.public_id}/person/")
    assert answer.url == f"/en/register/{sent.public_id}/sent/"


def test_entry_has_no_such_page(cast):
    record = made.registered(
        cast.here, cast.officer_here, account=cast.citizen, capacity=Capacity.PARENT, iin=""
    )
    entry = f"/en/account/{record.public_id}/"
    assert signed_in(cast.citizen).get(f"{entry}details/person/").url == entry
