"""A small mail server on 127.0.0.1 that does as it is told: takes, refuses, hangs up, keeps silent.

``faults`` says for a recipient what happens at each attempt in turn; once the list is used up, and
for everybody else, messages are taken.
"""

import socketserver
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

TAKE = "take"
REFUSE_FOR_NOW = "450 4.2.0 Try again later"
REFUSE_FOR_GOOD = "550 5.1.1 No such mailbox"
REFUSE_CONTENT = "554 5.6.0 Not this message"
GOODBYE = "421 4.3.2 Closing"
DROP_IN_DATA = "drop"
KEEP_SILENT = "silent"
TAKE_AND_HANG_UP = "take and hang up"


@dataclass(frozen=True)
class Taken:
    """A message the server took: its envelope and what it read in the headers."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def email(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def id(self) -> str:
        return str(self.email["Message-ID"])


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.taken: list[Taken] = []
        self.attempts: dict[str, int] = defaultdict(int)
        self.connections = 0
        self.faults: dict[str, list[str]] = {}
        # Called when a message is taken, before the client is told.
        self.on_taken: Callable[[], object] = lambda: None
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> "MailServer":
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is what the tests are about."""

    def fault(self, recipient: str) -> str:
        self.attempts[recipient] += 1
        waiting = self.faults.get(recipient)
        return waiting.pop(0) if waiting else TAKE


class Session(socketserver.StreamRequestHandler):
    """One connection. The first recipient of a message decides what happens to it."""

    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        self.say("220 sink")
        self.sender, self.recipients, self.plan = "", [], TAKE
        while line := self.rfile.readline():
            verb = line.split(b":")[0].split()[0].upper()
            if not self.answer(verb.decode(), line.decode().strip()):
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def answer(self, verb: str, line: str) -> bool:
        """False where the connection ends."""
        if verb == "QUIT":
            self.say("221 bye")
            return False
        if verb == "MAIL":
            self.sender, self.recipients, self.plan = _address(line), [], TAKE
        if verb == "RCPT":
            self.recipients.append(_address(line))
            return self.take_recipient()
        if verb == "DATA":
            return self.take_content()
        self.say("250 yes")
        return True

    def take_recipient(self) -> bool:
        self.plan = self.server.fault(self.recipients[-1])
        if self.plan == KEEP_SILENT:
            self.server.over.wait()
            return False
        refused = self.plan in {REFUSE_FOR_NOW, REFUSE_FOR_GOOD, GOODBYE}
        self.say(self.plan if refused else "250 yes")
        return self.plan != GOODBYE

    def take_content(self) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
            if self.plan == DROP_IN_DATA:
                return False
        if self.plan == REFUSE_CONTENT:
            self.say(self.plan)
            return True
        self.server.taken.append(Taken(self.sender, tuple(self.recipients), b"".join(lines)))
        self.server.on_taken()
        if self.plan == TAKE_AND_HANG_UP:
            return False
        self.say("250 taken")
        return True


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
