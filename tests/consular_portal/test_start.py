"""`manage.py start` as `make run` calls it: a database of its own, a real Ctrl-C."""

import contextlib
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.consular_portal.programs import ROOT, SURROUNDINGS, free_port, manage
from tests.factories import registrations as made

# Nobody else's database has this name, so a process can be known by it.
NAME = "portal_of_the_start_test"
MACHINE = {"DEBUG": "1", "DEMO": "1"}
LAST_LINE = "Ctrl-C stops."
COLUMNS = 80
STYLE = "/static/css/portal.css"


def on_the_server(*statements: str) -> None:
    server = settings.DATABASES["default"]
    connection = psycopg2.connect(
        user=server["USER"],
        password=server["PASSWORD"],
        host=server["HOST"] or server["OPTIONS"].get("host"),
        port=server["PORT"] or None,
        dbname="postgres",
    )
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def empty_database():
    """The address of a database that nobody filled."""
    server = settings.DATABASES["default"]
    host = quote(server["HOST"] or server["OPTIONS"].get("host", ""), safe="")
    port = f"&port={server['PORT']}" if server["PORT"] else ""
    on_the_server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    yield f"postgresql://{server['USER']}:{server['PASSWORD']}@/{NAME}?host={host}{port}"
    on_the_server(f"DROP DATABASE {NAME} WITH (FORCE)")


def processes_of_the_start() -> list[str]:
    """What runs with this test's database among its variables."""
    found = []
    for surroundings in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if NAME.encode() in surroundings.read_bytes():
                found.append((surroundings.parent / "cmdline").read_text().replace("\0", " "))
    return found


def answer_at(port: str, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def lines_until(process, last: str) -> list[str]:
    said = []
    for line in process.stdout:
        said.append(line.rstrip("\n"))
        if said[-1] == last:
            break
    return said


def test_start_serves_until_ctrl_c_and_leaves_nothing(empty_database, tmp_path):
    port = str(free_port())
    variables = MACHINE | {
        "PORT": port,
        "DATABASE_URL": empty_database,
        "PRIVATE_FILES_ROOT": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "start"],
        cwd=ROOT,
        env=SURROUNDINGS | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = lines_until(process, LAST_LINE)
    assert [line for line in said if len(line) > COLUMNS] == []
    assert not any("Content-Type" in line or " INFO " in line for line in said)
    closing = said[said.index(f"The portal:    http://127.0.0.1:{port}/") :]
    assert '    password:  "demonstration only"' in closing
    assert f"    {'berlin@demo.example':<26} officer in Berlin" in closing
    answers = {path: answer_at(port, path) for path in ("/kk/", "/kk/nothing/", STYLE)}
    assert [status for status, _text in answers.values()] == [200, 404, 200]
    assert STYLE in answers["/kk/nothing/"][1]
    assert "URLconf" not in answers["/kk/nothing/"][1]
    process.send_signal(signal.SIGINT)
    rest, _nothing = process.communicate(timeout=60)
    assert (process.returncode, processes_of_the_start()) == (0, [])
    assert rest.splitlines()[-1] == "Stopped. The database stays up; make stop ends it."
    again = manage("demo", variables=variables)
    assert (again.returncode, again.stdout) == (0, "The demonstration is there already.\n")


@pytest.mark.parametrize("port", ["taken", "eighty", "70000"])
def test_start_on_a_port_that_cannot_be_had(port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        wanted = str(other.getsockname()[1]) if port == "taken" else port
        finished = manage("start", variables=MACHINE | {"PORT": wanted})
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr == (
        f"CommandError: Port {wanted} cannot be used: stop what runs there, or choose another "
        "one: PORT=8001 make run\n"
    )


def test_start_without_its_database():
    lost = f"postgresql://portal:not-to-be-said@127.0.0.1:{free_port()}/portal"
    finished = manage("start", variables=MACHINE | {"DATABASE_URL": lost, "PORT": str(free_port())})
    assert finished.returncode == 1
    assert finished.stderr.startswith("CommandError: The database says: ")
    assert "not-to-be-said" not in finished.stderr


def test_demo_among_real_applications(cast, settings):
    settings.DEMO = True
    made.draft(cast.here)
    with pytest.raises(CommandError, match="holds applications"):
        call_command("demo")


def test_demo_outside_demonstration_mode():
    finished = manage("demo", variables={"DEBUG": "1"})
    assert (finished.returncode, finished.stderr) == (
        1,
        "CommandError: Set DEMO=1: the demonstration is not for a real register.\n",
    )
