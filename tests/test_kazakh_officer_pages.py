"""An officer who reads Kazakh finds no English word on a page: ours, Django's or the library's."""

import pytest
from allauth.mfa.models import Authenticator

from accounts.models import User
from tests.factories import registrations as made
from tests.factories.accounts import PASSWORD, UserFactory
from tests.sessions import signed_in
from tests.words import latin_words

pytestmark = pytest.mark.django_db
# What people wrote, languages under their own names, and codes of languages.
WRITTEN_BY_PEOPLE = {"SERIKULY", "AKZHOL", "Berlin", "Müllerstraße", "Consul", "English", "en"}
LISTS = (
    "missions/posting/",
    "registrations/application/",
    "registrations/application/?task=all&q=nobody",
    "registrations/residencyrecord/",
    "registrations/registrationcertificate/",
)
SECOND_FACTOR = (
    "second-factor/",
    "second-factor/totp/activate/",
    "second-factor/recovery-codes/generate/",
    "second-factor/webauthn/",
    "second-factor/webauthn/add/",
    "again/",
    "inactive/",
)


def english_on(response):
    assert response.status_code == 200, response
    return latin_words(response.content.decode(), "kk") - WRITTEN_BY_PEOPLE


@pytest.fixture
def officer(cast):
    """An officer among officers who read Kazakh and have Kazakh names."""
    User.objects.filter(is_staff=True).update(language="kk", full_name="Айгерім")
    return User.objects.get(pk=cast.officer_here.pk)


@pytest.fixture
def ministry(cast, officer):
    return User.objects.get(pk=cast.ministry.pk)


@pytest.mark.parametrize("page", ["", *LISTS])
def test_list_holds_no_english_word(cast, officer, page):
    made.submitted(cast.here, account=UserFactory(language="kk"))
    made.registered(cast.here, officer)
    assert english_on(signed_in(officer).get(f"/admin/{page}")) == set()


def test_form_of_a_posting_holds_no_english_word(ministry):
    assert english_on(signed_in(ministry).get("/admin/missions/posting/add/")) == set()


@pytest.mark.parametrize("page", ["change", "ask", "register", "refuse"])
def test_case_holds_no_english_word(cast, officer, page):
    citizen = UserFactory(language="kk")
    case = made.in_review(cast.here, officer, permanent=True, account=citizen)
    response = signed_in(officer).get(f"/admin/registrations/application/{case.public_id}/{page}/")
    assert english_on(response) == set()


@pytest.mark.parametrize("page", SECOND_FACTOR)
def test_second_factor_holds_no_english_word(officer, page):
    client = signed_in(officer)
    client.post("/kk/sign-in/again/", {"password": PASSWORD})
    assert english_on(client.get(f"/kk/sign-in/{page}")) == set()


@pytest.mark.parametrize("page", ["", "keys/{key}/edit/", "keys/{key}/remove/"])
def test_key_of_an_officer_holds_no_english_word(officer, page):
    data = {"name": "Негізгі кілт", "credential": {}}
    key = Authenticator.objects.create(user=officer, type="webauthn", data=data).pk
    client = signed_in(officer)
    client.post("/kk/sign-in/again/", {"password": PASSWORD})
    address = f"/kk/sign-in/second-factor/webauthn/{page.format(key=key)}"
    assert english_on(client.get(address)) == set()
