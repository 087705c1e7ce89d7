"""Read before the settings: tests run as a developer's machine does, never with a real key."""

import os

os.environ.setdefault("DEBUG", "1")
