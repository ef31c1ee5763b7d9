"""Cairn's own block on a real Moodle: placed beside the course page, opened by a learner, and taken out again."""

import pytest
from playwright.sync_api import BrowserContext, expect

from companion.models.engagement import Side
from companion.models.placement import Way
from companion.placement.block import has_block
from companion.widgets import WIDGETS
from tests.browser.conftest import widget
from tests.live.begun import course_of, launchable, running, tidy, to_engagements
from tests.live.conftest import Live, picture
from tests.live.moodle_admin import fresh_page, sign_in


def test_every_widget_opens_in_its_block(live: Live, browser: BrowserContext) -> None:
    if live.admin is None or live.learners_password is None:
        pytest.skip("no CAIRN_LIVE_ADMIN or no CAIRN_LIVE_PASSWORD")
    live.services.sites.connect(live.url, live.token)
    if not has_block(live.services.sites.current().functions):
        pytest.skip("Moodle has no block_cairn, or its function is not in the service")
    admin = launchable(live, browser)
    admin.choose_block_tool("Cairn")
    programme_id = to_engagements(live)
    try:
        placed = live.services.placements.place([programme_id], way=Way.BLOCK)
        assert placed.problems == ()
        assert live.services.placements.place([programme_id], way=Way.BLOCK).added == 0
        line = next(line for line in running(live, programme_id) if line.course)
        learner = next(member.lms_id for member in line.members if member.side is Side.LEARNER)
        username = admin.username(learner)
        page = fresh_page(browser)
        sign_in(page, live.url, username, live.learners_password)
        page.goto(f"{live.url}/course/view.php?id={course_of(live, programme_id, line)}")
        page.wait_for_load_state("networkidle")
        if (drawer := page.get_by_role("button", name="Open block drawer")).is_visible():
            drawer.click()  # Moodle remembers for each person whether it was open
        for each in WIDGETS:
            expect(widget(page, each.activity).get_by_role("heading", level=1)).to_be_visible()
        shown = {frame.url.rpartition("/")[2] for frame in page.frames if "/w/" in frame.url}
        assert shown == {each.name for each in WIDGETS}
        picture(page, "blocks")
    finally:
        tidy(live, programme_id)
