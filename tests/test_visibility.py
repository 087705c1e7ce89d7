"""Every personal model, with a row of the citizen in Berlin that could leak."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.factories import registrations as made
from tests.factories.accounts import UserFactory
from tests.personal import LIVE

pytestmark = pytest.mark.django_db


def rows_seen_by(user):
    return {model.__name__: model.objects.visible_to(user).count() for model in LIVE}


def test_every_row_is_seen_by_whom_it_concerns_and_by_nobody_else(cast, everything):
    rows = {model.__name__: model.objects.count() for model in LIVE}
    assert {name for name, count in rows.items() if count == 0} == set()
    none = dict.fromkeys(rows, 0)
    concerned = (cast.citizen, cast.officer_here, cast.second_officer_here, cast.ministry)
    strangers = (
        AnonymousUser(),
        cast.other_citizen,
        cast.officer_there,
        UserFactory(officer=True),
        UserFactory(officer=True, is_superuser=True),
    )
    seen = {user: rows_seen_by(user) for user in itertools.chain(concerned, strangers)}
    assert [seen[user] for user in concerned] == [rows] * len(concerned)
    assert [seen[user] for user in strangers] == [none] * len(strangers)


def test_draft_is_seen_by_its_writer_alone(cast):
    made.draft(cast.here, account=cast.citizen)
    seen = rows_seen_by(cast.citizen)
    assert (seen["Application"], seen["Citizen"], seen["TravelDocument"]) == (1, 1, 1)
    assert set(rows_seen_by(cast.officer_here).values()) == {0}
    assert rows_seen_by(cast.ministry)["Application"] == 0
