"""Birth date, IIN and sex are compared whichever is changed last; a difference can be confirmed."""

import pytest

from registrations.services.cautions import cautions_of
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db

MALE_OF_1990 = "900101300017"
FEMALE_OF_1990 = "900101400013"
OTHER_DAY = {"birth_date_day": "2", "birth_date_month": "1", "birth_date_year": "1990"}
SAME_DAY = OTHER_DAY | {"birth_date_day": "1"}
PLACE = {"birth_country": "KZ", "birth_place": "Қызылорда"}


class Form:
    """The three pages of one draft: born on 1 January 1990, male, with the IIN of such a man."""

    def __init__(self, cast):
        self.client = signed_in(cast.citizen)
        self.draft = made.draft(cast.here, account=cast.citizen, iin=MALE_OF_1990)

    def address(self, key):
        return f"/en/register/{self.draft.public_id}/{key}/?check"

    def post(self, key, typed):
        return self.client.post(self.address(key), typed)

    def codes(self, key, typed):
        errors = self.post(key, typed).context["form"].errors.as_data()
        return {name: [error.code for error in found] for name, found in errors.items()}

    def passes(self, key, typed):
        answer = self.post(key, typed)
        self.draft.refresh_from_db()
        return answer.status_code == 302 and answer.url.endswith("/check/")

    @property
    def confirmed(self):
        self.draft.citizen.refresh_from_db()
        return self.draft.citizen.iin_differs_confirmed

    def offers_to_confirm(self, key):
        return "differs" in self.client.get(self.address(key)).context["form"].fields


@pytest.fixture
def form(cast):
    return Form(cast)


@pytest.mark.parametrize(
    ("key", "typed", "codes"),
    [
        ("birth", OTHER_DAY | PLACE, {"birth_date": ["iin_birth_date"]}),
        ("sex", {"sex": "female"}, {"sex": ["iin_sex"]}),
        ("iin", {"iin": "900102300012"}, {"iin": ["iin_birth_date"]}),
        ("iin", {"iin": FEMALE_OF_1990}, {"iin": ["iin_sex"]}),
        ("iin", {"iin": "900102400019"}, {"iin": ["iin_birth_date", "iin_sex"]}),
    ],
)
def test_difference_is_asked_about_then_confirmed(form, key, typed, codes):
    assert not form.offers_to_confirm(key)
    assert form.codes(key, typed) == codes
    assert not form.confirmed
    assert form.passes(key, typed | {"differs": "on"})
    assert form.confirmed


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("birth", SAME_DAY | PLACE),
        ("sex", {"sex": "male"}),
        ("iin", {"iin": MALE_OF_1990}),
        ("iin", {"none": "on"}),
    ],
)
def test_nothing_is_asked_where_nothing_differs(form, key, typed):
    assert form.passes(key, typed)
    assert not form.confirmed


def test_box_is_not_offered_before_the_difference_is_seen(form):
    answer = form.post("birth", {"birth_date_day": "31", "birth_date_month": "2"} | PLACE)
    assert "differs" not in answer.context["form"].fields
    answer = form.post("birth", OTHER_DAY | PLACE)
    assert "differs" in answer.context["form"].fields


def test_confirmed_answer_is_not_asked_about_again(form):
    assert form.passes("birth", OTHER_DAY | PLACE | {"differs": "on"})
    assert form.passes("birth", OTHER_DAY | PLACE | {"birth_place": "Алматы"})
    assert form.passes("iin", {"iin": MALE_OF_1990})


def test_another_birth_date_is_asked_about_anew(form):
    assert form.passes("birth", OTHER_DAY | PLACE | {"differs": "on"})
    third = OTHER_DAY | {"birth_date_day": "3"} | PLACE
    assert form.codes("birth", third) == {"birth_date": ["iin_birth_date"]}


def test_another_iin_is_asked_about_anew(form):
    assert form.passes("birth", OTHER_DAY | PLACE | {"differs": "on"})
    assert form.codes("iin", {"iin": "900103300018"}) == {"iin": ["iin_birth_date"]}


def test_confirmation_ends_with_the_difference(form):
    assert form.passes("birth", OTHER_DAY | PLACE | {"differs": "on"})
    assert form.passes("birth", SAME_DAY | PLACE)
    assert not form.confirmed


def test_sex_stays_confirmed_when_the_birth_date_is_changed_back(form):
    assert form.passes("sex", {"sex": "female", "differs": "on"})
    assert form.codes("birth", OTHER_DAY | PLACE) == {"birth_date": ["iin_birth_date"]}
    assert form.passes("birth", SAME_DAY | PLACE)
    assert form.confirmed


def test_difference_is_never_hard(form):
    """What is confirmed can be sent, and the officer is told."""
    assert form.passes("birth", OTHER_DAY | PLACE | {"differs": "on"})
    assert form.passes("sex", {"sex": "female", "differs": "on"})
    sent = form.client.post(
        f"/en/register/{form.draft.public_id}/send/", {"consent": "on", "declaration": "on"}
    )
    assert sent.url.endswith("/sent/")
    form.draft.refresh_from_db()
    cautions = cautions_of(form.draft, seen_by=form.draft.applicant)
    assert [c.code for c in cautions] == ["iin_differs", "iin_sex_differs"]
    assert form.draft.current_declaration.answers["iin"]["differs_confirmed"] is True


def test_case_sent_back_asks_too(cast):
    case = made.more_info(
        cast.here, cast.officer_here, account=cast.citizen, pages=("birth",), iin=MALE_OF_1990
    )
    client = signed_in(cast.citizen)
    address = f"/en/register/{case.public_id}/birth/"
    answer = client.post(address, OTHER_DAY | PLACE)
    assert answer.context["form"].errors.as_data()["birth_date"][0].code == "iin_birth_date"
    assert client.post(address, OTHER_DAY | PLACE | {"differs": "on"}).status_code == 302


def test_language_switch_shows_the_box_only_where_it_is_ticked(form):
    switched = {"iin": FEMALE_OF_1990, "switch": "en"}
    shown = form.post("iin", switched).context["form"]
    assert "differs" not in shown.fields
    shown = form.post("iin", switched | {"differs": "on"}).context["form"]
    assert shown["differs"].value() is True
