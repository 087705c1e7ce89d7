"""The files the directory is loaded from."""

from zoneinfo import available_timezones

from missions.countries import KAZAKH_ORDER
from tests.missions.directory_files import DISTRICTS, MISSIONS, rows

LATIN = set("abcdefghijklmnopqrstuvwxyz")
NOT_RUSSIAN = set(KAZAKH_ORDER) - set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")


def letters(text):
    return set(text.casefold())


def test_every_mission_is_named_in_three_languages():
    nameless = [
        (row["code"], column)
        for row in rows(MISSIONS)
        for column in ("name_kk", "name_ru", "name_en", "city_kk", "city_ru", "city_en")
        if not row[column].strip()
    ]
    assert nameless == []


def test_every_region_is_named_in_three_languages():
    columns = ("region_name", "region_kk", "region_ru")
    nameless = [
        row["region_code"] or row["country"]
        for row in rows(DISTRICTS)
        if [bool(row[column].strip()) for column in columns] != [bool(row["region_code"])] * 3
    ]
    assert nameless == []


def test_names_are_in_their_own_script():
    mixed = [
        row[column]
        for name, columns in (
            (MISSIONS, ("name_kk", "name_ru", "city_kk", "city_ru")),
            (DISTRICTS, ("region_kk", "region_ru")),
        )
        for row in rows(name)
        for column in columns
        if letters(row[column]) & LATIN
        or (column.endswith("_ru") and letters(row[column]) & NOT_RUSSIAN)
    ]
    assert mixed == []


def test_consulates_are_named_after_their_city():
    apart = [
        row["code"]
        for row in rows(MISSIONS)
        if row["kind"].startswith("consulate")
        and not (row["city_kk"] in row["name_kk"] and row["city_ru"] in row["name_ru"])
    ]
    assert apart == []


def test_every_mission_has_a_time_zone_that_exists():
    assert {row["timezone"] for row in rows(MISSIONS)} - available_timezones() == set()


def test_every_country_a_mission_is_accredited_to_has_a_row():
    """Australia: the consulate general there does what the embassy in Singapore did before."""
    served = {(row["country"], row["mission_code"]) for row in rows(DISTRICTS)}
    missing = [
        (country, row["code"])
        for row in rows(MISSIONS)
        for country in filter(None, row["concurrent_countries"].split(";"))
        if (country, row["code"]) not in served
    ]
    assert missing == [("AU", "embassy-singapore")]
    assert ("AU", "consulate-sydney") in served


def test_every_row_of_an_accredited_mission_is_in_its_list():
    accredited = {
        (country, row["code"])
        for row in rows(MISSIONS)
        for country in row["concurrent_countries"].split(";")
    }
    of_districts = {
        (row["country"], row["mission_code"])
        for row in rows(DISTRICTS)
        if row["basis"] == "concurrent"
    }
    assert of_districts - accredited == set()


def test_every_source_of_accreditation_is_named():
    bare = [
        row["country"]
        for row in rows(DISTRICTS)
        if row["basis"] in {"concurrent", "sourced"} and not row["source"]
    ]
    assert bare == []
