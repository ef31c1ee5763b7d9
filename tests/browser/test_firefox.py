"""The course page in Firefox, as Debian has it: with its own ways of keeping third parties apart."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, Playwright, expect

from tests.browser import firefox
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import World, open_course, widget

FIREFOX = os.environ.get(firefox.NAMED) or shutil.which("firefox-esr") or shutil.which("firefox")
PARTITIONED, REFUSED = 5, 1
"""`network.cookie.cookieBehavior`: Total Cookie Protection, which Firefox has by default, and no third party at all."""
pytestmark = [pytest.mark.firefox, pytest.mark.skipif(FIREFOX is None, reason="no Firefox")]


@contextmanager
def opened(playwright: Playwright, tmp_path: Path, cookies: int) -> Iterator[BrowserContext]:
    starter = tmp_path / "firefox"
    starter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{firefox.__file__}" "$@"\n')
    starter.chmod(0o755)
    browser = playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=starter,
        env={**os.environ, firefox.NAMED: str(FIREFOX)},
        firefox_user_prefs={"network.cookie.cookieBehavior": cookies},
    )
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    yield context
    browser.close()


# By the elements' own click: what Playwright types and where it points gets lost on Firefox's way into a frame.
def send_check_in(shown: Page | FrameLocator) -> None:
    shown.get_by_label("Going well").dispatch_event("click")
    shown.get_by_label("By message").dispatch_event("click")
    shown.get_by_role("button", name="Send check-in").dispatch_event("click")
    expect(shown.get_by_role("status")).to_contain_text("Sent.")


def send_feedback(shown: FrameLocator) -> None:
    shown.get_by_label("It fits").dispatch_event("click")
    shown.get_by_label("Mostly").dispatch_event("click")
    shown.get_by_role("button", name="Send feedback").dispatch_event("click")
    expect(shown.get_by_role("status")).to_contain_text("Thank you")


def test_two_widgets_of_one_page_with_the_cookies_kept_apart(
    world: World, playwright: Playwright, tmp_path: Path
) -> None:
    pair = world.pair()
    with opened(playwright, tmp_path, PARTITIONED) as context:
        page = context.new_page()
        send_check_in(open_course(page, world, pair.learner, pair.course))
        send_feedback(widget(page, "feedback"))
        page.reload()
        expect(widget(page, "check-in").get_by_text("Check in again")).to_be_visible()
        expect(widget(page, "feedback").get_by_text("Last time you said: it fits.")).to_be_visible()
    assert world.line(pair).activity.check_ins == 1


def test_where_no_third_party_keeps_a_cookie_a_tab_of_its_own_works(
    world: World, playwright: Playwright, tmp_path: Path
) -> None:
    pair = world.pair()
    with opened(playwright, tmp_path, REFUSED) as context:
        page = context.new_page()
        frame = open_course(page, world, pair.learner, pair.course)
        expect(frame.get_by_role("heading", name="Your browser keeps this widget apart")).to_be_visible()
        assert_accessible(next(one for one in page.frames if one.url == f"{world.base_url}/lti/launch"))
        address = frame.get_by_role("link", name="Open in a new tab").get_attribute("href")
        tab = context.new_page()
        tab.goto(str(address))
        send_check_in(tab)
    assert world.line(pair).activity.check_ins == 1
