"""axe-core on a page and on each frame of ours in it: of a frame of another origin, a run in the page sees nothing."""

from typing import Any, cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def assert_accessible(shown: Page | Frame) -> None:
    """No violation of WCAG 2.2 AA in this page or frame, and something was looked at."""
    found = Axe().run(cast("Any", shown), options=WCAG)
    assert found.response["passes"], shown.url
    assert found.violations_count == 0, f"{shown.url}\n{found.generate_report()}"


def assert_widgets_accessible(page: Page, *, widgets: int) -> None:
    """The same for so many frames of widgets; the page around them is the LMS's."""
    frames = [frame for frame in page.frames if "/w/" in frame.url]
    assert len(frames) == widgets, [frame.url for frame in page.frames]
    for frame in frames:
        assert_accessible(frame)
