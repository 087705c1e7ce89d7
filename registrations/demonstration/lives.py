"""What each made-up person does, and the mission with it, step by step.

A life names the moment of its next step, then takes it (registrations/demonstration/clock.py).
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from accounts.models import User
from missions import calendar
from missions.models import ForeignMission
from registrations import law
from registrations.demonstration import applications
from registrations.demonstration.clock import Life
from registrations.demonstration.people import Person, person, with_another_iin
from registrations.demonstration.places import home
from registrations.demonstration.wishes import CERTIFICATES, WISHES, wish
from registrations.enums import DeregistrationGround, RefusalGround
from registrations.models import Application, ResidencyRecord
from registrations.services import certificates, inserts, lifecycle, transfers

# How far each person in turn has come; most of a real register is registered.
ENDS = ("registered", "registered", "submitted", "draft", "in_review", "registered", "more_info",
        "refused", "transferred", "withdrawn", "deregistered", "submitted")  # fmt: skip
# How many days ago who waits has sent: some are overdue, some are due today.
WAITING_DAYS = (0, 1, 2, 3, 4, 0, 1, 2, 5, 1, 7)
# What wants a second look in the queue; every other one who waits has nothing of it.
TRAITS = ("", "expired", "", "minor", "", "duplicate", "", "iin_differs", "", "minor", "expired")
WAITING = ("submitted", "in_review", "more_info")
# Nobody is asked yet whether the entry is still true: that begins after a year.
OLDEST_DAYS = 300
SEED = 361
CERTIFICATE_EVERY = 15
PERMANENT, WISHING = 0.25, 0.6


@dataclass(frozen=True)
class Post:
    officer: User
    mission: ForeignMission
    name: str


@dataclass
class Scene:
    """What time it really is, and what has its part in one life: chance, and the other people."""

    posts: list[Post]
    now: datetime
    chance: Random
    taken: set[str]
    sent: list[Person]

    def at(self, mission: ForeignMission, days_ago: int, hours: tuple[int, int]) -> datetime:
        """Within the hours of that day at the mission, never later than now."""
        day = calendar.local_date(mission, self.now) - timedelta(days=days_ago)
        clock = time(self.chance.randrange(*hours), self.chance.randrange(60))
        moment = datetime.combine(day, clock, tzinfo=calendar.zone(mission)).astimezone(UTC)
        return min(moment, self.now - timedelta(minutes=self.chance.randrange(2, 50)))

    def worked_on(
        self, mission: ForeignMission, moment: datetime, hours: tuple[int, int], *, after: int = 0
    ) -> datetime:
        """Within the hours of the first working day so many days after the moment."""
        day = calendar.local_date(mission, moment) + timedelta(days=after)
        worked = calendar.next_working_day(mission, day)
        ago = (calendar.local_date(mission, self.now) - worked).days
        return max(moment, self.at(mission, max(ago, 0), hours))


def lives(posts: list[Post], now: datetime, people: int) -> Iterator[Life]:
    """So many lives, the same whenever they are lived: each has a chance of its own."""
    taken: set[str] = set()
    sent: list[Person] = []
    traits = itertools.cycle(TRAITS)
    for number in range(people):
        end = ENDS[number % len(ENDS)]
        trait = next(traits) if end in WAITING else ""
        scene = Scene(posts, now, Random(SEED + number), taken, sent)  # noqa: S311
        yield _life(scene, number, end, trait)


def _life(scene: Scene, number: int, end: str, trait: str) -> Life:
    post = scene.posts[number % len(scene.posts)]
    sent_at = scene.at(post.mission, _days_ago(scene, end), (8, 21))
    yield sent_at - timedelta(minutes=scene.chance.randrange(10, 40))
    one = _who(scene, trait)
    application = applications.draft(
        one,
        number,
        post.mission,
        scene.chance,
        permanent=scene.chance.random() < PERMANENT,
        expired=trait == "expired",
        child=trait == "minor",
    )
    if end == "draft":
        return
    yield sent_at
    application = applications.send(application)
    if trait == "":
        scene.sent.append(one)
    if end == "withdrawn":
        yield sent_at + timedelta(hours=3)
        lifecycle.withdraw(application, actor=application.applicant)
    elif end != "submitted":
        yield from _worked(scene, application, post, end, sent_at)


def _days_ago(scene: Scene, end: str) -> int:
    if end in WAITING:
        return scene.chance.choice((*WAITING_DAYS, 20) if end == "more_info" else WAITING_DAYS)
    if end == "draft":
        return scene.chance.randrange(law.DRAFT_KEPT_DAYS // 2)
    return scene.chance.randrange(10, OLDEST_DAYS)


def _who(scene: Scene, trait: str) -> Person:
    """A new person; for a possible duplicate, one who has sent an application already."""
    if trait == "duplicate" and scene.sent:
        return scene.sent.pop(scene.chance.randrange(len(scene.sent)))
    today = scene.now.date()
    one = person(scene.chance, scene.taken, today=today, child=trait == "minor")
    return with_another_iin(one) if trait == "iin_differs" else one


def _worked(
    scene: Scene, application: Application, post: Post, end: str, sent_at: datetime
) -> Iterator[datetime]:
    """The officer takes the case and, but for one in work, says something to it."""
    taken_at = scene.worked_on(post.mission, sent_at, (9, 12))
    yield taken_at
    application = lifecycle.take(application, actor=post.officer)
    if end == "in_review":
        return
    yield scene.worked_on(post.mission, taken_at, (13, 18), after=int(end != "more_info"))
    if end == "more_info":
        _ask(application, post.officer)
    elif end == "refused":
        lifecycle.refuse(
            application,
            actor=post.officer,
            ground=RefusalGround.UNRELIABLE_DOCUMENTS,
            text="Құжат көшірмесі оқылмайды. Жаңа көшірме жіберіп, қайта өтініш беріңіз.",
        )
    else:
        record = lifecycle.register(application, actor=post.officer, checked=["photo", "number"])
        yield from _registered(scene, record, post, end)


def _ask(application: Application, officer: User) -> None:
    assert application.taken_at is not None
    lifecycle.ask(
        application,
        actor=officer,
        pages=["address", "identity-copy"],
        text="Паспорттың фотосы бар беті анық көрінбейді. Жаңа көшірме жіберіңіз.",
        answer_by=application.taken_at.date() + timedelta(days=law.ANSWER_DAYS),
    )


def _registered(scene: Scene, record: ResidencyRecord, post: Post, end: str) -> Iterator[datetime]:
    number = record.pk
    if record.kind == "permanent":
        inserts.record_insert(
            record,
            number=f"DEMO {number:05d}",
            issued_on=record.registered_on,
            actor=post.officer,
        )
    if number % CERTIFICATE_EVERY == 0:
        yield scene.worked_on(post.mission, _noon(scene, post, 9), (10, 17))
        _certify(scene, record, post)
    if end == "deregistered":
        yield scene.worked_on(post.mission, _noon(scene, post, 7), (10, 17))
        lifecycle.deregister(
            record.application, actor=post.officer, ground=DeregistrationGround.STAY_ENDED
        )
    elif end == "transferred":
        yield from _moves(scene, record, post)
    elif scene.chance.random() < WISHING:
        yield scene.at(post.mission, scene.chance.randrange(4), (8, 20))
        wish(record, scene.chance.choice(WISHES), scene.chance)


def _noon(scene: Scene, post: Post, most_days: int) -> datetime:
    return scene.at(post.mission, scene.chance.randrange(2, most_days), (9, 10))


def _moves(scene: Scene, record: ResidencyRecord, post: Post) -> Iterator[datetime]:
    """To another mission, whose officer takes the entry over."""
    other = scene.chance.choice([one for one in scene.posts if one.mission != post.mission])
    told_at = scene.at(other.mission, scene.chance.randrange(5, 9), (8, 20))
    yield told_at
    lives_at = home(other.mission.code, record.pk % 900, scene.chance)
    moved = transfers.report_move(
        record,
        place=transfers.NewPlace(
            country=other.mission.country,
            region=lives_at.region,
            city=lives_at.city,
            street=lives_at.street,
            postcode=lives_at.postcode,
            local_address="",
            arrived_on=record.registered_on,
            mission=other.mission,
        ),
        actor=record.application.applicant,
        consent=law.current_consent(),
        language=record.application.applicant.language,
    )
    assert moved is not None
    yield scene.worked_on(other.mission, told_at, (9, 17), after=1)
    taken = lifecycle.take(moved, actor=other.officer)
    lifecycle.register(taken, actor=other.officer, checked=["photo"])


def _certify(scene: Scene, record: ResidencyRecord, post: Post) -> None:
    purpose, addressee, _english = scene.chance.choice(CERTIFICATES)
    certificates.issue(
        record,
        wording=certificates.Wording(
            applied_by=str(record.citizen),
            applied_as=record.application.capacity,
            signatory_name=post.officer.full_name,
            signatory_post=post.name,
            purpose=purpose,
            addressee=addressee,
        ),
        actor=post.officer,
    )
