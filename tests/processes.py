"""The portal's commands as real processes, on the database of the running test."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 300


def database_url(name: str = "") -> str:
    """The address of the test's database, or of another one on the same server."""
    known = connection.settings_dict
    user = ":".join(quote(part) for part in (known["USER"], known["PASSWORD"]) if part)
    where = known["HOST"] + (f":{known['PORT']}" if known["PORT"] else "")
    options = {key: known["OPTIONS"][key] for key in ("host", "sslmode") if key in known["OPTIONS"]}
    query = f"?{urlencode(options)}" if options else ""
    return f"postgresql://{user}@{where}/{name or known['NAME']}{query}"


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "DEBUG": "1", "DATABASE_URL": database_url(), **variables}


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, however it ends."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


def start(*arguments: str, **variables: str) -> "subprocess.Popen[str]":
    """Start a command and go on; what it says can be read from ``stderr``."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
