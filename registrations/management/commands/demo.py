"""Made-up people in every state, so that a newcomer has something to see."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import OutboxMessage, User
from accounts.roles import MINISTRY, grant, sync_roles
from missions.models import ForeignMission, PostingRole
from missions.services import post_officer, save_mission
from registrations.demonstration.clock import live, own_clock
from registrations.demonstration.lives import Post, lives
from registrations.demonstration.places import DISTRICTS
from registrations.models import Application

PASSWORD = "demonstration only"  # noqa: S105
MINISTRY_ACCOUNT = "ministry@demo.example"
ACCOUNTS = {
    "berlin@demo.example": "officer in Berlin",
    "berlin.head@demo.example": "head of section in Berlin",
    "frankfurt@demo.example": "officer in Frankfurt",
    "istanbul@demo.example": "officer in Istanbul",
    "omsk@demo.example": "officer in Omsk",
    MINISTRY_ACCOUNT: "ministry",
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


class Command(BaseCommand):
    help = "Fill an empty database with made-up officers and citizens; run again, it adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=PEOPLE, help="how many citizens")

    def handle(self, *args: Any, people: int = PEOPLE, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Set DEMO=1: the demonstration is not for a real register.")
        if User.objects.filter(email__endswith="@demo.example").exists():
            self.stdout.write("The demonstration is there already.")
            return
        if Application.objects.exists():
            raise CommandError("The database holds applications: made-up people do not go there.")
        with transaction.atomic():
            posts = self._officers()
            now = timezone.now()
            self.ended, self.people = 0, people
            with own_clock(now) as clock:
                live(lives(posts, now, people), clock, ended=self._say)
            # Nobody reads the mail of made-up people; it stands in the outbox, not in the console.
            OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED).update(
                state=OutboxMessage.State.SENT, sent_at=now
            )
        self.stdout.write(f"{people} made-up citizens in {len(DISTRICTS)} missions.")

    def _say(self) -> None:
        self.ended += 1
        if self.ended % SAID_EVERY == 0 and self.ended < self.people:
            self.stdout.write(f"  {self.ended} of {self.people} people")
            self.stdout.flush()

    def _officers(self) -> list[Post]:
        sync_roles()
        ministry = self._staff(MINISTRY_ACCOUNT, "Ministry of Foreign Affairs")
        grant(ministry, MINISTRY)
        for code, district in DISTRICTS.items():
            self._confirm(code, asdict(district.contacts), ministry)
        return [self._post(email, *posting) for email, posting in POSTS.items()]

    def _post(self, email: str, code: str, role: PostingRole, full_name: str) -> Post:
        mission = ForeignMission.objects.get(code=code)
        name = "Консул" if role == PostingRole.OFFICER else "Консулдық бөлім меңгерушісі"
        officer = self._staff(email, full_name)
        post_officer(
            user=officer,
            mission=mission,
            role=role,
            starts_on=date(2024, 1, 1),
            actor=None,
            post=name,
        )
        return Post(User.objects.get(pk=officer.pk), mission, name)

    def _confirm(self, code: str, contacts: dict[str, str], ministry: User) -> None:
        """Made-up numbers in place of those that were found: nobody rings a real one by mistake."""
        mission = ForeignMission.objects.get(code=code)
        for column, value in (contacts | {"website": ""}).items():
            setattr(mission, column, value)
        save_mission(
            mission, changed={*contacts, "website"}, contacts_confirmed=True, actor=ministry
        )

    def _staff(self, email: str, name: str) -> User:
        return User.objects.create_user(
            email, PASSWORD, full_name=name, is_staff=True, language="ru"
        )
