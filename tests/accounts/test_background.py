"""Background tasks: done once, put off, given up; a worker's death costs nothing but time."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks.base import TaskResultStatus as Status

from accounts import background
from accounts.background import BACK_OFF_MINUTES, LEASE
from accounts.models import BackgroundTask
from tests.accounts import tasks
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


def run_all():
    """Run what is due until nothing is; how each ended."""
    ended = []
    while task := background.run_next(background.worker("tests")):
        ended.append(task.status)
    return ended


def in_time(span):
    return time_machine.travel(timezone.now() + span + timedelta(seconds=1))


def taken_by_a_worker_that_died(task, times=1):
    """What is left behind when workers are killed over a task."""
    row = BackgroundTask.objects.get(pk=task.id)
    for number in range(times):
        row.claim(f"dead {number}")
    return row


def test_task_runs_once(tmp_path):
    path = tmp_path / "done"
    tasks.write.enqueue(str(path), "done")
    assert run_all() == [Status.SUCCESSFUL]
    assert run_all() == []
    assert path.read_text() == "done"


def test_failing_task_is_failed_at_once_and_says_why():
    tasks.fail.enqueue()
    assert run_all() == [Status.FAILED]
    row = BackgroundTask.objects.get()
    assert (row.exception_class_path, row.attempts) == ("builtins.LookupError", 1)
    with in_time(timedelta(days=2)):
        assert run_all() == []


def test_passing_failure_is_tried_again_later(tmp_path):
    path = tmp_path / "runs"
    tasks.meet_a_lock.enqueue(str(path), 1)
    assert run_all() == [Status.READY]
    assert run_all() == []
    with in_time(timedelta(minutes=BACK_OFF_MINUTES[0])):
        assert run_all() == [Status.SUCCESSFUL]
    row = BackgroundTask.objects.get()
    assert (row.attempts, row.exception_class_path) == (2, "")


def test_failure_that_does_not_pass_ends_the_task(tmp_path):
    tasks.meet_a_lock.enqueue(str(tmp_path / "runs"), 99)
    moment, ended = timezone.now(), []
    for wait in (*BACK_OFF_MINUTES, 10_000):
        with time_machine.travel(moment, tick=False):
            ended += run_all()
        moment += timedelta(minutes=wait)
    assert ended == [*[Status.READY] * len(BACK_OFF_MINUTES), Status.FAILED]
    with time_machine.travel(moment):
        assert run_all() == []


def test_task_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr(background, "MOST_SECONDS", 1)
    tasks.go_on_for_ever.enqueue()
    assert run_all() == [Status.FAILED]
    assert BackgroundTask.objects.get().exception_class_path == "accounts.background.TookTooLong"


def test_running_task_is_left_alone_until_its_lease_is_over(tmp_path):
    task = tasks.write.enqueue(str(tmp_path / "done"), "done")
    taken_by_a_worker_that_died(task)
    with in_time(LEASE - timedelta(minutes=1)):
        assert background.revive_lost() == []
        assert run_all() == []
    assert BackgroundTask.objects.get().status == Status.RUNNING


@pytest.mark.parametrize("deaths", range(1, len(BACK_OFF_MINUTES) + 1))
def test_lost_task_runs_again_each_time_later(tmp_path, deaths):
    task = tasks.write.enqueue(str(tmp_path / "done"), "done")
    taken_by_a_worker_that_died(task, deaths)
    with in_time(LEASE):
        assert background.revive_lost() == []
        wait = timedelta(minutes=BACK_OFF_MINUTES[deaths - 1])
        with in_time(wait - timedelta(seconds=30)):
            assert run_all() == []
        with in_time(wait):
            assert run_all() == [Status.SUCCESSFUL]
    assert BackgroundTask.objects.get().attempts == deaths + 1


def test_task_that_costs_every_worker_its_life_is_given_up(tmp_path):
    task = tasks.write.enqueue(str(tmp_path / "done"), "done")
    taken_by_a_worker_that_died(task, len(BACK_OFF_MINUTES) + 1)
    with in_time(LEASE):
        (given_up,) = background.revive_lost()
        assert background.revive_lost() == []
        assert run_all() == []
    given_up.refresh_from_db()
    assert given_up.status == Status.FAILED
    assert given_up.exception_class_path == "accounts.background.WorkerLost"
    assert not (tmp_path / "done").exists()


def test_finished_tasks_are_forgotten_in_the_end(tmp_path):
    tasks.write.enqueue(str(tmp_path / "done"), "done")
    tasks.fail.enqueue()
    run_all()
    waiting = tasks.fail.enqueue()
    with in_time(background.KEPT - timedelta(hours=1)):
        assert background.forget_old() == 0
    with in_time(background.KEPT):
        assert background.forget_old() == 2
    assert [str(row.pk) for row in BackgroundTask.objects.all()] == [waiting.id]


def test_ministry_sees_what_failed_and_never_what_it_was_called_with(cast, tmp_path):
    tasks.write.enqueue(str(tmp_path / "done"), "Серікұлы")
    tasks.fail.enqueue()
    run_all()
    ministry = signed_in(cast.ministry)
    shown = ministry.get("/admin/accounts/backgroundtask/?status__exact=FAILED")
    assert [row.task_name for row in shown.context["cl"].result_list] == ["fail"]
    assert "LookupError" in shown.content.decode()
    done = BackgroundTask.objects.get(status=Status.SUCCESSFUL)
    page = ministry.get(f"/admin/accounts/backgroundtask/{done.pk}/change/")
    assert page.status_code == 200
    assert "Серікұлы" not in page.content.decode()


def test_index_tells_the_ministry_of_what_failed(cast):
    ministry, officer = signed_in(cast.ministry), signed_in(cast.officer_here)
    assert ministry.get("/admin/").context["failed_tasks"] == 0
    tasks.fail.enqueue()
    run_all()
    page = ministry.get("/admin/")
    assert page.context["failed_tasks"] == 1
    address = "/admin/accounts/backgroundtask/?status__exact=FAILED"
    assert f'href="{address}"' in page.content.decode()
    assert ministry.get(address).context["cl"].result_count == 1
    assert officer.get("/admin/").context["failed_tasks"] == 0
