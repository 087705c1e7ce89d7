"""What the portal does by itself, as background tasks: manage.py due_work puts them in line.

Each task is one set of rules. It reads from the rows what is due, so it may run twice, late, or
beside another worker's.
"""

from django_tasks import task
from django_tasks.base import TaskResultStatus

from accounts.models import BackgroundTask
from accounts.tasks import read_reports
from registrations.services import (
    abandoned,
    awaited_answers,
    coming_of_age,
    digest,
    freshness,
    retention,
)


@task()
def keep_entries_fresh() -> dict[str, int]:
    """Write silence down first, so that nobody is reminded of what is over."""
    return {
        "lapsed": freshness.lapse_due(),
        "reminded": freshness.remind_due(),
        "asked": freshness.ask_due(),
    }


@task()
def follow_ages() -> dict[str, int]:
    return {
        "of_age": coming_of_age.end_childhoods(),
        "applicants": coming_of_age.tell_applicants(),
        "addresses": coming_of_age.ask_own_addresses(),
        "documents": coming_of_age.ask_own_documents(),
    }


@task()
def remind_of_answers() -> int:
    return awaited_answers.remind_due()


@task()
def send_digests() -> int:
    return digest.send_due()


@task()
def delete_what_is_over() -> dict[str, int]:
    return {"warned": abandoned.warn_due(), "purged": retention.purge_due()}


# Coming of age first: it ends the questions that were put to a child's parents.
DUE = (
    follow_ages,
    keep_entries_fresh,
    remind_of_answers,
    send_digests,
    delete_what_is_over,
    read_reports,
)


def enqueue_due() -> int:
    """Put every task in line that does not wait there already."""
    waiting = set(
        BackgroundTask.objects.filter(status=TaskResultStatus.READY).values_list(
            "task_path", flat=True
        )
    )
    missing = [one for one in DUE if one.module_path not in waiting]
    for one in missing:
        one.enqueue()
    return len(missing)
