"""An officer who reads Kazakh finds no English word on a page: ours, Django's or the library's."""

import re
from html.parser import HTMLParser

import pytest
from allauth.mfa.models import Authenticator

from accounts.models import User
from tests.factories import registrations as made
from tests.factories.accounts import PASSWORD, UserFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
WORD = re.compile(r"[^\W\d_]*[A-Za-z][^\W\d_]+")
# What is in Latin letters in every language: addresses, codes, names of programs and of files.
NOT_ENGLISH = re.compile(r"\S+@\S+|\S*\d\S*|[Cc]ookie|JavaScript|QR|HEIC|WebP|PDF|JPG|PNG|ISO")
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


class Reader(HTMLParser):
    """Collects what a page says to the eye and to a screen reader, in its own language."""

    SPOKEN = ("title", "alt", "aria-label", "placeholder")
    SILENT = ("script", "style")
    VOID = ("br", "col", "hr", "img", "input", "link", "meta")

    def __init__(self):
        super().__init__()
        self.said = []
        self._open = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        foreign = given.get("lang", "kk") != "kk"
        silent = tag in self.SILENT or foreign or (bool(self._open) and self._open[-1][1])
        if not silent:
            self.said += [given[name] for name in self.SPOKEN if given.get(name)]
        if tag not in self.VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self._open and not self._open[-1][1]:
            self.said.append(data)


def english_on(response):
    assert response.status_code == 200, response
    reader = Reader()
    reader.feed(response.content.decode())
    words = {word for said in reader.said for word in WORD.findall(NOT_ENGLISH.sub(" ", said))}
    return words - WRITTEN_BY_PEOPLE


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
