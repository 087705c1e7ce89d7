"""Finding a mission by what people type: three languages, three scripts, any case."""

import re

import pytest
from django.test import Client

from missions.countries import KAZAKH_ORDER
from missions.models import ForeignMission
from tests.missions.directory_files import load

pytestmark = pytest.mark.django_db
LED_TO = {
    "Оман": ["embassy-muscat"],
    "oman": ["embassy-muscat"],
    "Румыния": ["embassy-bucharest"],
    "Ыстанбұл": ["consulate-istanbul"],
    "Стамбул": ["consulate-istanbul"],
    "ISTANBUL": ["consulate-istanbul"],
    "İstanbul": ["consulate-istanbul"],
    "Омбы": ["consulate-omsk"],
    "омск": ["consulate-omsk"],
    "франкфурт": ["consulate-frankfurt"],
    "Майндағы Франкфурт": ["consulate-frankfurt"],
    "frankfurt am": ["consulate-frankfurt"],
    "xian": ["consulate-xian"],
    "Xi’an": ["consulate-xian"],
    "Жапония": ["embassy-tokyo"],
    "япония": ["embassy-tokyo"],
    "japan": ["embassy-tokyo"],
    "Словения": ["embassy-vienna"],
    "slovenia": ["embassy-vienna"],
    "Англия": ["embassy-london"],
    "UK": ["embassy-london", "embassy-kyiv"],
    "Нигерия": [],
    "берлин франция": [],
    "\x00 оман \x00": ["embassy-muscat"],
}


@pytest.fixture(autouse=True)
def directory():
    load()


def page(path, **query):
    return Client().get(path, query).content.decode()


def found(query, language="en"):
    return re.findall(r'/missions/([\w-]+)/"', page(f"/{language}/missions/", q=query))


def test_search_by_country_and_city():
    assert {query: sorted(found(query)) for query in LED_TO} == {
        query: sorted(codes) for query, codes in LED_TO.items()
    }


def test_search_knows_every_language_on_every_page():
    wanted = ["consulate-antalya", "consulate-istanbul", "embassy-ankara"]
    for language in ("kk", "ru", "en"):
        for query in ("Түркия", "Турция", "Turkey", "Türkiye"):
            assert sorted(found(query, language)) == wanted


def test_empty_search_finds_all():
    assert len(found("")) == len(found(" ?! ")) == ForeignMission.objects.count()


def test_search_for_a_served_country_says_so():
    assert "Serves too: Slovenia" in re.sub(r"<.*?>", "", page("/en/missions/", q="slovenia"))
    assert "Serves too" not in page("/en/missions/", q="austria")


def test_each_country_stands_once_in_the_order_of_the_kazakh_alphabet():
    headings = re.findall(r"<h2>(.*?)</h2>", page("/kk/missions/"))
    in_order = sorted(headings, key=lambda name: [KAZAKH_ORDER.find(s) for s in name.casefold()])
    assert headings == in_order
    assert len(headings) == len(set(ForeignMission.objects.values_list("country", flat=True)))


def test_every_missions_page_opens_in_every_language():
    client = Client()
    codes = ForeignMission.objects.values_list("code", flat=True)
    addresses = [
        f"/{language}/missions/{code}/" for code in codes for language in ("kk", "ru", "en")
    ]
    assert [address for address in addresses if client.get(address).status_code != 200] == []
