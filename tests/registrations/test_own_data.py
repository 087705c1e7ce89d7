"""A person takes the data along and sees who looked at them."""

import io
import json

import pypdf
import pytest
from django.apps import apps
from django.utils.translation import override

from accounts import address_review, recovery
from accounts.models import User
from registrations import pdf
from registrations.enums import Capacity, HelpTopic
from registrations.models import Citizen, ComingOfAge
from registrations.services import (
    certificate_requests,
    changes,
    help_requests,
    holdings,
    personal_data,
)
from tests.accounts.changing import waiting_for_mission
from tests.factories import registrations as made
from tests.personal import LIVE, is_history
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db
# About a person or an account, and not told; each with its reason.
LEFT_OUT = {
    "OutboxMessage": "told as messages, by the person and not by the table",
    "LogEntry": "what staff changed in the admin",
    "MorningDigest": "about a mission's queue",
    "CountryAdvice": "written by the mission",
    "ForeignMission": "names the officer who confirmed its numbers",
    "EmailAddress": "the sign-in's own copy of the address of the account",
    "MiddlewareEvents": "the history that triggers keep of the rows that are told",
    "Authenticator": "the second factor of officers",
    "Posting": "about officers",
}


@pytest.fixture
def record(cast):
    return made.registered(cast.here, cast.officer_here, account=cast.citizen)


def page(record, rest=""):
    return f"/en/account/data/{record.citizen.public_id}/{rest}"


def taken(user, record):
    return json.loads(signed_in(user).get(page(record, "json/")).content)


def test_every_personal_model_is_told_or_left_out_for_a_reason():
    told = {kind.model for kind in (*holdings.OF_ACCOUNT, *holdings.OF_PERSON)}
    of_accounts = {
        model
        for model in apps.get_models()
        if not is_history(model) and any(f.related_model is User for f in model._meta.fields)
    }
    left = {model.__name__ for model in {*LIVE, *of_accounts} - told}
    assert left - set(LEFT_OUT) == set()
    assert set(LIVE) <= told


def test_every_kind_of_row_is_in_both_forms(cast, everything, monkeypatch):
    seen = {}
    monkeypatch.setattr(pdf, "render", lambda _template, data: seen.update(data) or b"")
    found, headings = set(), set()
    recovery.make(cast.citizen)
    ComingOfAge.objects.update(email="young@example.org")
    for citizen in Citizen.objects.all():
        said = personal_data.as_json(citizen, actor=cast.citizen)
        found |= {key for key, rows in said.items() if rows}
        personal_data.as_pdf(citizen, actor=cast.citizen)
        headings |= {part["heading"] for part in seen["parts"]}
    kinds = [*holdings.OF_ACCOUNT, *holdings.OF_PERSON]
    missing = {kind.key for kind in kinds} - found
    # No address change of the citizen's account stands in the scene.
    assert missing == {"address_changes"}
    assert len(headings) == len(kinds) - len(missing) + 3


def test_json_holds_what_is_stored(cast, record):
    said = taken(cast.citizen, record)
    assert said["register"][0]["number"] == record.number
    assert said["register"][0]["entered"]["iin"]["iin"] == "900101300017"
    assert [event["to_status"] for event in said["events"]] == [
        "submitted",
        "in_review",
        "registered",
    ]
    assert said["emergency_contacts"][0]["name"] == "Серік"
    assert said["account"][0]["email"] == cast.citizen.email
    assert [message["kind"] for message in said["messages"]] == [
        "application_received",
        "registered",
    ]
    assert record.number in said["messages"][1]["text"]


def test_officer_is_told_of_the_own_messages_and_of_no_others(cast):
    own = made.registered(cast.here, cast.second_officer_here, account=cast.officer_here)
    other = made.registered(cast.here, cast.second_officer_here, account=cast.citizen)
    made.called_for_help(other, actor=cast.citizen, topic=HelpTopic.RIGHTS, text="Not paid.")
    kinds = [message.kind for message in holdings.messages_about(own.citizen)]
    assert kinds == ["application_received", "registered"]


def test_refusal_and_questions_are_told(cast):
    refused = made.refused(cast.here, cast.officer_here, account=cast.citizen)
    said = taken(cast.citizen, refused)
    assert said["applications"][0]["refusal_text"] == "The copy is of another person."
    asked = made.more_info(cast.here, cast.officer_here, account=cast.other_citizen)
    said = taken(cast.other_citizen, asked)
    assert said["questions"][0]["text"] == "The street is missing."


def test_secrets_and_officers_are_not_told(cast, everything):
    recovery.make(cast.citizen)
    said = signed_in(cast.citizen).get(page(everything, "json/")).content.decode()
    for word in ("password", "code_hash", "iin_index", cast.officer_here.email):
        assert word not in said


def pdf_text(answer):
    return "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.content)).pages)


def test_pdf_can_be_read(cast, record):
    text = pdf_text(signed_in(cast.citizen).get(page(record, "pdf/")))
    for said in (record.number, "Серікұлы", "Қызылорда", "900101 300 017", cast.citizen.email):
        assert said in text


def test_pdf_of_everything_is_made_in_each_language(cast, everything):
    for language in ("kk", "ru", "en"):
        address = page(everything, "pdf/").replace("/en/", f"/{language}/")
        made_pdf = signed_in(cast.citizen).get(address)
        reader = pypdf.PdfReader(io.BytesIO(made_pdf.content))
        assert str(reader.trailer["/Root"]["/Lang"]).startswith(language)
        assert everything.number in pdf_text(made_pdf)


def test_signs_without_a_font_do_not_stop_the_pdf(cast, record):
    Citizen.objects.filter(pk=record.citizen_id).update(local_address="北京市朝阳区 🙂 Ёлка")
    text = pdf_text(signed_in(cast.citizen).get(page(record, "pdf/")))
    assert "Ёлка" in text
    assert "Signs that cannot be printed here stand as □" in text


def test_change_is_read_as_before_and_after(cast, record):
    changes.propose(
        record,
        "sex",
        write=lambda application: _set_sex(application, "female"),
        actor=cast.citizen,
    )
    assert "Male → Female" in pdf_text(signed_in(cast.citizen).get(page(record, "pdf/")))


def test_register_is_a_noun_in_the_pdf(cast, record, monkeypatch):
    seen = {}
    monkeypatch.setattr(pdf, "render", lambda _template, data: seen.update(data) or b"")
    with override("ru"):
        personal_data.as_pdf(record.citizen, actor=cast.citizen)
    assert seen["language"] == "ru"
    assert "Поставить на учёт" not in [part["heading"] for part in seen["parts"]]


def test_data_of_a_child_have_the_account_of_the_parent_alone(cast):
    child = made.submitted(cast.here, account=cast.citizen, capacity=Capacity.PARENT, iin="")
    said = taken(cast.citizen, child)
    assert [one["email"] for one in said["account"]] == [cast.citizen.email]
    assert [one["capacity"] for one in said["representatives"]] == ["parent"]


def test_looks_name_the_mission_and_no_officer(cast, record):
    case = f"/admin/registrations/application/{record.application.public_id}/change/"
    signed_in(cast.officer_here).get(case)
    signed_in(cast.ministry).get(case)
    page_text = signed_in(cast.citizen).get(page(record)).content.decode()
    looks = signed_in(cast.citizen).get(page(record)).context["looks"]
    assert [(str(look.where), str(look.done)) for look in looks[:2]] == [
        ("Ministry of Foreign Affairs of the Republic of Kazakhstan", "opened your data"),
        ("Embassy, Berlin", "opened your data"),
    ]
    assert cast.officer_here.full_name not in page_text
    assert cast.officer_here.email not in page_text


def test_work_on_what_was_asked_for_is_a_look(cast, record):
    made.called_for_help(record, actor=cast.citizen)
    help_requests.answer(record.helprequests.get(), actor=cast.officer_here, answer="Come.")
    certificate_requests.apply(
        record, purpose="bank", addressee="", with_english=False, actor=cast.citizen
    )
    certificate_requests.refuse(
        record.certificaterequests.get(), actor=cast.officer_here, answer="No."
    )
    looks = signed_in(cast.citizen).get(page(record)).context["looks"]
    assert [str(look.done) for look in looks[:2]] == [
        "answered your application for a certificate",
        "answered your request for help",
    ]


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
    said = signed_in(cast.citizen).get(page(record, "json/")).content.decode()
    assert "Бөтенұлы" not in said
    assert other.number not in said
    assert cast.other_citizen.email not in said


def _set_sex(application, sex):
    application.citizen.sex = sex
    application.citizen.save()
