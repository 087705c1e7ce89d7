"""The public check of a certificate: by its address without a language, by hand, by a machine."""

import pytest
from django.test import Client

from registrations.services import certificates
from tests.factories import registrations as made
from tests.markup import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(cast):
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen)
    wording = certificates.Wording("A", "self", "B", "C", with_english=True)
    return certificates.issue(record, wording=wording, actor=cast.officer_here)


def test_codes_tried_from_one_place_are_limited():
    statuses = [Client().get(f"/en/verify/{n:028d}/").status_code for n in range(32)]
    assert statuses == [404] * 30 + [429] * 2


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ("de-DE,de;q=0.9", "en"),
        ("", "en"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("kk-KZ,kk;q=0.9,ru;q=0.8", "kk"),
        ("en-GB", "en"),
    ],
)
def test_paper_opens_in_the_readers_language(certificate, asked, chosen):
    printed = certificates.check_address(certificate.code)
    assert printed.endswith(f"/verify/{certificate.code}/")
    client = Client(headers={"accept-language": asked})
    answer = client.get(f"/verify/{certificate.code}/")
    assert answer.url == f"/{chosen}/verify/{certificate.code}/"
    assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))
    assert client.get("/verify/").url == f"/{chosen}/verify/"


def test_language_chosen_before_wins(settings, certificate):
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "kk"
    assert client.get(f"/verify/{certificate.code}/").url.startswith("/kk/")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_paper_printed_with_a_language_is_still_read(certificate, language):
    assert Client().get(f"/{language}/verify/{certificate.code}/").status_code == 200


@pytest.mark.parametrize(
    ("language", "initials"),
    [("kk", "С. А. · S. A."), ("ru", "С. А. · S. A."), ("en", "S. A. · С. А.")],
)
def test_initials_stand_in_both_scripts_of_the_paper(certificate, language, initials):
    page = Client().get(f"/{language}/verify/{certificate.code}/").content.decode()
    assert f"<dd>{initials}</dd>" in page


def test_initials_of_one_script_stand_alone(cast):
    record = made.registered(
        cast.here,
        cast.officer_here,
        account=cast.citizen,
        family_name="",
        given_names="",
    )
    wording = certificates.Wording("A", "self", "B", "C")
    issued = certificates.issue(record, wording=wording, actor=cast.officer_here)
    assert issued.initials_to_read == "S. A."


def test_check_is_linked_from_every_page():
    assert "/en/verify/" in Page.of(Client().get("/en/")).values("href", "a")
