"""Whatever the libraries in use can say, they say in Kazakh and in Russian.

A library's words are those of its English catalogue, or, where it ships none, those marked in its
code and templates. What we translate for it stands in locale/upstream.
"""

import io
import json
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import django
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, npgettext, override, pgettext
from django.utils.translation.template import templatize

from tests.sessions import signed_in

UPSTREAM = settings.BASE_DIR / "locale" / "upstream"
DOMAINS = ("django", "djangojs")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?\w+")
NOT_SAID = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|<[^>]*>|&\w+;|https?://\S*|\S*example\.com")

# --- What cannot appear here, and why -------------------------------------------------------

# Names of languages: the switcher gives each language its own name, and we offer three.
LANGUAGE_NAMES = "conf/global_settings.py"
# Parts of allauth that are not installed: sign-in through other sites, a provider of our own, a
# list of sessions, a single-page application.
ALLAUTH_NOT_INSTALLED = ("headless", "idp", "socialaccount", "usersessions")
# What a Kazakh text keeps in Latin letters: values, codes, names of programs and of headers.
KEPT_IN_LATIN = {
    *("True", "False", "None", "DEBUG", "last", "allow_future", "allow_empty", "get_absolute_url"),
    *("JSON", "URL", "UUID", "IP", "IPv4", "IPv6", "HTTPS", "CSRF", "SSO", "LDAP", "QR", "PIN"),
    *("OK", "Control", "Command", "Mac", "Django", "PostgreSQL", "Python", "JavaScript", "cookie"),
    *("Referer", "Referrer", "Policy", "no", "referrer", "same", "origin"),
}


class Words(NamedTuple):
    """One thing a library says, and in which of its files."""

    domain: str
    context: str | None
    singular: str
    plural: str | None
    files: tuple[str, ...]


def _catalogue(folder, language, domain):
    path = folder / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, locale=language)


@cache
def _libraries():
    """Folders of Django's core and of every installed app that is not ours."""
    folders = [Path(app.path) for app in apps.get_app_configs()]
    ours = settings.BASE_DIR
    core = Path(django.__file__).parent / "conf"
    return [core, *(folder for folder in folders if folder.parent != ours)]


def _words(domain, message):
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    files = tuple(file for file, _ in message.locations)
    return Words(domain, message.context, ids[0], ids[1] if ids[1:] else None, files)


def _marked_in(folder):
    """What a library marks for translation in its code and its templates."""
    texts = [path.read_text() for path in sorted(folder.glob("**/*.py"))]
    for path in sorted((folder / "templates").glob("**/*.*")):
        lines = templatize(path.read_text()).splitlines()
        texts.append("\n".join(line.strip() for line in lines))
    for text in texts:
        for _, ids, _, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            singular, plural = ids[:2] if isinstance(ids, tuple) else (ids, None)
            yield Words("django", context, singular, plural, ())


def _is_out_of_use(file):
    return file == LANGUAGE_NAMES or (
        file.removeprefix("templates/").split("/")[0] in ALLAUTH_NOT_INSTALLED
    )


@cache
def _everything_said():
    said = set()
    for folder in _libraries():
        if not (folder / "locale").exists():
            said.update(_marked_in(folder))
        for domain in DOMAINS:
            english = _catalogue(folder / "locale", "en", domain)
            said.update(_words(domain, message) for message in english if message.id)
    return said


def _may_appear(words):
    with override("en"):
        offered = {str(name) for _, name in settings.LANGUAGES}
    return words.singular in offered or not words.files or not all(map(_is_out_of_use, words.files))


def _translations(words, catalogues):
    """The texts Django would show: of the first catalogue that has all of them, or none."""
    for catalogue in catalogues:
        message = catalogue.get(words.singular, context=words.context)
        if message is None or message.fuzzy:
            continue
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        if texts and all(texts):
            return texts
    return []


def _in_order_of_precedence(language, domain):
    libraries = [folder / "locale" for folder in _libraries()]
    return [
        _catalogue(f, language, domain) for f in [*map(Path, settings.LOCALE_PATHS), *libraries]
    ]


def _shown(language):
    """Each thing that may appear, with its texts in a language."""
    catalogues = {domain: _in_order_of_precedence(language, domain) for domain in DOMAINS}
    for words in sorted(filter(_may_appear, _everything_said()), key=repr):
        yield words, _translations(words, catalogues[words.domain])


def _placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def test_parts_left_out_are_not_installed():
    left_out = {f"allauth.{part}" for part in ALLAUTH_NOT_INSTALLED}
    assert left_out & set(settings.INSTALLED_APPS) == set()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_word_of_the_libraries_is_translated(language):
    missing = [(words.context, words.singular) for words, texts in _shown(language) if not texts]
    assert missing == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_translation_keeps_placeholders_and_markup(language):
    different = [
        text
        for words, texts in _shown(language)
        for text in texts
        if _placeholders(text) != _placeholders(words.plural or words.singular)
    ]
    assert different == []


def test_kazakh_leaves_no_english_word():
    left = {
        word: text
        for _, texts in _shown("kk")
        for text in texts
        for word in re.findall(r"[A-Za-z][A-Za-z_]+[46]?", NOT_SAID.sub(" ", text))
        if word not in KEPT_IN_LATIN
    }
    assert left == {}


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_nothing_is_translated_that_no_library_says(language, domain):
    said = {(words.context, words.singular) for words in _everything_said()}
    upstream = [_words(domain, m) for m in _catalogue(UPSTREAM, language, domain) if m.id]
    assert [w.singular for w in upstream if (w.context, w.singular) not in said] == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_what_django_says_is_the_first_of_our_catalogues(language):
    """Our own catalogue wins over locale/upstream, and that one over the library's."""
    catalogues = [_catalogue(Path(path), language, "django") for path in settings.LOCALE_PATHS]
    differing = {}
    for words in {_words("django", message) for message in catalogues[1] if message.id}:
        expected = _translations(words, catalogues)[0]
        with override(language):
            said = _say(words)
        if said != expected:
            differing[words.singular] = said
    assert differing == {}


def _say(words):
    """What Django says of one thing."""
    if words.plural and words.context:
        return npgettext(words.context, words.singular, words.plural, 1)
    if words.plural:
        return ngettext(words.singular, words.plural, 1)
    return pgettext(words.context, words.singular) if words.context else gettext(words.singular)


@override("kk")
def test_wrong_kazakh_of_django_is_mended():
    assert [gettext("last name"), gettext("Sat"), gettext("yes,no,maybe")] == [
        "тегі",
        "сб",
        "иә,жоқ,белгісіз",
    ]
    assert gettext("Django administration") == "Консулдық есеп"
    assert ngettext("%(num)d week", "%(num)d weeks", 5) % {"num": 5} == "5 апта"
    assert naturaltime(timezone.now() - timedelta(days=2, seconds=9)) == "2\xa0күн бұрын"
    assert naturaltime(timezone.now() + timedelta(days=2, seconds=9)) == "2\xa0күннен кейін"
    assert date_format(date(2026, 10, 5)) == "2026 ж. 5 қазан"
    assert date_format(date(2026, 10, 5), "j b, D") == "5 қаз, дс"


def test_scripts_of_the_admin_speak_the_officers_language(cast):
    cast.officer_here.language = "kk"
    cast.officer_here.save()
    script = signed_in(cast.officer_here).get(reverse("admin:jsi18n")).content.decode()
    words, _ = json.JSONDecoder().raw_decode(script.partition("newcatalog = ")[2])
    assert words["Choose a Date"] == "Күнді таңдаңыз"
    assert words["one letter Tuesday\x04T"] == "С"
    assert words["%(sel)s of %(cnt)s selected"] == ["Таңдалғаны: %(sel)s, барлығы: %(cnt)s"] * 2
