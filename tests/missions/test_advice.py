"""The rights and duties page of a country."""

import pytest
from django.test import Client

from missions.models import AdviceTopic, CountryAdvice
from tests.factories.missions import DistrictFactory, MissionFactory

pytestmark = pytest.mark.django_db


def test_unwritten_country_says_what_holds_everywhere(cast):
    page = Client().get("/en/missions/countries/DE/")
    assert [advice.topic for advice in page.context["advices"]] == list(AdviceTopic)
    assert "Vienna Convention" in page.content.decode()
    assert page.context["missions"] == [cast.here]


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
