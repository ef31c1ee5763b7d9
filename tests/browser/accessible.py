"""axe-core on a page and on each frame of ours in it: of a frame of another origin, a run in the page sees nothing."""

import os
from pathlib import Path
from typing import Any, cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

SHOTS = os.environ.get("CAIRN_SCREENSHOTS")
"""A folder for pictures of what the tests look at; none are taken without it."""
WIDTHS = (1280, 390)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def assert_accessible(shown: Page | Frame) -> None:
    """No violation of WCAG 2.2 AA in this page or frame, and something was looked at."""
    found = Axe().run(cast("Any", shown), options=WCAG)
    assert found.response["passes"], shown.url
    assert found.violations_count == 0, f"{shown.url}\n{found.generate_report()}"


def picture(page: Page, name: str) -> None:
    """Take one, where a folder was named."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def looked_at(page: Page, name: str) -> None:
    """No fault that axe finds and nothing that makes the page scroll sideways, wide and narrow."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
        picture(page, f"{name}-{width}")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def assert_widgets_accessible(page: Page, *, widgets: int) -> None:
    """The same for so many frames of widgets; the page around them is the LMS's."""
    frames = [frame for frame in page.frames if "/w/" in frame.url]
    assert len(frames) == widgets, [frame.url for frame in page.frames]
    for frame in frames:
        assert_accessible(frame)
