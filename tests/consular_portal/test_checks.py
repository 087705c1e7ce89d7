"""Each wrong combination of settings is said under its own id."""

import base64
import sys
from types import ModuleType

import pytest
from django.core.checks import run_checks

OWN_KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def deployed(settings):
    """Settings that a real portal could have; each test spoils one."""
    settings.DEVELOPMENT = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Consular registration <noreply@register.example.org>"
    settings.BOUNCES_URL = "imaps://reports:secret@mail.example.org/INBOX"
    settings.PORTAL_ORIGIN = "https://register.example.org"
    settings.ALLOWED_HOSTS = ["register.example.org"]
    settings.FIELD_KEYS = f"2026:{OWN_KEY}"
    settings.INDEX_KEY = base64.b64encode(b"i" * 32).decode()


def found():
    """The ids of our own checks that complain."""
    said = run_checks(include_deployment_checks=True)
    return [message.id for message in said if message.id.startswith("portal.")]


def test_nothing_is_said_of_settings_that_fit():
    assert found() == []


def test_second_driver(monkeypatch):
    intruder = ModuleType("psycopg")
    intruder.__spec__ = sys.__spec__ or ModuleType("spec")
    monkeypatch.setitem(sys.modules, "psycopg", intruder)
    assert found() == ["portal.E001"]


@pytest.mark.parametrize("name", ["FIELD_KEYS", "INDEX_KEY"])
def test_development_key_in_production(settings, name):
    known = settings.DEVELOPMENT_FIELD_KEY
    setattr(settings, name, {"FIELD_KEYS": f"2026:{OWN_KEY},dev:{known}", "INDEX_KEY": known}[name])
    assert found() == ["portal.E002"]


def test_development_key_on_a_developers_machine(settings):
    settings.DEVELOPMENT = True
    settings.FIELD_KEYS = f"dev:{settings.DEVELOPMENT_FIELD_KEY}"
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "replace-me-with-fifty-random-characters"),
        ("FIELD_KEYS", "2026:cmVwbGFjZS1tZS13aXRoLTMyLXJhbmRvbS1ieXRlcyE="),
        ("INDEX_KEY", "cmVwbGFjZS1tZS0zMi1ieXRlcy1vZi10aGUtaW5kZXg="),
        ("EMAIL_HOST_PASSWORD", "replace-me"),
        ("SMS_URL", "https://portal:replace-me@sms.example.org/send"),
        ("BOUNCES_URL", "imaps://reports:replace-me@mail.example.org/INBOX"),
    ],
)
def test_secret_of_the_example(settings, name, value):
    setattr(settings, name, value)
    assert found() == ["portal.E010"]


def test_index_key_that_also_seals(settings):
    settings.INDEX_KEY = OWN_KEY
    assert found() == ["portal.E005"]


def test_copies_below_static_files(settings):
    settings.PRIVATE_FILES_ROOT = settings.STATIC_ROOT / "copies"
    assert found() == ["portal.E003"]


def test_copies_below_static_files_by_a_link(settings, tmp_path):
    (tmp_path / "link").symlink_to(settings.STATICFILES_DIRS[0])
    settings.PRIVATE_FILES_ROOT = tmp_path / "link" / "copies"
    assert found() == ["portal.E003"]


def test_copies_where_nobody_can_write(settings, tmp_path):
    (tmp_path / "in-the-way").touch()
    settings.PRIVATE_FILES_ROOT = tmp_path / "in-the-way" / "copies"
    assert found() == ["portal.E006"]


@pytest.mark.parametrize(
    "codes", [["kk", "ru"], ["ru", "kk", "en"], ["kk", "ru", "en", "de"], ["en", "kk", "ru"]]
)
def test_other_languages(settings, codes):
    settings.LANGUAGES = [(code, code) for code in codes]
    assert "portal.E004" in found()


@pytest.mark.parametrize(
    "kinds", [[], ["totp", "recovery_codes"], ["webauthn", "recovery_codes"], ["totp", "webauthn"]]
)
def test_second_factor_that_is_missing(settings, kinds):
    settings.MFA_SUPPORTED_TYPES = kinds
    assert found() == ["portal.E007"]


def test_gate_that_is_missing(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "StaffGate" not in name]
    assert found() == ["portal.E008"]


def test_gate_before_the_sign_in(settings):
    names = [name for name in settings.MIDDLEWARE if "StaffGate" not in name]
    settings.MIDDLEWARE = ["accounts.middleware.StaffGate", *names]
    assert found() == ["portal.E008"]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, ["portal.E011"]),
        ({"MAX_ENTRIES": 300}, ["portal.E011"]),
        ({"MAX_ENTRIES": 1_000_000}, []),
    ],
)
def test_cache_that_forgets_limits_when_it_is_full(settings, options, ids):
    table = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}
    settings.CACHES = {"default": table | {"OPTIONS": options}}
    assert found() == ids


def test_mail_that_stays_here(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert found() == ["portal.W001"]


def test_mailbox_of_reports_that_is_missing(settings):
    settings.BOUNCES_URL = ""
    assert found() == ["portal.W005"]


def test_sender_that_is_nobody(settings):
    settings.DEFAULT_FROM_EMAIL = "Consular registration <noreply@localhost>"
    assert found() == ["portal.W003"]


def test_origin_without_encryption(settings):
    settings.PORTAL_ORIGIN = "http://register.example.org"
    assert found() == ["portal.W002"]


def test_origin_that_the_portal_would_refuse(settings):
    settings.PORTAL_ORIGIN = "https://portal.example.org"
    assert found() == ["portal.W004"]
