"""Made-up citizens for demonstrations: no name, number or address belongs to anybody."""

import hashlib
import io
import random
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from accounts.models import User
from missions.models import ForeignMission
from registrations import iin, law, names
from registrations.enums import Capacity, PurposeOfStay
from registrations.models import (
    Application,
    Attachment,
    Citizen,
    EmergencyContact,
    ExitPermit,
    FamilyMember,
    TravelDocument,
)
from registrations.models.attachments import attachment_path
from registrations.services import lifecycle
from registrations.steps import steps_of

FAMILY = [
    "Әбдіғали",
    "Қайратұлы",
    "Өмірзақ",
    "Сейтжан",
    "Ұзақбай",
    "Жүсіп",
    "Ыбырай",
    "Шәріпов",
    "Нұрғалиев",
    "Ким",
    "Петров",
    "Иванова",
    "Мюллер",
    "Қасымов",
    "Төлеген",
    "Тайшықов",
    "Байғара",
    "Левченко",
    "Хасанов",
    "Еңсебай",
]
GIVEN = [
    "Айгерім",
    "Ұлжан",
    "Ақжол",
    "Ғалия",
    "Қуаныш",
    "Өркен",
    "Гүлнәр",
    "Іңкәр",
    "Һашим",
    "Нұрай",
    "Санжар",
    "Ерасыл",
    "Дарья",
    "Михаил",
    "Елена",
    "Мәди",
    "Зере",
    "Тұмар",
    "Алан",
    "Сәуле",
]
PATRONYMICS = ("", "Серікұлы", "Маратқызы", "Ерланұлы", "", "Сергеевич", "Петровна", "")
PLACES = {
    "DE": ("Berlin", "Frankfurt am Main", "Leipzig", "Mainz"),
    "TR": ("İstanbul", "Bursa"),
    "RU": ("Омск", "Томск"),
}
PHONES = {"DE": "+49 30 5550 {:04d}", "TR": "+90 212 555 {:04d}", "RU": "+7 381 255 {:04d}"}


def draft(number: int, mission: ForeignMission, chance: random.Random) -> Application:
    """Person ``number`` of the demonstration, with every page answered."""
    account = User.objects.create_user(
        f"citizen{number:03d}@demo.example", language=("kk", "ru", "en")[number % 3]
    )
    application = lifecycle.start(account=account, capacity=Capacity.SELF)
    permanent = number % 4 == 1
    _person(application.citizen, number, mission, chance)
    _people(application.citizen, number)
    if permanent:
        _permit(application.citizen, number, chance)
    application.country, application.city = mission.country, _place(mission, number)
    application.mission = mission
    application.stay = "permanent" if permanent else ("no_permit", "some_time")[number % 3 > 0]
    application.purpose = chance.choice(PurposeOfStay.values)
    application.arrived_on = date(2026, 9, 1) - timedelta(days=chance.randrange(2000))
    application.answered_pages = [step.key for step in steps_of(application)]
    application.save()
    return application


def send(application: Application) -> Application:
    _copy(application)
    return lifecycle.submit(
        application,
        actor=application.applicant,
        consent=law.current_consent(),
        language=application.applicant.language,
    )


def made_up_iin(born: date, male: bool, serial: int) -> str:
    """A number whose check digit holds."""
    century = 3 if born.year < 2000 else 5
    for attempt in range(serial, serial + 100):
        body = f"{born:%y%m%d}{century + (0 if male else 1)}{attempt % 10000:04d}"
        digit = iin.check_digit(body)
        if digit is not None:
            return f"{body}{digit}"
    raise LookupError("no number is left for this day")


def _person(citizen: Citizen, number: int, mission: ForeignMission, chance: random.Random) -> None:
    born = date(1950, 1, 1) + timedelta(days=chance.randrange(21000))
    male = bool(number % 2)
    citizen.family_name = FAMILY[number % len(FAMILY)]
    citizen.given_names = GIVEN[(number * 7) % len(GIVEN)]
    citizen.patronymic = PATRONYMICS[number % len(PATRONYMICS)]
    citizen.family_name_latin = names.suggest_latin(citizen.family_name)
    citizen.given_names_latin = names.suggest_latin(citizen.given_names)
    citizen.birth_date, citizen.birth_country, citizen.birth_place = born, "KZ", "Қызылорда"
    citizen.sex = "male" if male else "female"
    citizen.iin = made_up_iin(born, male, 1000 + number)
    citizen.street = f"Musterstraße {number + 1}"
    citizen.phone = PHONES.get(mission.country, PHONES["DE"]).format(number)
    citizen.phone_e164 = citizen.phone.replace(" ", "")
    citizen.save()
    issued = date(2018, 1, 1) + timedelta(days=chance.randrange(2500))
    TravelDocument.objects.create(
        citizen=citizen,
        type="passport",
        number=f"N{10000000 + number}",
        issued_by="ҚР ІІМ",
        issued_on=issued,
        expires_on=issued.replace(year=issued.year + 10, day=min(issued.day, 28)),
    )


def _people(citizen: Citizen, number: int) -> None:
    EmergencyContact.objects.create(
        citizen=citizen,
        name=f"{GIVEN[number % len(GIVEN)]} {citizen.family_name}",
        relation="parent",
        phone=f"+7 700 555 {number:04d}",
        country="KZ",
    )
    if number % 3 == 0:
        FamilyMember.objects.create(
            citizen=citizen,
            name=f"Max {citizen.family_name_latin.title()}",
            relation="spouse",
            birth_date=date(1985, 5, 5),
            citizenship="DE",
        )


def _permit(citizen: Citizen, number: int, chance: random.Random) -> None:
    issued = date(2009, 1, 1) + timedelta(days=chance.randrange(6000))
    ExitPermit.objects.create(
        citizen=citizen,
        number=f"{number:04d}/Д",
        issued_on=issued,
        issued_by="Полиция департаменті",
        legal_act=law.exit_permit_act_on(issued).key,
    )


def _place(mission: ForeignMission, number: int) -> str:
    towns = PLACES.get(mission.country, (mission.city_en,))
    return towns[number % len(towns)]


def _copy(application: Application) -> None:
    """A drawn placeholder, not a document of anybody."""
    picture = Image.new("RGB", (900, 620), "#e9f6f9")
    ImageDraw.Draw(picture).text((60, 60), "DEMO", fill="#063b4c", font_size=48)
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG")
    content = drawn.getvalue()
    copy = Attachment(
        application=application,
        kind="identity",
        original_name="demo.jpg",
        content_type="image/jpeg",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=application.applicant,
    )
    copy.file.name = default_storage.save(attachment_path(copy, "copy.jpg"), ContentFile(content))
    copy.save()
