"""The two lights for the operator: the process, and what it needs."""

import http.client
import subprocess
import sys
import time

import pytest
from django.db.migrations.recorder import MigrationRecorder

from tests.consular_portal.programs import ROOT, SURROUNDINGS, example, free_port


@pytest.fixture
def server_without_database(tmp_path):
    """The production server, whose database nobody started: its port, and what it says."""
    port, log = free_port(), tmp_path / "server.log"
    lost = f"postgresql://portal:not-to-be-said@127.0.0.1:{free_port()}/portal"
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    with log.open("w") as said:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            env=SURROUNDINGS | example() | {"DATABASE_URL": lost},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        yield port, log
        process.terminate()
        process.wait(30)


def ask(port: int, path: str) -> tuple[int, bytes]:
    for _attempt in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": "register.example.org"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the server did not start")


def test_server_whose_database_is_down(server_without_database):
    port, log = server_without_database
    assert ask(port, "/healthz") == (200, b"ok\n")
    assert ask(port, "/readyz") == (503, b"not ready\n")
    said = log.read_text()
    assert "Traceback" not in said
    assert "not-to-be-said" not in said


def test_readyz_with_every_migration(client, db):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


def test_readyz_with_a_migration_waiting(client, db):
    MigrationRecorder.Migration.objects.filter(app="registrations").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")
