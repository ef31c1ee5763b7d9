"""A browser without scripts before two sites: it opens an LTI activity in the LMS and follows the launch into Cairn."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import requests
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox import DEMO_PASSWORD
from tests.begun import Begun


@dataclass
class Widget:
    """An opened widget: the browser that holds its cookies, its address and the page shown."""

    client: FlaskClient
    address: str
    response: TestResponse

    @property
    def html(self) -> BeautifulSoup:
        """The page shown."""
        return BeautifulSoup(self.response.get_data(as_text=True), "html.parser")

    @property
    def words(self) -> str:
        """Its visible text, with single spaces."""
        return " ".join(self.html.get_text(" ").split())

    def fields(self) -> dict[str, str]:
        """The hidden fields of its form."""
        return {str(i["name"]): str(i.get("value", "")) for i in self.html.select("form input[type=hidden]")}

    def send(self, **values: str) -> "Widget":
        """Fill in the form, send it, and follow to the next page."""
        sent = {**self.fields(), **values}
        self.response = self.client.post(self.address, data=sent, follow_redirects=True)
        return self

    def reload(self) -> "Widget":
        """Ask for the page again."""
        self.response = self.client.get(self.address)
        return self


@dataclass
class Launcher:
    """Somebody signed in to the LMS."""

    begun: Begun
    client: FlaskClient
    session: requests.Session

    @classmethod
    def of(cls, begun: Begun, client: FlaskClient, username: str, language: str = "en") -> "Launcher":
        """Sign somebody in to the LMS, who reads it in this language."""
        begun.lms.sandbox.find_person(username).lang = language
        session = requests.Session()
        page = session.get(f"{begun.lms.url}/login/index.php", timeout=10)
        form = BeautifulSoup(page.text, "html.parser").select_one("form")
        assert form is not None
        sent = {**_inputs(form), "username": username, "password": DEMO_PASSWORD}
        session.post(f"{begun.lms.url}/login/index.php", data=sent, timeout=10)
        return cls(begun, client, session)

    def open(self, widget: str = "check-in", course: str | None = None) -> Widget:
        """Open a widget that stands in a course, named by its short name; the first where none is."""
        path, fields = self.message(widget, course)
        return self.follow(self.client.post(path, data=fields))

    def message(self, widget: str = "check-in", course: str | None = None) -> tuple[str, dict[str, str]]:
        """The launch message the LMS would have the browser post: path and fields."""
        path, fields = self.initiation(widget, course)
        login = self.client.post(path, data=fields)
        assert login.status_code == 302, login.get_data(as_text=True)
        return self.authorised(login.headers["Location"])

    def initiation(self, widget: str = "check-in", course: str | None = None) -> tuple[str, dict[str, str]]:
        """The login initiation the LMS would have the browser post."""
        module = self._module(widget, course)
        page = self.session.get(f"{self.begun.lms.url}/mod/lti/view.php?id={module}", timeout=10)
        return _form(page.text)

    def authorised(self, address: str) -> tuple[str, dict[str, str]]:
        """The launch message for an authentication request."""
        return _form(self.session.get(address, timeout=10).text)

    def follow(self, answer: TestResponse) -> Widget:
        """Go where the launch leads."""
        assert answer.status_code == 303, answer.get_data(as_text=True)
        address = answer.headers["Location"]
        return Widget(self.client, address, self.client.get(address))

    def _module(self, widget: str, course: str | None) -> int:
        rows = self.begun.services.placements.standing([self.begun.programme_id])
        return next(p.lms_module_id for p, c in rows if p.widget == widget and course in (None, c.short_name))


def _form(html: str) -> tuple[str, dict[str, str]]:
    form = BeautifulSoup(html, "html.parser").select_one("form[action]")
    assert form is not None, html
    parts = urlsplit(str(form["action"]))
    return parts.path, {**dict(parse_qsl(parts.query)), **_inputs(form)}


def _inputs(form: Tag) -> dict[str, str]:
    return {str(i["name"]): str(i.get("value", "")) for i in form.select("input[name]")}
