"""Say whether a restored register is whole: every copy is there as it was, every key fits."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import models

from accounts.encryption import DecryptionError
from accounts.key_rotation import sealed_columns
from registrations.models import Attachment

MOST_SAID = 20


class Command(BaseCommand):
    help = "Check every document copy against its hash, and that the keys open every table."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = [*self._closed_tables(), *self._spoiled_copies()]
        for fault in faults[:MOST_SAID]:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults: the register is not whole.")
        self.stdout.write(f"whole: {Attachment.objects.count()} copies, every table opens.")

    def _spoiled_copies(self) -> Iterator[str]:
        copies = Attachment.objects.order_by("pk").values_list("file", "sha256", named=True)
        for copy in copies.iterator(chunk_size=2000):
            try:
                with default_storage.open(copy.file) as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
            except FileNotFoundError:
                yield f"{copy.file}: missing"
                continue
            if found != copy.sha256:
                yield f"{copy.file}: not what was stored"

    def _closed_tables(self) -> Iterator[str]:
        """Tables whose oldest and newest row do not open; a key that is missing shows there."""
        for model, columns in sealed_columns():
            for row in self._ends_of(model):
                try:
                    for column in columns:
                        getattr(row, column.attname)
                except DecryptionError as error:
                    yield f"{model._meta.db_table}: {error}"

    def _ends_of(self, model: type[models.Model]) -> set[models.Model]:
        rows = model._base_manager.order_by("pk")
        return {row for row in (rows.first(), rows.last()) if row is not None}
