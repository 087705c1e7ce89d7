"""Bring up the portal, its worker and its clock on this machine, with something to see."""

import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from registrations.management.commands.demo import ACCOUNTS, PASSWORD

STOP_SECONDS = 10


class Command(BaseCommand):
    help = "Prepare the database, fill it for a demonstration, serve the portal until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        port = os.environ.get("PORT", "8000")
        self._port_is_free(port)
        self._prepare()
        children = [
            self._child("runserver", "--noreload", f"127.0.0.1:{port}"),
            self._child("worker"),
            self._child("due_work", "--every", "900"),
        ]
        self._say_where(port)
        try:
            self._watch(children)
        finally:
            self._stop(children)

    def _port_is_free(self, port: str) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(port)))
            except (OSError, ValueError) as error:
                raise CommandError(
                    f"Port {port} cannot be used: stop what runs there, or choose another one "
                    "with PORT=8001 make run"
                ) from error

    def _prepare(self) -> None:
        for said, command in (
            ("Translations", ["compile_catalogues"]),
            ("Database", ["migrate", "--verbosity", "0"]),
            ("Cache", ["createcachetable", "--verbosity", "0"]),
            ("Missions", ["load_missions"]),
            ("Demonstration", ["demo"]),
        ):
            self.stdout.write(f"{said} …")
            self.stdout.flush()
            call_command(*command, stdout=self.stdout, stderr=self.stdout)

    def _child(self, *arguments: str) -> "subprocess.Popen[bytes]":
        manage = str(settings.BASE_DIR / "manage.py")
        # A group of its own, so that Ctrl-C reaches the children through us alone.
        return subprocess.Popen(  # noqa: S603
            [sys.executable, manage, *arguments], start_new_session=True
        )

    def _say_where(self, port: str) -> None:
        self.stdout.write(f"\nThe portal:    http://127.0.0.1:{port}/")
        self.stdout.write(f"Officers:      http://127.0.0.1:{port}/admin/ (password: {PASSWORD})")
        for email, role in ACCOUNTS.items():
            self.stdout.write(f"               {email}  {role}")
        self.stdout.write(f"Messages sent: http://127.0.0.1:{port}/dev/outbox/")
        self.stdout.write("Ctrl-C stops.\n")
        self.stdout.flush()

    def _watch(self, children: "list[subprocess.Popen[bytes]]") -> None:
        """Until Ctrl-C, SIGTERM, or the end of a child."""

        def leave(*_signal: Any) -> None:
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
        try:
            while all(child.poll() is None for child in children):
                time.sleep(0.3)
        except KeyboardInterrupt:
            return
        raise CommandError("A part of the portal ended by itself; what it said stands above.")

    def _stop(self, children: "list[subprocess.Popen[bytes]]") -> None:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.stdout.write("The portal has stopped; its database stays up for the next start.")
