"""The tables of the law are whole: no day without an act, no key twice, no consent reworded."""

import re
from datetime import date
from itertools import pairwise

import pytest

from registrations import law

# A text people agreed to is never reworded, a new wording is a new version: these are the digests
# of the English texts.
CONSENT_DIGESTS = {"2026-11": "139e03cc6c61139ba276c2018944f3325a57291ca44f2c5174f6297665032bcb"}


@pytest.mark.parametrize(
    ("issued_on", "act"),
    [
        (date(1995, 5, 1), "before_1010"),
        (date(2001, 7, 25), "before_1010"),
        (date(2001, 7, 26), "resolution_1010"),
        (date(2012, 3, 27), "resolution_1010"),
        (date(2012, 3, 28), "resolution_361"),
        (date(2023, 9, 11), "resolution_361"),
        (date(2023, 9, 12), "order_259"),
        (date(2026, 11, 24), "order_259"),
    ],
)
def test_exit_permit_rests_on_the_act_of_its_day(issued_on, act):
    assert law.exit_permit_act_on(issued_on).key == act


def test_exit_permit_acts_meet_without_gap_or_overlap():
    acts = law.EXIT_PERMIT_ACTS
    assert (acts[0].in_force_from, acts[-1].in_force_until) == (None, None)
    assert all(earlier.in_force_until == later.in_force_from for earlier, later in pairwise(acts))


def test_four_purposes_of_registration_are_shown():
    assert [purpose.key for purpose in law.purposes_on(date(2026, 11, 24))] == [
        "protection",
        "assistance",
        "rights",
        "duties",
    ]


def test_purpose_that_ended_is_not_shown_from_that_day(monkeypatch):
    ended = law.Purpose("old", "Old purpose", "An act", ended_on=date(2027, 2, 1))
    monkeypatch.setattr(law, "PURPOSES", (ended,))
    assert law.purposes_on(date(2027, 1, 31)) == [ended]
    assert law.purposes_on(date(2027, 2, 1)) == []


@pytest.mark.parametrize("table", [law.EXIT_PERMIT_ACTS, law.PURPOSES])
def test_keys_of_a_table_are_unique(table):
    keys = [entry.key for entry in table]
    assert len(set(keys)) == len(keys)


def test_registration_takes_two_working_days_and_a_draft_is_kept_thirty():
    assert (law.REGISTRATION_WORKING_DAYS, law.DRAFT_KEPT_DAYS) == (2, 30)


def test_consent_texts_are_never_reworded():
    digests = {text.version: text.sha256("en") for text in law.CONSENT_TEXTS}
    assert digests == CONSENT_DIGESTS


def test_consent_has_its_eight_points_and_the_days_of_the_law():
    """Its words are never changed: another number of days wants another text."""
    points = [str(point) for point in law.current_consent().points]
    assert len(points) == 8
    assert re.findall(r"\d+", " ".join(points)) == [str(law.DRAFT_KEPT_DAYS)]


def test_newest_consent_text_is_the_current_one():
    versions = [text.version for text in law.CONSENT_TEXTS]
    assert versions == sorted(versions)
    assert law.current_consent().version == versions[-1]
