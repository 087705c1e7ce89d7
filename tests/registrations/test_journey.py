"""From landing to receipt and decision, as a stranger's browser would go."""

import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from accounts.models import OutboxMessage
from registrations.enums import ApplicationStatus
from registrations.models import Application, ExitPermit
from tests.files import jpeg

pytestmark = pytest.mark.django_db

ANSWERS = {
    "place": {"country": "DE", "city": "Berlin"},
    "mission": {"choice": "right"},
    "length": {"stay": "some_time"},
    "name": {"family_name": "Әбдіғали", "given_names": "Ұлжан", "patronymic": ""},
    "latin-name": {"family_name_latin": "Abdigali", "given_names_latin": "Ulzhan"},
    "other-names": {"used": "yes", "names": "Серікова"},
    "birth": {
        "birth_date_day": "1",
        "birth_date_month": "қаңтар",
        "birth_date_year": "1990",
        "birth_country": "SU",
        "birth_place": "Қызылорда",
    },
    "iin": {"iin": "900101 400 013"},
    "sex": {"sex": "female"},
    "document": {
        "type": "passport",
        "number": "n 12345678",
        "issued_by": "ІІМ",
        "issued_on_day": "5/10/2020",
        "expires_on_day": "5",
        "expires_on_month": "окт",
        "expires_on_year": "2030",
    },
    "exit-permit": {
        "number": "77",
        "issued_on_day": "5",
        "issued_on_month": "5",
        "issued_on_year": "2015",
        "issued_by": "ІІД",
    },
    "address": {"street": "Müllerstraße 12"},
    "contact": {"phone": "+49 (0)151-234 567 89", "language": "kk"},
    "stay": {
        "arrived_on_day": "1",
        "arrived_on_month": "9",
        "arrived_on_year": "2024",
        "end_unknown": "on",
        "purpose": "study",
    },
    "life": {},
    "emergency": {"name": "Серік", "relation": "parent", "phone": "+7 701 123 45 67"},
    "household": {"nobody": "on"},
}


def sign_in(client: Client, email: str, following: str) -> str:
    """By the code in the message; the address where the sign-in leads."""
    answer = client.post(f"/kk/sign-in/?next={following}", {"email": email})
    assert answer.status_code == 302, answer.context["form"].errors
    code = re.search(r"\d{6}", OutboxMessage.objects.latest("id").body_text)[0]
    answer = client.post(answer.url, {"code": f"{code[:3]} {code[3:]}"})
    assert answer.status_code == 302, answer.context["form"].errors
    return answer.url


def fill_in(client: Client, **changed) -> Application:
    answers = {key: dict(page) for key, page in ANSWERS.items()} | changed
    client.get("/kk/")
    assert client.post("/kk/register/", {"citizen": "yes"}).url == "/kk/register/where/"
    assert client.post("/kk/register/where/", {"whereabouts": "abroad"}).url == "/kk/register/who/"
    following = client.post("/kk/register/who/", {"capacity": "self"}).url
    begin = sign_in(client, "ulzhan@example.org", following.partition("next=")[2])
    assert begin == "/kk/register/begin/self/"
    address = client.post(begin).url
    for _each in range(40):
        answer = client.get(address)
        if answer.status_code == 302:
            address = answer.url
            continue
        if address.endswith("/check/"):
            break
        key = address.rstrip("/").rpartition("/")[2]
        typed = dict(answers.get(key, {}))
        if "/copies/" in address and key != "photo":
            typed["upload"] = SimpleUploadedFile("паспорт.jpg", jpeg(), "image/jpeg")
        answer = client.post(address, typed)
        assert answer.status_code == 302, (key, answer.context["form"].errors)
        address = answer.url
    return Application.objects.get()


@pytest.mark.parametrize("stay", ["some_time", "permanent", "no_permit"])
def test_registration_from_landing_to_receipt(cast, client, stay):
    application = fill_in(client, length={"stay": stay})
    assert application.status == ApplicationStatus.DRAFT
    base = f"/kk/register/{application.public_id}"
    sent = client.post(f"{base}/send/", {"consent": "on", "declaration": "on"})
    assert sent.url == f"{base}/sent/"
    application.refresh_from_db()
    page = client.get(sent.url).content.decode()
    assert application.status == ApplicationStatus.SUBMITTED
    assert application.reference in page
    with translation.override("kk"):
        due = timezone.localtime(application.due_at, ZoneInfo("Europe/Berlin"))
        assert date_format(due, "DATE_FORMAT") in page
    assert application.mission == cast.here
    assert application.citizen.full_name == "Әбдіғали Ұлжан"
    assert application.citizen.full_name_latin == "ABDIGALI ULZHAN"
    assert application.citizen.birth_date == date(1990, 1, 1)
    assert application.citizen.iin == "900101400013"
    assert application.citizen.phone == "+49 (0)151-234 567 89"
    assert application.citizen.phone_e164 == "+4915123456789"
    assert application.citizen.document.number == "N12345678"
    assert application.citizen.document.issued_on == date(2020, 10, 5)
    assert application.citizen.document.expires_on == date(2030, 10, 5)
    assert OutboxMessage.objects.latest("id").kind == "application_received"
    assert ExitPermit.objects.count() == (1 if stay == "permanent" else 0)
    if stay == "permanent":
        assert ExitPermit.objects.get().legal_act == "resolution_361"
    again = client.post(f"{base}/send/", {"consent": "on", "declaration": "on"})
    assert again.url == sent.url
    assert Application.objects.count() == 1
