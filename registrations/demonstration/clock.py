"""The clock of the demonstration's past.

Log, history and declarations are append-only: nothing can be dated back afterwards. So the made-up
lives are lived one step after the other, and the portal is told what time it is at each.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

from django.utils import timezone

# Names the moment of what it does next, before it does it.
Life = Iterator[datetime]


class Clock:
    """``moment`` is what the portal takes for now."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment


@contextmanager
def own_clock(moment: datetime) -> Iterator[Clock]:
    """Within it ``timezone.now()`` is whatever the clock is set to, for defaults of fields too."""
    clock = Clock(moment)

    class EveryDatetime(type):
        def __instancecheck__(cls, one: Any) -> bool:
            return isinstance(one, datetime)

    class Told(datetime, metaclass=EveryDatetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return clock.moment.astimezone(tz)

    real: Any = timezone.datetime  # type: ignore[attr-defined]
    timezone.datetime = Told  # type: ignore[attr-defined]
    try:
        yield clock
    finally:
        timezone.datetime = real  # type: ignore[attr-defined]


def live(lives: Iterable[Life], clock: Clock, *, ended: Callable[[], None]) -> None:
    """Whoever has something to do next does it, so that numbers and the log are given in order."""
    waiting = [(next(life), place, life) for place, life in enumerate(lives)]
    heapq.heapify(waiting)
    while waiting:
        clock.moment, place, life = heapq.heappop(waiting)
        following = next(life, None)
        if following is None:
            ended()
        else:
            heapq.heappush(waiting, (max(following, clock.moment), place, life))
