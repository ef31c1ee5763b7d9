"""`make screenshots`: the pictures of the README, taken from the demo in Chromium."""

import os
import shutil
import sys

from playwright.sync_api import Browser, FrameLocator, Page, sync_playwright

from companion import logs
from companion.app import create_app
from companion.models.engagement import Side
from companion.services.engagements import EngagementLine
from companion.sync.progress import Silent
from config import ROOT
from demo.installation import ADMIN, Installation, open_installation
from demo.servers import serving
from demo.steps import run
from sandbox import DEMO_PASSWORD, create_sandbox_app

PICTURES = ROOT / "docs" / "img"
PORT, LMS_PORT = 8180, 8181
SAID = {
    Side.ADVISER: ("Going well", "By message", "Ask me anything about the first call. I was nervous too."),
    Side.LEARNER: ("Mixed", "By call", "The price list still confuses me. Tomorrow is my first demo."),
}


def main() -> int:
    """Take the pictures; gives the exit code."""
    chromium = os.environ.get("CAIRN_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("Chromium is missing (Debian: apt-get install chromium), or name it in CAIRN_CHROMIUM.")
        return 1
    logs.set_up(as_json=False, quiet=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    demo = open_installation(PORT, LMS_PORT)
    with (
        serving(create_sandbox_app(demo.sandbox), LMS_PORT),
        serving(create_app(demo.settings, demo.services), PORT),
        sync_playwright() as driver,
    ):
        programme_id = run(demo, Silent())
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        _widget(demo, browser, programme_id)
        _admin(demo, browser, programme_id)
        browser.close()
    return 0


def _widget(demo: Installation, browser: Browser, programme_id: int) -> None:
    line = next(line for line in demo.services.engagements.of_programme(programme_id) if line.course)
    for side in (Side.ADVISER, Side.LEARNER):
        page = _course_page(demo, browser, line, side, width=1280)
        frame = _check_in(page)
        if line.activity.check_ins == 0:
            mood, contact, note = SAID[side]
            frame.get_by_label(mood).check()
            frame.get_by_label(contact).check()
            frame.get_by_label("A line for").fill(note)
            if side is Side.LEARNER:
                page.screenshot(path=str(PICTURES / "check-in.png"))
            frame.get_by_role("button", name="Send check-in").click()
            frame.get_by_role("status").filter(has_text="Sent").wait_for()
        _keep(page, "between-you.png")
        page.context.close()
    phone = _course_page(demo, browser, line, Side.LEARNER, width=390)
    _check_in(phone).get_by_role("heading", name="Between you").wait_for()
    _keep(phone, "phone.png")


def _course_page(
    demo: Installation, browser: Browser, line: EngagementLine, side: Side, *, width: int
) -> Page:
    member = next(member for member in line.members if member.side is side)
    username = demo.sandbox.world.people[member.lms_id].username
    course = next(c for c in demo.sandbox.world.courses.values() if c.fullname == line.course)
    page = browser.new_context(viewport={"width": width, "height": 1080}).new_page()
    page.goto(f"{demo.sandbox.site.base_url}/login/index.php")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/my/**")
    page.goto(f"{demo.sandbox.site.base_url}/course/view.php?id={course.id}")
    return page


def _check_in(page: Page) -> FrameLocator:
    frame = page.frame_locator("iframe[title*='check-in' i]")
    frame.get_by_role("heading", name="Check-in").wait_for()
    return frame


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=str(PICTURES / name))


def _admin(demo: Installation, browser: Browser, programme_id: int) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{demo.settings.base_url}/account/sign-in")
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_label("Password").fill(demo.admin_password)
    page.get_by_role("button", name="Sign in").click()
    for name, path in {
        "admin.png": "/admin/",
        "proposal.png": "/admin/runs/1",
        "engagements.png": f"/admin/programmes/{programme_id}/engagements",
    }.items():
        page.goto(demo.settings.base_url + path)
        _keep(page, name)


if __name__ == "__main__":
    sys.exit(main())
