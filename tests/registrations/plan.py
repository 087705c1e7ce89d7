"""The plan of a walk through time: what is done when, and what the rules then say must happen.

Nothing here asks the portal's own rules: the days are counted anew.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.test import Client

from accounts.models import OutboxMessage
from tests.sessions import signed_in

END = datetime(2029, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def on(day, zone, hour=8, minute=0):
    """An hour of the day at the mission, in UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def days(number):
    return timedelta(days=number)


def eleven_months_on(day):
    year, month = (day.year, day.month + 11) if day.month == 1 else (day.year + 1, day.month - 1)
    while True:
        try:
            return day.replace(year=year, month=month)
        except ValueError:
            day -= days(1)


@dataclass
class End:
    """What the entry must look like in the end."""

    email: str
    confirmed_at: datetime | None = None
    unconfirmed_since: datetime | None = None
    closed: bool = False
    moved: bool = False


@dataclass
class Plan:
    """The plan: acts and rounds of the clock by their moment, messages by recipient."""

    acts: list = field(default_factory=list)
    rounds: set = field(default_factory=set)
    expected: dict = field(default_factory=lambda: defaultdict(list))
    waiting: list = field(default_factory=list)
    ends: dict = field(default_factory=dict)

    def do(self, moment, act):
        if moment < END:
            self.acts.append((moment, len(self.acts), act))

    def told(self, email, moment, *kinds):
        """Messages that come with an act."""
        if moment < END:
            self.expected[email] += [(moment, kind) for kind in kinds]

    def due(self, email, moment, kind):
        """A message of the clock: at that round, and not at the one a minute before."""
        if moment < END:
            self.expected[email].append((moment, kind))
            self.rounds |= {moment - MINUTE, moment}

    def look(self, moment):
        """Rounds at which something must happen that nobody is told of."""
        self.rounds |= {moment - MINUTE, moment}

    def waits(self, mission, since, until):
        """Something of this mission waits for an officer between the two moments."""
        self.waiting.append((mission, since, until))

    def question(self, email, asked_on, zone, *, kind, answer_after, until=END):
        """One question: the message, what follows it, and the moment of the answer if there is one.

        ``answer_after`` counts the days, None is silence; ``until`` ends the waiting without one.
        """
        self.due(email, on(asked_on, zone), kind)
        answered_at = None
        if answer_after is not None:
            answered_at = on(asked_on + days(answer_after), zone, 12)
            self.do(answered_at, lambda: press_the_button(email))
        reminded_at, lapsed_at = on(asked_on + days(20), zone), on(asked_on + days(31), zone)
        if (answer_after is None or answer_after > 20) and reminded_at < until:
            self.due(email, reminded_at, "still_here_reminder")
        if (answer_after is None or answer_after > 30) and lapsed_at < min(until, END):
            end = self.ends[email]
            if end.unconfirmed_since is None:
                self.due(email, lapsed_at, "record_unconfirmed")
                end.unconfirmed_since = lapsed_at
            self.look(lapsed_at)
        if answered_at is not None and answered_at < END:
            self.confirmed(email, answered_at)
        return answered_at

    def confirmed(self, email, moment):
        if moment < END:
            self.ends[email].confirmed_at = moment
            self.ends[email].unconfirmed_since = None

    def years(self, email, since, zone, answers, *, until=END):
        """The yearly question from the last word on; each of ``answers`` is for one question."""
        answers = list(answers)
        while True:
            asked_on = eleven_months_on(since)
            if on(asked_on, zone) >= min(until, END):
                return
            after = answers.pop(0) if answers else None
            self.question(email, asked_on, zone, kind="still_here", answer_after=after, until=until)
            since = asked_on if after is None else asked_on + days(after)


def press_the_button(email):
    """Open the link of the newest message and press the button, as whoever holds it can."""
    newest = OutboxMessage.objects.filter(recipient=email).order_by("-id")
    path = next(
        found[1]
        for message in newest
        if (found := re.search(r"https?://[^/]+(/\w\w/still-here/\S+)", message.body_text))
    )
    stranger = Client()
    assert stranger.get(path).context["state"] == "open"
    assert stranger.post(path).status_code == 302


def post(user, path, **typed):
    answer = signed_in(user).post(path, typed)
    assert answer.status_code == 302, (path, answer.status_code)
    return answer


def born(birthday, age):
    """The day of birth of who is so old on the day."""
    return date(birthday.year - age, birthday.month, birthday.day)
