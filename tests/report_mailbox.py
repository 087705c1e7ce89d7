"""A mailbox on a real IMAP server, and the reports that mail servers write into it."""

import imaplib
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

USER, PASSWORD = "demouser", "demopass"
START_SECONDS = 30


class ReportMailbox:
    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{port}/INBOX"
        self.client = imaplib.IMAP4("127.0.0.1", port, timeout=START_SECONDS)
        self.client.login(USER, PASSWORD)

    def receive(self, report: str) -> None:
        self.client.append("INBOX", "", "", report.lstrip().replace("\n", "\r\n").encode())

    def count(self, criterion: str = "ALL") -> int:
        self.client.select("INBOX", readonly=True)
        _ok, (found,) = self.client.search(None, criterion)
        return len(found.split())


@contextmanager
def running() -> Iterator[ReportMailbox]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = ["--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    program = Path(sys.executable).with_name("pymap")
    server = subprocess.Popen([program, "--no-service", "admin", *address, "dict"])  # noqa: S603
    try:
        until = time.monotonic() + START_SECONDS
        while not _answers(port):
            assert server.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        yield ReportMailbox(port)
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def _answers(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def encrypted(port: int, certificate: Path) -> Iterator[int]:
    """The same server behind TLS, as mailboxes are; the port it answers at."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    class Tunnel(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as near,
                socket.create_connection(("127.0.0.1", port)) as far,
            ):
                answers = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
                answers.start()
                _pass_on(near, far)
                answers.join(START_SECONDS)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as front:
        threading.Thread(target=front.serve_forever, daemon=True).start()
        yield front.server_address[1]
        front.shutdown()


def _pass_on(near: socket.socket, far: socket.socket) -> None:
    with suppress(OSError):
        while said := near.recv(65536):
            far.sendall(said)
        far.shutdown(socket.SHUT_WR)


def self_signed(folder: Path) -> Path:
    """A certificate for this machine, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return file


def postfix(original: str, *, action: str = "failed", status: str = "5.1.1") -> str:
    """As RFC 3464 wants it, with the headers of the original."""
    headers = original.replace("\r\n", "\n").partition("\n\n")[0]
    return f"""
From: MAILER-DAEMON@relay.example.net (Mail Delivery System)
To: reports@register.example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <20261127101010.1234ABCD@relay.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"

--B1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host relay.example.net. Your message could not be delivered.

--B1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.net

Final-Recipient: rfc822; a@example.org
Original-Recipient: rfc822;a@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 {status} a@example.org unknown

--B1
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{headers}

--B1--
"""


def exchange(original: str) -> str:
    """The report encloses the whole message."""
    whole = original.replace("\r\n", "\n")
    return f"""
From: <postmaster@mail.example.org>
To: reports@register.example.org
Subject: Undeliverable: message
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B2"

--B2
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PGh0bWw+PGJvZHk+PHA+RGVsaXZlcnkgaGFzIGZhaWxlZDwvcD48L2JvZHk+PC9odG1sPg==

--B2
Content-Type: message/delivery-status

Reporting-MTA: dns;mail.example.org

Final-Recipient: rfc822;a@example.org
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;550 5.2.2 mailbox full

--B2
Content-Type: message/rfc822

{whole}

--B2--
"""


def exim(original: str) -> str:
    """Words and a header of its own; the original stands in the text."""
    headers = original.replace("\r\n", "\n").partition("\n\n")[0]
    return f"""
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: reports@register.example.org
X-Failed-Recipients: a@example.org
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  a@example.org
    no such user

------ This is a copy of the message, including all the headers. ------

{headers}
"""


def qmail(original: str) -> str:
    headers = original.replace("\r\n", "\n").partition("\n\n")[0]
    return f"""
From: MAILER-DAEMON@mx.example.org
To: reports@register.example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<a@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <reports@register.example.org>
{headers}
"""


def answer_of_a_person(original: str) -> str:
    """A person writes back and quotes; nothing failed."""
    ours = next(line for line in original.splitlines() if line.lower().startswith("message-id"))
    return f"""
From: a@example.org
To: reports@register.example.org
In-Reply-To: {ours.partition(":")[2].strip()}
Subject: Re: message

I am out of the office until Monday.
"""
