"""A worker killed while it sends: the message is sent by the next one, and known as the same."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from accounts import delivery
from accounts.models import OutboxMessage
from tests.accounts.gateway import running
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def database_url():
    """Of the database the tests run in, by socket or by name."""
    facts = connection.get_connection_params()
    who = quote(facts.get("user", ""), safe="")
    if facts.get("password"):
        who += f":{quote(facts['password'], safe='')}"
    host = facts.get("host", "")
    if host.startswith("/"):
        return f"postgresql://{who}@/{facts['dbname']}?host={quote(host)}"
    return f"postgresql://{who}@{host}:{facts.get('port') or 5432}/{facts['dbname']}"


def worker(gateway):
    """A process of its own that sends what is due once."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "SMS_URL": gateway.url,
        "EMAIL_URL": "dummymail://",
        "DEBUG": "1",
    }
    return subprocess.Popen(  # noqa: S603
        [sys.executable, str(MANAGE), "worker", "--once"],
        env=environment,
    )


def text_to(user):
    return OutboxMessage.objects.create(
        channel="sms",
        recipient="+4915123456789",
        user=user,
        language="en",
        kind="registered",
        subject="x",
        body_text="x",
    )


def test_killed_worker_loses_no_text(settings):
    with running() as gateway:
        settings.SMS_URL = gateway.url
        gateway.answers = ["hang", 200]
        messages = [text_to(UserFactory()) for _number in range(3)]
        process = worker(gateway)
        assert gateway.arrived.wait(60)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert OutboxMessage.objects.filter(state="queued").count() == 3
        assert delivery.deliver_due() == 0
        OutboxMessage.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
        assert delivery.deliver_due() == 3
        assert OutboxMessage.objects.filter(state="sent").count() == 3
        assert len(gateway.received) == 4
        assert set(gateway.ids) == {str(message.public_id) for message in messages}
