"""The worker: sends the outbox and runs background tasks, in one process."""

import os
import signal
import socket
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections
from django_tasks.base import TaskResultStatus

from accounts import background, delivery, outbox
from accounts.models import BackgroundTask

PAUSE_SECONDS = 0.5
UPKEEP_SECONDS = 60
# Before the database is asked again that did not answer.
DATABASE_PAUSE_SECONDS = 3


class Command(BaseCommand):
    help = "Send waiting messages and run background tasks until told to stop."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")

    def handle(self, *args: Any, once: bool = False, verbosity: int = 1, **options: Any) -> None:
        self.runner = background.worker(f"{socket.gethostname()[:40]}:{os.getpid()}")
        self.stopping = threading.Event()
        if once:
            self.upkeep()
            while self.one_round():
                pass
            return
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_signal: self.stopping.set())
        if verbosity:
            self.stdout.write("The worker is running.")
        self.work()
        if verbosity:
            self.stdout.write("The worker has stopped.")

    def work(self) -> None:
        """Rounds until told to stop; a database that goes away is waited for."""
        upkeep_at = 0.0
        while not self.stopping.is_set():
            pause = PAUSE_SECONDS
            try:
                if time.monotonic() >= upkeep_at:
                    self.upkeep()
                    upkeep_at = time.monotonic() + UPKEEP_SECONDS
                if self.one_round():
                    continue
            except (OperationalError, InterfaceError) as error:
                self.stderr.write(f"The database does not do its part: {error}".strip())
                pause = DATABASE_PAUSE_SECONDS
            self.stopping.wait(pause)

    def upkeep(self) -> None:
        """What a round does not need, once a minute."""
        close_old_connections()
        for task in background.revive_lost():
            self.report(task)
        background.forget_old()
        outbox.lapse_codes()
        outbox.empty_old_words()

    def one_round(self) -> bool:
        """A batch of messages, then one task; whether there was anything to do."""
        close_old_connections()
        tried = delivery.deliver_due(stopping=self.stopping.is_set)
        task = background.run_next(self.runner)
        if task is not None and task.status == TaskResultStatus.FAILED:
            self.report(task)
        return bool(tried or task)

    def report(self, task: BackgroundTask) -> None:
        """A dead task also stands in the ministry's list of background tasks."""
        self.stderr.write(
            f"Given up: {task.task_path} {task.pk} after {task.attempts} attempts, "
            f"{task.exception_class_path}"
        )
