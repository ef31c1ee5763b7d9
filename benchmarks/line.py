"""A browser's connection, as lean as it goes: what the clients cost, both sides of a comparison pay."""

import socket
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """Status, headers as they came, and the body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of this name, in lower case; raises LookupError."""
        return next(value for key, value in self.headers if key == name)

    @property
    def cookies(self) -> str:
        """What was set, as it is sent back."""
        return "; ".join(value.split(";", 1)[0] for key, value in self.headers if key == "set-cookie")


class Line:
    """One kept connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._host = f"127.0.0.1:{port}"
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def get(self, path: str, cookies: str = "") -> Answer:
        """Ask for a page."""
        return self._send("GET", path, cookies, "")

    def post(self, path: str, form: str, cookies: str = "") -> Answer:
        """Send a form, already encoded."""
        return self._send("POST", path, cookies, form)

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _send(self, method: str, path: str, cookies: str, form: str) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}"]
        if cookies:
            lines.append(f"Cookie: {cookies}")
        if method == "POST":
            lines += [f"Content-Length: {len(form)}", "Content-Type: application/x-www-form-urlencoded"]
        self._socket.sendall("\r\n".join([*lines, "", form]).encode())
        return self._answer()

    def _answer(self) -> Answer:
        head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        headers = [
            (name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in head[1:])
        ]
        length = int(dict(headers).get("content-length", "0"))
        return Answer(int(head[0].split(" ", 2)[1]), headers, self._exactly(length))

    def _until(self, end: bytes) -> bytes:
        while end not in self._rest:
            self._read()
        found, _, self._rest = self._rest.partition(end)
        return found

    def _exactly(self, length: int) -> bytes:
        while len(self._rest) < length:
            self._read()
        found, self._rest = self._rest[:length], self._rest[length:]
        return found

    def _read(self) -> None:
        read = self._socket.recv(65536)
        if not read:
            raise ConnectionError("the server closed the connection")
        self._rest += read
