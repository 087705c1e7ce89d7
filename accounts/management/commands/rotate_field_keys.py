"""Seal everything anew under the newest of FIELD_KEYS, so that the older ones can be removed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import audit, key_rotation
from accounts.encryption import newest_key_id
from accounts.key_rotation import Resealed


class Command(BaseCommand):
    help = "Seal every sealed value under the newest of FIELD_KEYS; run again, it goes on."

    def handle(self, *args: Any, **options: Any) -> None:
        newest = newest_key_id()
        self.stdout.write(f"Sealing under the key {newest} …")
        tables = key_rotation.reseal_everything(said=self._say)
        rows = sum(table.rows for table in tables)
        if rows:
            audit.record(
                actor=None, action="field-keys.rotated", label=newest, details={"rows": rows}
            )
        locked = sum(table.locked for table in tables)
        unopened = sum(table.unopened for table in tables)
        if unopened:
            raise CommandError(
                f"{unopened} rows hold a value that no key opens: a key is missing from "
                "FIELD_KEYS, or the row was altered. Keep every key until this is cleared up."
            )
        if locked:
            raise CommandError(f"{locked} rows were in use. Keep the old keys and run this again.")
        self.stdout.write(f"{rows} rows sealed anew. Nothing needs a key but {newest}.")

    def _say(self, table: Resealed) -> None:
        self.stdout.write(
            f"  {table.table}: {table.rows} sealed anew, {table.locked} in use, "
            f"{table.unopened} not opened"
        )
        self.stdout.flush()
