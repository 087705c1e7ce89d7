"""Make .venv, or install one lock into it with a counter; what goes wrong is said in a sentence.

    python3 requirements/install.py                              makes .venv
    .venv/bin/python requirements/install.py development.txt     installs a lock

It runs before anything is installed, so it needs the standard library alone.
"""

import re
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ENVIRONMENT = FOLDER.parent / ".venv"
LOG = ENVIRONMENT / "install.log"
OLDEST = (3, 11)
PAUSE_SECONDS = 0.2
# Without a terminal a line is written this often.
LINE_SECONDS = 5
# What pip says, and what it means to the person.
FAULTS = {
    "DO NOT MATCH THE HASHES": (
        "A package is not the one that was locked: its hash differs, so it was not installed.\n"
        "Empty the cache (.venv/bin/python -m pip cache purge) and start again. If it stays so,\n"
        "do not go on: the file was changed on its way; ask whoever keeps the lock."
    ),
    "No space left on device": "The disk is full; the packages need up to 700 MB.",
    "NewConnectionError|Connection broken|timed out|SSLError|ProxyError": (
        "The package index cannot be reached. Look at the network, then start again."
    ),
    "No matching distribution|Could not find a version": (
        "A package is not to be had: the package index cannot be reached, or it has no ready-made\n"
        "file for this machine and this Python. Python 3.11, 3.12 and 3.13 on Linux are known to\n"
        "work; another one is named so: make run PYTHON=python3.12"
    ),
}


def main(arguments):
    if sys.version_info < OLDEST:
        found = "{}.{}".format(*sys.version_info)
        raise SystemExit(
            f"Python 3.11 or newer is needed, this is {found}. Name one: make run PYTHON=python3.12"
        )
    if arguments:
        install(FOLDER / arguments[0])
    else:
        make_environment()


def make_environment():
    """Asked for only where .venv has no Python, so whatever else lies there is of no use."""
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info)
        raise SystemExit(
            f"Python's module venv is missing. Debian and Ubuntu: apt-get install {package}"
        )
    say("Making .venv …\n")
    if not ENVIRONMENT.is_symlink():
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)  # noqa: S603


def install(lock):
    """Install what ``lock`` names. Raises SystemExit with a sentence where pip fails."""
    if find_spec("pip") is None:
        subprocess.run([sys.executable, "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
    say(f"Installing {lock.name}; once only, about a minute.\n")
    command = [
        *(sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"),
        *("--progress-bar", "off", "--only-binary", ":all:", "--require-hashes", "-r", str(lock)),
    ]
    with LOG.open("w", encoding="utf-8") as log:
        pip = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603
        watch(pip, lock)
    if pip.returncode:
        raise SystemExit(what_went_wrong(LOG.read_text(encoding="utf-8", errors="replace")))


def watch(pip, lock):
    """Say how far pip is until it ends."""
    wanted = len(re.findall(r"^[a-z0-9].*==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    before, started, last_line = installed_packages(), time.monotonic(), time.monotonic()
    while pip.poll() is None:
        time.sleep(PAUSE_SECONDS)
        now = time.monotonic()
        words = f"{how_far(wanted, before)}, {now - started:.0f} s"
        if sys.stdout.isatty():
            say(f"\r\033[K  {words}")
        elif now - last_line > LINE_SECONDS:
            say(f"  {words}\n")
            last_line = now
    if sys.stdout.isatty():
        say("\r\033[K")


def how_far(wanted, before):
    said = LOG.read_text(encoding="utf-8", errors="replace")
    wanted -= len(re.findall(r"^Ignoring ", said, re.MULTILINE))
    fetched = len(
        re.findall(r"^(?:Collecting|Requirement already satisfied:) ", said, re.MULTILINE)
    )
    if "\nInstalling collected packages" not in said:
        return f"{min(fetched, wanted)} of {wanted} packages fetched"
    chosen = said.rpartition("\nInstalling collected packages: ")[2].partition("\n")[0].split(", ")
    return f"{len(installed_packages() - before)} of {len(chosen)} packages installed"


def installed_packages():
    return set(ENVIRONMENT.glob("lib/python*/site-packages/*.dist-info"))


def what_went_wrong(said):
    for pattern, sentence in FAULTS.items():
        if re.search(pattern, said):
            return f"\n{sentence}\n(What pip said: {LOG})"
    return "\n".join(["\npip could not install the packages:", *said.splitlines()[-12:]])


def say(words):
    sys.stdout.write(words)
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit("\nStopped; start again, what was fetched is kept.") from None
