"""The gate for document copies: what comes in is drawn or rebuilt anew, or refused in words.

A sniffed type proves nothing (a picture can be a web page too), so the control is that only bytes
written by ourselves are ever stored. The opening is done by registrations/upload_gate.py in a
process of its own.
"""

import hashlib
import json
import socket
import struct
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 10 * 1024 * 1024
SECONDS = 30
SCANNER_SECONDS = 30
GATE = Path(__file__).with_name("upload_gate.py")

SENTENCES: dict[str, str | Promise] = {
    "missing": _("Select a file"),
    "empty": _("The selected file is empty. Select another one"),
    "too_large": _("The selected file must be smaller than 10 MB"),
    "type": _("The selected file must be a JPG, PNG, WebP, HEIC or PDF"),
    "password": _("The selected file is password protected. Save it without a password"),
    "broken": _("The selected file cannot be opened. Take the picture or save the file again"),
    "too_many_pages": _("The selected file must have 20 pages or fewer"),
    "too_many_pixels": _("The selected picture is too large. Take it with a lower resolution"),
    "infected": _("The selected file has a virus. Send a photo of the document instead"),
    "failed": _("The selected file could not be uploaded. Try again, or send a photo instead"),
}


class UploadRefused(Exception):
    """``code`` is a key of SENTENCES; ``message`` tells the person what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = SENTENCES[code]


@dataclass(frozen=True)
class AdmittedFile:
    """Bytes written by ourselves, and what they are."""

    content: bytes
    content_type: str
    extension: str
    pages: int
    sha256: str
    original_name: str


def admit(upload: UploadedFile | None) -> AdmittedFile:
    """The upload, drawn or rebuilt anew. Raises UploadRefused."""
    if upload is None:
        raise UploadRefused("missing")
    if not upload.size:
        raise UploadRefused("empty")
    if upload.size > MOST_BYTES:
        raise UploadRefused("too_large")
    original = upload.read()
    _scan(original)
    content, facts = _in_child({"do": "admit"}, original)
    return AdmittedFile(
        content=content,
        content_type=facts["content_type"],
        extension=facts["extension"],
        pages=facts["pages"],
        sha256=hashlib.sha256(content).hexdigest(),
        original_name=safe_name(upload.name or ""),
    )


def page_picture(content: bytes, number: int) -> bytes:
    """Page ``number`` (from 0) of a stored PDF as JPEG. Raises UploadRefused."""
    return _in_child({"do": "page", "page": number}, content)[0]


def safe_name(name: str) -> str:
    """The person's own file name, fit to be shown: no path, no hidden signs, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    return shown[-100:] or "file"


def _in_child(task: dict[str, Any], content: bytes) -> tuple[bytes, dict[str, Any]]:
    try:
        finished = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(GATE)],
            input=json.dumps(task).encode() + b"\n" + content,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={},  # the child knows no secret of the portal
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise UploadRefused("failed") from error
    first, _newline, result = finished.stdout.partition(b"\n")
    facts = json.loads(first)
    if "refused" in facts:
        raise UploadRefused(facts["refused"])
    return result, facts


def _scan(content: bytes) -> None:
    """Ask ClamAV where CLAMAV_SOCKET names it; a scanner that is silent refuses the file.

    The protocol is clamd's INSTREAM: chunks with their length in four bytes, a zero at the end.
    """
    if not settings.CLAMAV_SOCKET:
        return
    try:
        with _scanner(settings.CLAMAV_SOCKET) as scanner:
            scanner.sendall(b"zINSTREAM\0" + struct.pack("!I", len(content)))
            scanner.sendall(content + struct.pack("!I", 0))
            answer = scanner.makefile("rb").read(4096)
    except OSError as error:
        raise UploadRefused("failed") from error
    if answer.endswith(b"FOUND\0"):
        raise UploadRefused("infected")
    if answer != b"stream: OK\0":
        raise UploadRefused("failed")


def _scanner(address: str) -> socket.socket:
    """A connection to the scanner at a socket path or at host:port."""
    if "/" not in address:
        host, _colon, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=SCANNER_SECONDS)
    scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    scanner.settimeout(SCANNER_SECONDS)
    scanner.connect(address)
    return scanner
