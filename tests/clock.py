"""Moving the clock, and letting the portal do what is due, as cron and the worker would."""

from contextlib import ExitStack
from datetime import datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

import time_machine
from django.core.management import call_command
from django.db import connection

from accounts.models import OutboxMessage

# A worker gives old connections back; the transaction of a test would go with its connection, so
# it is kept there, as Django's own test client keeps it.
GIVES_BACK = "accounts.management.commands.worker.close_old_connections"


def moment(text, zone="Europe/Berlin"):
    """ "2027-03-28 09:00" of the zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def at(text, zone="Europe/Berlin"):
    """The clock stands at that moment."""
    return time_machine.travel(moment(text, zone), tick=False)


def due_work():
    """One stroke of the clock and one round of the worker."""
    call_command("due_work")
    with ExitStack() as kept:
        if connection.in_atomic_block:
            kept.enter_context(patch(GIVES_BACK))
        call_command("worker", once=True)


def due_work_at(text, zone="Europe/Berlin"):
    with at(text, zone):
        due_work()


def kinds(**which):
    """The kinds of the messages written so far, in order."""
    return list(OutboxMessage.objects.filter(**which).order_by("id").values_list("kind", flat=True))
