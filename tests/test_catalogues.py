"""Every string has its Kazakh and its Russian; nothing is empty, fuzzy or missing a placeholder."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted((ROOT / "locale").glob("**/*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def _strings(message):
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    translated = [message.string] if isinstance(message.string, str) else list(message.string)
    return originals, translated


def _faults(message):
    originals, translated = _strings(message)
    wanted = sorted(PLACEHOLDER.findall(originals[-1]))
    if message.fuzzy:
        yield "fuzzy"
    for text in translated:
        if not text:
            yield "empty"
        elif sorted(PLACEHOLDER.findall(text)) != wanted:
            yield f"placeholders of {text!r}"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_catalogue_is_complete(path):
    with path.open("rb") as file:
        catalogue = read_po(file)
    faults = {str(message.id): list(_faults(message)) for message in catalogue if message.id}
    assert {text: found for text, found in faults.items() if found} == {}


def test_both_languages_have_the_same_strings():
    texts = {}
    for language in ("kk", "ru"):
        with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
            texts[language] = {(m.context, str(m.id)) for m in read_po(file) if m.id}
    assert texts["kk"] == texts["ru"]
