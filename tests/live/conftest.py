"""A real Moodle, given by its address and token; the LTI part where an administrator's sign-in is given too.

    CAIRN_LIVE_URL      http://localhost:8081
    CAIRN_LIVE_TOKEN    the token of the integration user (docs/moodle-setup.md)
    CAIRN_LIVE_ADMIN    user:password of a Moodle administrator, for the tool and the template course
    CAIRN_LIVE_PASSWORD the password that the learners of the test site share. With it the check-in is made in the
                        frame of the course page; without it by "Log in as", where Moodle shows no frame, in the
                        full window
    CAIRN_LIVE_COURSES  short names of the courses to use, separated by commas; all of them where left out
    CAIRN_LIVE_PICTURES a folder for pictures of what the tests saw; none are taken where it is left out
    CAIRN_LIVE_PORT     where Cairn is served meanwhile (8085); Moodle keeps the tool registered for it

Use a test site: the tests place widgets, make groups and send messages there. Widgets and groups are taken out again.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page

from companion.app import create_app
from companion.services.registry import Services, build_services, utc_now
from config import Settings
from demo.servers import serving
from tests.browser.conftest import browser, playwright

__all__ = ["browser", "playwright"]  # fixtures, one driver for all modules


@dataclass(frozen=True)
class Live:
    """A real Moodle, and Cairn served beside it."""

    url: str
    token: str
    admin: tuple[str, str] | None
    learners_password: str | None
    courses: tuple[str, ...]
    base_url: str
    services: Services


def picture(page: Page, name: str) -> None:
    """Keep what a page shows, at the width of a laptop and of a phone, where somebody wants to look."""
    if folder := os.environ.get("CAIRN_LIVE_PICTURES"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 720})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the Moodle."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)
            item.add_marker(pytest.mark.xdist_group("live"))
            item.add_marker(pytest.mark.timeout(600))  # a whole site's work, at the pace of that Moodle
            if not os.environ.get("CAIRN_LIVE_URL"):
                item.add_marker(pytest.mark.skip(reason="no CAIRN_LIVE_URL"))


@pytest.fixture
def live(any_database_url: str, make_settings: object, quick_hasher: PasswordHasher) -> Iterator[Live]:
    """Cairn on an empty database, once of each kind, served on loopback."""
    port = int(os.environ.get("CAIRN_LIVE_PORT", "8085"))
    base_url = f"http://127.0.0.1:{port}"
    settings: Settings = make_settings(base_url=base_url, database_url=any_database_url)  # type: ignore[operator]
    services = build_services(settings, clock=utc_now, hasher=quick_hasher)
    services.lti.ensure_key()
    name, _, password = os.environ.get("CAIRN_LIVE_ADMIN", "").partition(":")
    named = os.environ.get("CAIRN_LIVE_COURSES", "")
    with serving(create_app(settings, services), port):
        yield Live(
            os.environ["CAIRN_LIVE_URL"].rstrip("/"),
            os.environ["CAIRN_LIVE_TOKEN"],
            (name, password) if password else None,
            os.environ.get("CAIRN_LIVE_PASSWORD"),
            tuple(named.split(",")) if named else (),
            base_url,
            services,
        )
    services.db.dispose()
