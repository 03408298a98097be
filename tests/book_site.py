"""The built book behind a web server of its own, which answers and says nothing."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LISTING = "_modules/course_lib/regression_losses"


class SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """stderr is for failures."""


def listings(html: Path) -> list[str]:
    """The pages with the library's code, as their addresses begin."""
    found = html.joinpath("_modules").rglob("*.html")
    names = sorted(page.relative_to(html).with_suffix("").as_posix() for page in found)
    assert LISTING in names
    return names


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which ``folder`` can be read."""
    handler = functools.partial(SilentHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
