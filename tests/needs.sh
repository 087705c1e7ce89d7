#!/bin/sh
# What the tests need beside Python; said plainly, with the command that gets it.
if ! command -v chromium >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1; then
    echo "The browser tests need Chromium, which is not here. Debian and Ubuntu, as root:" >&2
    echo "    apt-get install -y chromium" >&2
    echo "Until then, everything but the browser: .venv/bin/python -m pytest --ignore tests/e2e" >&2
    exit 1
fi
if ! command -v java >/dev/null 2>&1; then
    echo "The check of the pages' HTML needs Java, which is not here. Debian and Ubuntu, as root:" >&2
    echo "    apt-get install -y default-jre-headless" >&2
    exit 1
fi
