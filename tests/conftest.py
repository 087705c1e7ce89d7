"""What every test stands on: real PostgreSQL, files in a folder of its own, no shared limits."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def own_surroundings(settings, tmp_path):
    """Files and rate limits of one test are not those of the next; nobody is texted."""
    settings.PRIVATE_FILES_ROOT = tmp_path / "private"
    copies = settings.STORAGES["default"]
    settings.STORAGES = {
        **settings.STORAGES,
        "default": copies | {"OPTIONS": copies["OPTIONS"] | {"location": tmp_path / "private"}},
    }
    settings.SMS_URL = ""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    # A password of a test protects nobody; the real hash would take a third of a second each time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def cast(db):
    """The fixed cast of the access tests."""
    from tests.factories.cast import Cast

    return Cast.create()


@pytest.fixture(scope="session")
def every_page(django_db_setup, django_db_blocker, tmp_path_factory):
    """Each public and account page in each state and language (tests/pages)."""
    from tests.pages.rendering import render_all

    with django_db_blocker.unblock():
        return render_all(tmp_path_factory.mktemp("private"))


@pytest.fixture
def scanner(settings, tmp_path):
    """A virus scanner on a socket; set its ``answer`` to have it say something else."""
    from tests.scanner import scanner_at

    settings.CLAMAV_SOCKET = str(tmp_path / "clamd")
    with scanner_at(settings.CLAMAV_SOCKET) as server:
        yield server


@pytest.fixture
def everything(cast):
    """A row of each personal model, about the cast's citizen."""
    from tests.factories.everything import everything_about

    return everything_about(cast)
