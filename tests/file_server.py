"""A web server for one test: gives files, whole or from the byte asked for, and can break off."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        first = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.server.asked.append((self.path, first))
        content = self.server.files.get(self.path)
        if content is None or first >= len(content):
            self.send_error(404 if content is None else 416)
            return
        if not self.server.ranges:
            first = 0
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(content) - first))
        self.end_headers()
        end = self.server.breaks.pop() if self.server.breaks else len(content)
        self.wfile.write(content[first:end])

    def log_message(self, *_: Any) -> None:
        """stderr is for failures."""


class Server(ThreadingHTTPServer):
    """``files`` by path; ``breaks``: byte at which the next answers end; ``asked``: what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.breaks: list[int] = []
        self.ranges = True
        self.asked: list[tuple[str, int]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
