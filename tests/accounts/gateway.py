"""An SMS gateway on this machine: it answers as it is told to, and keeps what it was sent."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class GatewayServer(ThreadingHTTPServer):
    """``answers`` are the statuses of the next requests, the last one for good; "hang" keeps the
    client waiting until the server stops, "cut" ends the connection without a word."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = [200]
        self.received = []
        self.arrived = threading.Event()
        self.stopping = threading.Event()
        self.on_request = lambda: None

    @property
    def url(self):
        return f"http://portal:to%40ken@127.0.0.1:{self.server_port}/v1/send?from=MFA"

    def next_answer(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def ids(self):
        return [one["id"] for one in self.received]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(
            json.loads(body)
            | {"path": self.path, "authorization": self.headers.get("Authorization")}
        )
        self.server.on_request()
        answer = self.server.next_answer()
        self.server.arrived.set()
        if answer == "hang":
            self.server.stopping.wait(60)
            return
        if answer == "cut":
            return
        self.send_response(answer)
        if answer in {301, 302, 307}:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words):
        """Silent."""


@contextmanager
def running():
    server = GatewayServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
