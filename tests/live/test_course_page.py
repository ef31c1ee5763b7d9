"""The widgets in a course page of a real Moodle: on any screen, by keyboard, and whatever becomes of their cookies."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from companion.models.engagement import Side
from companion.widgets import WIDGETS
from tests.browser.accessible import assert_accessible, assert_widgets_accessible
from tests.browser.conftest import open_browser, widget
from tests.live.begun import course_of, launchable, running, tidy, to_engagements
from tests.live.conftest import Live
from tests.live.moodle_admin import fresh_page, sign_in

NOTE = "By hand, from a phone"


def test_everything_a_learner_does_in_the_course_page(
    live: Live, browser: BrowserContext, playwright: Playwright, tmp_path: Path
) -> None:
    if live.admin is None or live.learners_password is None:
        pytest.skip("no CAIRN_LIVE_ADMIN or no CAIRN_LIVE_PASSWORD")
    admin = launchable(live, browser)
    programme_id = to_engagements(live)
    try:
        placed = live.services.placements.place([programme_id])
        assert placed.problems == ()
        line = next(line for line in running(live, programme_id) if line.course)
        course = f"{live.url}/course/view.php?id={course_of(live, programme_id, line)}"
        names = {member.side: admin.username(member.lms_id) for member in line.members}

        page = fresh_page(browser)  # third-party cookies blocked
        sign_in(page, live.url, names[Side.LEARNER], live.learners_password)
        page.goto(course)
        _fits_and_is_accessible(page)
        _by_keyboard(page)
        _feedback(page)
        page.reload()
        expect(widget(page, "check-in").get_by_text("Check in again")).to_be_visible()
        _in_the_full_window(page, live)

        for allowed in open_browser(playwright, tmp_path / "allowed", block=False):
            other = allowed.new_page()
            sign_in(other, live.url, names[Side.ADVISER], live.learners_password)
            other.goto(course)
            expect(widget(other, "check-in").get_by_text(NOTE)).to_be_visible()
            _feedback(other)
        [after] = [one for one in running(live, programme_id) if one.engagement.id == line.engagement.id]
        assert after.activity.check_ins == 1
    finally:
        tidy(live, programme_id)


def _fits_and_is_accessible(page: Page) -> None:
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        expect(widget(page, "check-in").get_by_role("button", name="Send check-in")).to_be_visible()
        expect(widget(page, "feedback").get_by_role("button", name="Send feedback")).to_be_visible()
        expect(widget(page, "Ask somebody").get_by_role("heading", level=1)).to_be_visible()
        expect(widget(page, "My mentoring").get_by_role("heading", level=1)).to_be_visible()
        for frame in (one for one in page.frames if "/w/" in one.url):
            assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, frame.url)
        assert_widgets_accessible(page, widgets=len(WIDGETS))


def _by_keyboard(page: Page) -> None:
    frame = widget(page, "check-in")
    frame.get_by_label("Going well").focus()
    for key in ("Space", "Tab", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type(NOTE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(frame.get_by_role("status")).to_contain_text("Sent.")
    expect(frame.get_by_text(NOTE)).to_be_visible()


def _feedback(page: Page) -> None:
    frame = widget(page, "feedback")
    frame.get_by_label("It fits").press("Space")
    frame.get_by_label("Mostly").press("Space")
    frame.get_by_role("button", name="Send feedback").press("Enter")
    expect(frame.get_by_role("status")).to_contain_text("Thank you")


def _in_the_full_window(page: Page, live: Live) -> None:
    page.get_by_role("link", name="Mentoring check-in").first.click()
    page.wait_for_url(f"{live.base_url}/w/*/check-in")
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.reload()
    expect(page.get_by_text(NOTE)).to_be_visible()
    assert_accessible(page)
