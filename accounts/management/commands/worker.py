"""The worker: sends the outbox and runs background tasks, in one process."""

import signal
import threading
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from accounts import outbox

PAUSE_SECONDS = 0.5
# A task that runs longer than this lost its worker.
TASK_LEASE = timedelta(minutes=15)


def revive_lost_tasks() -> int:
    """Put back in line what a killed worker left running; tasks are written to bear it."""
    return DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=timezone.now() - TASK_LEASE
    ).update(status=TaskResultStatus.READY, started_at=None, worker_ids=[])


class Command(BaseCommand):
    help = "Send waiting messages and run background tasks until told to stop."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        if once:
            self.one_round()
            return
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_signal: stopping.set())
        self.stdout.write("The worker is running.")
        while not stopping.is_set():
            if not self.one_round():
                stopping.wait(PAUSE_SECONDS)
        self.stdout.write("The worker has stopped.")

    def one_round(self) -> int:
        """Messages tried and tasks run in this round."""
        close_old_connections()
        revive_lost_tasks()
        done = outbox.deliver_due()
        ready = DBTaskResult.objects.ready().count()
        if ready:
            Worker(
                queue_names=["default"],
                interval=0,
                batch=True,
                backend_name="default",
                startup_delay=False,
                max_tasks=None,
                worker_id="portal",
                excluded_queue_names=[],
            ).run()
        return done + ready
