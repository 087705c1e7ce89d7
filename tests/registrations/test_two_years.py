"""Twenty-four months with fifty people, from one due moment to the next, through the real clock and
worker: in the end every entry is as the rules say, nothing is lost, every message accounted for."""

from datetime import date

import pytest

from accounts.models import OutboxMessage
from registrations.enums import DeregistrationGround
from registrations.models import Application, Citizen, Confirmation, ResidencyRecord
from tests.registrations.lives import ANGELES, ANKARA, AUCKLAND, BERLIN, Walk
from tests.registrations.plan import days

pytestmark = pytest.mark.django_db


def fifty_lives(walk):
    """Who lives them; the days are spread over both years, the leap day among them."""
    zones = (BERLIN, ANKARA, AUCKLAND, ANGELES)
    first = date(2027, 1, 5)
    for number in range(10):
        walk.confirms(first + days(13 * number), zones[number % 4], number * 3, number)
    # Eleven months after 29 and 31 March 2027 is the leap day of 2028.
    walk.confirms(date(2027, 3, 29), BERLIN, 0, 29)
    walk.confirms(date(2027, 3, 31), AUCKLAND, 19, 21)
    for number in range(6):
        walk.confirms(first + days(17 * number), zones[number % 4])
    walk.confirms(date(2027, 2, 1), ANGELES, 35, 2)
    walk.confirms(date(2027, 2, 28), ANKARA, None, 40)
    walk.moves(date(2027, 1, 11), BERLIN, date(2027, 6, 15), ANKARA, 3)
    walk.moves(date(2027, 1, 12), ANKARA, date(2027, 6, 16), AUCKLAND)
    walk.moves(date(2027, 1, 13), AUCKLAND, date(2027, 10, 5), ANGELES, 25)
    walk.moves(date(2027, 1, 14), ANGELES, date(2028, 2, 28), BERLIN)
    # Told with a question open: nobody is reminded of it any more.
    walk.moves(date(2027, 1, 15), BERLIN, date(2027, 12, 20), ANKARA)
    walk.turns_sixteen(date(2027, 1, 18), BERLIN, date(2027, 6, 10), 3, 4)
    walk.turns_sixteen(date(2027, 1, 19), AUCKLAND, date(2028, 2, 29), 3, 4)
    walk.turns_sixteen(date(2027, 1, 20), ANGELES, date(2028, 7, 4))
    walk.turns_eighteen(date(2027, 1, 21), BERLIN, date(2027, 6, 10), address=5, takes_over=2)
    walk.turns_eighteen(date(2027, 1, 22), AUCKLAND, date(2027, 9, 26), address=5, takes_over=25)
    walk.turns_eighteen(date(2027, 1, 25), ANGELES, date(2027, 11, 7), address=50, takes_over=1)
    walk.turns_eighteen(date(2027, 1, 26), ANKARA, date(2027, 8, 1), address=1)
    walk.turns_eighteen(date(2027, 1, 27), BERLIN, date(2027, 7, 2))
    walk.turns_eighteen(date(2027, 1, 28), AUCKLAND, date(2027, 7, 3))
    walk.is_found_by_the_officer(
        date(2027, 1, 29), ANGELES, date(2027, 7, 6), after=10, takes_over=3
    )
    walk.leaves(date(2027, 2, 2), BERLIN, date(2027, 5, 3))
    walk.leaves(date(2027, 2, 3), AUCKLAND, date(2027, 8, 2))
    walk.leaves(date(2027, 2, 4), ANGELES, date(2028, 3, 6))
    walk.leaves(date(2027, 2, 5), ANKARA, date(2027, 9, 6), stays=True)
    walk.passport_expires(date(2027, 2, 8), BERLIN, date(2027, 9, 1), 3)
    walk.passport_expires(date(2027, 2, 9), AUCKLAND, date(2027, 10, 1), None)
    walk.renews_passport(date(2027, 2, 10), ANKARA, date(2027, 9, 15))
    walk.stay_ends(date(2027, 2, 11), BERLIN, date(2027, 8, 31), 3)
    walk.stay_ends(date(2027, 2, 12), ANGELES, date(2027, 12, 31), None)
    walk.abandons(date(2027, 3, 1))
    walk.abandons(date(2028, 2, 1))
    walk.abandons(date(2027, 4, 5), back=True)
    walk.abandons(date(2027, 5, 5), withdrawn=True)
    walk.is_asked_for_something(date(2027, 6, 1), BERLIN, answers=True)
    walk.is_asked_for_something(date(2027, 6, 2), AUCKLAND, answers=False)


def written():
    """Every message, by recipient: when and of what kind."""
    found = {}
    for message in OutboxMessage.objects.order_by("created_at", "id"):
        found.setdefault(message.recipient, []).append((message.created_at, message.kind))
    return found


def test_two_years_of_fifty_people(cast):
    walk = Walk(cast)
    fifty_lives(walk)
    walk.walk()
    lives = walk.lives
    expected = {email: sorted(told) for email, told in lives.expected.items() if told}
    found = {email: sorted(told) for email, told in written().items()}
    differing = {email for email in {*found, *expected} if found.get(email) != expected.get(email)}
    assert {email: found.get(email) for email in differing} == {
        email: expected.get(email) for email in differing
    }
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"sent"}
    assert_entries(walk)


def assert_entries(walk):
    found, wanted = {}, {}
    for keeper, record in walk.records.items():
        end = walk.lives.ends[keeper]
        record.refresh_from_db()
        account = record.citizen.account
        found[keeper] = (
            record.last_confirmed_at,
            record.unconfirmed_since,
            record.closed_at is not None,
            account.email if account else None,
        )
        kept_by_parent = keeper.startswith("parent") and end.email == keeper
        wanted[keeper] = (
            end.confirmed_at,
            end.unconfirmed_since,
            end.closed,
            None if kept_by_parent else end.email,
        )
    assert found == wanted
    moved = sum(end.moved for end in walk.lives.ends.values())
    assert ResidencyRecord.objects.count() == len(walk.records) + moved
    closed = ResidencyRecord.objects.exclude(closed_at=None)
    grounds = list(closed.values_list("closing_ground", flat=True))
    assert grounds.count(DeregistrationGround.REGISTERED_ELSEWHERE) == moved
    assert Confirmation.objects.open().filter(record__in=closed).count() == 0
    # Nobody is left of the drafts that were given up, and nobody else is gone.
    assert Application.objects.filter(submitted_at=None).count() == 0
    assert Citizen.objects.count() == len(walk.records)
    left = [record for record in closed if record.closing_ground != "registered_elsewhere"]
    assert {record.citizen.emergency_contacts.count() for record in left} == {0}
