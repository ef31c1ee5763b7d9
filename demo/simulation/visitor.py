"""Somebody with a browser without scripts: signed in to the LMS, opening widgets and sending their forms."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import requests
from flask import Flask
from werkzeug.test import TestResponse

from sandbox import DEMO_PASSWORD

Fields = dict[str, str]


class _Forms(HTMLParser):
    """The forms of a page: action and hidden fields of each, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Fields]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        elif tag == "input" and self.found and given.get("name") and given.get("type", "text") == "hidden":
            self.found[-1][1][given["name"]] = given.get("value", "")


def forms(html: str) -> list[tuple[str, Fields]]:
    """Action and hidden fields of each form of a page."""
    parser = _Forms()
    parser.feed(html)
    return parser.found


class Visitor:
    """One person before both sites."""

    def __init__(self, app: Flask, lms_url: str, username: str) -> None:
        self._app = app
        self._lms = lms_url
        self._username = username
        self._client = app.test_client()
        self._base = ""

    def open(self, module: int) -> str:
        """Open the activity of a widget in the LMS and follow the launch; gives the page."""
        session = requests.Session()
        sign_in = f"{self._lms}/login/index.php"
        (_, fields), *_more = forms(session.get(sign_in, timeout=10).text)
        session.post(
            sign_in, data={**fields, "username": self._username, "password": DEMO_PASSWORD}, timeout=10
        )
        page = session.get(f"{self._lms}/mod/lti/view.php?id={module}", timeout=10)
        login = self._post(*forms(page.text)[0])
        answer = self._post(*forms(session.get(login.headers["Location"], timeout=10).text)[0])
        if answer.status_code != 303:
            raise RuntimeError(f"The launch of {self._username} was answered with {answer.status_code}.")
        address = answer.headers["Location"]
        self._base = address.rsplit("/", 1)[0]
        return self.show(address.rsplit("/", 1)[1])

    def show(self, name: str) -> str:
        """A page of the launch, such as `ask`."""
        return self._client.get(f"{self._base}/{name}").get_data(as_text=True)

    def send(self, page: str, action: str, **values: str) -> int | None:
        """Fill in the first form of a page whose address ends so; gives the status, None where there is none."""
        found = next(((a, f) for a, f in forms(page) if urlsplit(a).path.endswith(action)), None)
        if found is None:
            return None
        return self._client.post(found[0], data={**found[1], **values}).status_code

    def _post(self, action: str, fields: Fields) -> TestResponse:
        parts = urlsplit(action)
        return self._client.post(parts.path, data={**dict(parse_qsl(parts.query)), **fields})
