"""What a registered person can do, in a real browser, each within six pages."""

import json

import pytest

from registrations.enums import ApplicationStatus, Capacity, RequestState
from registrations.models import (
    Application,
    Attachment,
    CertificateRequest,
    ChangeRequest,
    DepartureNotice,
    HelpRequest,
    ResidencyRecord,
    VotingRequest,
)
from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.files import jpeg

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
MOST_PAGES = 6
ACTS = {
    "details/contact": {"phone": "+49 30 47007222"},
    "certificate": {"purpose": "Оқу орнына"},
    "help": {
        "topic": "rights",
        "text": "Жалақым төленбеді.",
        "place": "Берлин",
        "phone": "+49 30 470072",
    },
    "vote": {},
    "moved": {
        "country": "TR",
        "city": "Анкара",
        "choice": "right",
        "street": "Ататүрік көшесі 7",
        "arrived_on_day": "1",
        "arrived_on_month": "9",
        "arrived_on_year": "2026",
    },
    "leave": {"reason": "other", "text": "Елге қайтамын"},
}
# All that is asked of a child whose parent is registered: who it is, its document, two copies.
CHILD = {
    "family_name": "Серікова",
    "given_names": "Айша",
    "family_name_latin": "SERIKOVA",
    "given_names_latin": "AISHA",
    "used": "no",
    "birth_date_day": "3",
    "birth_date_month": "ақпан",
    "birth_date_year": "2015",
    "birth_country": "KZ",
    "birth_place": "Қызылорда",
    "none": "on",
    "sex": "female",
    "type": "birth_certificate",
    "number": "1234567",
    "issued_on_day": "1",
    "issued_on_month": "3",
    "issued_on_year": "2015",
    "consent": "on",
    "declaration": "on",
}
WIDTHS = [("kk", 375, False), ("en", 1280, True)]


class Person:
    """Somebody on the register, at the page of the entry."""

    def __init__(self, walker, cast, language, width, java_script):
        account = UserFactory(language=language)
        self.cast = cast
        self.record = made.registered(cast.here, cast.officer_here, account=account)
        self.walker = walker(f"acts-{language}-{width}", width, java_script=java_script)
        self.walker.enter(account)
        self.home = f"/{language}/account/{self.record.public_id}/"

    def do(self, act, answers):
        """From the entry and back to it; the answer is how many pages it took."""
        self.walker.open(self.home)
        self.walker.go_on(f"main a[href='{self.home}{act}/']")
        for number in range(1, MOST_PAGES + 2):
            self.walker.fill(answers)
            self.walker.shot(f"{act.replace('/', '-')}-{number}")
            self.walker.go_on()
            if self.walker.page.url.endswith(self.home):
                return number
        raise AssertionError(f"{act} does not end: {self.walker.page.url}")

    def register_child(self, copy):
        """From the account to the receipt; the answer is how many pages it took."""
        page = self.walker.page
        self.walker.open(self.home.partition(str(self.record.public_id))[0])
        self.walker.shot("account")
        self.walker.go_on("main form[action$='/register/begin/parent/'] button")
        for number in range(1, MOST_PAGES + 2):
            self.walker.fill(CHILD)
            if page.locator("[name=upload]").count():
                page.set_input_files("[name=upload]", copy)
            self.walker.shot(f"child-{number}")
            self.walker.go_on()
            if page.url.endswith("/sent/"):
                return number
        raise AssertionError(f"a child does not end: {page.url}")


@pytest.fixture(params=WIDTHS, ids=lambda found: f"{found[0]}-{found[1]}")
def person(walker, request):
    return Person(walker, Cast.create(), *request.param)


@pytest.fixture
def copy(tmp_path):
    found = tmp_path / "куәлік.jpg"
    found.write_bytes(jpeg())
    return found


def test_acts_take_six_pages_at_most(person, copy):
    child = person.register_child(copy)
    pages = {"child": child} | {act: person.do(act, answers) for act, answers in ACTS.items()}
    assert {act: number for act, number in pages.items() if number > MOST_PAGES} == {}
    case = Application.objects.get(capacity=Capacity.PARENT)
    assert (case.status, case.mission) == (ApplicationStatus.SUBMITTED, person.cast.here)
    record = ResidencyRecord.objects.get()
    assert record.citizen.phone == "+49 30 47007222"
    assert CertificateRequest.objects.get().state == RequestState.OPEN
    assert HelpRequest.objects.get().state == RequestState.OPEN
    assert VotingRequest.objects.get().withdrawn_at is None
    moved = Application.objects.get(transfer_of=record)
    assert (moved.status, moved.mission) == (ApplicationStatus.SUBMITTED, person.cast.there)
    assert DepartureNotice.objects.get().record == record
    assert person.walker.strangers == []


def test_name_changes_with_its_proof(person, copy):
    visitor = person.walker
    visitor.open(f"{person.home}details/name/")
    visitor.fill({"family_name": "Жаңаова"})
    visitor.go_on()
    visitor.page.set_input_files("[name=upload]", copy)
    visitor.go_on()
    visitor.shot("change")
    change = ChangeRequest.objects.get()
    assert change.state == RequestState.OPEN
    assert Attachment.objects.filter(change_request=change).count() == 1
    assert ResidencyRecord.objects.get().citizen.family_name != "Жаңаова"


def test_own_data_is_taken_along(person):
    visitor = person.walker
    visitor.open(person.home)
    visitor.go_on("main a[href*='/account/data/']")
    visitor.shot("own-data")
    base = visitor.page.url
    data = json.loads(visitor.context.request.get(f"{base}json/").body())
    assert person.record.number in json.dumps(data)
    assert visitor.context.request.get(f"{base}pdf/").body()[:5] == b"%PDF-"


def test_notice_of_leaving_is_taken_back(person):
    person.do("leave", ACTS["leave"])
    person.walker.shot("leaving")
    person.walker.go_on("form[action$='/stay/'] button")
    assert DepartureNotice.objects.get().state == RequestState.WITHDRAWN
    assert ResidencyRecord.objects.get().closed_at is None
