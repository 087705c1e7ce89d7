"""Every page of tests/pages as a browser shows it: each is opened once, many tests read it."""

import mimetypes
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

from tests.e2e.conftest import AXE, VIOLATIONS, WIDER
from tests.pages.rendering import Rendered

# As people see it: with encryption, where every policy of a browser applies.
ORIGIN = "https://testserver"
DESKTOP, PHONE, SMALLEST = ({"width": width, "height": 812} for width in (1280, 375, 320))
# What WCAG 1.4.12 lets a reader set.
SPACED = """
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
                           word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
    document.adoptedStyleSheets = [sheet];
"""
# All that takes the focus, in the order of the page; a group of radio buttons is one stop.
LISTEN = """
    const stops = [], groups = new Set();
    for (const one of document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [tabindex="0"]')) {
        if (one.disabled || one.type === 'hidden' || one.tabIndex < 0
            || !one.checkVisibility()) continue;
        if (one.type === 'radio') {
            if (groups.has(one.name)) continue;
            groups.add(one.name);
            stops.push(document.querySelector(`[name="${one.name}"]:checked`) || one);
        } else stops.push(one);
    }
    window.walk = {stops: stops.length, passed: [], unseen: []};
    document.addEventListener('focusin', ({target}) => {
        const style = getComputedStyle(target);
        const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        walk.passed.push(stops.indexOf(target));
        if (!seen && style.boxShadow === 'none') walk.unseen.push(target.outerHTML);
    });
    document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');
    walk.passed = []; walk.unseen = [];
    walk.stops
"""


@dataclass
class Seen:
    """One page as it was in the browser. Sizes are bytes before compression."""

    id: str
    page: Rendered
    violations: dict[int, list] = field(default_factory=dict)
    wider: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    stops: int = 0
    passed: list[int] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


def watch(browser, pages: list[Rendered]) -> list[Seen]:
    tab = browser.new_page()
    tab.add_init_script(AXE)
    try:
        return [_watch(tab, page) for page in pages]
    finally:
        tab.close()


def _watch(tab, page: Rendered) -> Seen:
    seen = Seen(page.id, page)
    note, answer = partial(_note, seen), partial(_answer, seen)
    tab.set_viewport_size(DESKTOP)
    tab.on("console", note)
    tab.route("**/*", answer)
    tab.goto(ORIGIN + page.path)
    _look(tab, seen)
    tab.unroute("**/*", answer)
    tab.remove_listener("console", note)
    return seen


def _note(seen: Seen, said) -> None:
    if said.type == "error" and "Failed to load resource" not in said.text:
        seen.refused.append(said.text)


def _answer(seen: Seen, route) -> None:
    """What the portal would send: the page, its files, a picture; nothing of anybody else."""
    url = urlsplit(route.request.url)
    if f"{url.scheme}://{url.netloc}" != ORIGIN:
        seen.elsewhere.append(route.request.url)
        route.abort()
        return
    if route.request.is_navigation_request():
        headers = {name.lower(): value for name, value in seen.page.headers.items()}
        headers.setdefault("content-type", "text/html; charset=utf-8")
        body = seen.page.html.encode()
        route.fulfill(status=200, headers=headers, body=body)
    else:
        found = finders.find(url.path.removeprefix("/static/"))
        body = Path(found).read_bytes() if found else b""
        route.fulfill(status=200, content_type=mimetypes.guess_type(url.path)[0], body=body)
    seen.sizes[url.path] = len(body)


def _look(tab, seen: Seen) -> None:
    for size in (DESKTOP, PHONE):
        tab.set_viewport_size(size)
        seen.violations[size["width"]] = tab.evaluate(VIOLATIONS)
        seen.wider[str(size["width"])] = tab.evaluate(WIDER)
    if seen.page.language == "kk":
        seen.stops = tab.evaluate(LISTEN)
        for _stop in range(seen.stops):
            tab.keyboard.press("Tab")
        walked = tab.evaluate("walk")
        seen.passed, seen.unseen = walked["passed"], walked["unseen"]
    tab.set_viewport_size(SMALLEST)
    tab.evaluate(SPACED)
    seen.wider["320, spaced"] = tab.evaluate(WIDER)
