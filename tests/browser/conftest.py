"""A real browser, third-party cookies blocked, before both sites on different hosts."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import BrowserContext, FrameLocator, Page, Playwright, expect, sync_playwright

from companion.app import create_app
from companion.models.engagement import EngagementState, Side
from companion.models.lms import Course
from companion.models.placement import Placement
from companion.services.engagements import EngagementLine
from companion.services.registry import Services, build_services
from config import Settings
from demo.servers import serving
from sandbox import DEMO_PASSWORD
from tests.clock import Clock
from tests.sites import Lms, begin, free_port, serve_lms

ADMIN, ADMIN_PASSWORD = "ada@example.org", "a password of the tests"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Where Chromium is, if anywhere."""
    named = os.environ.get("CAIRN_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the browser."""
    absent = pytest.mark.skip(reason="no Chromium")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium_path() is None:
                item.add_marker(absent)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver."""
    with sync_playwright() as driver:
        yield driver


@dataclass(frozen=True)
class Pair:
    """Two people in an engagement, by their user names, and the LMS's id of their course."""

    learner: str
    adviser: str
    learner_name: str
    course: int


@dataclass(frozen=True)
class World:
    """Both sites, served, with engagements running."""

    lms: Lms
    base_url: str
    services: Services
    programme_id: int
    clock: Clock

    def course_of(self, username: str) -> int:
        """The LMS's id of a course page with widgets that somebody may open."""
        person = self.lms.sandbox.find_person(username)
        enrolled = {row.course for row in self.lms.sandbox.world.enrolments_of(person.id)}
        return next(course.lms_id for _, course in self._placements() if course.lms_id in enrolled)

    def pair(self) -> Pair:
        """A learner and an adviser with one engagement each, and the course page they meet in."""
        running = self._running()
        busy = Counter(member.person_id for line in running for member in line.members)
        line = next(one for one in running if one.course and all(busy[m.person_id] == 1 for m in one.members))
        learner = next(m for m in line.members if m.side is Side.LEARNER)
        adviser = next(m for m in line.members if m.side is Side.ADVISER)
        course = next(c.lms_id for p, c in self._placements() if c.full_name == line.course)
        people = self.lms.sandbox.world.people
        return Pair(
            people[learner.lms_id].username, people[adviser.lms_id].username, learner.full_name, course
        )

    def line(self, pair: Pair) -> EngagementLine:
        """The engagement of a pair."""
        learner = self.lms.sandbox.find_person(pair.learner).id
        return next(one for one in self._running() if learner in [member.lms_id for member in one.members])

    def _running(self) -> list[EngagementLine]:
        lines = self.services.engagements.of_programme(self.programme_id)
        return [line for line in lines if line.engagement.state is EngagementState.ACTIVE]

    def _placements(self) -> list[tuple[Placement, Course]]:
        return self.services.placements.standing([self.programme_id])


@pytest.fixture
def world(
    sqlite_url: str, make_settings: object, tmp_path: Path, quick_hasher: PasswordHasher
) -> Iterator[World]:
    """Both sites on a real clock, because the browser has one too."""
    clock = Clock(datetime.now(UTC))
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    settings: Settings = make_settings(base_url=base_url, database_url=sqlite_url)  # type: ignore[operator]
    services = build_services(settings, clock=clock, hasher=quick_hasher)
    services.lti.ensure_key()
    services.staff.create(ADMIN, "Ada", ADMIN_PASSWORD)
    with serve_lms(clock) as lms, serving(create_app(settings, services), port):
        yield World(lms, base_url, services, begin(services, lms, base_url), clock)
    services.db.dispose()


@pytest.fixture
def unregistered(sqlite_url: str, make_settings: object, quick_hasher: PasswordHasher) -> Iterator[World]:
    """Both sites, served, that know nothing of each other."""
    clock = Clock(datetime.now(UTC))
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    settings: Settings = make_settings(base_url=base_url, database_url=sqlite_url)  # type: ignore[operator]
    services = build_services(settings, clock=clock, hasher=quick_hasher)
    services.lti.ensure_key()
    services.staff.create(ADMIN, "Ada", ADMIN_PASSWORD)
    with serve_lms(clock) as lms, serving(create_app(settings, services), port):
        yield World(lms, base_url, services, 0, clock)
    services.db.dispose()


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser with a profile of its own that blocks third-party cookies."""
    yield from open_browser(playwright, tmp_path / "profile", block=True)


@pytest.fixture
def lenient_browser(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """The same with third-party cookies allowed."""
    yield from open_browser(playwright, tmp_path / "lenient", block=False)


@pytest.fixture
def plain_browser(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """Third-party cookies blocked, and no JavaScript in our frames or anywhere."""
    yield from open_browser(playwright, tmp_path / "plain", block=True, java_script_enabled=False)


def open_browser(
    playwright: Playwright, profile: Path, *, block: bool, **options: object
) -> Iterator[BrowserContext]:
    preferences = {"profile": {"cookie_controls_mode": int(block), "block_third_party_cookies": block}}
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(preferences))
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=chromium_path(),
        args=FLAGS,
        headless=True,
        **{"viewport": {"width": 1280, "height": 900}, **options},  # type: ignore[arg-type]
    )
    context.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
    yield context
    context.close()


def sign_in_to_lms(page: Page, lms: Lms, username: str) -> None:
    """Sign somebody in to the sandbox."""
    page.goto(f"{lms.url}/login/index.php")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/my/**")


def open_course(page: Page, world: World, username: str, course: int, language: str = "en") -> FrameLocator:
    """Sign in as somebody who reads in this language, and open a course page; gives the frame of the check-in."""
    world.lms.sandbox.find_person(username).lang = language
    page.context.clear_cookies()
    sign_in_to_lms(page, world.lms, username)
    page.goto(f"{world.lms.url}/course/view.php?id={course}")
    return widget(page, "check-in")


def sign_in_to_admin(page: Page, world: World) -> None:
    """Sign in as the administrator."""
    page.goto(f"{world.base_url}/account/sign-in")
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_label("Password").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")


def widget(page: Page, title: str) -> FrameLocator:
    """The frame of a widget in a course page."""
    return page.frame_locator(f"iframe[title*='{title}' i]")
