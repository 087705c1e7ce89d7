"""A round of scheduled work: every row that is due is locked and treated by itself.

A round may be run twice, late, or by two workers at once: what is due is read from the rows, never
from a list of jobs, and each row says under its lock whether it still is.
"""

import logging
import time
from collections.abc import Callable
from traceback import extract_tb
from typing import TypeVar

from django.db import models, transaction

from accounts.background import TookTooLong

# A round leaves the rest to the next one, so that its task ends before a worker stops it.
MOST_SECONDS = 100

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=models.Model)


def each(due: "models.QuerySet[Row]", act: Callable[[Row], bool]) -> int:
    """Let ``act`` treat each row in a transaction of its own; how many said that they were due.

    A row that another worker holds is left to it. One that fails is logged by its id, without a
    word of what stands in it, and stops nobody else.
    """
    treated, until = 0, time.monotonic() + MOST_SECONDS
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        if time.monotonic() > until:
            break
        try:
            treated += _one(due.model, pk, act)
        except TookTooLong:
            raise
        except Exception as error:
            _log(due.model, pk, error)
    return treated


@transaction.atomic
def _one(model: type[Row], pk: int, act: Callable[[Row], bool]) -> bool:
    free = model._default_manager.select_for_update(skip_locked=True, of=("self",), no_key=True)
    row = free.filter(pk=pk).first()
    return row is not None and act(row)


def _log(model: type[models.Model], pk: int, error: Exception) -> None:
    where = extract_tb(error.__traceback__)[-1]
    logger.error(
        "%s %s: %s in %s line %s",
        model._meta.label,
        pk,
        type(error).__name__,
        where.name,
        where.lineno,
    )
