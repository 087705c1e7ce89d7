"""Applications in every state, made by the services as the portal itself would."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from registrations import law
from registrations.enums import Capacity, HelpTopic, RefusalGround
from registrations.models import (
    Application,
    Citizen,
    EmergencyContact,
    ExitPermit,
    TravelDocument,
)
from registrations.services import help_requests, lifecycle, transfers
from registrations.services.representation import PROOF_CHECKED
from registrations.steps import steps_of
from tests.factories.accounts import UserFactory

IIN = "900101300017"


class CitizenFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Citizen

    account = factory.SubFactory(UserFactory)
    family_name = "Серікұлы"
    given_names = "Ақжол"
    family_name_latin = "SERIKULY"
    given_names_latin = "AKZHOL"
    birth_date = date(1990, 1, 1)
    birth_country = "KZ"
    birth_place = "Қызылорда"
    sex = "male"
    iin = IIN
    street = "Müllerstraße 12"
    phone = "+49 151 23456789"
    phone_e164 = "+4915123456789"


def draft(
    mission, *, account=None, permanent=False, capacity=Capacity.SELF, document=None, **citizen
):
    """A draft with every page answered; ``document`` says what is other than usual about it."""
    account = account or UserFactory()
    application = lifecycle.start(account=account, capacity=capacity)
    values = factory.build(dict, FACTORY_CLASS=CitizenFactory, account=None) | citizen
    values.pop("account")
    for field, value in values.items():
        setattr(application.citizen, field, value)
    application.citizen.save()
    if application.citizen.document is None:
        usual = {
            "type": "passport",
            "number": "N12345678",
            "issued_on": date(2020, 1, 1),
            "expires_on": date(2030, 1, 1),
        }
        TravelDocument.objects.create(citizen=application.citizen, **(usual | (document or {})))
        # A child's draft begins with the contacts its parent has named.
        EmergencyContact.objects.filter(citizen=application.citizen).delete()
        EmergencyContact.objects.create(
            citizen=application.citizen, name="Серік", relation="parent", phone="+7 701 1234567"
        )
    if permanent and not ExitPermit.objects.filter(citizen=application.citizen).exists():
        ExitPermit.objects.create(
            citizen=application.citizen,
            number="1234",
            issued_on=date(2015, 5, 5),
            issued_by="ДВД",
            legal_act=law.exit_permit_act_on(date(2015, 5, 5)).key,
        )
    Application.objects.filter(pk=application.pk).update(
        country=mission.country,
        city="Berlin",
        mission=mission,
        stay="permanent" if permanent else "some_time",
        purpose="study",
        arrived_on=date(2024, 9, 1),
    )
    application.refresh_from_db()
    application.answered_pages = [step.key for step in steps_of(application)]
    application.save()
    return application


def submitted(mission, **traits):
    return send(draft(mission, **traits))


def send(application):
    return lifecycle.submit(
        application, actor=application.applicant, consent=law.current_consent(), language="en"
    )


def in_review(mission, officer, **traits):
    return lifecycle.take(submitted(mission, **traits), actor=officer)


def more_info(mission, officer, *, pages=("address",), **traits):
    return lifecycle.ask(
        in_review(mission, officer, **traits),
        actor=officer,
        pages=pages,
        text="The street is missing.",
        answer_by=timezone.localdate() + timedelta(days=14),
    )


def registered(mission, officer, **traits):
    """The residency record."""
    return lifecycle.register(
        in_review(mission, officer, **traits), actor=officer, checked=["photo", PROOF_CHECKED]
    )


def refused(mission, officer, **traits):
    return lifecycle.refuse(
        in_review(mission, officer, **traits),
        actor=officer,
        ground=RefusalGround.UNRELIABLE_DOCUMENTS,
        text="The copy is of another person.",
    )


def told_of_move(record, mission, *, actor=None, **place):
    """The person tells of a move to Ankara, or to another ``place``; the application that waits
    with the mission there, None for a move within the district."""
    told = {
        "country": "TR",
        "region": "",
        "city": "Ankara",
        "street": "Atatürk Blv. 7",
        "postcode": "",
        "local_address": "",
        "arrived_on": date(2026, 10, 1),
    } | place
    return transfers.report_move(
        record,
        place=transfers.NewPlace(**told, mission=mission),
        actor=actor or record.citizen.account,
        consent=law.current_consent(),
        language="en",
    )


def called_for_help(record, *, actor, topic=HelpTopic.OTHER, text="Lost"):
    """A call for help that is not urgent."""
    said = {"topic": topic, "text": text, "place": "", "phone": "", "is_urgent": False}
    return help_requests.ask(record, actor=actor, **said)
