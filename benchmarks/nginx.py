"""nginx with one worker, serving documents as static files: the yardstick of plain serving."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import child_of, free_port

LEFT_OUT = "nginx was left out: it is not installed (apt-get install nginx-light)"
_PATIENCE_S = 10

_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {directory}/pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  default_type application/json;
  keepalive_requests 1000000;
  sendfile on;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  server {{ listen 127.0.0.1:{port}; root {directory}/documents; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running nginx; `worker_pid` is the process that serves."""

    process: subprocess.Popen[bytes]
    url: str
    worker_pid: int
    documents: Path

    def serve(self, name: str, body: bytes) -> str:
        """Put a document there; its URL."""
        (self.documents / name).write_bytes(body)
        return f"{self.url}/{name}"

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(directory: Path) -> Nginx | None:
    """In `directory`, which is its alone; None where nginx is not installed."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        return None
    documents = directory / "documents"
    documents.mkdir()
    # A worker started by root serves as another user, who must be let in.
    for path in (directory, documents):
        path.chmod(0o755)
    port = free_port()
    configuration = directory / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(directory=directory, port=port))
    process = subprocess.Popen([program, "-c", str(configuration), "-e", "stderr"])
    try:
        worker = _worker_of(process)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return Nginx(process, f"http://127.0.0.1:{port}", worker, documents)


def _worker_of(process: subprocess.Popen[bytes]) -> int:
    end = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < end:
        try:
            return child_of(process.pid)
        except RuntimeError:
            time.sleep(0.01)
    raise RuntimeError("expected nginx to start; it says why above")
