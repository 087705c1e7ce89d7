"""The embedded development PostgreSQL."""

from pathlib import Path


def embedded_database_url(base_dir: Path) -> str:
    raise NotImplementedError
