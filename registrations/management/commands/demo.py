"""Made-up people in every state, so that a newcomer has something to see."""

import itertools
import random
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import OutboxMessage, User
from accounts.roles import MINISTRY, grant, sync_roles
from missions.models import ForeignMission, PostingRole
from missions.services import post_officer
from registrations import demonstration, law
from registrations.enums import DeregistrationGround, HelpTopic, RefusalGround
from registrations.models import Application, ResidencyRecord
from registrations.services import (
    certificate_requests,
    certificates,
    help_requests,
    inserts,
    lifecycle,
    transfers,
)

PASSWORD = "demonstration only"  # noqa: S105
ACCOUNTS = {
    "berlin@demo.example": "officer in Berlin",
    "berlin.head@demo.example": "head of section in Berlin",
    "frankfurt@demo.example": "officer in Frankfurt",
    "istanbul@demo.example": "officer in Istanbul",
    "omsk@demo.example": "officer in Omsk",
    "ministry@demo.example": "ministry",
}
POSTS = {
    "berlin@demo.example": ("embassy-berlin", PostingRole.OFFICER, "Айгерім Сапарова"),
    "berlin.head@demo.example": ("embassy-berlin", PostingRole.HEAD, "Нұрлан Жақсыбеков"),
    "frankfurt@demo.example": ("consulate-frankfurt", PostingRole.OFFICER, "Дина Оспанова"),
    "istanbul@demo.example": ("consulate-istanbul", PostingRole.OFFICER, "Ерлан Тілеубаев"),
    "omsk@demo.example": ("consulate-omsk", PostingRole.OFFICER, "Ольга Ким"),
}
PEOPLE = 300
SAID_EVERY = 50
# How far each person in turn has come; most of a real register is registered.
ENDS = ("registered", "registered", "submitted", "draft", "in_review", "registered", "more_info",
        "refused", "transferred", "withdrawn", "deregistered", "submitted")  # fmt: skip


class Command(BaseCommand):
    help = "Fill an empty database with made-up officers and citizens; run again, it adds nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Set DEMO=1: the demonstration is not for a real register.")
        if User.objects.filter(email__endswith="@demo.example").exists():
            self.stdout.write("The demonstration is there already.")
            return
        if Application.objects.exists():
            raise CommandError("The database holds applications: made-up people do not go there.")
        with transaction.atomic():
            officers = self.officers = self._officers()
            chance = random.Random(361)  # noqa: S311
            for number, (officer, end) in enumerate(
                itertools.islice(zip(itertools.cycle(officers), itertools.cycle(ENDS)), PEOPLE)
            ):
                self._person(number, officer, end, chance)
                if number and number % SAID_EVERY == 0:
                    self.stdout.write(f"  {number} of {PEOPLE} people")
                    self.stdout.flush()
            # Nobody reads the mail of made-up people; it stands in the outbox, not in the console.
            OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED).update(
                state=OutboxMessage.State.SENT, sent_at=timezone.now()
            )
        self.stdout.write(f"{PEOPLE} made-up citizens in {len(officers)} missions.")

    def _officers(self) -> list[tuple[User, ForeignMission]]:
        sync_roles()
        ministry = self._staff("ministry@demo.example", "Ministry of Foreign Affairs")
        grant(ministry, MINISTRY)
        posted = []
        for email, (code, role, name) in POSTS.items():
            mission = ForeignMission.objects.get(code=code)
            officer = self._staff(email, name)
            post_officer(
                user=officer,
                mission=mission,
                role=role,
                starts_on=date(2024, 1, 1),
                actor=None,
                post="Консул" if role == PostingRole.OFFICER else "Консулдық бөлім меңгерушісі",
            )
            posted.append((User.objects.get(pk=officer.pk), mission))
        return posted

    def _staff(self, email: str, name: str) -> User:
        return User.objects.create_user(
            email, PASSWORD, full_name=name, is_staff=True, language="ru"
        )

    def _person(
        self, number: int, posting: tuple[User, ForeignMission], end: str, chance: random.Random
    ) -> None:
        officer, mission = posting
        application = demonstration.draft(number, mission, chance)
        if end == "draft":
            return
        application = demonstration.send(application)
        if end == "submitted":
            return
        if end == "withdrawn":
            lifecycle.withdraw(application, actor=application.applicant)
            return
        application = lifecycle.take(application, actor=officer)
        if end == "more_info":
            self._ask(application, officer)
        elif end == "refused":
            lifecycle.refuse(
                application,
                actor=officer,
                ground=RefusalGround.UNRELIABLE_DOCUMENTS,
                text="Құжат көшірмесі оқылмайды. Жаңа көшірме жіберіп, қайта өтініш беріңіз.",
            )
        else:
            self._register(application, officer, end, number)

    def _ask(self, application: Application, officer: User) -> None:
        lifecycle.ask(
            application,
            actor=officer,
            pages=["address", "identity-copy"],
            text="Паспорттың фотосы бар беті анық көрінбейді. Жаңа көшірме жіберіңіз.",
            answer_by=timezone.localdate() + timedelta(days=14),
        )

    def _register(self, application: Application, officer: User, end: str, number: int) -> None:
        record = lifecycle.register(application, actor=officer, checked=["photo", "number"])
        if record.kind == "permanent":
            inserts.record_insert(
                record, number=f"DEMO {number:05d}", issued_on=record.registered_on, actor=officer
            )
        if number % 15 == 0:
            self._certificate(record, officer)
        if end == "deregistered":
            lifecycle.deregister(
                record.application, actor=officer, ground=DeregistrationGround.STAY_ENDED
            )
        elif end == "transferred":
            self._move(record)
        elif number % 10 == 0:
            self._requests(record)

    def _move(self, record: ResidencyRecord) -> None:
        """To the first other mission, whose officer takes the entry over."""
        officer, mission = next(one for one in self.officers if one[1] != record.mission)
        place = transfers.NewPlace(
            country=mission.country,
            region="",
            city=mission.city_en,
            street="Musterstraße 1",
            postcode="",
            local_address="",
            arrived_on=record.registered_on,
            mission=mission,
        )
        moved = transfers.report_move(
            record,
            place=place,
            actor=record.application.applicant,
            consent=law.current_consent(),
            language=record.application.applicant.language,
        )
        assert moved is not None
        lifecycle.register(lifecycle.take(moved, actor=officer), actor=officer, checked=["photo"])

    def _requests(self, record: ResidencyRecord) -> None:
        """Something in each list of what registered persons ask for."""
        person = record.application.applicant
        certificate_requests.apply(
            record, purpose="банк", addressee="", with_english=False, actor=person
        )
        help_requests.ask(
            record,
            topic=HelpTopic.LOST_DOCUMENT,
            text="Паспортым жоғалды.",
            place=record.application.city,
            phone=record.citizen.phone,
            is_urgent=False,
            actor=person,
        )

    def _certificate(self, record: ResidencyRecord, officer: User) -> None:
        wording = certificates.Wording(
            applied_by=str(record.citizen),
            applied_as=record.application.capacity,
            signatory_name=officer.full_name,
            signatory_post="Консул",
            purpose="талап етілген жерге ұсыну үшін / для представления по месту требования",
        )
        certificates.issue(record, wording=wording, actor=officer)
