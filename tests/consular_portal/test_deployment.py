"""What the image and compose.yaml rely on exists."""

import re
import stat
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import get_commands
from django.utils.module_loading import import_string

from tests.consular_portal.programs import ROOT, example

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = {
    name: service
    for name, service in COMPOSE["services"].items()
    if service.get("image") == "consular-portal"
}
DOCUMENTED = set(
    re.findall(
        r"^\| `([A-Z_]+)`",
        (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)


def test_every_command_of_the_services_exists():
    said = str([service.get("command") for service in OURS.values()])
    called = set(re.findall(r"manage\.py'?,? '?(\w+)", said))
    prepare = {"check", "migrate", "createcachetable", "load_missions", "grant_rights"}
    assert called == prepare | {"worker", "due_work"}
    assert called - set(get_commands()) == set()


def test_no_backup_is_written_where_images_are_built():
    papers = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    files = re.findall(r" [<>] (\S+)$", papers, re.MULTILINE)
    assert len(files) == 5
    assert [file for file in files if not file.startswith("/srv/backup/")] == []


def test_every_variable_of_the_services_is_documented():
    named = {
        name for service in COMPOSE["services"].values() for name in service.get("environment", {})
    }
    theirs = {"POSTGRES_USER", "POSTGRES_DB"}
    assert named | set(example()) <= DOCUMENTED | theirs


def test_every_program_shares_the_copies_and_writes_nowhere_else():
    """Each also waits for the database to be prepared, but the one that prepares it."""
    assert set(OURS) == {"prepare", "portal", "worker", "clock"}
    for name, service in OURS.items():
        assert service["volumes"] == [f"private:{example()['PRIVATE_FILES_ROOT']}"], name
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        waits = {"database": "service_healthy"} if name == "prepare" else {
            "prepare": "service_completed_successfully"
        }  # fmt: skip
        found = {other: how["condition"] for other, how in service["depends_on"].items()}
        assert found == waits, name


def test_only_the_database_and_who_prepares_it_know_the_keeper():
    knowing = {
        name
        for name, service in COMPOSE["services"].items()
        if "POSTGRES_PASSWORD" in str(service.get("environment", ""))
    }
    assert knowing == {"database", "prepare"}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_copies_are_for_the_portals_user_alone():
    name = default_storage.save("attachments/ab/copy.jpg", ContentFile(b"copy"))
    stored = Path(default_storage.path(name))
    assert (mode(stored), mode(stored.parent)) == (0o600, 0o700)


@pytest.mark.parametrize("backend", ["StaticFilesStorage", "whitenoise"])
def test_static_files_are_for_everybody(tmp_path, backend):
    """Root collects them while the image is built; another user serves them."""
    storage = settings.STORAGES["staticfiles"]
    found = import_string(
        "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if backend == "whitenoise"
        else storage["BACKEND"]
    )(location=tmp_path, base_url="/static/", **storage["OPTIONS"])
    found.save("css/page.css", ContentFile(b""))
    assert mode(tmp_path / "css" / "page.css") == 0o644
    assert mode(tmp_path / "css") == 0o755
