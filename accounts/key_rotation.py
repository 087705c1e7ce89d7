"""Everything sealed, sealed anew under the newest key, so that an old key can be thrown away.

A re-sealed value says what it said before, so this is no change of a row: the history triggers,
and those that keep a table append-only, stand aside for these updates and for nothing else
(docs/adr/0012-keys-are-rotated-in-place.md).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import pgtrigger
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Left

from accounts.adapters import SECOND_FACTOR
from accounts.encryption import (
    DecryptionError,
    EncryptedTextField,
    Sealed,
    newest_key_id,
    reseal_text,
)

BATCH = 500
# What the sign-in library seals inside an authenticator's data.
AUTHENTICATOR_SECRETS = ("secret", "seed")


@dataclass
class Resealed:
    """What became of one table; ``locked`` rows were in somebody's hands and want another run."""

    table: str
    rows: int = 0
    locked: int = 0
    unopened: int = 0


def reseal_everything(*, said: Callable[[Resealed], None] = lambda table: None) -> list[Resealed]:
    """Re-seal in batches of their own transactions; run again, it goes on where it stopped.

    ``said`` hears of each table as it is finished. A value that no key opens stays as it is and
    is counted.
    """
    tables = []
    for model, columns in sealed_columns():
        tables.append(_reseal_table(model, columns))
        said(tables[-1])
    tables.append(_reseal_authenticators())
    said(tables[-1])
    return tables


def sealed_columns() -> Iterator[tuple[type[models.Model], list[EncryptedTextField]]]:
    """Every table with sealed columns, those of history among them."""
    for model in apps.get_models():
        columns = [
            field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)
        ]
        if columns:
            yield model, columns


def _reseal_table(model: type[models.Model], columns: list[EncryptedTextField]) -> Resealed:
    done = Resealed(model._meta.db_table)
    last: Any = 0
    while True:
        with transaction.atomic(), triggers_standing_aside(model):
            waiting = _waiting(model, columns).filter(pk__gt=last).order_by("pk")
            rows = list(waiting.select_for_update(skip_locked=True, no_key=True)[:BATCH])
            for row in rows:
                _reseal_row(row, columns, done)
        if not rows:
            break
        last = rows[-1].pk
    done.locked = _waiting(model, columns).count() - done.unopened
    return done


def _waiting(model: type[models.Model], columns: list[EncryptedTextField]) -> models.QuerySet[Any]:
    """Rows with a value that is not under the newest key."""
    front = f"{newest_key_id()}."
    waiting = models.Q()
    for column in columns:
        held = ~models.Q(**{column.attname: ""}) & models.Q(**{f"{column.attname}__isnull": False})
        waiting |= held & ~models.Q(models.lookups.Exact(Left(column.attname, len(front)), front))
    return model._base_manager.filter(waiting)


def _reseal_row(row: models.Model, columns: list[EncryptedTextField], done: Resealed) -> None:
    sealed = {}
    for column in columns:
        value = row.__dict__[column.attname]
        if not value or value.startswith(f"{newest_key_id()}."):
            continue
        try:
            sealed[column.attname] = Sealed(reseal_text(value, aad=column.aad(row)))
        except DecryptionError:
            done.unopened += 1
            return
    type(row)._base_manager.filter(pk=row.pk).update(**sealed)
    done.rows += 1


def triggers_standing_aside(model: type[models.Model]) -> AbstractContextManager[None]:
    """For updates that change nothing a person said: no history row, no append-only refusal."""
    names = [
        f"{model._meta.label}:{trigger.name}" for trigger in getattr(model._meta, "triggers", [])
    ]
    # Without a name every trigger of every table would stand aside.
    return pgtrigger.ignore(*names) if names else nullcontext()


def _reseal_authenticators() -> Resealed:
    """The seeds of second factors and recovery codes, which the sign-in library keeps in JSON."""
    done = Resealed(Authenticator._meta.db_table)
    front = f"{newest_key_id()}."
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            authenticator = Authenticator.objects.select_for_update(no_key=True).get(pk=pk)
            old = [
                name
                for name in AUTHENTICATOR_SECRETS
                if not authenticator.data.get(name, front).startswith(front)
            ]
            try:
                for name in old:
                    authenticator.data[name] = reseal_text(
                        authenticator.data[name], aad=SECOND_FACTOR
                    )
            except DecryptionError:
                done.unopened += 1
                continue
            if old:
                authenticator.save(update_fields=["data"])
                done.rows += 1
    return done
