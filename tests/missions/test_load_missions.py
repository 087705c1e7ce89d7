"""Loading the directory: again, over what the ministry edited, and with rows that are wrong."""

import pytest

from missions import services
from missions.models import ConsularDistrict, ForeignMission
from tests.factories.accounts import UserFactory
from tests.missions.directory_files import few, load, rows, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, *few())
    return tmp_path


def spoil(folder, *, mission=None, district=None):
    """Write the files again with other values in the second row of each."""
    missions, districts = few()
    missions[1] |= mission or {}
    districts[1] |= district or {}
    write(folder, missions, districts)


def test_all_of_the_data_is_loaded_and_none_of_it_twice():
    said, refused = load()
    assert refused == []
    assert said == [
        f"missions: {len(rows('missions.csv'))} created, 0 changed, 0 unchanged",
        f"districts: {len(rows('consular_districts.csv'))} created, 0 changed, 0 unchanged",
        "0 rows refused",
    ]
    said, refused = load()
    assert said == [
        f"missions: 0 created, 0 changed, {len(rows('missions.csv'))} unchanged",
        f"districts: 0 created, 0 changed, {len(rows('consular_districts.csv'))} unchanged",
        "0 rows refused",
    ]


def test_second_load_writes_no_history(folder):
    load(folder)
    before = ForeignMission.history.rel.related_model.objects.count()
    load(folder)
    assert ForeignMission.history.rel.related_model.objects.count() == before


def test_names_of_cities_and_regions_are_loaded(folder):
    load(folder)
    frankfurt = ForeignMission.objects.get(code="consulate-frankfurt")
    assert (frankfurt.city_kk, frankfurt.city_ru) == ("Майндағы Франкфурт", "Франкфурт-на-Майне")
    hessen = ConsularDistrict.objects.get(region_code="DE-HE")
    assert (hessen.region_kk, hessen.region_ru) == ("Гессен", "Гессен")


def test_edited_field_survives_and_others_follow_the_file(folder):
    load(folder)
    mission = ForeignMission.objects.get(code="consulate-frankfurt")
    mission.phone = "+49 69 1"
    services.save_mission(
        mission, changed={"phone"}, contacts_confirmed=False, actor=UserFactory(officer=True)
    )
    spoil(folder, mission={"phone": "+49 69 2", "city_ru": "Франкфурт"})
    assert load(folder)[0][0] == "missions: 0 created, 1 changed, 2 unchanged"
    mission.refresh_from_db()
    assert (mission.phone, mission.city_ru) == ("+49 69 1", "Франкфурт")


def test_confirmed_contacts_survive_as_a_whole(folder):
    load(folder)
    mission = ForeignMission.objects.get(code="consulate-frankfurt")
    before = mission.phone
    services.save_mission(
        mission, changed=set(), contacts_confirmed=True, actor=UserFactory(officer=True)
    )
    spoil(folder, mission={"phone": "+49 69 2", "email": "other@example.org"})
    assert load(folder)[0][0] == "missions: 0 created, 0 changed, 3 unchanged"
    mission.refresh_from_db()
    assert (mission.phone, mission.email) == (before, "")


@pytest.mark.parametrize("edit", [{"basis": "default"}, {"is_in_force": False}])
def test_edited_district_survives(folder, edit):
    load(folder)
    district = ConsularDistrict.objects.get(region_code="DE-HE")
    for field, value in edit.items():
        setattr(district, field, value)
    services.save_district(district, actor=UserFactory(officer=True))
    spoil(folder, district={"mission_code": "embassy-berlin", "basis": "seat"})
    assert load(folder)[0][1] == "districts: 0 created, 0 changed, 3 unchanged"
    district.refresh_from_db()
    assert district.mission.code == "consulate-frankfurt"
    assert {field: getattr(district, field) for field in edit} == edit


def test_changed_district_reaches_an_unedited_row(folder):
    load(folder)
    spoil(folder, district={"mission_code": "embassy-berlin"})
    assert load(folder)[0][1] == "districts: 0 created, 1 changed, 2 unchanged"
    assert ConsularDistrict.objects.get(region_code="DE-HE").mission.code == "embassy-berlin"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name_kk": ""}, "name_kk: This field cannot be blank."),
        ({"kind": "palace"}, "kind: Value 'palace' is not a valid choice."),
        ({"timezone": "Mars/Base"}, "timezone: No time zone has this name"),
        ({"country": "QQ"}, "country: No country has this ISO 3166-1 code"),
        ({"website": "not an address"}, "website: Enter a valid URL."),
        ({"latitude": "north"}, "could not convert string to float: 'north'"),
        ({"latitude": "nan"}, "nan is no place on the globe"),
        ({"longitude": "181"}, "181 is no place on the globe"),
        ({"code": "embassy-berlin"}, "an earlier row is about embassy-berlin too"),
        ({"address": "\x00"}, "A string literal cannot contain NUL (0x00) characters."),
    ],
)
def test_bad_mission_is_refused_with_its_line_and_the_rest_loaded(folder, values, reason):
    spoil(folder, mission=values)
    said, refused = load(folder)
    assert refused[0] == f"missions.csv:3 refused: {reason}"
    assert said[0] == "missions: 2 created, 0 changed, 0 unchanged"
    assert ForeignMission.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"mission_code": "embassy-mars"}, "no mission has the code embassy-mars"),
        ({"basis": "rumour"}, "basis: Value 'rumour' is not a valid choice."),
        ({"country": "FR", "region_code": ""}, "region_name: A region has a code and a name"),
        (
            {"region_code": "FR-HE"},
            "region_code: The code of the region begins with that of its country",
        ),
    ],
)
def test_bad_district_is_refused_with_its_line_and_the_rest_loaded(folder, values, reason):
    spoil(folder, district=values)
    said, refused = load(folder)
    assert refused[0] == f"consular_districts.csv:3 refused: {reason}"
    assert said[0] == "missions: 3 created, 0 changed, 0 unchanged"


def test_second_row_of_a_place_is_refused(folder):
    missions, districts = few()
    write(folder, missions, [*districts, districts[0] | {"mission_code": "consulate-hong-kong"}])
    said, refused = load(folder)
    assert refused == ["consular_districts.csv:5 refused: an earlier row is about DE too"]
    assert said[-1] == "1 rows refused"


def test_row_of_another_length_is_refused(folder):
    with (folder / "missions.csv").open("a", encoding="utf-8") as file:
        file.write("embassy-nowhere,embassy,too short\n")
    assert load(folder)[1] == ["missions.csv:5 refused: it has not as many columns as the heading"]


def test_refused_change_leaves_the_row_as_it_was(folder):
    load(folder)
    spoil(folder, mission={"timezone": "Mars/Base", "city_ru": "Франкфурт"})
    assert load(folder)[0][0] == "missions: 0 created, 0 changed, 2 unchanged"
    frankfurt = ForeignMission.objects.get(code="consulate-frankfurt")
    assert (frankfurt.timezone, frankfurt.city_ru) == ("Europe/Berlin", "Франкфурт-на-Майне")


def test_file_without_the_newer_columns_still_loads(folder):
    load(folder)
    missions, districts = few()
    older = [{k: v for k, v in row.items() if k not in {"city_kk", "city_ru"}} for row in missions]
    write(folder, older, districts)
    assert load(folder)[0][0] == "missions: 0 created, 0 changed, 3 unchanged"


def test_register_codes_are_told_apart(folder):
    load()
    codes = list(ForeignMission.objects.values_list("register_code", flat=True))
    assert len(codes) == len(set(codes)) == len(rows("missions.csv"))
