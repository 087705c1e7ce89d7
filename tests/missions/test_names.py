"""How zones, countries and missions are called for people."""

import csv
from pathlib import Path

import pytest
from django.utils.translation import override

from missions.calendar import zone_name
from missions.countries import country_choices, country_name
from missions.models import ForeignMission
from missions.services import by_country
from tests.factories.missions import MissionFactory


@pytest.mark.parametrize(
    ("zone", "called"),
    [
        ("Europe/Berlin", "Berlin time"),
        ("America/New_York", "New York time"),
        ("Asia/Kolkata", "Kolkata time"),
        ("Europe/Kyiv", "Kyiv time"),
        ("Asia/Ho_Chi_Minh", "Ho Chi Minh City time"),
    ],
)
def test_zone_is_called_by_its_city(zone, called):
    with override("en"):
        assert zone_name(zone) == called


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_zone_of_a_mission_is_named_in_latin_letters(language):
    """Every zone of missions/data, so that a new one is noticed."""
    with Path("missions/data/missions.csv").open(encoding="utf-8") as file:
        zones = {row["timezone"] for row in csv.DictReader(file)}
    with override(language):
        named = {zone: zone_name(zone).replace(" time", "") for zone in zones}
    assert {zone: name for zone, name in named.items() if any("a" <= c <= "z" for c in name)} == {}


def test_azerbaijan_is_spelled_as_in_kazakhstans_papers():
    assert country_name("AZ", "kk") == dict(country_choices("kk"))["AZ"] == "Әзербайжан"
    assert country_name("AZ", "ru") == "Азербайджан"


@pytest.mark.django_db
def test_missions_are_listed_by_country_and_town():
    for country, town in (("TR", "Istanbul"), ("DE", "Munich"), ("TR", "Ankara"), ("DE", "Bonn")):
        MissionFactory(country=country, city_en=town, city_kk="", city_ru="")
    with override("en"):
        listed = by_country(ForeignMission.objects.all())
        assert [(country, [each.city for each in there]) for country, there in listed] == [
            ("Germany", ["Bonn", "Munich"]),
            ("Türkiye", ["Ankara", "Istanbul"]),
        ]
