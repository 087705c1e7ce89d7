"""What a keeper of the portal needs to know is written down."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from registrations.management.commands.lifecycle_page import PAGE, lifecycle_page

ROOT = Path(__file__).resolve().parent.parent
PAPERS = sorted((ROOT / "docs").glob("**/*.md"))
OWN_FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()}
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")
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


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_paper_names_what_is_there(paper):
    """A threat said to be stopped by a file or a test that went is stopped by nothing."""
    text = paper.read_text(encoding="utf-8")
    named = {path for path in PATH.findall(text) if path.partition("/")[0] in OWN_FOLDERS}
    assert {path for path in named if not (ROOT / path).exists()} == set()
    written = "\n".join(
        path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py")
    )
    tests = set(re.findall(r"\btest_\w+\b(?!\.py)", text)) - {"test_x"}
    assert {name for name in tests if f"def {name}(" not in written} == set()


def test_every_promise_names_its_tests():
    """That they exist is seen by ``test_paper_names_what_is_there``."""
    text = (ROOT / "docs" / "acceptance.md").read_text(encoding="utf-8")
    shown = {
        int(number): re.findall(r"`test_\w+`", tests)
        for number, tests in re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|$", text, re.MULTILINE)
    }
    assert sorted(shown) == [*range(1, 24), *range(36, 41)]
    assert [number for number, tests in shown.items() if not tests] == []
