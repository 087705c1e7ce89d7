"""Every message the scene sends: the reference on top, one text twice, no number of a person."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import OutboxMessage
from registrations.models import Citizen, TravelDocument
from tests.pages.rendering import every_row
from tests.pages.scene import Scene

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "templates" / "messages"
TEMPLATES = sorted(path for path in FOLDER.glob("[a-z]*.txt") if path.suffixes == [".txt"])
SAID = re.compile(
    r"{% translate ([^%]+?) %}|{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", re.DOTALL
)


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.said = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in {"style", "title"}
        if tag == "a":
            self.said.append(" ")

    def handle_endtag(self, tag):
        self.silent -= tag in {"style", "title"}

    def handle_data(self, data):
        if not self.silent:
            self.said.append(data)


@pytest.fixture
def messages(db, settings, tmp_path):
    settings.PRIVATE_FILES_ROOT = tmp_path
    every_row(Scene.create())
    return list(OutboxMessage.objects.all())


def words_of_html(message):
    reader = Words()
    reader.feed(message.body_html)
    return " ".join("".join(reader.said).split())


def test_words_are_the_same_with_and_without_markup(messages):
    differ = [one.kind for one in messages if words_of_html(one) != " ".join(one.body_text.split())]
    assert differ == []


def test_reference_stands_in_the_subject(messages):
    about_a_case = [one for one in messages if one.reference]
    assert len({one.kind for one in about_a_case}) > 10
    assert [one.subject for one in about_a_case if one.reference not in one.subject] == []


def test_no_number_of_a_person_is_written(messages):
    """Nor an address or a phone: whoever reads over a shoulder learns a name and a reference."""
    citizens = Citizen.objects.all()
    secret = {one.iin for one in citizens} | {one.phone_e164 for one in citizens}
    secret |= {one.street for one in citizens} | {
        one.number for one in TravelDocument.objects.all()
    }
    told = [(one.kind, word) for one in messages for word in secret - {""} if word in one.body_text]
    assert told == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_both_forms_of_a_message_say_the_same(template):
    """For the kinds the scene does not send: the same sentences and values, in the same order."""
    assert said_by(template.with_suffix(".html")) == said_by(template)


def said_by(template):
    text = template.read_text(encoding="utf-8")
    return [" ".join("".join(found).split()) for found in SAID.findall(text)]
