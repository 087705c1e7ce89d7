"""The pages that ask where a person lives, in a country of several missions and in one of none."""

import re

import pytest

from missions import services
from missions.models import DistrictBasis, ForeignMission
from registrations.models import Application
from tests.factories import registrations as made
from tests.factories.missions import DistrictFactory, MissionFactory
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast):
    """Somebody in Germany, where Frankfurt serves Hessen."""
    frankfurt = MissionFactory(code="consulate-frankfurt")
    DistrictFactory(
        mission=frankfurt,
        region_code="DE-HE",
        region_name="Hessen",
        region_kk="Гессен",
        basis=DistrictBasis.SOURCED,
    )
    return made.draft(cast.here, account=cast.citizen)


def test_region_page_offers_the_regions_by_name(draft):
    page = signed_in(draft.applicant).get(f"/kk/register/{draft.public_id}/region/")
    options = re.findall(r'<option value="(.*?)"', page.content.decode())
    assert options == ["", "DE-HE", "-"]
    assert "Гессен" in page.content.decode()


@pytest.mark.parametrize(
    ("region", "code"), [("DE-HE", "consulate-frankfurt"), ("-", "embassy-berlin")]
)
def test_mission_follows_from_the_region(draft, region, code):
    client = signed_in(draft.applicant)
    client.post(f"/en/register/{draft.public_id}/region/", {"region": region})
    page = client.get(f"/en/register/{draft.public_id}/mission/")
    assert page.context["form"].answer.mission.code == code
    client.post(f"/en/register/{draft.public_id}/mission/", {"choice": "right"})
    assert Application.objects.get(pk=draft.pk).mission.code == code


def test_country_without_a_mission_lets_the_person_choose(draft):
    Application.objects.filter(pk=draft.pk).update(country="NG", mission=None)
    client = signed_in(draft.applicant)
    page = client.get(f"/en/register/{draft.public_id}/mission/")
    assert str(services.NOBODY) in page.content.decode()
    client.post(
        f"/en/register/{draft.public_id}/mission/",
        {"other": "embassy-ankara", "reason": "It is the nearest."},
    )
    assert Application.objects.get(pk=draft.pk).mission.code == "embassy-ankara"


def test_other_missions_are_listed_by_country_and_told_apart_by_town(draft):
    MissionFactory(country="IT", city_en="Rome", kind="consulate_general")
    page = signed_in(draft.applicant).get(f"/en/register/{draft.public_id}/mission/")
    listed = dict(page.context["form"].fields["other"].choices)
    assert [name for _code, name in listed["Italy"]] == ["Rome: Consulate general"]
    assert '<optgroup label="Italy">' in page.content.decode()


def test_mission_that_closed_since_is_chosen_anew(cast, draft):
    """Nothing is sent to it; the one that serves the place now takes over."""
    ForeignMission.objects.filter(pk=cast.here.pk).update(is_open=False)
    frankfurt = ForeignMission.objects.get(code="consulate-frankfurt")
    client, own = signed_in(draft.applicant), f"/en/register/{draft.public_id}/"
    consent = {"consent": "on", "declaration": "on"}
    assert client.post(f"{own}send/", consent).url == own
    assert client.get(own).url == f"{own}mission/?check"
    shown = client.get(f"{own}mission/?check")
    words = " ".join(shown.content.decode().split())
    assert f"receives citizens no longer: {cast.here}" in words
    form = shown.context["form"]
    assert (form.answer.mission, form.initial) == (frankfurt, {})
    assert client.post(f"{own}mission/?check", {"choice": "right"}).url == f"{own}check/"
    assert client.post(f"{own}send/", consent).url == f"{own}sent/"
    draft.refresh_from_db()
    assert (draft.status, draft.mission) == ("submitted", frankfurt)


def test_case_that_was_sent_stays_with_a_mission_that_closed(cast):
    case = made.more_info(cast.here, cast.officer_here, account=cast.citizen)
    ForeignMission.objects.filter(pk=cast.here.pk).update(is_open=False)
    client, own = signed_in(cast.citizen), f"/en/register/{case.public_id}/"
    assert client.get(own).url == f"{own}address/"
    client.post(f"{own}answer/", {"unchanged": "1"})
    case.refresh_from_db()
    assert (case.status, case.mission) == ("in_review", cast.here)
