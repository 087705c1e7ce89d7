"""The clock: puts the work that is due by the calendar in line for the worker."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from registrations import tasks


class Command(BaseCommand):
    help = (
        "Put reminders, questions, age steps, digests and deletions in line; from cron or --every."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="do it again and again until told to stop"
        )

    def handle(
        self, *args: Any, every: int | None = None, verbosity: int = 1, **options: Any
    ) -> None:
        if every is None:
            tasks.enqueue_due()
            return
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_signal: stopping.set())
        if verbosity:
            self.stdout.write(f"The clock is running, every {every} seconds.")
        while not stopping.is_set():
            self.one_tick()
            stopping.wait(every)
        if verbosity:
            self.stdout.write("The clock has stopped.")

    def one_tick(self) -> None:
        """A database that is away for a while is no reason to stop."""
        close_old_connections()
        try:
            tasks.enqueue_due()
        except OperationalError as error:
            self.stderr.write(f"{type(error).__name__}: the database does not answer.")
