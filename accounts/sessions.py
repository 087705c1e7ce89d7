"""How long somebody stays signed in: SESSION_COOKIE_AGE after the last page or "Stay"."""

import time

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

RENEWED_AT = "renewed_at"
# Seconds in which one page more does not write the session again.
RENEW_AFTER = 300
# Seconds before the end at which the person is warned.
WARN_BEFORE = 600


def renew(session: SessionBase) -> None:
    """Count from now."""
    session[RENEWED_AT] = int(time.time())


def renew_if_due(session: SessionBase) -> None:
    if time.time() - session.get(RENEWED_AT, 0) > RENEW_AFTER:
        renew(session)


def seconds_left(session: SessionBase) -> int:
    """Seconds until the person has to sign in again."""
    renewed = session.get(RENEWED_AT, time.time())
    return int(renewed + settings.SESSION_COOKIE_AGE - time.time())
