"""What the portal does with its mailbox by itself; registrations/tasks.py puts it in line."""

from django_tasks import task

from accounts import undelivered


@task()
def read_reports() -> dict[str, int]:
    return undelivered.read_reports()
