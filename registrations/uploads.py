"""The upload gate: a citizen's file becomes a picture or a PDF made by the portal, or is refused.

The decoders run in a child process (upload_gate.py) with limits of time and memory. Nothing is
stored here: registrations/services/attachments.py does that.
"""

import hashlib
import json
import re
import socket
import struct
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

GATE = Path(__file__).resolve().parent / "upload_gate.py"
MOST_BYTES = 10 * 1024 * 1024
MOST_PAGES = 20
MOST_NAME_LETTERS = 120
# Wall-clock seconds; a photo of a new phone takes about one.
GATE_SECONDS = 25
SCANNER_SECONDS = 30

# Each kind of bad file has its own sentence, which says what to do.
MESSAGES = {
    "missing": _("Choose a file"),
    "empty": _("The file is empty. Choose another file"),
    "too_large": _("The file is over 10 MB. Send a smaller file or a photo of the document"),
    "type": _("The file must be a JPG, PNG, WebP, HEIC or PDF"),
    "password": _("The file has a password. Remove the password and send the file again"),
    "broken": _("The file cannot be opened. Make a new copy or a photo of the document"),
    "too_many_pages": _("The file has over 20 pages. Send only the pages that are asked for"),
    "too_many_pixels": _("The picture is too large. Take it again with a lower resolution"),
    "infected": _("A virus was found in the file. Send a photo of the document"),
    "timeout": _("The file could not be checked in time. Send it again in a few minutes"),
}


class UploadRefused(Exception):
    """The file was not taken: `code` is a key of MESSAGES, `message` the sentence to show."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = MESSAGES[code]


@dataclass(frozen=True, slots=True)
class AdmittedFile:
    """Bytes made by the portal, ready to be stored; `original_name` is for people to read only."""

    content: bytes
    content_type: str
    extension: str
    sha256: str
    pages: int
    original_name: str


def admit(upload: UploadedFile | None) -> AdmittedFile:
    """Draw a picture anew, build a PDF anew. Raises UploadRefused."""
    if upload is None:
        raise UploadRefused("missing")
    if upload.size and upload.size > MOST_BYTES:
        raise UploadRefused("too_large")
    upload.seek(0)
    original = upload.read(MOST_BYTES + 1)
    if not original:
        raise UploadRefused("empty")
    if len(original) > MOST_BYTES:
        raise UploadRefused("too_large")
    _scan(original)
    header, content = _through_gate(original, "admit", str(MOST_PAGES))
    return AdmittedFile(
        content=content,
        content_type=header["content_type"],
        extension=header["extension"],
        sha256=hashlib.sha256(content).hexdigest(),
        pages=header["pages"],
        original_name=safe_name(upload.name or ""),
    )


def page_image(
    content: bytes, content_type: str, page: int = 1, longest_side: int = 1600
) -> tuple[bytes, str]:
    """A stored file as a picture for the officer's viewer, with its content type.

    `page` counts from 1. A stored picture is its own only page. Raises UploadRefused where the page
    does not exist or cannot be drawn.
    """
    if content_type != "application/pdf":
        if page != 1:
            raise UploadRefused("broken")
        return content, content_type
    if page < 1:
        raise UploadRefused("broken")
    header, picture = _through_gate(content, "page", str(page), str(longest_side))
    return picture, header["content_type"]


def safe_name(name: str) -> str:
    """The name to show: no folders, no control or direction signs, a bounded length."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(sign for sign in last if not unicodedata.category(sign).startswith("C"))
    path = PurePosixPath(" ".join(visible.split()).lstrip(". ") or "file")
    suffix = path.suffix[:10]
    return path.stem[: MOST_NAME_LETTERS - len(suffix)] + suffix


def _through_gate(content: bytes, *arguments: str) -> tuple[dict[str, Any], bytes]:
    """What the child answers. A child that dies, by a crash or by its limits, means a broken file.

    It gets no environment, so it knows no secret of the portal.
    """
    try:
        finished = subprocess.run(  # noqa: S603 – our own script, no shell, fixed arguments
            [sys.executable, "-I", str(GATE), *arguments],
            input=content,
            capture_output=True,
            timeout=GATE_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UploadRefused("timeout") from error
    line, _newline, made = finished.stdout.partition(b"\n")
    if finished.returncode != 0 or not line:
        raise UploadRefused("broken")
    header: dict[str, Any] = json.loads(line)
    if "refused" in header:
        raise UploadRefused(header["refused"])
    return header, made


def _scan(content: bytes) -> None:
    """Ask ClamAV where CLAMAV_SOCKET names it (a path, or host:port); its silence refuses the file.

    The protocol is clamd's INSTREAM: chunks with their length in four bytes, a zero at the end.
    """
    if not settings.CLAMAV_SOCKET:
        return
    try:
        with _scanner() as scanner:
            scanner.sendall(b"zINSTREAM\0")
            scanner.sendall(struct.pack("!I", len(content)) + content + struct.pack("!I", 0))
            answer = b""
            while not answer.endswith(b"\0"):
                part = scanner.recv(4096)
                if not part:
                    break
                answer += part
    except OSError as error:
        raise UploadRefused("timeout") from error
    if answer.rstrip(b"\0").endswith(b"FOUND"):
        raise UploadRefused("infected")
    if answer != b"stream: OK\0":
        raise UploadRefused("timeout")


def _scanner() -> socket.socket:
    address = settings.CLAMAV_SOCKET
    if "/" in address:
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        scanner.settimeout(SCANNER_SECONDS)
        scanner.connect(address)
        return scanner
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SCANNER_SECONDS)
