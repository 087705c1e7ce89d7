"""The worker as a real process: killed in the middle, cut off from its database, told to stop."""

import signal
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus as Status

from accounts import background, delivery, outbox
from accounts.models import BackgroundTask, OutboxMessage
from tests import processes
from tests.accounts import tasks
from tests.mail_server import MailServer
from tests.processes import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)
State = OutboxMessage.State


@pytest.fixture
def server():
    with MailServer() as running:
        yield running


@pytest.fixture
def worker(server):
    """A worker that runs until it is told otherwise; what is left of it is killed at the end."""
    started = []

    def start():
        started.append(processes.start("worker", EMAIL_URL=server.url))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def once(server):
    return processes.manage("worker", "--once", EMAIL_URL=server.url)


def queue(*names):
    for name in names:
        outbox.queue(
            to=f"{name}@example.org",
            language="en",
            kind="note",
            template="login_code",
            context={"code": "1"},
        )


def states():
    return sorted(OutboxMessage.objects.values_list("state", flat=True))


def let_leases_run_out():
    OutboxMessage.objects.exclude(claimed_until=None).update(claimed_until=timezone.now())
    BackgroundTask.objects.filter(status=Status.RUNNING).update(
        started_at=timezone.now() - background.LEASE - timedelta(seconds=1)
    )


def when(happened, server):
    """Wait for what the server or the worker does in its own time."""
    assert happened.wait(PATIENCE_SECONDS), f"{len(server.taken)} messages were taken"


def test_killed_worker_loses_no_message(server, worker):
    queue(*(f"n{number}" for number in range(10)))
    fourth = threading.Event()

    def hold_the_fourth():
        if len(server.taken) == 4:
            fourth.set()
            server.over.wait(PATIENCE_SECONDS)

    server.on_taken = hold_the_fourth
    process = worker()
    when(fourth, server)
    process.send_signal(signal.SIGKILL)
    assert process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    server.on_taken = lambda: None
    assert states() == [State.QUEUED] * 7 + [State.SENT] * 3

    assert once(server).returncode == 0
    assert len(server.taken) == 4

    let_leases_run_out()
    assert once(server).returncode == 0
    assert states() == [State.SENT] * 10
    # The fourth was taken by the server before the worker could write it down.
    ids = [taken.id for taken in server.taken]
    assert (len(ids), len(set(ids))) == (11, 10)
    assert ids.count(ids[3]) == 2


def test_two_workers_send_each_message_once(server, worker):
    queue(*(f"n{number}" for number in range(150)))
    enough = threading.Event()
    server.on_taken = lambda: len(server.taken) == 150 and enough.set()
    first, second = worker(), worker()
    when(enough, server)
    for process in (first, second):
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert states() == [State.SENT] * 150
    assert len({taken.id for taken in server.taken}) == len(server.taken) == 150


def test_worker_told_to_stop_gives_back_what_it_did_not_send(server, worker):
    queue(*(f"n{number}" for number in range(5)))
    second, stopped = threading.Event(), threading.Event()

    def wait_for_the_signal():
        if len(server.taken) == 2:
            second.set()
            stopped.wait(PATIENCE_SECONDS)

    server.on_taken = wait_for_the_signal
    process = worker()
    when(second, server)
    process.send_signal(signal.SIGTERM)
    stopped.set()
    assert process.wait(PATIENCE_SECONDS) == 0
    assert states() == [State.QUEUED] * 3 + [State.SENT] * 2
    assert not OutboxMessage.objects.exclude(claimed_until=None).exists()
    assert delivery.claim(10) != []


def test_worker_cut_off_from_the_database_goes_on(server, worker):
    queue("before")
    before, after = threading.Event(), threading.Event()
    server.on_taken = before.set
    process = worker()
    when(before, server)
    server.on_taken = after.set
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    queue("after")
    when(after, server)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_SECONDS) == 0
    assert {taken.recipients[0] for taken in server.taken} == {
        "before@example.org",
        "after@example.org",
    }


def test_task_whose_worker_was_killed_runs_again(server, tmp_path):
    path = tmp_path / "runs"
    tasks.kill_the_worker.enqueue(str(path), 1)
    assert once(server).returncode == -signal.SIGKILL
    assert BackgroundTask.objects.get().status == Status.RUNNING

    assert once(server).returncode == 0
    assert path.read_text() == "x"

    let_leases_run_out()
    assert once(server).returncode == 0
    assert path.read_text() == "x"

    BackgroundTask.objects.update(run_after=timezone.now())
    assert once(server).returncode == 0
    task = BackgroundTask.objects.get()
    assert (task.status, task.attempts, path.read_text()) == (Status.SUCCESSFUL, 2, "xx")


def test_task_that_kills_its_worker_every_time_ends_dead(server, tmp_path):
    path = tmp_path / "runs"
    tasks.kill_the_worker.enqueue(str(path), 99)
    runs = len(background.BACK_OFF_MINUTES) + 1
    for _run in range(runs):
        assert once(server).returncode == -signal.SIGKILL
        let_leases_run_out()
        if len(path.read_text()) < runs:
            assert background.revive_lost() == []
            BackgroundTask.objects.update(run_after=timezone.now())

    last = once(server)
    assert last.returncode == 0
    task = BackgroundTask.objects.get()
    assert (task.status, task.attempts, path.read_text()) == (Status.FAILED, runs, "x" * runs)
    said = f"Given up: {task.task_path} {task.pk} after {runs} attempts, "
    assert f"{said}accounts.background.WorkerLost" in last.stderr
    assert len(set(task.worker_ids)) == runs
