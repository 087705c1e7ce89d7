"""What people type, as they type it: dates, names, numbers, phones, addresses."""

from datetime import date

import pytest

from registrations.services import lifecycle
from tests.markup import Page
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
PARTS = ("birth_date_day", "birth_date_month", "birth_date_year")
BORN = {"birth_country": "KZ", "birth_place": "Қызылорда"}


@pytest.fixture
def draft(cast):
    return lifecycle.start(account=cast.citizen)


def typed(draft, page, answers, language="kk"):
    """The page after Continue: a redirect where the answers were taken."""
    client = signed_in(draft.applicant)
    answer = client.post(f"/{language}/register/{draft.public_id}/{page}/", answers)
    draft.refresh_from_db()
    draft.citizen.refresh_from_db()
    return answer


def code(answer, field):
    return answer.context["form"].errors.as_data()[field][0].code


@pytest.mark.parametrize(
    "parts",
    [
        ("5/10/1990", "", ""),
        ("05 10 1990", "", ""),
        ("5 қазан 1990", "", ""),
        ("5 окт 1990", "", ""),
        ("5 October 1990", "", ""),
        ("1990 ж. 5 қазан", "", ""),
        ("1990-10-05", "", ""),
        ("5", "10", "1990"),
        ("05", "қазан", "1990"),
        ("5", "ОКТЯБРЯ", "1990"),
        ("5.", "Oct.", " 1990 "),
    ],
    ids="|".join,
)
def test_date_is_taken_as_people_write_it(draft, parts):
    answer = typed(draft, "birth", BORN | dict(zip(PARTS, parts, strict=True)))
    assert answer.status_code == 302
    assert draft.citizen.birth_date == date(1990, 10, 5)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (("31", "2", "1990"), "not_a_date"),
        (("29", "2", "1990"), "not_a_date"),
        (("31 2 1990", "", ""), "not_a_date"),
        (("5", "13", "1990"), "not_a_month"),
        (("5", "ма", "1990"), "not_a_month"),
        (("5", "10", "90"), "not_a_date"),
        (("5", "10", "1890"), "out_of_range"),
        (("5", "10", "2190"), "out_of_range"),
        (("", "", ""), "required"),
        (("", "10", "1990"), "no_day"),
    ],
)
def test_day_that_never_was_is_told_and_kept_typed(draft, parts, reason):
    answer = typed(draft, "birth", BORN | dict(zip(PARTS, parts, strict=True)))
    assert code(answer, "birth_date") == reason
    boxes = {attrs.get("name"): attrs.get("value", "") for _tag, attrs in Page.of(answer).tags}
    assert " ".join(boxes[part] for part in PARTS).split() == " ".join(parts).split()
    assert draft.citizen.birth_date is None


@pytest.mark.parametrize(
    "name",
    [
        "Ә",
        "Әғқңөұүһі ӘҒҚҢӨҰҮҺІ",
        "Нұр-Сұлтан",
        "Д'Артаньян",
        "Д\u2019Артаньян",
        "Ақ Марал",
        "Қ" * 128,
    ],
)
def test_name_of_the_whole_kazakh_alphabet_is_taken(draft, name):
    answer = typed(draft, "name", {"family_name": name, "given_names": name, "patronymic": ""})
    assert answer.status_code == 302
    assert (draft.citizen.family_name, draft.citizen.given_names) == (name, name)


@pytest.mark.parametrize("only", ["family_name", "given_names"])
def test_single_name_is_enough(draft, only):
    other = {"family_name": "given_names", "given_names": "family_name"}[only]
    assert typed(draft, "name", {only: "Айсұлу", other: ""}).status_code == 302
    assert (getattr(draft.citizen, only), getattr(draft.citizen, other)) == ("Айсұлу", "")


@pytest.mark.parametrize(
    ("answers", "field", "reason"),
    [
        ({"family_name": "", "given_names": ""}, "family_name", "required"),
        ({"family_name": "Қ" * 129, "given_names": "Ұлжан"}, "family_name", "max_length"),
        ({"family_name": "Abdigali", "given_names": "Ұлжан"}, "family_name", "script"),
    ],
)
def test_name_that_cannot_be_is_told(draft, answers, field, reason):
    assert code(typed(draft, "name", answers), field) == reason


def test_number_that_is_wrong_is_told_how(draft):
    """Too short, a digit mistyped, another person's: three sentences; spaces mean nothing."""
    assert typed(draft, "birth", BORN | dict(zip(PARTS, ("1", "1", "1990"), strict=True)))
    wrong = {
        "90010140001": "length",
        "900101400012": "check_digit",
        "910101400015": "iin_birth_date",
    }
    answers = {number: typed(draft, "iin", {"iin": number}) for number in wrong}
    assert {number: code(answer, "iin") for number, answer in answers.items()} == wrong
    said = {answer.context["form"].errors["iin"][0] for answer in answers.values()}
    assert len(said) == len(wrong)
    assert typed(draft, "iin", {"iin": "900101 400-013"}).status_code == 302
    assert draft.citizen.iin == "900101400013"


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("+49 (0)151-234 567 89", "+4915123456789"),
        ("0049 151 23456789", "+4915123456789"),
        ("+7 (701) 123-45-67", "+77011234567"),
        ("+90 532 123 45 67", "+905321234567"),
    ],
)
def test_phone_is_shown_as_typed_and_dialled_as_it_must_be(draft, phone, dialled):
    assert typed(draft, "contact", {"phone": phone, "language": "kk"}).status_code == 302
    assert (draft.citizen.phone, draft.citizen.phone_e164) == (phone, dialled)
    again = signed_in(draft.applicant).get(f"/kk/register/{draft.public_id}/contact/")
    assert f'value="{phone}"' in again.content.decode()


@pytest.mark.parametrize("phone", ["151 23456789", "+49", "телефон"])
def test_phone_without_its_country_is_told(draft, phone):
    answer = typed(draft, "contact", {"phone": phone, "language": "kk"})
    assert code(answer, "phone") == "phone"


@pytest.mark.parametrize(
    "line", ["Müllerstraße 12, 3. OG", "東京都港区芝公園4-2-8", "شارع الملك 7", "มหานคร"]
)
def test_address_needs_no_postcode_and_keeps_its_script(draft, line):
    answers = {"street": "Line 1", "postcode": "", "local_address": line}
    assert typed(draft, "address", answers).status_code == 302
    assert (draft.citizen.postcode, draft.citizen.local_address) == ("", line)
