"""What the record page warns of, by the day of the case's own mission."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from registrations.services.cautions import cautions_of
from tests.factories import registrations as made

pytestmark = pytest.mark.django_db
# In Los Angeles the evening of the day before.
MORNING_IN_UTC = datetime(2026, 11, 27, 4, tzinfo=UTC)


@pytest.fixture
def evening(cast):
    cast.here.timezone = "America/Los_Angeles"
    cast.here.save()
    with time_machine.travel(MORNING_IN_UTC, tick=False):
        yield


def codes(cast, case):
    return [one.code for one in cautions_of(case, seen_by=cast.officer_here)]


def test_child_is_under_age_to_the_end_of_the_day_at_the_mission(cast, evening):
    born = {"birth_date": date(2008, 11, 27), "iin": "", "capacity": "parent"}
    assert "minor" in codes(cast, made.in_review(cast.here, cast.officer_here, **born))


def test_document_is_valid_to_the_end_of_the_day_at_the_mission(cast, evening):
    case = made.in_review(cast.here, cast.officer_here, document={"expires_on": date(2026, 11, 26)})
    assert "expires_soon" in codes(cast, case)
    assert "expired" not in codes(cast, case)
