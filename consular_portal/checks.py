"""What is wrong with the settings, said before anybody else finds it.

A variable that is missing or malformed does not come this far: consular_portal/environment.py
stops the start. Here stand the combinations that are well-formed and wrong.
"""

import base64
import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from accounts import sms, undelivered
from accounts.limits import DATABASE_CACHE

AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
STAFF_GATE = "accounts.middleware.StaffGate"
# Django's own 300 are full on an ordinary morning.
LEAST_CACHE_ENTRIES = 1_000_000
SECOND_FACTORS = {"totp", "webauthn", "recovery_codes"}
# What every secret of .env.example says, the keys under their base64.
PLACEHOLDER = "replace-me"


@register(Tags.database)
def driver(**kwargs: Any) -> list[CheckMessage]:
    """Django would silently prefer psycopg 3, which nothing here is tested with."""
    if find_spec("psycopg") is None:
        return []
    hint = "pip uninstall psycopg"
    return [Error("psycopg 3 is installed beside psycopg2", hint=hint, id="portal.E001")]


@register(Tags.security)
def keys(**kwargs: Any) -> Iterable[CheckMessage]:
    """A key that the code carries, or that does two things, protects neither."""
    sealing = {pair.partition(":")[2] for pair in settings.FIELD_KEYS.split(",")}
    known = {settings.DEVELOPMENT_FIELD_KEY, settings.DEVELOPMENT_INDEX_KEY}
    if not settings.DEVELOPMENT and known & {settings.INDEX_KEY, *sealing}:
        hint = "Everybody can read it; make new ones as docs/operations.md says."
        yield Error("A development key is in use", hint=hint, id="portal.E002")
    if settings.INDEX_KEY in sealing:
        hint = "Make INDEX_KEY anew before the first row is written."
        yield Error("INDEX_KEY is one of FIELD_KEYS", hint=hint, id="portal.E005")


@register(Tags.security)
def secrets_of_the_example(**kwargs: Any) -> Iterable[CheckMessage]:
    """Whoever copied .env.example and started would share its secrets with every reader of it."""
    sealing = [pair.partition(":")[2] for pair in settings.FIELD_KEYS.split(",")]
    keys = map(base64.b64decode, [settings.INDEX_KEY, *sealing])
    secrets = {
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": settings.DATABASES["default"].get("PASSWORD", ""),
        "FIELD_KEYS, INDEX_KEY": b" ".join(keys).decode(errors="replace"),
        "EMAIL_URL": settings.EMAIL_HOST_PASSWORD or "",
        "SMS_URL": settings.SMS_URL,
        "BOUNCES_URL": settings.BOUNCES_URL,
    }
    left = [name for name, secret in secrets.items() if PLACEHOLDER in secret]
    if left:
        hint = f"Replace {', '.join(left)}; docs/operations.md says how keys are made."
        yield Error("A secret of .env.example is in use", hint=hint, id="portal.E010")


@register(Tags.files)
def private_storage(**kwargs: Any) -> Iterable[CheckMessage]:
    """Document copies must lie where no web server publishes files, and where we may write."""
    private = Path(settings.PRIVATE_FILES_ROOT).resolve()
    published = [Path(settings.STATIC_ROOT), *map(Path, settings.STATICFILES_DIRS)]
    if any(private.is_relative_to(folder.resolve()) for folder in published):
        hint = "Set PRIVATE_FILES_ROOT to a folder of its own."
        yield Error("Document copies lie in a published folder", hint=hint, id="portal.E003")
    existing = next(folder for folder in [private, *private.parents] if folder.exists())
    if not (existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)):
        hint = f"Give the portal's user the folder {private}."
        yield Error("Document copies cannot be stored", hint=hint, id="portal.E006")


@register(Tags.translation)
def languages(**kwargs: Any) -> list[CheckMessage]:
    codes = [code for code, _name in settings.LANGUAGES]
    if codes == ["kk", "ru", "en"] and settings.LANGUAGE_CODE == "kk":
        return []
    hint = "Mail, certificates and the switcher rely on these three, Kazakh first."
    return [Error("LANGUAGES must be kk, ru, en", hint=hint, id="portal.E004")]


@register(Tags.security)
def second_channel(**kwargs: Any) -> list[CheckMessage]:
    try:
        sms.gateway()
    except ImproperlyConfigured as error:
        return [Error("SMS_URL is malformed", hint=str(error), id="portal.E009")]
    return []


@register(Tags.security)
def reports_of_mail(**kwargs: Any) -> list[CheckMessage]:
    try:
        undelivered.mailbox_address()
    except ImproperlyConfigured as error:
        return [Error("BOUNCES_URL is malformed", hint=str(error), id="portal.E012")]
    return []


@register(Tags.security)
def second_factor(**kwargs: Any) -> Iterable[CheckMessage]:
    """Every officer's page stands behind the gate, and the gate behind the sign-in."""
    if not set(settings.MFA_SUPPORTED_TYPES) >= SECOND_FACTORS:
        hint = f"MFA_SUPPORTED_TYPES holds {', '.join(sorted(SECOND_FACTORS))}."
        yield Error("A kind of second factor is missing", hint=hint, id="portal.E007")
    gates = [name for name in settings.MIDDLEWARE if name in {AUTHENTICATION, STAFF_GATE}]
    if gates != [AUTHENTICATION, STAFF_GATE]:
        hint = f"MIDDLEWARE holds {STAFF_GATE} once, after {AUTHENTICATION}."
        yield Error("The officers' pages are not gated", hint=hint, id="portal.E008")


@register(Tags.caches)
def limits(**kwargs: Any) -> list[CheckMessage]:
    """A cache that is full forgets how often somebody has tried."""
    cache = settings.CACHES["default"]
    entries = int(cache.get("OPTIONS", {}).get("MAX_ENTRIES", 0))
    if cache["BACKEND"] != DATABASE_CACHE or entries >= LEAST_CACHE_ENTRIES:
        return []
    hint = f"Add ?max_entries={LEAST_CACHE_ENTRIES} to CACHE_URL, or leave it unset."
    return [Error("The cache is too small for the limits", hint=hint, id="portal.E011")]


@register(Tags.security, deploy=True)
def mail(**kwargs: Any) -> Iterable[CheckMessage]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        hint = "Set EMAIL_URL to an SMTP server."
        yield CheckWarning("Messages do not leave this machine", hint=hint, id="portal.W001")
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    if "." not in sender:
        hint = "Set MAIL_FROM to an address of a domain that is yours."
        yield CheckWarning("MAIL_FROM is nobody's address", hint=hint, id="portal.W003")
    if not settings.BOUNCES_URL:
        hint = "Set BOUNCES_URL, or let the server in EMAIL_URL deliver mail itself."
        yield CheckWarning("Nobody reads which mail did not arrive", hint=hint, id="portal.W005")


@register(Tags.security, deploy=True)
def origin(**kwargs: Any) -> Iterable[CheckMessage]:
    address = urlsplit(settings.PORTAL_ORIGIN)
    if address.scheme != "https":
        hint = "QR codes and messages carry this address."
        yield CheckWarning("PORTAL_ORIGIN is not https", hint=hint, id="portal.W002")
    if not validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        hint = "ALLOWED_HOSTS must hold the host of PORTAL_ORIGIN."
        yield CheckWarning("PORTAL_ORIGIN would be refused", hint=hint, id="portal.W004")
