"""Both sites served from threads of this process, on loopback alone."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server


class PortInUseError(Exception):
    """Something else listens there."""


def check_port(port: int, variable: str) -> None:
    """Raises PortInUseError, naming the variable that changes the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortInUseError(
                f"Port {port} is in use. Choose another one: make demo {variable}={port + 10}"
            ) from None


@contextmanager
def serving(app: Flask, port: int) -> Iterator[None]:
    """Serve the application until the end of the block."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
