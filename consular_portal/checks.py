"""What is wrong with the settings, said before anybody else finds it."""

import base64
import binascii
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured

from accounts import sms

KEY_BYTES = 32


@register(Tags.database)
def driver(**kwargs: Any) -> list[CheckMessage]:
    """Django would silently prefer psycopg 3, which nothing here is tested with."""
    if find_spec("psycopg") is None:
        return []
    hint = "pip uninstall psycopg"
    return [Error("psycopg 3 is installed beside psycopg2", hint=hint, id="portal.E001")]


@register(Tags.security)
def keys(**kwargs: Any) -> list[CheckMessage]:
    pairs = [pair.partition(":")[2] for pair in settings.FIELD_KEYS.split(",")]
    if all(map(_is_key, [*pairs, settings.INDEX_KEY])):
        return []
    hint = "Each is base64 of 32 random bytes; FIELD_KEYS holds id:base64 pairs."
    return [Error("FIELD_KEYS or INDEX_KEY is malformed", hint=hint, id="portal.E002")]


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


@register(Tags.files)
def private_storage(**kwargs: Any) -> list[CheckMessage]:
    """Document copies must not lie where a web server publishes files."""
    published = [Path(settings.STATIC_ROOT), *map(Path, settings.STATICFILES_DIRS)]
    if not any(settings.PRIVATE_FILES_ROOT.is_relative_to(folder) for folder in published):
        return []
    hint = "Set PRIVATE_FILES_ROOT to a folder of its own."
    return [Error("Document copies lie in a published folder", hint=hint, id="portal.E003")]


@register(Tags.translation)
def languages(**kwargs: Any) -> list[CheckMessage]:
    if [code for code, _name in settings.LANGUAGES] == ["kk", "ru", "en"]:
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


@register(Tags.security, deploy=True)
def mail(**kwargs: Any) -> list[CheckMessage]:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return []
    hint = "Set EMAIL_URL to an SMTP server."
    return [CheckWarning("Messages do not leave this machine", hint=hint, id="portal.W001")]


@register(Tags.security, deploy=True)
def origin(**kwargs: Any) -> list[CheckMessage]:
    if settings.PORTAL_ORIGIN.startswith("https://"):
        return []
    hint = "QR codes and messages carry this address."
    return [CheckWarning("PORTAL_ORIGIN is not https", hint=hint, id="portal.W002")]
