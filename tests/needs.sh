#!/bin/sh
# What the tests need beside Python; said plainly, with the command that gets it.
if ! command -v chromium >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1; then
    echo "The browser tests need Chromium: apt-get install -y chromium" >&2
    exit 1
fi
