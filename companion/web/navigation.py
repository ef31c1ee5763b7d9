"""Where one is in the admin: its sections, and the pages of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Flask, request

from companion.web.permissions import may


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the navigation.

    Attributes:
        pages: endpoint and title of its main pages; the first one that may be opened is where the entry leads.
        within: beginnings of the endpoints that belong to it beside these.
    """

    title: str
    pages: Sequence[tuple[str, str]]
    within: tuple[str, ...] = ()

    @property
    def open(self) -> list[tuple[str, str]]:
        """The pages that whoever is signed in may open."""
        return [(endpoint, title) for endpoint, title in self.pages if may(endpoint)]

    @property
    def here(self) -> bool:
        """Whether the page at hand belongs to it."""
        names = (*self.within, *(endpoint for endpoint, _ in self.pages))
        return any(request.endpoint == name or begins(name) for name in names)


def begins(name: str) -> bool:
    """Whether the page at hand is this one, or one below it."""
    return (request.endpoint or "").startswith(f"{name}_")


def nearest(pages: Sequence[tuple[str, str]]) -> str | None:
    """The endpoint among the pages which the page at hand is, or belongs below; None where it belongs to none."""
    found = [endpoint for endpoint, _ in pages if request.endpoint == endpoint or begins(endpoint)]
    return max(found, key=len, default=None)


SECTIONS: Final = (
    Section(
        "Home", [("admin.home", "Overview"), ("admin.attention", "Needs a look"), ("admin.setup", "Set-up")]
    ),
    Section("Programmes", [("admin.programmes", "Programmes")]),
    Section("Reports", [("admin.reports", "Reports")]),
    Section("Concerns", [("admin.concerns", "Concerns")]),
    Section("Lessons", [("admin.lessons", "Lessons to look at")]),
    Section(
        "People",
        [
            ("admin.people", "Accounts"),
            ("admin.invitations", "Invitations"),
            ("admin.persons", "People's data"),
        ],
    ),
    Section(
        "Moodle",
        [
            ("admin.connection", "Connection"),
            ("admin.sync", "Sync"),
            ("admin.outbox", "Outbox"),
            ("admin.health", "Check"),
            ("admin.platforms", "Platforms and keys"),
        ],
    ),
    Section("Audit", [("admin.audit", "Audit")]),
    Section(
        "Settings",
        [
            ("admin.settings", "Look"),
            ("admin.settings_sign_in", "Sign-in"),
            ("admin.settings_mail", "Mail"),
            ("admin.settings_languages", "Languages"),
            ("admin.settings_retention", "Retention"),
            ("admin.components", "Components"),
        ],
    ),
)


def set_navigation(app: Flask) -> None:
    """Give it to the templates."""
    app.jinja_env.globals.update(SECTIONS=SECTIONS, begins=begins, nearest=nearest)
