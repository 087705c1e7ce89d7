"""The rights and duties page of a country."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from missions.models import AdviceTopic, CountryAdvice, ForeignMission, PostingRole
from missions.services import post_officer
from tests.factories.accounts import UserFactory
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


def test_unwritten_country_says_what_holds_everywhere(cast):
    page = Client().get("/en/missions/countries/DE/")
    assert [advice.topic for advice in page.context["advices"]] == list(AdviceTopic)
    assert "Vienna Convention" in page.content.decode()
    assert page.context["missions"] == [cast.here]


def test_numbers_to_call_are_there_whatever_is_confirmed(cast, settings):
    address = "/en/missions/countries/DE/"
    assert 'href="tel:112"' in Client().get(address).content.decode()
    settings.EMERGENCY_PHONE = "+7 7172 000000"
    ForeignMission.objects.filter(pk=cast.here.pk).update(
        duty_phone="+49 30 23125 999",
        contact_confirmed_at=timezone.now(),
        contact_confirmed_by=cast.ministry,
    )
    page = Client().get(address).content.decode()
    for number in ("112", "+77172000000", "+493023125999"):
        assert f'href="tel:{number}"' in page


@pytest.mark.parametrize(("language", "said"), [("kk", "Қазақша"), ("ru", "По-русски")])
def test_what_the_mission_wrote_stands_in_the_language_of_the_page(cast, language, said):
    CountryAdvice.objects.create(
        country="DE",
        topic=AdviceTopic.VOTING,
        text_kk="Қазақша",
        text_ru="По-русски",
        text_en="In English",
        edited_by=cast.officer_here,
    )
    assert said in Client().get(f"/{language}/missions/countries/DE/").content.decode()


def test_missions_of_a_region_serve_the_country_too(cast):
    frankfurt = MissionFactory()
    DistrictFactory(mission=frankfurt, region_code="DE-HE", basis="sourced")
    page = Client().get("/en/missions/countries/DE/")
    assert set(page.context["missions"]) == {cast.here, frankfurt}


@pytest.mark.parametrize("code", ["KZ", "XX", "de", "EU", "Germany"])
def test_what_is_no_host_country_is_not_found(db, code):
    assert Client().get(f"/en/missions/countries/{code}/").status_code == 404


@pytest.fixture
def head(cast):
    user = UserFactory(officer=True)
    post_officer(
        user=user,
        mission=cast.here,
        role=PostingRole.HEAD,
        starts_on=date(2020, 1, 1),
        actor=None,
        post="Head",
    )
    return user


def typed(country):
    return {
        "country": country,
        "topic": "voting",
        "text_kk": "Елшілікте",
        "text_ru": "В посольстве",
        "text_en": "At the embassy",
    }


def test_head_writes_for_the_countries_of_the_mission(cast, head):
    add = "/admin/missions/countryadvice/add/"
    refused = signed_in(head).post(add, typed("TR"))
    assert refused.context["adminform"].form.errors.as_data()["country"][0].code == "invalid_choice"
    signed_in(head).post(add, typed("DE"))
    written = CountryAdvice.objects.get()
    assert (written.country, written.edited_by) == ("DE", head)
    assert "At the embassy" in Client().get("/en/missions/countries/DE/").content.decode()


@pytest.mark.parametrize("who", ["officer_here", "officer_there"])
def test_officers_read_what_heads_write(cast, head, who):
    signed_in(head).post("/admin/missions/countryadvice/add/", typed("DE"))
    written = CountryAdvice.objects.get()
    officer = signed_in(getattr(cast, who))
    assert officer.get("/admin/missions/countryadvice/").status_code == 200
    assert officer.get("/admin/missions/countryadvice/add/").status_code == 403
    change = f"/admin/missions/countryadvice/{written.pk}/change/"
    assert officer.post(change, typed("DE") | {"text_en": "Elsewhere"}).status_code == 403


def test_empty_language_is_refused(cast, head):
    answer = signed_in(head).post(
        "/admin/missions/countryadvice/add/", typed("DE") | {"text_kk": " "}
    )
    assert answer.status_code == 200
    assert CountryAdvice.objects.count() == 0
