"""Write docs/lifecycle.md from the table of transitions."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import override

from registrations.enums import TRANSITIONS

PAGE = settings.BASE_DIR / "docs" / "lifecycle.md"
HEAD = """# The lifecycle of an application

Generated from TRANSITIONS in registrations/enums.py by `manage.py lifecycle_page`.

| From | To | Who | Effect |
|---|---|---|---|
"""


def lifecycle_page() -> str:
    """In English, whatever language is active."""
    rows = []
    with override(None):
        for (before, after), transition in TRANSITIONS.items():
            actors = ", ".join(str(actor.label) for actor in transition.actors)
            rows.append(f"| {before} | {after} | {actors} | {transition.effect} |")
    return HEAD + "\n".join(rows) + "\n"


class Command(BaseCommand):
    help = "Write docs/lifecycle.md from the table of transitions."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(lifecycle_page(), encoding="utf-8")
        self.stdout.write(f"wrote {PAGE.relative_to(settings.BASE_DIR)}")
