"""What a benchmark of served applications needs: gunicorn, its processor time, a key set on loopback, a database."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from config import ROOT, database_url

GUNICORN = [
    *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
    *("--keep-alive", "60", "--log-level", "error"),
]
"""The same for whatever is measured."""


@dataclass(frozen=True)
class Server:
    """A served application."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time of all its processes so far; 0 where the system does not tell (it is not Linux)."""
        return sum(_cpu_seconds(pid) for pid in (self.pid, *_children(self.pid)))


@contextmanager
def serve(application: str, environment: dict[str, str], port: int | None = None) -> Iterator[Server]:
    """Serve an application under gunicorn: `module:name`, with this added to its environment."""
    port = port or free_port()
    command = [sys.executable, "-m", "gunicorn", *GUNICORN, "--bind", f"127.0.0.1:{port}", application]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait_until_served(port)
            yield Server(port, server.pid)
        finally:
            server.terminate()


def kinds(chosen: list[str] | None) -> list[str]:
    """The databases to measure on: those chosen, or all at hand."""
    return chosen or ["sqlite", *(["postgresql"] if os.environ.get("CAIRN_TEST_POSTGRES_URL") else [])]


@contextmanager
def temporary_database(kind: str, folder: Path) -> Iterator[str]:
    """An empty database of this kind; PostgreSQL in the server of CAIRN_TEST_POSTGRES_URL."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    server = database_url(os.environ["CAIRN_TEST_POSTGRES_URL"], folder)
    name = f"cairn_bench_{os.getpid()}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        engine.dispose()


def _children(pid: int) -> list[int]:
    task = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in task.read_text().split()] if task.exists() else []


def _cpu_seconds(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_served(port: int, seconds: float = 180) -> None:
    """Wait for an answer, whatever it is; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/live")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing is served on port {port}")


@contextmanager
def serve_keys(jwks: dict[str, Any]) -> Iterator[str]:
    """Serve a platform's key set; gives its address."""
    body = json.dumps(jwks).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
