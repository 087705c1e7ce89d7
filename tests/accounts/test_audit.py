"""The log against the owner of its database, who can pass the triggers."""

import re
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import audit
from accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(cast):
    return [
        audit.record(
            actor=cast.officer_here,
            action=f"application.step{number}",
            mission="embassy-berlin",
            label="Серікұлы",
            details={"number": number, "ә": ["қ", None, 1.5]},
        )
        for number in range(1, 6)
    ]


@contextmanager
def as_the_owner():
    """No trigger fires for what is done here."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = origin")


def verify_log(capsys, *arguments):
    """The exit code and what was said."""
    code = 0
    try:
        call_command("verify_log", *arguments)
    except SystemExit as end:
        code = end.code
    return code, capsys.readouterr().out.strip()


def test_untouched_log_is_whole(events, capsys):
    last = AuditEvent.objects.order_by("id").last()
    assert audit.first_broken_event() is None
    assert verify_log(capsys) == (0, f"whole: the last event is {last.pk}, hash {last.hash}")


def test_empty_log_is_whole(capsys):
    assert verify_log(capsys) == (0, "whole: no event")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01T00:00:00Z"),
        ("actor", "Somebody else"),
        ("actor_email", "else@example.org"),
        ("action", "application.viewed"),
        ("target_type", "registrations.citizen"),
        ("target_id", "1"),
        ("target_label", "Another"),
        ("mission", "embassy-ankara"),
        ("details", '{"number": 3}'),
        ("previous_hash", "0" * 64),
        ("hash", "0" * 64),
    ],
)
def test_altered_event_is_named(events, capsys, column, value):
    with as_the_owner() as cursor:
        cursor.execute(
            f"UPDATE accounts_auditevent SET {column} = %s WHERE id = %s", [value, events[2].pk]
        )
    broken = audit.first_broken_event()
    assert broken.pk == events[2].pk
    assert verify_log(capsys) == (1, f"broken at event {broken.pk} of {broken.at}: {broken.action}")


def test_event_after_a_removed_one_is_named(events, capsys):
    with as_the_owner() as cursor:
        cursor.execute("DELETE FROM accounts_auditevent WHERE id = %s", [events[2].pk])
    assert audit.first_broken_event().pk == events[3].pk
    assert verify_log(capsys)[0] == 1


def test_log_without_its_beginning_is_broken(events):
    with as_the_owner() as cursor:
        cursor.execute("DELETE FROM accounts_auditevent WHERE id <= %s", [events[1].pk])
    assert audit.first_broken_event().pk == events[2].pk


@pytest.mark.parametrize("rehashed", [False, True])
def test_inserted_event_is_named(events, rehashed):
    """A forger who knows how a hash is made breaks the next event's link instead."""
    with as_the_owner() as cursor:
        cursor.execute("UPDATE accounts_auditevent SET id = id + 1 WHERE id = %s", [events[4].pk])
    forged = AuditEvent.objects.get(pk=events[3].pk)
    forged.pk, forged.action = events[4].pk, "application.forged"
    forged.previous_hash = forged.hash
    if rehashed:
        forged.hash = audit._digest([getattr(forged, column) for column in audit.HASHED])
    forged.save(force_insert=True)
    assert audit.first_broken_event().pk == events[4].pk + rehashed


def test_swapped_events_are_named(events):
    second, third = events[1].pk, events[2].pk
    with as_the_owner() as cursor:
        for old, new in ((second, 0), (third, second), (0, third)):
            cursor.execute("UPDATE accounts_auditevent SET id = %s WHERE id = %s", [new, old])
    assert audit.first_broken_event().pk == second


def test_events_taken_from_the_end_show_by_a_hash_noted_elsewhere(events, capsys):
    noted = re.search(r"hash (\w+)", verify_log(capsys)[1])[1]
    audit.record(actor=None, action="application.later")
    assert verify_log(capsys, "--holds", noted)[0] == 0
    with as_the_owner() as cursor:
        cursor.execute("DELETE FROM accounts_auditevent WHERE id >= %s", [events[3].pk])
    assert audit.first_broken_event() is None
    said = f"broken: the event with the hash {noted} is gone from the end"
    assert verify_log(capsys, "--holds", noted) == (1, said)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_auditevent SET action = 'x'", "DELETE FROM accounts_auditevent"],
)
def test_everybody_else_is_stopped_by_the_database(events, statement):
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_label_is_in_one_language_whoever_acts(cast):
    with override("kk"):
        event = audit.record(actor=cast.officer_here, action="a.done", label=_("Confirm"))
    assert event.target_label == "Confirm"
