"""A real browser against the live server; what it saw is kept under var/screenshots."""

import os
import shutil
from pathlib import Path

import pytest

from accounts import delivery
from accounts.models import OutboxMessage
from tests.sessions import signed_in

AXE = Path(__file__).with_name("axe.min.js").read_text(encoding="utf-8")
WIDER = "document.documentElement.scrollWidth - window.innerWidth"
# Links fade into their colours: what axe measures in between is nobody's.
VIOLATIONS = """Promise.all(document.getAnimations().map(one => one.finished))
    .then(() => axe.run({resultTypes: ['violations']})).then(result => result.violations.map(
        one => [one.id, one.nodes.slice(0, 3).map(node => node.html)]))"""
HTML = "text/html; charset=utf-8"
SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
# The browser's driver runs an event loop in the test's thread; Django would refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium") or shutil.which("chromium-browser"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
        ],
    }


class Walker:
    """One person at one screen. Every page it passes is looked at by axe."""

    def __init__(self, context, live_server, name, *, java_script):
        self.page = context.new_page()
        self.browser = context.browser
        self.context = context
        self.server = live_server.url
        self.name = name
        self.java_script = java_script
        self.twin = None
        if java_script:
            self.page.add_init_script(AXE)
        self.strangers = []
        self.page.on("request", self._note)

    def _note(self, request):
        if not request.url.startswith((self.server, "data:", "blob:")):
            self.strangers.append(request.url)

    def open(self, path):
        self.page.goto(self.server + path)
        self.look()

    def go_on(self, selector="main .q-btn"):
        """Press, wait for the next page, look at it."""
        self.page.click(selector)
        self.page.wait_for_load_state("load")
        self.look()

    def enter(self, user):
        """Bring the browser in as the sign-in would have left it."""
        cookie = signed_in(user).cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.server}])

    def fill(self, answers):
        """Type or choose what the page asks for; what it does not ask for is left."""
        for name, value in answers.items():
            control = self.page.locator(f"main [name={name}]:not([type=hidden])")
            if not control.count():
                continue
            kind = control.first.get_attribute("type")
            if kind == "radio":
                self.page.check(f"main [name={name}][value={value}]")
            elif kind == "checkbox":
                control.check()
            elif control.first.evaluate("node => node.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)

    def look(self):
        """No violation, one h1, nothing wider than the screen."""
        page = self.page
        violations = self._axe()
        assert violations == [], f"{page.url}: {violations}"
        assert page.locator("h1").count() == 1, page.url
        wide = page.evaluate(WIDER)
        assert wide <= 0, f"{page.url} is {wide}px wider than the screen"

    def _axe(self):
        page = self.page if self.java_script else self._twin()
        return page.evaluate(VIOLATIONS)

    def _twin(self):
        """axe needs scripts, so it reads the same words at the same address in a twin page."""
        if self.twin is None:
            self.twin = self.browser.new_page()
            self.twin.add_init_script(AXE)
        page, words, url = self.twin, self.page.content(), self.page.url
        page.set_viewport_size(self.page.viewport_size)
        page.route(url, lambda route: route.fulfill(body=words, content_type=HTML))
        page.goto(url)
        page.unroute(url)
        return page

    def close(self):
        self.context.close()
        if self.twin is not None:
            self.twin.close()

    def shot(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{name}.png", full_page=True)


@pytest.fixture
def walker(browser, live_server, settings):
    """walker(name, width, java_script=…) → Walker; all are closed after the test."""
    settings.PORTAL_ORIGIN = live_server.url
    walkers = []

    def make(name, width, *, java_script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 812 if width < 640 else 800},
            java_script_enabled=java_script,
        )
        context.set_default_timeout(10_000)
        walkers.append(Walker(context, live_server, name, java_script=java_script))
        return walkers[-1]

    yield make
    for one in walkers:
        one.close()


def newest_message(kind):
    delivery.deliver_due()
    return OutboxMessage.objects.filter(kind=kind).latest("id")
