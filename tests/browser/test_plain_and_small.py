"""Without JavaScript, on a phone, by keyboard alone, and for assistive technology."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.accessible import assert_accessible, assert_widgets_accessible
from tests.browser.conftest import World, open_course


def test_the_launch_and_the_form_work_without_javascript(world: World, plain_browser: BrowserContext) -> None:
    pair = world.pair()
    page = plain_browser.new_page()
    frame = open_course(page, world, pair.learner, pair.course)
    for answers in (
        "/mod/lti/auth.php",
        "/check-in",
    ):  # the platform's own pages, which a script would submit
        with page.expect_response(lambda answer, path=answers: path in answer.url):  # type: ignore[misc]
            frame.get_by_role("button", name="Continue").click()
    frame.get_by_label("Going well").check()
    frame.get_by_label("In person").check()
    frame.get_by_role("button", name="Send check-in").click()
    expect(frame.get_by_role("status")).to_contain_text("Sent.")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_frame(world: World, browser: BrowserContext, width: int) -> None:
    pair = world.pair()
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    frame = open_course(page, world, pair.learner, pair.course)
    expect(frame.get_by_role("button", name="Send check-in")).to_be_visible()
    for shown in (one for one in page.frames if "/w/" in one.url):
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_check_in_by_keyboard_alone(world: World, browser: BrowserContext) -> None:
    pair = world.pair()
    page = browser.new_page()
    frame = open_course(page, world, pair.learner, pair.course)
    frame.get_by_label("Going well").focus()
    for key in ("Space", "Tab", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("By hand")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(frame.get_by_role("status")).to_contain_text("Sent.")
    expect(frame.get_by_text("By hand")).to_be_visible()


def test_the_widgets_have_no_accessibility_violations(world: World, browser: BrowserContext) -> None:
    pair = world.pair()
    page = browser.new_page()
    frame = open_course(page, world, pair.learner, pair.course)
    expect(frame.get_by_role("button", name="Send check-in")).to_be_visible()
    assert_accessible(page)
    assert_widgets_accessible(page, widgets=2)
    frame.get_by_label("A line for").fill("a" * 141)
    frame.get_by_label("Going well").check()
    frame.get_by_label("In person").check()
    frame.get_by_role("button", name="Send check-in").press("Enter")
    expect(frame.get_by_text("1 character too long")).to_be_visible()
    assert_widgets_accessible(page, widgets=2)
