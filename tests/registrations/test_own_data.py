"""A person takes the data along and sees who looked at them."""

import io
import json

import pypdf
import pytest

from accounts import address_review
from registrations.services import changes
from tests.accounts.changing import waiting_for_mission
from tests.factories import registrations as made
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


def page(record, rest=""):
    return f"/en/account/data/{record.citizen.public_id}/{rest}"


def test_json_holds_what_is_stored(cast, record):
    taken = json.loads(signed_in(cast.citizen).get(page(record, "json/")).content)
    assert taken["register"][0]["number"] == record.number
    assert taken["register"][0]["entered"]["iin"]["iin"] == "900101300017"
    assert [event["to"] for event in taken["applications"][0]["events"]] == [
        "submitted",
        "in_review",
        "registered",
    ]
    assert taken["applications"][0]["answers"]["emergency"][0]["name"] == "Серік"
    assert len(taken["messages"]) == 2


def test_pdf_can_be_read(cast, record):
    answer = signed_in(cast.citizen).get(page(record, "pdf/"))
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    for said in (record.number, "Серікұлы", "Қызылорда", "900101 300 017"):
        assert said in text


def test_looks_name_the_mission_and_no_officer(cast, record):
    case = f"/admin/registrations/application/{record.application.public_id}/change/"
    signed_in(cast.officer_here).get(case)
    signed_in(cast.ministry).get(case)
    page_text = signed_in(cast.citizen).get(page(record)).content.decode()
    looks = signed_in(cast.citizen).get(page(record)).context["looks"]
    assert [(str(look.where), str(look.done)) for look in looks[:2]] == [
        ("Ministry of Foreign Affairs of the Republic of Kazakhstan", "opened your data"),
        (str(cast.here), "opened your data"),
    ]
    assert cast.officer_here.full_name not in page_text
    assert cast.officer_here.email not in page_text


def test_own_doings_are_no_looks(cast, record):
    before = len(signed_in(cast.citizen).get(page(record)).context["looks"])
    signed_in(cast.citizen).get(f"/en/account/{record.public_id}/")
    signed_in(cast.citizen).get(page(record, "json/"))
    assert len(signed_in(cast.citizen).get(page(record)).context["looks"]) == before


def test_own_doings_under_an_earlier_address_are_no_looks(cast, record):
    before = signed_in(cast.citizen).get(page(record)).context["looks"]
    _client, change = waiting_for_mission(cast.citizen.email)
    address_review.confirm(change, actor=cast.officer_here, mission=cast.here.code)
    cast.citizen.refresh_from_db()
    looks = signed_in(cast.citizen).get(page(record)).context["looks"]
    officers = [look for look in looks if look.at < change.requested_at]
    assert officers == before
    assert all(str(look.where) for look in looks)


def test_export_holds_nobody_elses_data(cast, record):
    other = made.registered(
        cast.here, cast.officer_here, account=cast.other_citizen, family_name="Бөтенұлы"
    )
    changes.propose(
        other,
        "sex",
        write=lambda application: _set_sex(application, "female"),
        actor=cast.other_citizen,
    )
    taken = signed_in(cast.citizen).get(page(record, "json/")).content.decode()
    assert "Бөтенұлы" not in taken
    assert other.number not in taken


def _set_sex(application, sex):
    application.citizen.sex = sex
    application.citizen.save()
