"""Reads the variables. One that is missing or malformed stops the start with a sentence naming it.

``NAME_FILE`` may name a file that holds the value of ``NAME``, so that a secret need not stand in
the environment. No sentence repeats a value that may hold a password.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,20}")
TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")
# In place of a default: the variable must be set.
REQUIRED: Any = object()


class Environment:
    """Each reader takes the variable's name and what holds where it is not set or empty."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables

    def text(self, name: str, default: Any = REQUIRED) -> Any:
        value = self._given(name)
        if value:
            return value
        if default is REQUIRED:
            raise ImproperlyConfigured(f"{name} is not set. docs/operations.md says what it is.")
        return default

    def flag(self, name: str, default: Any = REQUIRED) -> Any:
        value = self.text(name, default)
        if value is default:
            return default
        if value.lower() not in TRUE + FALSE:
            raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
        return value.lower() in TRUE

    def number(self, name: str, default: Any = REQUIRED) -> Any:
        value = self.text(name, default)
        if value is default:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value):
            raise ImproperlyConfigured(f"{name} must be a whole number from 0, not {value!r}.")
        return int(value)

    def names(self, name: str, default: Any = REQUIRED) -> Any:
        value = self.text(name, default)
        if value is default:
            return default
        return [part.strip() for part in value.split(",") if part.strip()]

    def origin(self, name: str, default: Any = REQUIRED) -> Any:
        """Scheme and host without a path, as a browser names an origin."""
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or value != f"{parts.scheme}://{parts.netloc}":
            raise ImproperlyConfigured(f"{name} must be like https://register.example.org.")
        return value

    def database(self, name: str, default: Any = REQUIRED) -> dict[str, Any]:
        wanted = "postgresql://user:password@host:port/name"
        found = self._url(name, default, environ.Env.db_url_config, wanted)
        if found.get("ENGINE") != "django.db.backends.postgresql" or not found["NAME"]:
            raise ImproperlyConfigured(f"{name} must be like {wanted}.")
        return found

    def cache(self, name: str, default: Any = REQUIRED) -> dict[str, Any]:
        return self._url(name, default, environ.Env.cache_url_config, "redis://host:6379/0")

    def mail(self, name: str, default: Any = REQUIRED) -> dict[str, Any]:
        wanted = "smtp+tls://user:password@host:587"
        found = self._url(name, default, environ.Env.email_url_config, wanted)
        if found["EMAIL_BACKEND"].endswith("smtp.EmailBackend") and not found["EMAIL_HOST"]:
            raise ImproperlyConfigured(f"{name} must be like {wanted}.")
        return found

    def socket(self, name: str, default: Any = REQUIRED) -> Any:
        """The path of a socket, or host:port."""
        value = self.text(name, default)
        if value is default or value.startswith("/") or re.fullmatch(r"[^\s/]+:[0-9]{1,5}", value):
            return value
        raise ImproperlyConfigured(f"{name} must be a path or host:port, not {value!r}.")

    def key(self, name: str, default: Any = REQUIRED) -> Any:
        value = self.text(name, default)
        if not is_key(value):
            raise ImproperlyConfigured(f"{name} must be base64 of {KEY_BYTES} random bytes.")
        return value

    def keys(self, name: str, default: Any = REQUIRED) -> Any:
        """``id:base64`` pairs, newest first; an id stands in front of every value it sealed."""
        value = self.text(name, default)
        pairs = [pair.strip().partition(":") for pair in value.split(",")]
        ids = [key_id for key_id, _colon, _key in pairs]
        well_formed = all(KEY_ID.fullmatch(key_id) and is_key(key) for key_id, _colon, key in pairs)
        if not well_formed or len(set(ids)) < len(ids):
            raise ImproperlyConfigured(
                f"{name} must be id:base64 pairs of {KEY_BYTES} random bytes, newest first, "
                "comma between, each id once."
            )
        return value

    def _given(self, name: str) -> str:
        file = self.variables.get(f"{name}_FILE")
        if not file:
            return self.variables.get(name, "").strip()
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not a text file"
            raise ImproperlyConfigured(f"{name}_FILE: {file} cannot be read: {reason}.") from error

    def _url(self, name: str, default: Any, parse: Any, wanted: str) -> dict[str, Any]:
        value = self.text(name, default)
        if "://" not in value:
            raise ImproperlyConfigured(f"{name} must be like {wanted}.")
        try:
            found: dict[str, Any] = parse(value)
        except (ValueError, ImproperlyConfigured) as error:
            raise ImproperlyConfigured(f"{name} must be like {wanted}.") from error
        return found


def is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False
