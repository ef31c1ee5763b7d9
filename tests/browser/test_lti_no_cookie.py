"""A browser that keeps no cookie of a framed site, not even a partitioned one: it is told so, and a new tab works."""

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.conftest import World, sign_in_to_lms, widget


@pytest.fixture
def forgetful(browser: BrowserContext, world: World) -> BrowserContext:
    """As Safari before 26.2: what our site sets within a frame is dropped."""

    def drop(route: Route) -> None:
        if route.request.frame.parent_frame is None:
            route.continue_()
            return
        answer = route.fetch(max_redirects=0)
        kept = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
        route.fulfill(response=answer, headers=kept)

    browser.route(f"{world.base_url}/lti/**", drop)
    return browser


def test_the_widget_says_so_and_opens_in_a_tab(forgetful: BrowserContext, world: World) -> None:
    page = forgetful.new_page()
    pair = world.pair()
    sign_in_to_lms(page, world.lms, pair.learner)
    page.goto(f"{world.lms.url}/course/view.php?id={pair.course}")
    frame = widget(page, "check-in")
    expect(frame.get_by_role("heading", name="Your browser keeps this widget apart")).to_be_visible()
    with forgetful.expect_page() as opened:
        frame.get_by_role("link", name="Open in a new tab").click()
    tab = opened.value
    expect(tab.get_by_role("button", name="Send check-in")).to_be_visible()
    tab.get_by_role("radio", name="Going well").check()
    tab.get_by_role("radio", name="By call").check()
    tab.get_by_role("button", name="Send check-in").click()
    expect(tab.get_by_role("status")).to_contain_text("can see it here")
