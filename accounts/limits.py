"""How often somebody has tried lies in the cache; here its table is kept short.

Django deletes what has run out only once the table is full (settings: max_entries).
"""

from django.conf import settings
from django.db import connection
from django.utils import timezone

DATABASE_CACHE = "django.core.cache.backends.db.DatabaseCache"


def forget_expired() -> int:
    """Delete the rows that have run out; returns how many. Another cache forgets by itself."""
    cache = settings.CACHES["default"]
    if cache["BACKEND"] != DATABASE_CACHE:
        return 0
    now = timezone.now()
    table = connection.ops.quote_name(cache["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608
        return int(cursor.rowcount)
