"""The next number of a mission and year, without gap or double.

The counter row is locked while it grows, in the transaction that uses the number: where that one
is rolled back, so is the number. The unique constraint on the register has the last word.
"""

from django.db import connection

from missions.models import ForeignMission
from registrations.models import RegisterCounter


def next_number(mission: ForeignMission, *, year: int, series: str) -> int:
    """Call inside the transaction that writes what carries the number."""
    table = connection.ops.quote_name(RegisterCounter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (mission_id, year, series, last) VALUES (%s, %s, %s, 1) "  # noqa: S608
            f"ON CONFLICT (mission_id, year, series) DO UPDATE SET last = {table}.last + 1 "
            "RETURNING last",
            [mission.pk, year, series],
        )
        return int(cursor.fetchone()[0])


def register_number(mission: ForeignMission, year: int, sequence: int) -> str:
    """How a register number is written, e.g. ``DEBER-2026-000123``."""
    return f"{mission.register_code}-{year}-{sequence:06d}"


def certificate_number(mission: ForeignMission, year: int, sequence: int) -> str:
    """How a certificate number is written, e.g. ``DEBER-2026-C-000045``."""
    return f"{mission.register_code}-{year}-C-{sequence:06d}"
