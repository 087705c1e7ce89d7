"""The production server. `gunicorn` finds this file in the folder it is started from; what it
listens on is an argument: `gunicorn --bind 0.0.0.0:8000`. WEB_CONCURRENCY is its own variable."""

import os
import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured

wsgi_app = "consular_portal.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
# Longer than the check of an uploaded file may take.
timeout = 60
# Nobody steers the server from inside; a signal to the process does all that is needed.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """A wrong variable ends the start with its sentence, before a worker would with a trace."""
    try:
        import consular_portal.settings  # noqa: F401
    except ImproperlyConfigured as error:
        sys.exit(str(error))
