"""Two entries that may be of one person, side by side; read, logged, never decided here."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from registrations.admin.record import officers_order
from registrations.answers import Row, sections
from registrations.models import Application
from registrations.services import duplicates, workload


@dataclass(frozen=True)
class Pair:
    """One answer in both entries; None where an entry has no such answer."""

    label: str | Promise
    here: str | None
    there: str | None

    @property
    def differs(self) -> bool:
        return (self.here or "") != (self.there or "")


@require_safe
def compare(request: HttpRequest, public_id: UUID, other_id: UUID) -> HttpResponse:
    """Of an entry at a mission the officer may not see, only where it is and its reference.

    404 unless the two seem to be of one person: the page is no way to any other entry.
    """
    visible = workload.cases_of(request.user)
    case = get_object_or_404(visible.select_related("citizen", "mission"), public_id=public_id)
    other = get_object_or_404(duplicates.other_applications(case), public_id=other_id)
    is_shown = visible.filter(pk=other.pk).exists()
    _log(request, case, other, is_shown=is_shown)
    context = {
        **admin.site.each_context(request),
        "title": _("Possible duplicate"),
        "application": case,
        "other": other,
        "same_iin": duplicates.same_iin(case, other),
        "is_shown": is_shown,
        "pairs": _pairs(case, other) if is_shown else [],
    }
    return TemplateResponse(request, "admin/registrations/compare.html", context)


def _log(request: HttpRequest, case: Application, other: Application, *, is_shown: bool) -> None:
    """In the history of the one, and of the other where it was shown."""
    audit.record(
        actor=request.user,
        action="application.compared",
        target=case,
        mission=case.mission.code if case.mission else "",
        details={"other": other.reference, "shown": is_shown},
    )
    if is_shown:
        audit.record(
            actor=request.user,
            action="application.viewed",
            target=other,
            mission=other.mission.code if other.mission else "",
        )


def _pairs(case: Application, other: Application) -> list[tuple[str | Promise, list[Pair]]]:
    """By section, in the officer's order; answers that only one entry has stand in it too."""
    here, there = _rows(case), _rows(other)
    found = []
    for title in dict.fromkeys([*here, *there]):
        mine, theirs = here.get(title, {}), there.get(title, {})
        pairs = [
            Pair(label, _text(mine.get(key)), _text(theirs.get(key)))
            for key, label in {**_labels(mine), **_labels(theirs)}.items()
        ]
        found.append((title, pairs))
    return found


def _rows(application: Application) -> dict[str, dict[tuple[str, str], Row]]:
    """Rows by section title, and by page and label within it."""
    declaration = application.current_declaration
    answers: dict[str, Any] = declaration.answers if declaration else {}
    return {
        str(section.name): {
            (page.step.key, str(row.label)): row for page in section.pages for row in page.rows
        }
        for section in officers_order(sections(answers))
    }


def _labels(rows: dict[tuple[str, str], Row]) -> dict[tuple[str, str], str | Promise]:
    return {key: row.label for key, row in rows.items()}


def _text(row: Row | None) -> str | None:
    return None if row is None else row.text
