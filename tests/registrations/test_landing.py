"""The first page: what registration is for, what it is not, what one needs, whom to call."""

import pytest
from django.utils import timezone
from django.utils.translation import ngettext, override

from registrations import law
from tests.markup import Page
from tests.words import said_on

pytestmark = pytest.mark.django_db
LANGUAGES = ("kk", "ru", "en")
ANSWER = "A consular officer answers within %(days)s working {days} of receiving your application."


@pytest.mark.parametrize("language", LANGUAGES)
def test_landing_says_what_one_has_to_know(cast, client, language):
    said = " ".join(
        " ".join(said_on(client.get(f"/{language}/").content.decode(), language)).split()
    )
    with override(language):
        days = law.REGISTRATION_WORKING_DAYS
        answer = ngettext(
            ANSWER.format(days="day"),
            ANSWER.format(days="days"),
            days,
        ) % {"days": days}
        purposes = [str(purpose.text) for purpose in law.purposes_on(timezone.localdate())]
    assert len(purposes) == 4
    assert [text for text in [answer, *purposes] if text not in said] == []
    assert {
        "kk": "Есепке тұру – ерікті және тегін.",
        "ru": "Постановка на учёт добровольна и бесплатна.",
        "en": "Registration is voluntary and free.",
    }[language] in said


def test_landing_names_its_other_languages(cast, client):
    page = Page.of(client.get("/ru/"))
    links = [attrs for tag, attrs in page.tags if tag == "link" and "hreflang" in attrs]
    assert {link["hreflang"]: link["href"].partition("/")[2][-4:] for link in links} == {
        "kk": "/kk/",
        "ru": "/ru/",
        "en": "/en/",
        "x-default": links[-1]["href"].partition("/")[2][-4:],
    }
    chosen = [attrs for tag, attrs in page.tags if tag == "a" and attrs.get("aria-current")]
    assert [link["lang"] for link in chosen] == ["ru"]


@pytest.mark.parametrize(
    ("cookie", "accepted", "leads_to"),
    [
        ("en", "ru", "/en/"),
        (None, "ru-RU,ru;q=0.9,en;q=0.8", "/ru/"),
        (None, "de-DE,en;q=0.5", "/en/"),
        (None, "de-DE", "/kk/"),
    ],
)
def test_address_without_language_leads_to_the_readers(
    client, settings, cookie, accepted, leads_to
):
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    assert client.get("/", headers={"accept-language": accepted}).url == leads_to


@pytest.mark.parametrize("language", LANGUAGES)
def test_address_with_a_language_is_never_redirected(client, settings, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    answer = client.get(f"/{language}/register/", headers={"accept-language": "ru"})
    assert answer.status_code == 200
    assert Page.of(answer).values("lang", "html") == [language]
