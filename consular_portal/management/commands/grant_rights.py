"""Give the role that serves the portal the rights it needs and none beside.

Run after every migrate, with DATABASE_URL of the role that owns the tables. The served role owns
nothing: it cannot empty a table, switch a trigger off or change the schema, and the tables in
WRITTEN_ONCE it can only read and append to, whatever SQL somebody makes it run.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

# Nothing in the code ever changes or deletes these rows, not even the deletions of retention.
WRITTEN_ONCE = {
    "accounts_auditevent",
    "registrations_consent",
    "registrations_certificaterevocation",
}
READ_ONLY = {"django_migrations"}


class Command(BaseCommand):
    help = "Give the portal's database role its rights: rows yes, tables and the log no."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("role", help="the role in the portal's own DATABASE_URL")

    @transaction.atomic
    def handle(self, *args: Any, role: str, **options: Any) -> None:
        with connection.cursor() as cursor:
            self._is_another(cursor, role)
            tables = [
                info.name
                for info in connection.introspection.get_table_list(cursor)
                if info.type == "t"
            ]
            name = connection.ops.quote_name(role)
            cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
            cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
            for table in tables:
                quoted = connection.ops.quote_name(table)
                cursor.execute(f"GRANT {self._rights(table)} ON {quoted} TO {name}")
        self.stdout.write(f"{role}: {len(tables)} tables, {len(WRITTEN_ONCE)} of them append-only.")

    def _is_another(self, cursor: Any, role: str) -> None:
        cursor.execute(
            "SELECT rolsuper OR rolname = current_user FROM pg_roles WHERE rolname = %s", [role]
        )
        found = cursor.fetchone()
        if found is None:
            raise CommandError(f"There is no role {role}: CREATE ROLE {role} LOGIN PASSWORD …")
        if found[0]:
            raise CommandError(
                f"{role} owns the tables or is a superuser: serve the portal with another role."
            )

    def _rights(self, table: str) -> str:
        if table in READ_ONLY:
            return "SELECT"
        return "SELECT, INSERT" if table in WRITTEN_ONCE else "SELECT, INSERT, UPDATE, DELETE"
