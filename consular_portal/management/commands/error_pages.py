"""Write the pages that are shown when nothing else works; they need neither portal nor database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import LANGUAGES

FOLDER = settings.BASE_DIR / "static" / "errors"
PAGES = ("500", "maintenance")


def error_page(name: str, language: str) -> str:
    languages = [(code, own_name, f"/{code}/") for code, own_name in LANGUAGES]
    with translation.override(language):
        return render_to_string(f"errors/{name}.html", {"languages": languages})


class Command(BaseCommand):
    help = "Write static/errors: 500 for the portal itself, maintenance for the front."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for name in PAGES:
            for language, _name in LANGUAGES:
                path = FOLDER / f"{name}.{language}.html"
                path.write_text(error_page(name, language), encoding="utf-8")
                self.stdout.write(f"wrote {path.relative_to(settings.BASE_DIR)}")
