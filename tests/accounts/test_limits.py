"""Limits that lie in the database, as they do where no other cache is set."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from consular_portal import settings as deployed
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
SIGN_IN = "/en/sign-in/officer/"
EVERYDAY = 400


@pytest.fixture
def table(settings):
    """The cache as the settings have it, and no test else."""
    settings.CACHES = deployed.CACHES
    call_command("createcachetable", verbosity=0)
    cache.clear()
    return settings.CACHES["default"]["LOCATION"]


def rows(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_limit_is_not_forgotten_for_everyday_traffic(table):
    officer = UserFactory(officer=True)
    for _each in range(10):
        Client().post(SIGN_IN, {"login": officer.email, "password": "x"})
    for number in range(EVERYDAY):
        cache.set(f"zz{number}", [number], 900)
    typed = {"login": officer.email, "password": PASSWORD}
    assert Client().post(SIGN_IN, typed).status_code == 200
    assert rows(table) > EVERYDAY


def test_worker_deletes_what_has_run_out(table):
    cache.set("short", 1, 60)
    cache.set("long", 1, 86400)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        call_command("worker", once=True)
        assert (cache.get("short"), cache.get("long")) == (None, 1)
    assert rows(table) == 1


def test_worker_leaves_another_cache_alone():
    cache.set("short", 1, 60)
    call_command("worker", once=True)
    assert cache.get("short") == 1
