"""Compile the translations; Babel does it, so that gettext need not be installed."""

from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.reloader import translation_file_changed


class Command(BaseCommand):
    help = "Compile every catalogue that is newer than its compiled form."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
                compiled = source.with_suffix(".mo")
                if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
                    continue
                with source.open("rb") as file:
                    catalogue = read_po(file, locale=source.parts[-3])
                with compiled.open("wb") as file:
                    write_mo(file, catalogue)
                # Whoever goes on in this process (start) is to read what is compiled now.
                translation_file_changed(sender=self, file_path=compiled)
                self.stdout.write(f"compiled {source.relative_to(settings.BASE_DIR)}")
