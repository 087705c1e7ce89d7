"""What a keeper of the portal needs to know is written down."""

import re
from pathlib import Path

from django.utils.translation import override

from registrations.management.commands.lifecycle_page import PAGE, lifecycle_page

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_variable_is_documented():
    settings = (ROOT / "consular_portal" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"""env\.\w+\(\s*["']([A-Z_]+)["']""", settings))
    documented = set(re.findall(r"^\| `([A-Z_]+)`", OPERATIONS, re.MULTILINE))
    assert read - documented == set()


def test_every_command_is_documented():
    commands = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
    assert {name for name in commands if name not in OPERATIONS} == set()


def test_lifecycle_page_is_the_table():
    with override(None):
        assert PAGE.read_text(encoding="utf-8") == lifecycle_page()
