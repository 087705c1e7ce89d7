"""Compute every blind index anew, after INDEX_KEY was lost or became known to somebody."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import models, transaction

from accounts import audit
from accounts.encryption import blind_index
from accounts.key_rotation import triggers_standing_aside
from registrations.models import Citizen, TravelDocument

BATCH = 500
# Sealed column, its index, and the purpose that its model's save() names.
INDEXED: tuple[tuple[type[models.Model], str, str, str], ...] = (
    (Citizen, "iin", "iin_index", "iin"),
    (TravelDocument, "number", "number_index", "document"),
)


class Command(BaseCommand):
    help = "Compute the indexes behind the search by IIN and document number with INDEX_KEY anew."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = {
            model._meta.label_lower: self._rebuild(model, *names) for model, *names in INDEXED
        }
        if any(changed.values()):
            audit.record(actor=None, action="index-key.rotated", details=changed)
        for table, rows in changed.items():
            self.stdout.write(f"{table}: {rows} changed")

    def _rebuild(self, model: type[models.Model], column: str, index: str, purpose: str) -> int:
        changed, last, rows = 0, 0, model._base_manager.order_by("pk")
        while batch := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
            with transaction.atomic(), triggers_standing_aside(model):
                for row in rows.filter(pk__in=batch).select_for_update(no_key=True):
                    anew = blind_index(getattr(row, column), purpose=purpose)
                    if anew != getattr(row, index):
                        model._base_manager.filter(pk=row.pk).update(**{index: anew})
                        changed += 1
            last = batch[-1]
        return changed
