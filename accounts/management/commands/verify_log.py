"""Whether the log is as it was written; docs/operations.md says what to do where it is not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from accounts import audit
from accounts.models import AuditEvent


class Command(BaseCommand):
    help = "Say whether the log is whole, or name its first broken event; exit code 1 if broken."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--holds",
            metavar="HASH",
            help="an event's hash noted earlier on another machine: it must still be in the log",
        )

    def handle(self, *args: Any, holds: str | None = None, **options: Any) -> None:
        broken = audit.first_broken_event()
        if broken is not None:
            self.stdout.write(f"broken at event {broken.pk} of {broken.at}: {broken.action}")
            sys.exit(1)
        if holds and not audit.has_event(holds):
            self.stdout.write(f"broken: the event with the hash {holds} is gone from the end")
            sys.exit(1)
        last = AuditEvent.objects.order_by("id").last()
        self.stdout.write(
            f"whole: the last event is {last.pk}, hash {last.hash}" if last else "whole: no event"
        )
