"""Somebody with a browser without scripts: signed in to the LMS, opening widgets and sending their forms."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox import DEMO_PASSWORD

Fields = dict[str, str]


class RefusedError(Exception):
    """A form that a page offered was not taken."""


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
    parser.feed("".join(_TAGS.findall(html)))
    return parser.found


_TAGS = re.compile(r"<(?:form|input)\b[^>]*>")


class Visitor:
    """One person before both sites."""

    def __init__(self, app: Flask, lms: Flask, username: str) -> None:
        self._app, self._lms, self._username = app, lms, username
        self._at_lms: FlaskClient | None = None
        self._client = app.test_client()
        self._base = ""

    def open(self, module: int) -> None:
        """Open the activity of a widget in the LMS and follow the launch; raises RefusedError."""
        lms = self._signed_in()
        page = lms.get(f"/mod/lti/view.php?id={module}").get_data(as_text=True)
        self._client = self._app.test_client()
        login = self._post(*forms(page)[0])
        address = urlsplit(login.headers["Location"])
        sent_back = lms.get(f"{address.path}?{address.query}").get_data(as_text=True)
        answer = self._post(*forms(sent_back)[0])
        if answer.status_code != 303:
            raise RefusedError(f"The launch of {self._username} was answered with {answer.status_code}.")
        self._base = answer.headers["Location"].rsplit("/", 1)[0]

    def show(self, name: str) -> str:
        """A page of the launch, such as `ask`."""
        return self._client.get(f"{self._base}/{name}").get_data(as_text=True)

    def send(self, page: str, action: str, **values: str) -> bool:
        """Fill in the first form of a page whose address ends so and whose hidden fields fit; raises RefusedError.

        Gives whether there was one. Values of hidden fields choose the form, the others are filled in.
        """
        for address, hidden in forms(page):
            fits = all(hidden[name] == values[name] for name in hidden.keys() & values.keys())
            if fits and urlsplit(address).path.endswith(action):
                answer = self._client.post(address, data={**hidden, **values})
                if answer.status_code >= 400:
                    raise RefusedError(f"{action} of {self._username}: {answer.status_code}.")
                return True
        return False

    def _signed_in(self) -> FlaskClient:
        if self._at_lms is None:
            self._at_lms = self._lms.test_client()
            sign_in = "/login/index.php"
            (_, fields), *_more = forms(self._at_lms.get(sign_in).get_data(as_text=True))
            sent = {**fields, "username": self._username, "password": DEMO_PASSWORD}
            self._at_lms.post(sign_in, data=sent)
        return self._at_lms

    def _post(self, action: str, fields: Fields) -> TestResponse:
        parts = urlsplit(action)
        return self._client.post(parts.path, data={**dict(parse_qsl(parts.query)), **fields})
