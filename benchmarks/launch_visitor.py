"""A client of benchmarks.launch: what a browser and an LMS do between them for one launch."""

import http.client
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.launch_site import Platform, Prepared

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Visit:
    """One login, launch and widget."""

    seconds: float
    """In the application; signing the token, which is the platform's work, is not counted."""
    page: bytes


class Visitor:
    """Launches over one kept connection, as somebody else of the site each time."""

    def __init__(self, port: int, platform: Platform, prepared: Prepared) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._base = f"http://127.0.0.1:{port}"
        self._platform = platform
        self._prepared = prepared

    def visit(self, number: int) -> Visit:
        """Log in, launch and read the widget; raises AssertionError where an answer is not as it should be."""
        prepared = self._prepared
        subject = prepared.subjects[number % len(prepared.subjects)]
        target = f"{prepared.base_url}/lti/launch"
        initiation = {
            "iss": prepared.issuer,
            "login_hint": subject,
            "target_link_uri": target,
            "client_id": prepared.client_id,
            "lti_deployment_id": "1",
        }
        began = time.perf_counter()
        status, headers, _ = self._send("POST", "/lti/login", urlencode(initiation), FORM)
        seconds = time.perf_counter() - began
        assert status == 302, status
        query = parse_qs(urlsplit(headers["Location"]).query)
        token = self._platform.token(prepared, subject, query["nonce"][0], target)
        body = urlencode({"id_token": token, "state": query["state"][0]})

        began = time.perf_counter()
        status, headers, _ = self._send("POST", "/lti/launch", body, {**FORM, **_cookies(headers)})
        assert status == 303, status
        status, _, page = self._send(
            "GET", headers["Location"].removeprefix(self._base), None, _cookies(headers)
        )
        seconds += time.perf_counter() - began
        assert status == 200, status
        return Visit(seconds, page)

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read()


def _cookies(headers: http.client.HTTPMessage) -> dict[str, str]:
    pairs = [cookie.split(";")[0] for cookie in headers.get_all("Set-Cookie") or []]
    return {"Cookie": "; ".join(pairs)} if pairs else {}
