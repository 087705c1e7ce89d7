"""What is marked in the queue, worked out by the database for list and filter alike."""

from typing import Any

from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from missions.models import today_at
from registrations import law
from registrations.enums import Capacity
from registrations.models import Application, TravelDocument
from registrations.services import awaited_answers, duplicates, register_state

FLAGS: dict[str, str | Promise] = {
    "duplicate": pgettext_lazy("flag in the queue", "duplicate?"),
    "minor": pgettext_lazy("flag in the queue", "under 18"),
    "represented": pgettext_lazy("flag in the queue", "represented"),
    "expired": pgettext_lazy("flag in the queue", "document expired"),
    "other_mission": pgettext_lazy("flag in the queue", "other mission chosen"),
    "unconfirmed": pgettext_lazy("flag in the queue", "unconfirmed"),
    "late_answer": pgettext_lazy("flag in the queue", "no answer in time"),
}


def _adult_since() -> Cast:
    """Whoever was born after this day is under age at the mission today."""
    years = Cast(Value(f"{law.ADULT_AGE} years"), DurationField())
    day = ExpressionWrapper(today_at("mission__timezone") - years, output_field=DateTimeField())
    return Cast(day, DateField())


def with_flags(cases: QuerySet[Application]) -> QuerySet[Application]:
    """Each row says of itself which flags it bears, as ``flag_<code>``."""
    expired = TravelDocument.objects.filter(
        citizen=OuterRef("citizen"),
        replaced_at=None,
        expires_on__lt=today_at(OuterRef("mission__timezone")),
    )
    conditions: dict[str, Any] = {
        "duplicate": duplicates.has_other_entry(),
        "minor": Q(citizen__birth_date__gt=_adult_since()),
        "represented": ~Q(capacity=Capacity.SELF),
        "expired": Q(Exists(expired)),
        "other_mission": ~Q(other_mission_reason=""),
        "unconfirmed": register_state.has_unconfirmed_entry(),
        "late_answer": awaited_answers.is_late_in_list(),
    }
    return cases.annotate(
        **{
            f"flag_{code}": ExpressionWrapper(condition, output_field=BooleanField())
            for code, condition in conditions.items()
        }
    )


def flags_of(row: Any) -> list[str]:
    """The words of the flags of one row of ``with_flags``."""
    return [str(word) for code, word in FLAGS.items() if getattr(row, f"flag_{code}")]
