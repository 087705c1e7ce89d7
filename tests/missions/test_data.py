"""The files the directory is loaded from."""

from zoneinfo import available_timezones

from missions.countries import KAZAKH_ORDER, country_choices, country_name
from tests.missions.directory_files import DISTRICTS, MISSIONS, rows

LATIN = set("abcdefghijklmnopqrstuvwxyz")
NOT_RUSSIAN = set(KAZAKH_ORDER) - set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")

# First-level regions by ISO 3166-2, of each country that several missions share.
REGIONS = {
    "AE": "AJ AZ DU FU RK SH UQ",
    "CN": "AH BJ CQ FJ GD GS GX GZ HA HB HE HI HL HN JL JS JX LN NM NX QH SC SD SH SN SX TJ XJ XZ "
    "YN ZJ",
    "DE": "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH",
    "IR": "00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 "
    "29 30",
    "KR": "11 26 27 28 29 30 31 41 42 43 44 45 46 47 48 49 50",
    "RU": "AD AL ALT AMU ARK AST BA BEL BRY BU CE CHE CHU CU DA IN IRK IVA KAM KB KC KDA KEM KGD "
    "KGN KHA KHM KIR KK KL KLU KO KOS KR KRS KYA LEN LIP MAG ME MO MOS MOW MUR NEN NGR NIZ NVS OMS "
    "ORE ORL PER PNZ PRI PSK ROS RYA SA SAK SAM SAR SE SMO SPE STA SVE TA TAM TOM TUL TVE TY TYU "
    "UD ULY VGG VLA VLG VOR YAN YAR YEV ZAB",
    "SA": "01 02 03 04 05 06 07 08 09 10 11 12 14",
    "TR": " ".join(f"{number:02d}" for number in range(1, 82)),
    "US": "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND "
    "NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY",
    "UZ": "AN BU FA JI NG NW QA QR SA SI SU TK TO XO",
}
# Why a country that is split does not list all of its regions.
NOT_ALL_LISTED = {
    "TH": "the source names all of the district of Phuket; every other province is the embassy's"
}


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


def test_split_country_lists_all_of_its_regions_or_says_why_not():
    listed = {}
    for row in rows(DISTRICTS):
        if row["region_code"]:
            listed.setdefault(row["country"], set()).add(row["region_code"])
    whole = {
        country: {f"{country}-{code}" for code in codes.split()}
        for country, codes in REGIONS.items()
    }
    assert {country for country in listed if country not in NOT_ALL_LISTED} == set(whole)
    assert {country: regions ^ listed[country] for country, regions in whole.items()} == {
        country: set() for country in whole
    }


def test_region_without_a_source_is_the_embassys_until_it_is_settled():
    default = [row for row in rows(DISTRICTS) if row["basis"] == "default" and row["region_code"]]
    kinds = {row["code"]: row["kind"] for row in rows(MISSIONS)}
    assert {kinds[row["mission_code"]] for row in default} == {"embassy"}
    assert {row["notes"].partition(":")[0] for row in default} == {"not settled"}
    assert "DE-NI" in {row["region_code"] for row in default}


def test_azerbaijan_is_spelt_alike_in_countries_missions_and_regions():
    assert country_name("AZ", "kk") == dict(country_choices("kk"))["AZ"] == "Әзербайжан"
    named = [row["name_kk"] for row in rows(MISSIONS) if row["country"] == "AZ"]
    assert all("Әзербайжан" in name for name in named)
    assert "Шығыс Әзербайжан" in {row["region_kk"] for row in rows(DISTRICTS)}
