"""Somebody with a browser without scripts: reads pages, fills in their forms as they stand, and follows."""

from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ADDRESS, PASSWORD = "ada@example.org", "a password of the tests"


@dataclass
class Page:
    """An answer with its HTML."""

    response: TestResponse
    html: BeautifulSoup

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        """Where we are, after whatever redirects."""
        return self.response.request.path

    @property
    def words(self) -> str:
        """All visible text, with single spaces."""
        return " ".join(self.html.get_text(" ").split())

    @property
    def heading(self) -> str:
        return " ".join(self.html.select_one("h1").get_text(" ").split())  # type: ignore[union-attr]

    @property
    def flashes(self) -> list[str]:
        return [each.get_text(strip=True) for each in self.html.select('[role="status"] .notice')]

    def link(self, text: str) -> str:
        """The address of the link that begins with this text."""
        found = [
            str(a["href"]) for a in self.html.select("a[href]") if a.get_text(strip=True).startswith(text)
        ]
        assert found, (
            f"no link begins with {text!r} among {[a.get_text(strip=True) for a in self.html.select('a')]}"
        )
        return found[0]

    def form(self, button: str) -> Tag:
        """The form whose button begins with this text."""
        for form in self.html.select("form"):
            shown = form.select_one("button")
            if shown and shown.get_text(strip=True).startswith(button):
                return form
        raise AssertionError(f"no form has a button that begins with {button!r}")

    def errors(self) -> dict[str, str]:
        """The sentence beside each field, by the field's name."""
        return {
            str(each["id"]).removesuffix("-error"): each.get_text(strip=True)
            for each in self.html.select(".error")
        }

    def rows(self, table: int = 0) -> list[list[str]]:
        """The cells of a table's body."""
        body = self.html.select("table")[table].select("tbody tr")
        return [[" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in body]


class Visitor:
    """A browser, signed in or not."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.knows_the_password = False

    def get(self, path: str, status: int = 200) -> Page:
        """Open a page."""
        page = _page(self.client.get(path, follow_redirects=True))
        if self.knows_the_password and page.path == "/account/sign-in":  # the session ended as time went by
            self.sign_in()
            page = _page(self.client.get(path, follow_redirects=True))
        assert page.status == status, page.words
        return page

    def press(self, page: Page, button: str, status: int = 200, **typed: Any) -> Page:
        """Fill in what is typed, leave the rest of the form as it is, press its button, and follow."""
        form = page.form(button)
        self.knows_the_password = self.knows_the_password and button != "Sign out"
        sent = {**values_of(form), **typed}
        action = str(form.get("action") or page.path)
        answered = self.client.post(action, data=sent)
        if answered.status_code in (301, 302):
            raise AssertionError("a form must answer with 303, so that reloading never sends it again")
        if answered.status_code == 303:
            return self.get(answered.headers["Location"], status)
        page = _page(answered)
        assert page.status == status, page.words
        return page

    def token(self) -> str:
        """The form token of this session."""
        return str(self.get("/admin/").html.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]

    def sign_in(self) -> "Visitor":
        """Sign in as the administrator of the tests."""
        self.knows_the_password = False
        page = self.press(self.get("/account/sign-in"), "Sign in", email=ADDRESS, password=PASSWORD)
        assert page.path == "/admin/", page.words
        self.knows_the_password = True
        return self


def values_of(form: Tag) -> dict[str, Any]:
    """What a browser would send for the form as it stands."""
    sent: dict[str, Any] = {}
    for field in form.select("input[name]"):
        name, value = str(field["name"]), str(field.get("value", "on"))
        if field.get("type") == "checkbox":
            sent.setdefault(name, [])
            if field.has_attr("checked"):
                sent[name].append(value)
        elif field.get("type") != "radio" or field.has_attr("checked"):
            sent[name] = value
    for select in form.select("select[name]"):
        chosen = select.select_one("option[selected]") or select.select_one("option")
        sent[str(select["name"])] = str(chosen["value"]) if chosen else ""
    return sent


def _page(response: TestResponse) -> Page:
    return Page(response, BeautifulSoup(response.text, "html.parser"))
