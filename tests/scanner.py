"""A virus scanner that speaks as clamd does and knows one virus, the harmless EICAR test file."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeScanner(socketserver.BaseRequestHandler):
    """INSTREAM; the server's ``answer``, where set, is said in place of the finding."""

    def handle(self):
        stream = self.request.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", stream.read(4))[0]:
            content += stream.read(length)
        found = EICAR in content
        answer = b"stream: Eicar-Signature FOUND\0" if found else b"stream: OK\0"
        self.request.sendall(self.server.answer or answer)


@contextmanager
def scanner_at(address: str) -> Iterator[socketserver.BaseServer]:
    """A scanner on a socket of the file system; set its ``answer`` to have it say something."""
    with socketserver.ThreadingUnixStreamServer(address, FakeScanner) as server:
        server.answer = b""
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
