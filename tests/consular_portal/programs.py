"""The portal's programs started as an operator starts them, with the example's variables."""

import base64
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What a process needs beside our variables.
SURROUNDINGS = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def example() -> dict[str, str]:
    """The variables of .env.example as they stand there."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return {name: "".join(shlex.split(value)) for name, value in pairs}


def filled_example() -> dict[str, str]:
    """The variables of .env.example with every secret replaced, as docs/operations.md says."""
    secret = os.urandom(40).hex()
    keys = [base64.b64encode(os.urandom(32)).decode() for _ in range(2)]
    filled = {name: value.replace("replace-me", secret) for name, value in example().items()}
    return filled | {"SECRET_KEY": secret, "FIELD_KEYS": f"2026:{keys[0]}", "INDEX_KEY": keys[1]}


def run(*program: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, *program],
        cwd=ROOT,
        env=SURROUNDINGS | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def manage(*arguments: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return run("manage.py", *arguments, variables=variables)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
