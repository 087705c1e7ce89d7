"""What a mission knows of somebody whose case is over: what it was told until then.

The rows of the person follow the person, who may live in the district of another mission by now,
under another name. An ended case shows what was entered or declared last, and is found by what was
known while it lasted. Of a case that waits for an answer that is what was known when it was asked.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from registrations.enums import LIVE_STATUSES, ApplicationStatus
from registrations.models import (
    Application,
    Citizen,
    Declaration,
    ResidencyRecord,
    TravelDocument,
)

LIVE = Q(status__in=LIVE_STATUSES)
WAITING = Q(status=ApplicationStatus.MORE_INFO)
NAME_FIELDS = (
    "family_name",
    "given_names",
    "patronymic",
    "family_name_latin",
    "given_names_latin",
)
# Until when what a case was told counts, seen from a query inside a query about it: it ended, or
# its clock stopped for an answer.
TOLD_UNTIL = Coalesce(
    OuterRef("residency_record__closed_at"),
    OuterRef("withdrawn_at"),
    OuterRef("decided_at"),
    OuterRef("paused_at"),
)


# Lists are sorted by the name of today where it is known; the rest stand together, so that the
# order tells nothing of a person whose case is over.
BY_NAME = Case(When(LIVE, then=F("citizen__name_key")), default=Value(""), output_field=TextField())
BY_NAME_IN_ENTRY = Case(
    When(record__closed_at=None, then=F("record__citizen__name_key")),
    default=Value(""),
    output_field=TextField(),
)


@dataclass(frozen=True)
class Name:
    """In the script of the passport's first page and in Latin letters."""

    full: str
    latin: str

    def __str__(self) -> str:
        return self.full or self.latin


def name_in(application: Application) -> Name:
    """Of the person as the case has it."""
    if application.is_live:
        return _name_now(application.citizen)
    case: Any = application
    if not hasattr(case, "last_declarations"):
        prefetch_related_objects([case], *_last_answers())
    if case.closed_entry is not None:
        return _name_among(case.closed_entry.entered)
    return _name_among(case.last_declarations[-1].answers)


def name_in_entry(record: ResidencyRecord) -> Name:
    if record.closed_at is None:
        return _name_now(record.citizen)
    return _name_among(record.entered)


def with_names(cases: QuerySet[Application]) -> QuerySet[Application]:
    """For a list: what name_in needs, fetched for all rows at once and only for ended ones."""
    return cases.prefetch_related(*_last_answers())


def _last_answers() -> tuple[Prefetch, Prefetch]:
    ended = Declaration.objects.exclude(application__status__in=LIVE_STATUSES)
    return (
        Prefetch(
            "residency_record",
            ResidencyRecord.objects.exclude(closed_at=None),
            to_attr="closed_entry",
        ),
        Prefetch("declarations", ended.order_by("sequence"), to_attr="last_declarations"),
    )


def _name_now(citizen: Citizen) -> Name:
    return Name(citizen.full_name, citizen.full_name_latin)


def _name_among(answers: dict[str, Any]) -> Name:
    said = answers.get("name", {}) | answers.get("latin-name", {})
    told = Citizen(**{field: said[field] for field in NAME_FIELDS if field in said})
    return _name_now(told)


def found_by(known: Q) -> Q:
    """Cases of whom the columns of the person say this: now, or before the case ended or waited.

    ``known`` speaks of columns of Citizen by their own names.
    """
    now = Q(Exists(Citizen.objects.filter(known, pk=OuterRef("citizen"))))
    history = apps.get_model("registrations", "CitizenHistory")._default_manager
    before = history.filter(known, pgh_obj=OuterRef("citizen"), pgh_created_at__lte=TOLD_UNTIL)
    follows = LIVE & ~WAITING
    return (follows & now) | (~follows & Q(Exists(before)))


def found_by_document(number_index: str) -> Q:
    """Live cases of whom this is a document, or was when the case began to wait."""
    held = {"citizen": OuterRef("citizen"), "number_index": number_index}
    now = TravelDocument.objects.filter(**held)
    history = apps.get_model("registrations", "TravelDocumentHistory")._default_manager
    before = history.filter(**held, pgh_created_at__lte=TOLD_UNTIL)
    return (LIVE & ~WAITING & Q(Exists(now))) | (WAITING & Q(Exists(before)))
