"""Bring up the portal, its worker and its clock on this machine, with something to see."""

import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import OperationalError

from registrations.management.commands.demo import ACCOUNTS, PASSWORD

STOP_SECONDS = 10
START_SECONDS = 60
PAUSE_SECONDS = 0.1
DOTS_A_LINE = 60
Child = subprocess.Popen[bytes]


class Stopped(Exception):
    """Ctrl-C, a terminal that was closed, or another program asked us to end."""


class Dots(io.TextIOBase):
    """Takes what a migration says and shows a dot for each step: many steps, long names."""

    def __init__(self, stream: OutputWrapper) -> None:
        self.stream = stream
        self.steps = 0

    def write(self, said: str) -> int:
        if "Applying " in said:
            self.steps += 1
            self.stream.write("." if self.steps % DOTS_A_LINE else ".\n", ending="")
            self.stream.flush()
        return len(said)


class Command(BaseCommand):
    help = "Prepare the database, fill it for a demonstration, serve the portal until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._leave)
        port = os.environ.get("PORT", "8000")
        children: list[Child] = []
        try:
            self._port_is_free(port)
            self._prepare()
            children += [self._child("runserver", "--noreload", "--skip-checks", port)]
            children += [self._child("worker", "--verbosity", "0")]
            children += [self._child("due_work", "--every", "900", "--verbosity", "0")]
            self._wait_for_portal(port, children)
            self._say_where(port)
            self._watch(children)
        except Stopped:
            self._stop(children)
            self.stdout.write("Stopped. The database stays up; make stop ends it.")
        except BaseException:
            self._stop(children)
            raise

    def _leave(self, number: int, _frame: Any) -> NoReturn:
        # Only the first signal speaks: children are being stopped when a second one comes.
        for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(other, signal.SIG_IGN)
        raise Stopped

    def _port_is_free(self, port: str) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(port)))
            except (OSError, ValueError, OverflowError) as error:
                raise CommandError(
                    f"Port {port} cannot be used: stop what runs there, or choose another one: "
                    "PORT=8001 make run"
                ) from error

    def _prepare(self) -> None:
        try:
            self._call("Translations", "compile_catalogues")
            self._migrate()
            self._call("Cache", "createcachetable", "--verbosity", "0")
            self._call("Missions", "load_missions")
            self._call("Demonstration", "demo")
            # What is due already is said before the accounts and addresses, not over them.
            self._call("Reminders and digests", "due_work")
            self._call("Messages", "worker", "--once")
        except OperationalError as error:
            raise CommandError(f"The database says: {str(error).strip()}") from error

    def _migrate(self) -> None:
        dots = Dots(self.stdout)
        self._call("Database", "migrate", stdout=dots)
        if dots.steps % DOTS_A_LINE:
            self.stdout.write("")

    def _call(self, said: str, *command: str, **options: Any) -> None:
        self.stdout.write(f"{said} …")
        self.stdout.flush()
        call_command(*command, **options)

    def _child(self, *arguments: str) -> Child:
        # A group of its own, so that Ctrl-C reaches the children through us alone.
        return subprocess.Popen(  # noqa: S603
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
            start_new_session=True,
            env=os.environ | {"DJANGO_RUNSERVER_HIDE_WARNING": "true"},
        )

    def _wait_for_portal(self, port: str, children: list[Child]) -> None:
        last = time.monotonic() + START_SECONDS
        while time.monotonic() < last:
            self._all_run(children)
            connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=START_SECONDS)
            try:
                connection.request("GET", "/healthz")
                connection.getresponse()
                return
            except OSError:
                time.sleep(PAUSE_SECONDS)
            finally:
                connection.close()
        raise CommandError("The portal does not answer; what it said stands above.")

    def _say_where(self, port: str) -> None:
        self.stdout.write(f"\nThe portal:    http://127.0.0.1:{port}/")
        self.stdout.write(f"Messages sent: http://127.0.0.1:{port}/dev/outbox/")
        self.stdout.write(f"Officers:      http://127.0.0.1:{port}/admin/")
        self.stdout.write(f'    password:  "{PASSWORD}"')
        for email, role in ACCOUNTS.items():
            self.stdout.write(f"    {email:<26} {role}")
        self.stdout.write("Citizens sign in with any address; the code is among the messages sent.")
        self.stdout.write("Ctrl-C stops.\n")
        self.stdout.flush()

    def _watch(self, children: list[Child]) -> None:
        while True:
            self._all_run(children)
            time.sleep(PAUSE_SECONDS)

    def _all_run(self, children: list[Child]) -> None:
        if any(child.poll() is not None for child in children):
            raise CommandError("A part of the portal ended by itself; what it said stands above.")

    def _stop(self, children: list[Child]) -> None:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
