"""The form filled in and sent for a made-up person."""

import hashlib
import io
from datetime import date, timedelta
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from missions.models import ForeignMission
from registrations import iin, law, names
from registrations.demonstration.people import Person, family_name, given_name
from registrations.demonstration.places import Home, home
from registrations.enums import AttachmentKind, Capacity, PurposeOfStay, Relation, Stay
from registrations.models import (
    Application,
    Attachment,
    Citizen,
    EmergencyContact,
    ExitPermit,
    FamilyMember,
    TravelDocument,
)
from registrations.models.applications import attachment_path
from registrations.services import lifecycle, representation
from registrations.steps import steps_of

# Why people are abroad, the frequent more often.
PURPOSES = [
    *[PurposeOfStay.STUDY] * 4,
    *[PurposeOfStay.WORK] * 4,
    *[PurposeOfStay.FAMILY] * 3,
    PurposeOfStay.TREATMENT,
    PurposeOfStay.PRIVATE_TRIP,
    PurposeOfStay.INVITED,
]
CALLED = (Relation.PARENT, Relation.SIBLING, Relation.FRIEND, Relation.RELATIVE)
YEAR = 365


def draft(
    one: Person,
    number: int,
    mission: ForeignMission,
    chance: Random,
    *,
    permanent: bool,
    expired: bool = False,
    child: bool = False,
) -> Application:
    """Account ``number`` has answered every page, for itself or for its child."""
    now = timezone.now()
    account = User.objects.create_user(
        f"citizen{number:03d}@demo.example",
        language=("kk", "ru", "kk", "ru", "en")[number % 5],
        last_login=now,
    )
    capacity = Capacity.PARENT if child else Capacity.SELF
    application = lifecycle.start(account=account, capacity=capacity)
    _who(application.citizen, one)
    _place(application, home(mission.code, number, chance), mission)
    _document(application.citizen, number, chance, expired=expired)
    _people(application.citizen, one, number, chance)
    if permanent:
        _permit(application.citizen, number, chance)
    _stay(application, permanent, chance)
    application.answered_pages = [step.key for step in steps_of(application)]
    application.save()
    return application


def send(application: Application) -> Application:
    kinds = [AttachmentKind.IDENTITY]
    if application.capacity != Capacity.SELF:
        kinds.append(AttachmentKind.REPRESENTATION)
    if application.stay == Stay.PERMANENT:
        kinds += [AttachmentKind.EXIT_PERMIT, AttachmentKind.PHOTO]
    for kind in kinds:
        _copy(application, kind)
    return lifecycle.submit(
        application,
        actor=application.applicant,
        consent=law.current_consent(),
        language=application.applicant.language,
    )


def _who(citizen: Citizen, one: Person) -> None:
    citizen.family_name, citizen.given_names = one.family, one.given
    citizen.patronymic = one.patronymic
    citizen.family_name_latin = names.suggest_latin(one.family)
    citizen.given_names_latin = names.suggest_latin(one.given)
    citizen.birth_date, citizen.birth_country = one.born, "KZ"
    citizen.birth_place, citizen.sex, citizen.iin = one.birth_place, one.sex, one.iin
    citizen.iin_differs_confirmed = "birth_date" in iin.differences(one.iin, one.born, one.sex)
    citizen.save()


def _place(application: Application, lives_at: Home, mission: ForeignMission) -> None:
    citizen = application.citizen
    citizen.street, citizen.postcode = lives_at.street, lives_at.postcode
    citizen.phone = lives_at.phone
    citizen.phone_e164 = lives_at.phone.replace(" ", "")
    citizen.save()
    application.mission, application.country = mission, mission.country
    application.region, application.city = lives_at.region, lives_at.city


def _document(citizen: Citizen, number: int, chance: Random, *, expired: bool) -> None:
    """Ten years from its issue; an expired one ended some months ago."""
    age = chance.randrange(10 * YEAR + 40, 10 * YEAR + 300) if expired else chance.randrange(2200)
    issued = timezone.localdate() - timedelta(days=age)
    TravelDocument.objects.create(
        citizen=citizen,
        type="passport",
        number=f"N{10000000 + number * 7919}",
        issued_by="ҚР ІІМ",
        issued_on=issued,
        expires_on=issued.replace(year=issued.year + 10, day=min(issued.day, 28)),
    )


def _people(citizen: Citizen, one: Person, number: int, chance: Random) -> None:
    """Whom to call, and every third time somebody in the household."""
    male = chance.random() < 0.5
    EmergencyContact.objects.create(
        citizen=citizen,
        name=f"{_family(one, male)} {given_name(chance, male=male, slavic=one.is_slavic)}",
        relation=chance.choice(CALLED),
        phone=f"+7 700 555 0{number:03d}",
        country="KZ",
    )
    if number % 3 == 0:
        _household(citizen, one, chance)


def _household(citizen: Citizen, one: Person, chance: Random) -> None:
    """A child's parent, anybody else's husband or wife."""
    male = not one.male
    child = representation.age_on(one.born, timezone.localdate()) < law.ADULT_AGE
    FamilyMember.objects.create(
        citizen=citizen,
        name=f"{_family(one, male)} {given_name(chance, male=male, slavic=one.is_slavic)}",
        relation=Relation.PARENT if child else Relation.SPOUSE,
        birth_date=date(chance.randrange(1960, 2000), chance.randrange(1, 13), 15),
        citizenship="KZ",
    )


def _family(one: Person, male: bool) -> str:
    """The family name for a relative of the other sex."""
    return family_name(one.family.removesuffix("а") if not one.male else one.family, male=male)


def _permit(citizen: Citizen, number: int, chance: Random) -> None:
    issued = date(2009, 1, 1) + timedelta(days=chance.randrange(6000))
    ExitPermit.objects.create(
        citizen=citizen,
        number=f"{number:04d}/Д",
        issued_on=issued,
        issued_by="Полиция департаменті",
        legal_act=law.exit_permit_act_on(issued).key,
    )


def _stay(application: Application, permanent: bool, chance: Random) -> None:
    today = timezone.localdate()
    application.arrived_on = today - timedelta(days=chance.randrange(20, 1500))
    application.purpose = chance.choice(PURPOSES)
    if permanent:
        application.stay = Stay.PERMANENT
    elif chance.random() < 0.8:
        application.stay = Stay.SOME_TIME
        application.planned_end = today + timedelta(days=chance.randrange(2 * YEAR, 4 * YEAR))
    else:
        application.stay = Stay.NO_PERMIT


def _copy(application: Application, kind: AttachmentKind) -> None:
    """A drawn placeholder, not a document of anybody."""
    picture = Image.new("RGB", (900, 620), "#e9f6f9")
    ImageDraw.Draw(picture).text((60, 60), f"DEMO: {kind}", fill="#063b4c", font_size=48)
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG")
    content = drawn.getvalue()
    copy = Attachment(
        application=application,
        kind=kind,
        original_name=f"{kind}.jpg",
        content_type="image/jpeg",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=application.applicant,
    )
    copy.file.name = default_storage.save(attachment_path(copy, "copy.jpg"), ContentFile(content))
    copy.save()
