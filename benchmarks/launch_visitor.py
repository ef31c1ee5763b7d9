"""A client of benchmarks.launch: what a browser and an LMS do between them for one launch."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.launch_site import Platform, Prepared
from benchmarks.line import Line


class Visitor:
    """Launches as somebody else of the site each time, in a browser that was not connected before."""

    page = b""
    """What the widget showed last."""

    def __init__(self, port: int, platform: Platform, prepared: Prepared) -> None:
        self._port = port
        self._platform = platform
        self._prepared = prepared
        self._target = f"{prepared.base_url}/lti/launch"

    def visit(self, number: int) -> float:
        """Log in, launch and read the widget; gives the seconds in the application.

        Signing the token is the platform's work, and not in them. Raises AssertionError where an answer is not as
        it should be.
        """
        prepared = self._prepared
        subject = prepared.subjects[number % len(prepared.subjects)]
        initiation = {
            "iss": prepared.issuer,
            "login_hint": subject,
            "target_link_uri": self._target,
            "client_id": prepared.client_id,
            "lti_deployment_id": "1",
        }
        form = urlencode(initiation)
        began = time.perf_counter()
        line = Line(self._port)
        login = line.post("/lti/login", form)
        seconds = time.perf_counter() - began
        assert login.status == 302, login.body
        query = parse_qs(urlsplit(login.header("location")).query)
        token = self._platform.token(prepared, subject, query["nonce"][0], self._target)
        form = urlencode({"id_token": token, "state": query["state"][0]})

        began = time.perf_counter()
        launch = line.post("/lti/launch", form, login.cookies)
        assert launch.status == 303, launch.body
        widget = line.get(urlsplit(launch.header("location")).path, launch.cookies)
        line.close()
        seconds += time.perf_counter() - began
        assert widget.status == 200, widget.body
        self.page = widget.body
        return seconds
