"""Rotation of the field keys: everything opens under the new key alone, nothing else changed."""

import base64
import contextlib
from io import StringIO

import psycopg2
import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction

from accounts import key_rotation
from accounts.encryption import DecryptionError
from accounts.key_rotation import sealed_columns
from accounts.models import AuditEvent, OutboxMessage
from registrations.models import Citizen, Declaration, FamilyMember, ResidencyRecord
from registrations.services import changes, help_requests
from tests.factories import registrations as made

pytestmark = pytest.mark.django_db
OLD = "2025:" + base64.b64encode(b"o" * 32).decode()
NEW = "2026:" + base64.b64encode(b"n" * 32).decode()


def ask_for_help(record, actor):
    help_requests.ask(
        record,
        topic="rights",
        text="Not paid.",
        place="",
        phone="+49 30 1",
        is_urgent=False,
        actor=actor,
    )


def ask_for_a_change(record, actor):
    def write(application):
        application.citizen.family_name = "Жаңаұлы"
        application.citizen.save()

    changes.propose(record, "name", write=write, actor=actor)


@pytest.fixture
def register(settings, cast):
    """One registered person with permit, household, messages and requests, and an officer with a
    second factor, all sealed under the old key."""
    settings.FIELD_KEYS = OLD
    record = made.registered(cast.here, cast.officer_here, account=cast.citizen, permanent=True)
    ask_for_help(record, cast.citizen)
    ask_for_a_change(record, cast.citizen)
    FamilyMember.objects.create(
        citizen=record.citizen, name="Max", relation="spouse", citizenship="DE"
    )
    Authenticator.objects.create(
        user=cast.officer_here,
        type=Authenticator.Type.TOTP,
        data={"secret": get_adapter().encrypt("SEED")},
    )
    return record


def rotate():
    said = StringIO()
    call_command("rotate_field_keys", stdout=said)
    return said.getvalue().splitlines()[-1]


def everything_opened():
    """Each sealed value of each table, read as the portal reads it."""
    return {
        (model._meta.label, row.pk, column.attname): getattr(row, column.attname)
        for model, columns in sealed_columns()
        for row in model._base_manager.all()
        for column in columns
    }


def key_ids():
    """The key ids in front of what the tables hold."""
    found = set()
    for model, columns in sealed_columns():
        for column in columns:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT DISTINCT split_part({column.column}, '.', 1) "
                    f"FROM {model._meta.db_table} WHERE {column.column} > ''"
                )
                found |= {key_id for (key_id,) in cursor.fetchall()}
    return found


def row_counts():
    return {model._meta.label: model._base_manager.count() for model, _columns in sealed_columns()}


@pytest.mark.parametrize("batch", [1, 500])
def test_rotation_leaves_every_value_readable_by_the_new_key_alone(
    settings, monkeypatch, register, batch
):
    monkeypatch.setattr(key_rotation, "BATCH", batch)
    before = everything_opened()
    assert all(row_counts().values())
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    holding = {(label, pk) for (label, pk, _column), value in before.items() if value}
    rows = len(holding) + Authenticator.objects.count()
    assert rotate() == f"{rows} rows sealed anew. Nothing needs a key but 2026."
    settings.FIELD_KEYS = NEW
    assert everything_opened() == before
    assert key_ids() == {"2026"}
    assert get_adapter().decrypt(Authenticator.objects.get().data["secret"]) == "SEED"


def test_rotation_writes_no_history_and_one_log_entry(settings, register):
    counts, logged = row_counts(), AuditEvent.objects.count()
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    rotate()
    assert row_counts() == counts
    event = AuditEvent.objects.latest("id")
    assert (AuditEvent.objects.count(), event.action) == (logged + 1, "field-keys.rotated")
    assert (event.actor, event.target_label) == ("", "2026")


def test_rotation_again_changes_nothing(settings, register):
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    rotate()
    logged = AuditEvent.objects.count()
    assert rotate() == "0 rows sealed anew. Nothing needs a key but 2026."
    assert AuditEvent.objects.count() == logged


@pytest.mark.parametrize("table", ["registrations_declaration", "registrations_citizenhistory"])
def test_append_only_tables_refuse_changes_after_rotation(settings, register, table):
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    rotate()
    with (
        pytest.raises(InternalError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET public_id = gen_random_uuid()")


def test_rotation_reports_what_no_key_opens_and_finishes_the_rest(settings, register):
    """A value copied from another row, as somebody with the database could; history saw it."""
    other = OutboxMessage.objects.first()
    Citizen.objects.filter(pk=register.citizen_id).update(iin=other.__dict__["subject"])
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    with pytest.raises(CommandError, match=r"^2 rows hold a value that no key"):
        rotate()
    assert key_ids() == {"2025", "2026"}
    settings.FIELD_KEYS = NEW
    assert Declaration.objects.get().answers
    assert ResidencyRecord.objects.get().entered
    with pytest.raises(DecryptionError):
        _ = Citizen.objects.get(pk=register.citizen_id).iin


@pytest.mark.django_db(transaction=True)
def test_rotation_passes_by_a_row_in_use_and_asks_for_another_run(settings, register):
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    elsewhere = psycopg2.connect(**connection.get_connection_params())
    with contextlib.closing(elsewhere), elsewhere.cursor() as cursor:
        cursor.execute("SELECT 1 FROM registrations_citizen FOR UPDATE")
        with pytest.raises(CommandError, match=r"^1 rows were in use"):
            rotate()
        elsewhere.rollback()
    assert rotate() == "1 rows sealed anew. Nothing needs a key but 2026."
    assert key_ids() == {"2026"}


def test_rotation_without_the_old_key_destroys_nothing(settings, register):
    before = everything_opened()
    settings.FIELD_KEYS = NEW
    with pytest.raises(CommandError, match="no key opens"):
        rotate()
    settings.FIELD_KEYS = OLD
    assert everything_opened() == before
