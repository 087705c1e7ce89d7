"""Background tasks that bear a worker's death: run again, later each time, and given up at last.

The queue itself is django_tasks_db. Tasks are written so that running twice does no harm.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker

from accounts.models import BackgroundTask

# A task is stopped after this time: work on many rows goes in batches, a task each.
MOST_SECONDS = 600
# What has run for longer lost its worker.
LEASE = timedelta(seconds=MOST_SECONDS + 300)
# Minutes to wait after the first, second … failed attempt; after the last the task is given up.
BACK_OFF_MINUTES = (1, 10, 60)
# Failures of the moment: a deadlock, a row locked for too long, the database starting anew.
PASSING_FAILURES = frozenset({"django.db.utils.OperationalError", "django.db.utils.InterfaceError"})
# How long it can be looked up that a task ran, or why it did not.
KEPT = timedelta(days=14)

# The library's manager is typed for its own model.
_tasks: Any = BackgroundTask.objects


class WorkerLost(Exception):
    """Every worker that ran the task died over it."""


class TookTooLong(Exception):
    """The task did not end within MOST_SECONDS."""


def worker(name: str) -> Worker:
    """The library's worker; it runs one task when told to."""
    return Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=name,
        excluded_queue_names=[],
    )


def run_next(runner: Worker) -> BackgroundTask | None:
    """Run the next task that is due; None where none is.

    The task comes back as it ended: successful, failed, or put off because of a passing failure.
    """
    with transaction.atomic():
        task: BackgroundTask | None = _tasks.ready().get_locked()
        if task is None:
            return None
        task.claim(runner.worker_id)
    with suppress(TookTooLong), _time_limit():
        runner.run_task(task)
    if task.status == TaskResultStatus.FAILED and task.exception_class_path in PASSING_FAILURES:
        _put_off(task)
    return task


def revive_lost() -> list[BackgroundTask]:
    """Put back in line what killed workers left running; returns what is given up instead."""
    given_up: list[BackgroundTask] = []
    with transaction.atomic():
        running = _tasks.running().select_for_update(skip_locked=True, no_key=True)
        for task in running.filter(started_at__lt=timezone.now() - LEASE):
            if not _put_off(task):
                task.set_failed(WorkerLost(f"{task.attempts} workers died over it"))
                given_up.append(task)
    return given_up


def forget_old() -> int:
    """Delete what finished long ago; returns how many rows."""
    deleted, _by_model = _tasks.finished().filter(finished_at__lt=timezone.now() - KEPT).delete()
    return int(deleted)


def _put_off(task: BackgroundTask) -> bool:
    """Let the task run again after a while; False where it was tried often enough."""
    if task.attempts > len(BACK_OFF_MINUTES):
        return False
    task.status = TaskResultStatus.READY
    task.run_after = timezone.now() + timedelta(minutes=BACK_OFF_MINUTES[task.attempts - 1])
    task.started_at = task.finished_at = None
    task.save(update_fields=["status", "run_after", "started_at", "finished_at"])
    return True


@contextmanager
def _time_limit() -> Iterator[None]:
    """Raise TookTooLong in the middle of what runs for longer than MOST_SECONDS."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TookTooLong(f"stopped after {MOST_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(MOST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
