"""Personal numbers at rest: AES-256-GCM in the column, HMAC-SHA-256 beside it for exact search.

A stored value is ``key id . base64url(nonce + ciphertext + tag)``. What the value belongs to
(model, column, and the row's UUID where it has one) is authenticated with it, so a value copied
into another row or column does not open.

Losing the keys loses the data: docs/operations.md says how they are kept and rotated.
"""

import base64
import hashlib
import hmac
import json
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

NONCE_BYTES = 12


class DecryptionError(Exception):
    """A stored value does not open: its key is missing, or it was altered or moved."""


@lru_cache(maxsize=4)
def _ciphers(field_keys: str) -> dict[str, AESGCM]:
    try:
        pairs = [pair.strip().split(":", 1) for pair in field_keys.split(",")]
        return {key_id: AESGCM(base64.b64decode(key, validate=True)) for key_id, key in pairs}
    except ValueError as error:
        raise ImproperlyConfigured(
            "FIELD_KEYS must be id:base64 pairs of 32 random bytes, newest first, comma between."
        ) from error


def newest_key_id() -> str:
    """The id in front of everything that is sealed from now on."""
    return next(iter(_ciphers(settings.FIELD_KEYS)))


def encrypt_text(value: str, *, aad: str) -> str:
    """``value`` sealed under the newest key and bound to ``aad``."""
    key_id, cipher = next(iter(_ciphers(settings.FIELD_KEYS).items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + cipher.encrypt(nonce, value.encode(), aad.encode())
    return f"{key_id}.{base64.urlsafe_b64encode(sealed).decode()}"


def reseal_text(stored: str, *, aad: str) -> str:
    """The same text under the newest key. Raises DecryptionError where it does not open."""
    return encrypt_text(decrypt_text(stored, aad=aad), aad=aad)


def decrypt_text(stored: str, *, aad: str) -> str:
    """Raises DecryptionError where the key is unknown or the value is not the one sealed here."""
    key_id, _, sealed = stored.partition(".")
    try:
        raw = base64.urlsafe_b64decode(sealed)
        cipher = _ciphers(settings.FIELD_KEYS)[key_id]
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], aad.encode()).decode()
    except (KeyError, ValueError, InvalidTag) as error:
        raise DecryptionError(f"A value of {aad.rpartition(':')[0]} does not open.") from error


def blind_index(value: str, *, purpose: str) -> str:
    """What an exact search compares; equal values of one purpose meet, nothing can be read back.

    Empty stays empty, so that "no number" never matches "no number".
    """
    if not value:
        return ""
    key = base64.b64decode(settings.INDEX_KEY)
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


class Sealed(str):
    """A stored value not opened yet; reading the attribute of a row opens it."""

    __slots__ = ()


class _OpenOnRead:
    """Opens the column when the attribute is read, since only the row knows its UUID."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type | None = None) -> Any:
        if row is None:
            return self.field
        if self.field.attname not in row.__dict__:
            row.refresh_from_db(fields=[self.field.attname])
        value = row.__dict__[self.field.attname]
        if isinstance(value, Sealed):
            value = self.field.open(value, row)
            row.__dict__[self.field.attname] = value
        return value

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text that a leaked dump does not show. It can be neither filtered nor ordered by."""

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False
    ) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _OpenOnRead(self))

    def aad(self, row: models.Model) -> str:
        # A history row holds the ciphertext of the row it tells of, so it opens under its name.
        model = getattr(self.model, "pgh_tracked_model", self.model)
        return f"{model._meta.label_lower}.{self.attname}:{getattr(row, 'public_id', '')}"

    def open(self, stored: Sealed, row: models.Model) -> Any:
        return self.from_text(decrypt_text(stored, aad=self.aad(row)))

    def to_text(self, value: Any) -> str:
        return str(value)

    def from_text(self, text: str) -> Any:
        return text

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or value == "" or isinstance(value, Sealed):
            return value
        return Sealed(encrypt_text(self.to_text(value), aad=self.aad(model_instance)))

    def get_prep_value(self, value: Any) -> Any:
        if value in (None, "") or isinstance(value, Sealed):
            return None if value is None else str(value)
        raise TypeError(f"{self.name} is encrypted: save the row, or search by its blind index.")

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return Sealed(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name in {"exact", "isnull"} else None


class EncryptedJSONField(EncryptedTextField):
    """A JSON document that a leaked dump does not show."""

    def to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    def from_text(self, text: str) -> Any:
        return json.loads(text)

    def formfield(self, *args: Any, **kwargs: Any) -> None:
        return None
