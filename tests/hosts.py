"""A clinic's web server for the tests: whatever pages and headers a test gives it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOW = "How do I take alendronate?"


@dataclass
class Answered:
    """What a path answers with."""

    body: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    after: float = 0.0  # seconds


@contextmanager
def hosting(pages: dict[str, Answered]) -> Iterator[int]:
    """The port of a server of these pages, which may be added to while it runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = pages.get(self.path.split("?")[0], Answered("", status=404))
            time.sleep(found.after)
            try:
                self.send_response(found.status)
                headers = {"content-type": "text/html; charset=utf-8", **found.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(found.body.encode())
            except ConnectionError:
                pass  # the browser did not wait

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
