"""A round of scheduled work: every row that is due is locked and treated by itself.

A round may be run twice, late, or by two workers at once: what is due is read from the rows, never
from a list of jobs, and each row says under its lock whether it still is.
"""

import logging
from collections.abc import Callable
from traceback import extract_tb
from typing import TypeVar

from django.db import models, transaction

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=models.Model)


def each(due: "models.QuerySet[Row]", act: Callable[[Row], bool]) -> int:
    """Let ``act`` treat each row in a transaction of its own; how many said that they were due.

    A row that another worker holds is left to it. One that fails is logged by its id, without a
    word of what stands in it, and stops nobody else.
    """
    treated = 0
    rows = due.model._default_manager
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                row = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
                treated += row is not None and act(row)
        except Exception as error:
            where = extract_tb(error.__traceback__)[-1]
            logger.error(
                "%s %s: %s in %s line %s",
                due.model._meta.label,
                pk,
                type(error).__name__,
                where.name,
                where.lineno,
            )
    return treated
