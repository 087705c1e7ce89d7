"""Signing in as the portal's own pages would leave a session behind."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from accounts.models import User


def signed_in(user: User, *, methods: tuple[str, ...] | None = None) -> Client:
    """A client of the user: an officer came with password and second factor, a citizen by code."""
    client = Client()
    client.force_login(user)
    if methods is None:
        methods = ("password", "mfa") if user.is_staff else ("code",)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": time.time()} for method in methods
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
