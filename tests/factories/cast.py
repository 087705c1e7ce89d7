"""citizen, other_citizen, officer_here, officer_there, ministry: the same in every access test."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from accounts.roles import MINISTRY, grant, sync_roles
from missions.models import ForeignMission, PostingRole
from missions.services import post_officer
from tests.factories.accounts import UserFactory
from tests.factories.missions import DistrictFactory, MissionFactory


@dataclass
class Cast:
    here: ForeignMission
    there: ForeignMission
    citizen: User
    other_citizen: User
    officer_here: User
    second_officer_here: User
    officer_there: User
    ministry: User

    officer_email = "officer.here@example.org"

    @classmethod
    def create(cls) -> "Cast":
        sync_roles()
        here = MissionFactory(code="embassy-berlin", register_code="DEBER")
        there = MissionFactory(
            code="embassy-ankara", register_code="TRANK", country="TR", timezone="Europe/Istanbul"
        )
        DistrictFactory(mission=here)
        DistrictFactory(mission=there, country="TR")
        people = {
            "officer_here": _posted(here, email=cls.officer_email),
            "second_officer_here": _posted(here),
            "officer_there": _posted(there),
            "ministry": UserFactory(officer=True),
        }
        grant(people["ministry"], MINISTRY)
        return cls(here, there, UserFactory(), UserFactory(), **people)


def _posted(mission: ForeignMission, **account: str) -> User:
    officer = UserFactory(officer=True, **account)
    post_officer(
        user=officer,
        mission=mission,
        role=PostingRole.OFFICER,
        starts_on=date(2020, 1, 1),
        actor=None,
        post="Consul",
    )
    return User.objects.get(pk=officer.pk)
