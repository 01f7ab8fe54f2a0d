"""The app's own web server: takes the callback and redirects on to its front end."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.process import LOOPBACK

_FRONT_END = b"<!doctype html><html lang=en><title>The app</title><h1>Welcome back</h1></html>"


class _Handler(BaseHTTPRequestHandler):
    server: "CallbackServer"

    def do_GET(self) -> None:
        if self.path.startswith("/callback?"):
            self.server.calls.append(self.server.origin + self.path)
            self.send_response(302)
            # Another origin, as many an app's front end is.
            self.send_header("location", f"http://localhost:{self.server.server_port}/app")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a test may close the page before it is read
            self.wfile.write(_FRONT_END)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class CallbackServer(ThreadingHTTPServer):
    """Listens on a free port; `calls` are the callbacks as they came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.origin = f"http://{LOOPBACK}:{self.server_port}"
        self.redirect_uri = f"{self.origin}/callback"
        self.calls: list[str] = []
        self._thread = threading.Thread(target=self.serve_forever, name="app")
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self.shutdown()
        self.server_close()
        self._thread.join(10)
