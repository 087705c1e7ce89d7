"""A restored register that is not whole does not pass for one that is."""

import base64
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from registrations.services import attachments
from tests.factories import registrations as made
from tests.files import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def copies(cast):
    """Where the files of two persons' copies lie."""
    stored = []
    for account in (cast.citizen, cast.other_citizen):
        draft = made.draft(cast.here, account=account)
        copy = attachments.store(draft, kind="identity", upload=upload(), actor=account)
        stored.append(Path(default_storage.path(copy.file.name)))
    return stored


def faults():
    said = StringIO()
    with pytest.raises(CommandError, match="the register is not whole"):
        call_command("verify_restore", stderr=said)
    return said.getvalue().splitlines()


def test_whole_register(copies):
    said = StringIO()
    call_command("verify_restore", stdout=said)
    assert said.getvalue() == "whole: 2 copies, every table opens.\n"


def test_copy_that_is_missing(copies):
    copies[0].unlink()
    assert faults() == [f"{copies[0].relative_to(default_storage.location)}: missing"]


def test_copy_that_is_another(copies):
    copies[1].write_bytes(copies[1].read_bytes() + b" ")
    assert faults() == [f"{copies[1].relative_to(default_storage.location)}: not what was stored"]


def test_keys_of_another_register(copies, settings):
    settings.FIELD_KEYS = "2026:" + base64.b64encode(b"x" * 32).decode()
    assert {line.partition(":")[0] for line in faults()} >= {
        "registrations_citizen",
        "registrations_traveldocument",
    }
