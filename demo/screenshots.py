"""`make screenshots`: the pictures of the README and the docs, taken from the demo in Chromium, wide and narrow."""

import os
import shutil
import sys
from collections.abc import Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from companion import logs
from companion.app import create_app
from companion.models.engagement import Side
from companion.models.matching import RunState
from companion.services.engagements import EngagementLine
from companion.sync.progress import Silent
from config import ROOT
from demo.account import waits_longest, worth_opening
from demo.installation import ADMIN, COORDINATOR, Installation, open_installation
from demo.servers import serving
from demo.steps import run
from sandbox import DEMO_PASSWORD, create_sandbox_app

PICTURES = ROOT / "docs" / "img"
PORT, LMS_PORT = 8180, 8181
SIZES = {"": (1280, 1080), "-narrow": (390, 844)}
"""Of the windows: what is added to the name of a picture, and width and height."""
SAID = ("Mixed", "By call", "The price list still confuses me. Tomorrow is my first demo.")
WIDGETS = ("check-in", "feedback", "ask", "mentoring")


def main() -> int:
    """Take the pictures; gives the exit code."""
    chromium = os.environ.get("CAIRN_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("Chromium is missing (Debian: apt-get install chromium), or name it in CAIRN_CHROMIUM.")
        return 1
    logs.set_up(as_json=False, quiet=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    demo = open_installation(PORT, LMS_PORT)
    app = create_app(demo.settings, demo.services)
    with (
        serving(create_sandbox_app(demo.sandbox), LMS_PORT),
        serving(app, PORT),
        sync_playwright() as driver,
    ):
        programme_ids = run(demo, app, Silent())
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        lines = worth_opening(demo, programme_ids)
        for suffix, size in SIZES.items():
            _widgets(demo, browser, programme_ids, lines["a pair"], suffix, size)
            _admin(demo, browser, programme_ids, suffix, size)
        _course_page(demo, browser, waits_longest(demo, programme_ids))
        browser.close()
    return 0


def _widgets(
    demo: Installation,
    browser: Browser,
    programme_ids: Sequence[int],
    line: EngagementLine,
    suffix: str,
    size: tuple[int, int],
) -> None:
    """Each widget by itself, as the learner sees it."""
    page = _signed_in(demo, browser, line, Side.LEARNER, size)
    modules = {
        placed.widget: placed.lms_module_id
        for placed, course in demo.services.placements.standing(list(programme_ids))
        if course.id == line.engagement.course_id
    }
    for widget in WIDGETS:
        page.goto(f"{demo.sandbox.site.base_url}/mod/lti/view.php?id={modules[widget]}")
        page.wait_for_url("**/w/**")
        page.wait_for_load_state("networkidle")
        _keep(page, f"widget-{widget}{suffix}.png")


def _course_page(demo: Installation, browser: Browser, line: EngagementLine) -> None:
    """The check-in where it stands in the course, filled in."""
    page = _signed_in(demo, browser, line, Side.LEARNER, SIZES[""])
    course = next(c for c in demo.sandbox.world.courses.values() if c.fullname == line.course)
    page.goto(f"{demo.sandbox.site.base_url}/course/view.php?id={course.id}")
    frame = page.frame_locator("iframe[title*='check-in' i]")
    frame.get_by_role("heading", name="Check-in").wait_for()
    mood, contact, note = SAID
    frame.get_by_label(mood).check()
    frame.get_by_label(contact).check()
    frame.get_by_label("A line for").fill(note)
    page.mouse.wheel(0, -5000)
    _keep(page, "check-in.png")


def _signed_in(
    demo: Installation, browser: Browser, line: EngagementLine, side: Side, size: tuple[int, int]
) -> Page:
    member = next(member for member in line.members if member.side is side)
    username = demo.sandbox.world.people[member.lms_id].username
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.goto(f"{demo.sandbox.site.base_url}/login/index.php")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/my/**")
    return page


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=str(PICTURES / name))


def _admin(
    demo: Installation, browser: Browser, programme_ids: Sequence[int], suffix: str, size: tuple[int, int]
) -> None:
    proposed = demo.services.matching.latest(programme_ids[0], RunState.PROPOSED)
    pages = {
        "admin": "/admin/",
        "attention": "/admin/attention",
        "proposal": f"/admin/runs/{proposed.id}" if proposed else f"/admin/programmes/{programme_ids[0]}",
        "report": f"/admin/programmes/{programme_ids[0]}/report",
        "engagements": f"/admin/programmes/{programme_ids[0]}/engagements",
    }
    for account, paths in ((ADMIN, pages), (COORDINATOR, {"lessons": "/admin/lessons"})):
        page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
        page.goto(f"{demo.settings.base_url}/account/sign-in")
        page.get_by_label("E-mail address").fill(account)
        page.get_by_label("Password").fill(demo.admin_password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/admin/")
        for name, path in paths.items():
            page.goto(demo.settings.base_url + path)
            page.wait_for_load_state("networkidle")
            _keep(page, f"{name}{suffix}.png")


if __name__ == "__main__":
    sys.exit(main())
