"""The clock and its tasks: run twice, late, with a row that fails, by two workers at once."""

import logging
import time
from datetime import date
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts import background
from accounts.models import BackgroundTask, OutboxMessage
from missions.models import ForeignMission
from registrations import tasks
from registrations.models import (
    Citizen,
    Confirmation,
    MorningDigest,
    ResidencyRecord,
    TravelDocument,
)
from registrations.services import abandoned, digest, freshness, rounds
from tests.clock import at, due_work, kinds
from tests.factories import registrations as made
from tests.factories.cast import Cast
from tests.processes import PATIENCE_SECONDS, start
from tests.registrations.test_races import together


def entries(cast, number):
    with at("2027-01-15 12:00"):
        found = [made.registered(cast.here, cast.officer_here) for _each in range(number)]
    TravelDocument.objects.update(expires_on=date(2039, 1, 1))
    return found


@pytest.mark.django_db
def test_clock_puts_each_task_in_line_once():
    call_command("due_work")
    call_command("due_work")
    waiting = list(BackgroundTask.objects.values_list("task_path", flat=True))
    assert sorted(waiting) == sorted(one.module_path for one in tasks.DUE)


@pytest.mark.django_db
def test_worker_runs_what_the_clock_put_in_line(cast):
    due_work()
    assert set(BackgroundTask.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}
    due_work()
    assert BackgroundTask.objects.count() == 2 * len(tasks.DUE)


@pytest.mark.django_db
def test_row_that_fails_is_logged_by_its_id_and_stops_nobody(cast, caplog, monkeypatch):
    broken, whole = entries(cast, 2)
    Citizen.objects.filter(pk=broken.citizen_id).update(given_names="Сынған")
    put = freshness.put_question

    def fails_for_one(record, occasion):
        if record.pk == broken.pk:
            raise ValueError(f"{record.citizen.given_names}, {record.citizen.iin}")
        return put(record, occasion)

    monkeypatch.setattr(freshness, "put_question", fails_for_one)
    with at("2027-12-15 09:00"), caplog.at_level(logging.ERROR):
        due_work()
    assert kinds(reference=whole.number) == ["still_here"]
    assert kinds(reference=broken.number) == []
    said = [one.getMessage() for one in caplog.records if one.name == rounds.__name__]
    assert len(said) == 1
    assert said[0].startswith(f"registrations.ResidencyRecord {broken.pk}: ValueError in ")
    assert "Сынған" not in caplog.text
    assert made.IIN not in caplog.text


@pytest.mark.django_db
def test_failing_row_leaves_nothing_half_done(cast, monkeypatch):
    (record,) = entries(cast, 1)

    def breaks(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr(freshness, "_tell", breaks)
    with at("2027-12-15 09:00"):
        due_work()
    assert Confirmation.objects.count() == 0
    monkeypatch.undo()
    with at("2027-12-15 09:15"):
        due_work()
    assert kinds(reference=record.number) == ["still_here"]


@pytest.mark.django_db
def test_time_limit_of_a_task_is_no_failing_row(cast, monkeypatch):
    entries(cast, 1)

    def too_long(*_args):
        raise background.TookTooLong

    monkeypatch.setattr(freshness, "put_question", too_long)
    with at("2027-12-15 09:00"), pytest.raises(background.TookTooLong):
        freshness.ask_due()


@pytest.mark.django_db
def test_round_leaves_the_rest_to_the_next_one(cast, monkeypatch):
    entries(cast, 3)
    ticks = iter(range(0, 1000, rounds.MOST_SECONDS // 2))
    monkeypatch.setattr(rounds.time, "monotonic", lambda: next(ticks))
    treated = rounds.each(ResidencyRecord.objects.all(), lambda _record: True)
    assert treated == 2
    monkeypatch.undo()
    assert rounds.each(ResidencyRecord.objects.all(), lambda _record: True) == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once():
    cast = Cast.create()
    found = entries(cast, 12)
    with at("2027-02-20 12:00"):
        drafts = [made.draft(cast.here) for _each in range(6)]
    both = Barrier(2)

    def work(_number):
        both.wait()
        freshness.ask_due()
        abandoned.warn_due()
        digest.send_due()

    with at("2027-03-19 12:00"):
        together(work, range(2), 2)
        # What one held while the other passed by is taken by the next round.
        abandoned.warn_due()
    assert kinds(kind="draft_expiring") == ["draft_expiring"] * len(drafts)
    with at("2027-12-15 12:00"):
        together(work, range(2), 2)
        freshness.ask_due()
    asked = OutboxMessage.objects.filter(kind="still_here")
    assert sorted(asked.values_list("reference", flat=True)) == sorted(
        record.number for record in found
    )
    assert MorningDigest.objects.count() == ForeignMission.objects.count()


@pytest.mark.django_db(transaction=True)
def test_row_another_worker_holds_is_left_to_it():
    cast = Cast.create()
    (record,) = entries(cast, 1)
    with at("2027-12-15 09:00"), transaction.atomic():
        ResidencyRecord.objects.select_for_update().get(pk=record.pk)
        # On another connection, as another worker would.
        assert together(lambda _number: freshness.ask_due(), [1], 1) == [0]
    with at("2027-12-15 09:00"):
        assert freshness.ask_due() == 1


@pytest.mark.django_db(transaction=True)
def test_clock_as_a_process_goes_on_until_told_to_stop():
    clock = start("due_work", "--every", "1")
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while BackgroundTask.objects.count() < len(tasks.DUE) and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        clock.terminate()
        said = clock.communicate(timeout=PATIENCE_SECONDS)[0]
    # However many strokes there were, nothing waits twice.
    assert BackgroundTask.objects.count() == len(tasks.DUE)
    assert (clock.returncode, said.splitlines()[-1]) == (0, "The clock has stopped.")
