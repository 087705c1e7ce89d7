"""The first page: what registration is for, what it is not, what one needs, whom to call."""

import pytest
from django.utils import timezone
from django.utils.translation import override

from registrations import law
from tests.markup import Page
from tests.words import said_on

pytestmark = pytest.mark.django_db
LANGUAGES = ("kk", "ru", "en")
# Voluntary and free, no consequences, what one needs, how long it takes, when the answer comes.
SENTENCES = {
    "kk": (
        "Есепке тұру – ерікті және тегін.",
        "Есепте тұруыңыз немесе тұрмауыңыз ешқандай құқықтық салдар туғызбайды.",
        "паспорт немесе жеке куәлік және ЖСН",
        "шетелдегі мекенжайыңыз бен телефоныңыз",
        "Шамамен 10 минут кетеді.",
        "2 жұмыс күні ішінде жауап береді.",
    ),
    "ru": (
        "Постановка на учёт добровольна и бесплатна.",
        "правовых последствий",
        "паспорт или удостоверение личности и ИИН",
        "адрес и телефон за рубежом",
        "10 минут",
        "в течение 2 рабочих дней",
    ),
    "en": (
        "Registration is voluntary and free.",
        "Being registered, or not being registered, has no legal consequences for you.",
        "your passport or identity card, and your IIN",
        "your address and phone number abroad",
        "It takes about 10 minutes.",
        "A consular officer answers within 2 working days of receiving your application.",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_landing_says_what_one_has_to_know(cast, client, language):
    said = " ".join(
        " ".join(said_on(client.get(f"/{language}/").content.decode(), language)).split()
    )
    with override(language):
        purposes = [str(purpose.text) for purpose in law.purposes_on(timezone.localdate())]
    assert len(purposes) == 4
    assert [text for text in [*SENTENCES[language], *purposes] if text not in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_landing_says_whom_to_call(cast, client, settings, language):
    settings.EMERGENCY_PHONE = "+7 7172 72 00 00"
    page = Page.of(client.get(f"/{language}/"))
    assert "tel:+77172720000" in page.values("href", "a")
    assert f"/{language}/missions/" in page.values("action", "form")


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
