"""Which mission serves a place, and why; who is posted where."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.models import AuditEvent
from missions import services
from missions.calendar import local_date
from missions.countries import country_name
from missions.models import ConsularDistrict, DistrictBasis, ForeignMission, Posting, PostingRole
from missions.services import mission_for, regions_of
from tests.factories.accounts import UserFactory
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.missions.directory_files import load, rows

pytestmark = pytest.mark.django_db
# Nobody knows whether these two receive citizens, so the embassy answers.
DOUBTFUL = {"DE-NW": "embassy-berlin", "CN-XJ": "embassy-beijing"}
SENTENCES = [
    *services.REASONS.values(),
    services.NOT_SETTLED,
    services.WHOLE_DISTRICT,
    services.PASSED_OVER,
    services.STAND_IN,
    services.ELSEWHERE,
    services.NOBODY,
]


@pytest.fixture
def germany():
    """Berlin for the country, Frankfurt for Hessen."""
    berlin = MissionFactory(code="embassy-berlin")
    frankfurt = MissionFactory(code="consulate-frankfurt", kind="consulate_general")
    DistrictFactory(mission=berlin, basis=DistrictBasis.DEFAULT)
    DistrictFactory(
        mission=frankfurt, region_code="DE-HE", region_name="Hessen", basis=DistrictBasis.SOURCED
    )
    return berlin, frankfurt


def close(mission, **fields):
    ForeignMission.objects.filter(pk=mission.pk).update(**fields or {"is_open": False})


def test_every_row_of_the_district_table_is_answered():
    load()
    answers, wanted = {}, {}
    for row in rows("consular_districts.csv"):
        place = row["country"], row["region_code"]
        answers[place] = mission_for(*place).mission.code
        wanted[place] = DOUBTFUL.get(row["region_code"], row["mission_code"])
    assert answers == wanted


def test_every_country_with_an_accredited_mission_is_answered_and_told_where_it_sits():
    load()
    countries = {
        country
        for row in rows("missions.csv")
        for country in filter(None, row["concurrent_countries"].split(";"))
    }
    silent = [
        country
        for country in countries
        if (seat := mission_for(country).mission).country != country
        and f"{seat.city}, {country_name(seat.country)}" not in mission_for(country).reason
    ]
    assert silent == []


def test_unknown_region_is_served_as_the_rest_of_the_country(germany):
    assert mission_for("DE", "DE-TH").mission == germany[0]


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("sentence", SENTENCES, ids=range(len(SENTENCES)))
def test_every_sentence_is_said_in_the_language(sentence, language):
    with override("en"):
        english = str(sentence)
    with override(language):
        assert str(sentence) != english


def test_region_of_which_no_source_speaks_is_said_to_be_unsettled():
    load()
    answer = mission_for("DE", "DE-NI")
    assert answer.mission.code == "embassy-berlin"
    assert answer.reason == str(services.NOT_SETTLED)


@pytest.mark.parametrize(
    "basis", [basis for basis in DistrictBasis if basis not in {"concurrent", "default"}]
)
def test_reason_follows_from_the_basis(germany, basis):
    ConsularDistrict.objects.filter(region_code="DE-HE").update(basis=basis)
    answer = mission_for("DE", "DE-HE")
    assert answer == services.MissionAnswer(germany[1], str(services.REASONS[basis]))


def test_sourced_row_of_a_whole_country_speaks_of_no_region():
    DistrictFactory(basis=DistrictBasis.SOURCED)
    assert mission_for("DE").reason == str(services.WHOLE_DISTRICT)


@pytest.mark.parametrize(
    ("language", "place"),
    [("kk", "Вена, Аустрия"), ("ru", "Вена, Австрия"), ("en", "Vienna, Austria")],
)
def test_accredited_mission_says_in_which_city_and_country_it_sits(language, place):
    vienna = MissionFactory(country="AT", city_en="Vienna", city_kk="Вена", city_ru="Вена")
    DistrictFactory(mission=vienna, country="SI", basis=DistrictBasis.CONCURRENT)
    with override(language):
        answer = mission_for("SI")
        first = str(services.REASONS[DistrictBasis.CONCURRENT])
    assert answer.mission == vienna
    assert answer.reason.startswith(first)
    assert place in answer.reason.removeprefix(first)


@pytest.mark.parametrize(
    "fields",
    [
        {"is_open": False},
        {"provides_consular_services": "no"},
        {"provides_consular_services": "unknown"},
    ],
)
def test_mission_that_receives_nobody_gives_way_to_the_countrys(germany, fields):
    berlin, frankfurt = germany
    close(frankfurt, **fields)
    assert mission_for("DE", "DE-HE") == services.MissionAnswer(berlin, str(services.PASSED_OVER))


def test_doubtful_mission_answers_where_no_other_does(germany):
    berlin, frankfurt = germany
    close(berlin)
    close(frankfurt, provides_consular_services="unknown")
    assert mission_for("DE", "DE-HE").mission == frankfurt


def test_row_not_in_force_is_passed_over(germany):
    ConsularDistrict.objects.filter(region_code="DE-HE").update(is_in_force=False)
    assert mission_for("DE", "DE-HE").mission == germany[0]


def test_another_mission_in_the_country_stands_in(germany):
    berlin, frankfurt = germany
    close(berlin)
    assert mission_for("DE") == services.MissionAnswer(frankfurt, str(services.STAND_IN))
    assert mission_for("DE", "DE-BY").mission == frankfurt


def test_stand_in_is_the_embassy_first_and_never_a_permanent_mission(germany):
    MissionFactory(kind="permanent_mission", provides_consular_services="no")
    ConsularDistrict.objects.all().update(is_in_force=False)
    assert mission_for("DE").mission == germany[0]


def test_country_whose_missions_are_all_closed_has_none(germany):
    for mission in germany:
        close(mission)
    assert mission_for("DE", "DE-HE") == services.MissionAnswer(None, str(services.NOBODY))


def test_country_without_a_mission_is_told_what_to_do(germany):
    assert mission_for("NG") == services.MissionAnswer(None, str(services.NOBODY))


def test_regions_are_in_the_order_of_the_language(germany):
    for code, kk in (("DE-BY", "Бавария"), ("DE-NI", "Төменгі Саксония"), ("DE-TH", "Әулие")):
        DistrictFactory(mission=germany[1], region_code=code, region_name=code, region_kk=kk)
    with override("kk"):
        named = [row.region_code for row in regions_of("DE")]
    assert named == ["DE-HE", "DE-TH", "DE-BY", "DE-NI"]


def test_regions_are_asked_for_only_where_it_matters(germany):
    ConsularDistrict.objects.filter(region_code="DE-HE").update(is_in_force=False)
    assert regions_of("DE") == []
    assert regions_of("") == []


def days_from_today(mission, days):
    return local_date(mission, timezone.now()) + timedelta(days=days)


def post(mission, first, last=None, role=PostingRole.OFFICER, user=None):
    return services.post_officer(
        user=user or UserFactory(officer=True),
        mission=mission,
        role=role,
        starts_on=days_from_today(mission, first),
        ends_on=None if last is None else days_from_today(mission, last),
        actor=None,
    )


def current(mission):
    return Posting.objects.current().filter(mission=mission).count()


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [(0, None, 1), (1, None, 0), (-9, 0, 1), (-9, -1, 0), (-9, 5, 1), (0, 0, 1)],
)
def test_posting_lasts_from_its_first_day_to_its_last(first, last, count):
    mission = MissionFactory()
    post(mission, first, last)
    assert current(mission) == count


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Pacific/Auckland"])
def test_today_is_the_missions_own(zone):
    """At any hour one of the first two has another date than UTC."""
    mission = MissionFactory(timezone=zone)
    post(mission, -9, 0)
    post(mission, 0, 0)
    post(mission, -9, -1)
    post(mission, 1)
    assert current(mission) == 2


def test_posting_makes_staff_and_is_logged():
    mission, ministry = MissionFactory(), UserFactory(officer=True)
    officer = UserFactory()
    services.post_officer(
        user=officer,
        mission=mission,
        role=PostingRole.HEAD,
        starts_on=days_from_today(mission, 0),
        ends_on=days_from_today(mission, 30),
        actor=ministry,
    )
    officer.refresh_from_db()
    event = AuditEvent.objects.get(action="posting.started")
    assert officer.is_staff
    assert (event.actor_email, event.mission) == (ministry.email, mission.code)
    assert event.details == {
        "officer": officer.email,
        "role": "head",
        "from": days_from_today(mission, 0).isoformat(),
        "until": days_from_today(mission, 30).isoformat(),
    }


@pytest.mark.parametrize(
    ("first", "last", "refused"), [(-5, None, True), (0, 0, True), (1, None, False)]
)
def test_overlapping_posting_is_refused(first, last, refused):
    mission, officer = MissionFactory(), UserFactory(officer=True)
    post(mission, -9, 0, user=officer)
    try:
        with transaction.atomic():
            post(mission, first, last, user=officer)
    except IntegrityError:
        assert refused
    else:
        assert not refused


def test_two_roles_at_a_mission_do_not_overlap():
    mission, officer = MissionFactory(), UserFactory(officer=True)
    post(mission, -9, user=officer)
    post(mission, -9, user=officer, role=PostingRole.HEAD)
    assert current(mission) == 2


def test_ended_posting_keeps_today_and_is_logged():
    mission, ministry = MissionFactory(), UserFactory(officer=True)
    posting = post(mission, -9)
    services.end_posting(posting, on=days_from_today(mission, 0), actor=ministry)
    assert current(mission) == 1
    services.end_posting(posting, on=days_from_today(mission, -1), actor=ministry)
    assert current(mission) == 0
    assert AuditEvent.objects.filter(action="posting.ended").count() == 2


def test_posting_does_not_end_before_it_starts():
    mission = MissionFactory()
    posting = post(mission, -9)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.end_posting(posting, on=days_from_today(mission, -10), actor=None)
