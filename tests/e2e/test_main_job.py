"""The main job in a real browser: register, decide, print, check."""

import io
import re

import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.core.management import call_command

from registrations.models import Application, RegistrationCertificate, ResidencyRecord
from tests.e2e.conftest import SCREENSHOTS, newest_message
from tests.factories.accounts import PASSWORD
from tests.factories.cast import Cast
from tests.files import jpeg

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"


def answers(permanent):
    return {
        "place": {"country": "DE", "city": "Берлин"},
        "mission": {"choice": "right"},
        "length": {"stay": "permanent" if permanent else "some_time"},
        "name": {"family_name": "Әбдіғали", "given_names": "Ұлжан Іңкәр Һүснә Өң"},
        "latin-name": {"family_name_latin": "ABDIGALI", "given_names_latin": "ULZHAN"},
        "other-names": {"used": "no"},
        "birth": {
            "birth_date_day": "1",
            "birth_date_month": "қаңтар",
            "birth_date_year": "1990",
            "birth_country": "KZ",
            "birth_place": "Қызылорда",
        },
        "iin": {"iin": "900101400013"},
        "sex": {"sex": "female"},
        "document": {
            "type": "passport",
            "number": "N12345678",
            "issued_on_day": "5",
            "issued_on_month": "10",
            "issued_on_year": "2020",
        },
        "exit-permit": {
            "number": "77",
            "issued_on_day": "5",
            "issued_on_month": "мамыр",
            "issued_on_year": "2015",
            "issued_by": "Полиция департаменті",
        },
        "address": {"street": "Müllerstraße 12"},
        "contact": {"phone": "+49 151 23456789", "language": "kk"},
        "stay": {
            "arrived_on_day": "1",
            "arrived_on_month": "9",
            "arrived_on_year": "2024",
            "end_unknown": "on",
            "purpose": "study",
        },
        "life": {},
        "emergency": {"name": "Серік", "relation": "parent", "phone": "+7 701 1234567"},
        "household": {"nobody": "on"},
        "photo": {},
    }


def register(citizen, language, permanent, tmp_path):
    page = citizen.page
    citizen.open(f"/{language}/")
    citizen.shot("landing")
    citizen.go_on()
    citizen.go_on()
    citizen.shot("error")
    page.check("[value=yes]")
    citizen.go_on()
    page.check("[value=abroad]")
    citizen.go_on()
    page.check("[value=self]")
    citizen.go_on()
    page.fill("[name=email]", "ulzhan@example.org")
    citizen.go_on()
    page.fill("[name=code]", re.search(r"\d{6}", newest_message("login_code").body_text)[0])
    citizen.go_on()
    citizen.go_on()
    copy = tmp_path / "паспорт.jpg"
    copy.write_bytes(jpeg())
    typed = answers(permanent)
    while not page.url.endswith("/check/"):
        key = page.url.rstrip("/").rpartition("/")[2].split("?")[0]
        if "/copies/" in page.url and key != "photo":
            page.set_input_files("[name=upload]", copy)
        else:
            citizen.fill(typed[key])
        if key in {"birth", "iin", "household", "identity-copy"}:
            citizen.shot(key)
        citizen.go_on()
    citizen.shot("check")
    citizen.go_on()
    citizen.shot("send")
    page.check("[name=consent]")
    page.check("[name=declaration]")
    citizen.go_on()
    citizen.shot("receipt")
    application = Application.objects.get()
    assert application.reference in page.inner_text("main")
    citizen.open(f"/{language}/account/")
    citizen.shot("account")
    return application


def decide(officer, application):
    page = officer.page
    officer.open("/en/sign-in/officer/")
    page.fill("[name=login]", Cast.officer_email)
    page.fill("[name=password]", PASSWORD)
    page.click("main .q-btn")
    officer.open("/admin/")
    officer.shot("index")
    officer.open("/admin/registrations/application/")
    officer.shot("queue")
    officer.go_on(f"text={application.reference}")
    officer.shot("record")
    officer.go_on("text=Take the case")
    for box in page.locator("[name=checked]").all():
        box.check()
    officer.shot("checklist")
    officer.go_on(".bar [form=checklist]")
    officer.shot("preview")
    officer.go_on("[name=confirm]")
    record = ResidencyRecord.objects.get()
    assert record.number in page.inner_text("main")
    officer.go_on("text=Issue a certificate")
    page.check("[name=applied_as][value=self]")
    page.fill("[name=purpose]", f"Оқу орнына: {KAZAKH}")
    page.fill("[name=signatory_post]", "Консул")
    officer.go_on(".decision .q-btn")
    officer.shot("certificate-draft")
    officer.go_on("[name=confirm]")
    officer.shot("registered")
    link = page.locator("a[href$='/pdf/']").get_attribute("href")
    return officer.context.request.get(officer.server + link).body()


@pytest.mark.parametrize(
    ("name", "width", "language", "permanent", "java_script"),
    [
        ("temporary-kk-375", 375, "kk", False, False),
        ("permanent-en-1280", 1280, "en", True, True),
    ],
)
def test_main_job(walker, settings, tmp_path, name, width, language, permanent, java_script):  # noqa: PLR0917
    settings.DEMO = True
    call_command("compile_catalogues", verbosity=0)
    Cast.create()
    citizen = walker(name, width, java_script=java_script)
    application = register(citizen, language, permanent, tmp_path)
    officer = walker(f"officer-{name}", 1280)
    content = decide(officer, application)
    certificate = RegistrationCertificate.objects.get()
    assert content == bytes(certificate.pdf)
    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert [letter for letter in KAZAKH if letter not in text] == []
    assert "Әбдіғали Ұлжан Іңкәр Һүснә Өң" in text
    picture = pypdfium2.PdfDocument(content)[0].render(scale=3).to_pil()
    picture.save(SCREENSHOTS / f"certificate-{name}.png")
    seen = zxingcpp.read_barcodes(picture)[0].text
    assert seen == f"{citizen.server}/verify/{certificate.code}/"
    stranger = walker(f"verify-{name}", width, java_script=java_script)
    stranger.open(seen.removeprefix(citizen.server))
    stranger.shot("verify")
    assert certificate.number in stranger.page.inner_text("main")
    assert "Әбдіғали" not in stranger.page.content()
    assert citizen.strangers + officer.strangers + stranger.strangers == []
