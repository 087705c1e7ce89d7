"""How long somebody stays signed in: SESSION_COOKIE_AGE after the last page or "Stay".

All sessions of an account end at once when its epoch grows (accounts/models.py).
"""

import time

from django.conf import settings
from django.contrib.auth import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import get_language_from_path

from accounts import audit
from accounts.models import User

RENEWED_AT = "renewed_at"
# The language of the officers' pages, whose addresses name none.
LANGUAGE = "staff_language"
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


@transaction.atomic
def end_all(user: User, *, actor: User | None) -> User:
    """End every session of the account; the account as it stands now.

    A view that keeps its own session renews it with ``update_session_auth_hash`` and this answer.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user = User.objects.get(pk=user.pk)
    audit.record(actor=actor, action="sessions.ended", target=user)
    return user


@receiver(user_logged_in, dispatch_uid="accounts.language_of_the_sign_in")
def keep_language(sender: object, request: HttpRequest, user: User, **_more: object) -> None:
    """An officer goes on in the language of the page he signed in on. The account's own language,
    in which letters are written, stays."""
    language = get_language_from_path(request.path_info)
    if user.is_staff and language:
        request.session[LANGUAGE] = language


def officers_language(session: SessionBase, user: User) -> str:
    """That of the sign-in, or chosen since; else the one of the account."""
    language: str = session.get(LANGUAGE, user.language)
    return language
