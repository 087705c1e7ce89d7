"""The specimens are those of ICAO Doc 9303 (Utopia), and invented people of Kazakhstan."""

import datetime

import pytest

from registrations import mrz

TODAY = datetime.date(2026, 11, 24)
PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)
CARD = (
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)


@pytest.mark.parametrize(
    ("field", "digit"), [("L898902C3", 6), ("740812", 2), ("120415", 9), ("ZE184226B<<<<<", 1)]
)
def test_check_digit_of_the_specimen_fields(field, digit):
    assert mrz.check_digit(field) == digit


def test_passport_specimen_is_read_whole():
    assert mrz.parse(PASSPORT, TODAY) == mrz.MachineReadableZone(
        format="TD3",
        document_code="P",
        issuing_state="UTO",
        number="L898902C3",
        nationality="UTO",
        birth_date=datetime.date(1974, 8, 12),
        sex="female",
        expires_on=datetime.date(2012, 4, 15),
        family_name="ERIKSSON",
        given_names="ANNA MARIA",
        optional="ZE184226B",
        failed_checks=(),
    )


def test_identity_card_specimen_is_read_whole():
    zone = mrz.parse(CARD, TODAY)
    assert (zone.format, zone.number, zone.birth_date, zone.failed_checks) == (
        "TD1",
        "D23145890",
        datetime.date(1974, 8, 12),
        (),
    )
    assert (zone.family_name, zone.given_names) == ("ERIKSSON", "ANNA MARIA")


def test_identity_card_keeps_the_iin_of_the_first_line():
    first = "IDKAZ0123456784791028302728<<<"
    body = "7910282M3112313KAZ<<<<<<<<<<<"
    composite = mrz.check_digit(first[5:] + body[:7] + body[8:15] + body[18:29])
    zone = mrz.parse(first + body + str(composite) + "AKHMETOV<<DAUREN<<<<<<<<<<<<<<", TODAY)
    assert zone.optional == "791028302728"
    assert "composite" not in zone.failed_checks


def test_long_card_number_goes_on_in_the_optional_field():
    first = "I<UTOD23145890<7349<<<<<<<<<<<"
    body = "3407127M9507122UTO<<<<<<<<<<<"
    composite = mrz.check_digit(first[5:] + body[:7] + body[8:15] + body[18:29])
    zone = mrz.parse(first + body + str(composite) + "STEVENSON<<PETER<JOHN<<<<<<<<<", TODAY)
    assert (zone.number, zone.failed_checks) == ("D23145890734", ())


@pytest.mark.parametrize(
    ("position", "failed"),
    [
        (44, ("number", "composite")),
        (44 + 13, ("birth_date", "composite")),
        (44 + 21, ("expires_on", "composite")),
        (44 + 28, ("optional", "composite")),
        (44 + 43, ("composite",)),
    ],
)
def test_one_wrong_character_fails_its_own_check(position, failed):
    zone = PASSPORT.replace("\n", "")
    wrong = "4" if zone[position] != "4" else "5"
    parsed = mrz.parse(zone[:position] + wrong + zone[position + 1 :], TODAY)
    assert parsed.failed_checks == failed
    assert not parsed.is_trustworthy


def test_wrong_letter_in_a_name_fails_no_check():
    zone = mrz.parse(PASSPORT.replace("ERIKSSON", "ERIXSSON"), TODAY)
    assert (zone.family_name, zone.failed_checks) == ("ERIXSSON", ())


def test_single_name_has_no_given_names():
    zone = mrz.parse(PASSPORT.replace("ERIKSSON<<ANNA<MARIA", "AIGUL<<<<<<<<<<<<<<<"), TODAY)
    assert (zone.family_name, zone.given_names) == ("AIGUL", "")


def test_empty_optional_field_may_have_a_filler_as_check_digit():
    line = "N123456788KAZ9001014M3001019<<<<<<<<<<<<<<<"
    composite = mrz.check_digit(line[:10] + line[13:20] + line[21:43])
    zone = mrz.parse(PASSPORT.splitlines()[0] + line + str(composite), TODAY)
    assert "optional" not in zone.failed_checks


def test_birth_year_is_never_in_the_future():
    born = datetime.date(2026, 11, 25)
    zone = PASSPORT.replace("740812", f"{born:%y%m%d}")
    assert mrz.parse(zone, TODAY).birth_date == datetime.date(1926, 11, 25)


def test_unknown_dates_and_sex_are_empty():
    zone = mrz.parse(PASSPORT.replace("740812", "<<<<<<").replace("2F1", "2<1"), TODAY)
    assert (zone.birth_date, zone.sex) == (None, "")


def test_lower_case_and_spaces_are_read():
    assert mrz.parse(" ".join(PASSPORT.lower()), TODAY) == mrz.parse(PASSPORT, TODAY)


@pytest.mark.parametrize("text", ["", "P<UTO", PASSPORT[:-1], PASSPORT + "<", PASSPORT[:-1] + "Ж"])
def test_text_that_is_no_zone_is_refused(text):
    with pytest.raises(mrz.MrzError):
        mrz.parse(text, TODAY)
