"""Background tasks of the tests: some end well, some fail, some take their worker with them."""

import os
import signal
import time
from pathlib import Path

from django.db import OperationalError
from django_tasks import task


@task()
def write(path: str, words: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(words)


@task()
def kill_the_worker(path: str, times: int) -> None:
    """Die in the first runs; each run leaves a sign in the file."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write("x")
    if len(Path(path).read_text(encoding="utf-8")) <= times:
        os.kill(os.getpid(), signal.SIGKILL)


@task()
def meet_a_lock(path: str, times: int) -> None:
    """Fail in the first runs as a statement does that waits too long for a lock."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write("x")
    if len(Path(path).read_text(encoding="utf-8")) <= times:
        raise OperationalError("canceling statement due to lock timeout")


@task()
def fail() -> None:
    raise LookupError("there is no such thing")


@task()
def go_on_for_ever() -> None:
    while True:
        time.sleep(0.01)
