"""Every page as the portal answers it, in every language: rendered once, read by many tests."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern
from django.utils.translation import override

from consular_portal import errors
from tests.pages.rows import Row, rows
from tests.pages.safety import safety
from tests.pages.scene import Scene
from tests.sessions import signed_in

LANGUAGES = ("kk", "ru", "en")
# Pages that need neither the database nor the portal.
BROKEN = ("500", "maintenance")
ORIGIN = "http://testserver"


@dataclass(frozen=True)
class Rendered:
    """What one row looked like in one language."""

    row: Row
    language: str
    path: str
    status: int
    html: str
    headers: dict[str, str]

    @property
    def id(self) -> str:
        return f"{self.language}-{self.row.id}"


def render_all(files) -> list[Rendered]:
    """All rows in all languages; the database is left as it was."""
    own = {
        "PRIVATE_FILES_ROOT": files,
        "PORTAL_ORIGIN": ORIGIN,
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    }
    with transaction.atomic(), override_settings(**own):
        scene = Scene.create()
        found = [render(row, language) for row in every_row(scene) for language in LANGUAGES]
        transaction.set_rollback(True)
    return found + [static_page(name, language) for name in BROKEN for language in LANGUAGES]


def every_row(scene: Scene) -> list[Row]:
    return [*rows(scene), *safety(scene)]


def static_page(name: str, language: str) -> Rendered:
    """What the web server shows where the portal cannot answer."""
    html = errors.static_page(name, language).decode()
    return Rendered(Row(name), language, f"/static/errors/{name}.{language}.html", 200, html, {})


def render(row: Row, language: str) -> Rendered:
    cache.clear()
    if row.who:
        type(row.who).objects.filter(pk=row.who.pk).update(language=language)
    client = signed_in(row.who) if row.who else Client()
    if row.before:
        row.before(client)
    with override(language):
        path = reverse(row.name, args=row.args) + row.query
    answer = client.get(path) if row.typed is None else client.post(path, dict(row.typed))
    return Rendered(
        row, language, path, answer.status_code, answer.content.decode(), dict(answer.headers)
    )


def addresses() -> set[str]:
    """The names of all addresses with a language in them but those of the second factor."""
    prefixed = next(
        found
        for found in get_resolver().url_patterns
        if isinstance(getattr(found, "pattern", None), LocalePrefixPattern)
    )
    return {name for name in _names(prefixed) if not name.startswith("mfa_")}


def _names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            inner = f"{found.namespace}:" if found.namespace else namespace
            yield from _names(found, inner)
        elif isinstance(found, URLPattern):
            yield f"{namespace}{found.name}"
