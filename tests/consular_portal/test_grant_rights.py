"""What the role that serves the portal can and cannot do, tried as that role."""

from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from accounts import audit
from accounts.models import AuditEvent
from tests.factories import registrations as made

pytestmark = pytest.mark.django_db
ROLE = "portal_of_the_rights_test"


@pytest.fixture
def role():
    """A role that lives as long as the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
    call_command("grant_rights", ROLE, stdout=StringIO())


@contextmanager
def as_the_role():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield cursor
        cursor.execute("RESET ROLE")


def test_role_does_the_main_job(cast, role):
    with as_the_role():
        record = made.registered(cast.here, cast.officer_here, permanent=True)
    assert record.number
    assert audit.first_broken_event() is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET actor = ''",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
        "TRUNCATE registrations_citizen CASCADE",
        "ALTER TABLE accounts_auditevent DISABLE TRIGGER ALL",
        "DROP TABLE registrations_consent",
        "UPDATE registrations_consent SET text_version = ''",
        "DELETE FROM registrations_certificaterevocation",
        "DELETE FROM django_migrations",
        "CREATE TABLE stolen AS SELECT 1",
    ],
)
def test_role_cannot_touch_what_is_written_once(cast, role, statement):
    """A right that is missing stops what a trigger told to stand aside would let through."""
    made.submitted(cast.here)
    before = AuditEvent.objects.count()
    with pytest.raises(ProgrammingError), as_the_role() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.count() == before


def test_grant_again_gives_the_same(role):
    said = StringIO()
    call_command("grant_rights", ROLE, stdout=said)
    with as_the_role() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_user")
        assert cursor.fetchone() == (0,)


def test_grant_to_nobody():
    with pytest.raises(CommandError, match="There is no role nobody_at_all"):
        call_command("grant_rights", "nobody_at_all")


def test_grant_to_the_owner():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(CommandError, match="owns the tables"):
        call_command("grant_rights", owner)
