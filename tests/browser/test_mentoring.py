"""My mentoring in the course page: accessible at any width, and nothing that was typed is lost."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.accessible import assert_widgets_accessible
from tests.browser.conftest import World, open_course

INTENT = "Read the price list and ask three questions"


@pytest.mark.parametrize("width", [352, 1280])
def test_it_is_accessible_and_keeps_what_was_typed(
    world: World, lenient_browser: BrowserContext, width: int
) -> None:
    pair = world.pair()
    page = lenient_browser.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    frame = open_course(page, world, pair.learner, pair.course)
    frame.get_by_role("link", name="My mentoring").click()
    expect(frame.get_by_role("heading", name="How is it going?")).to_be_visible()
    assert_widgets_accessible(page, widgets=2)
    frame.get_by_text("Commit to something").click()
    frame.get_by_label("I mean to").fill(INTENT)
    page.reload()
    frame.get_by_role("link", name="My mentoring").click()
    expect(frame.get_by_label("I mean to")).to_have_value(INTENT)
    frame.get_by_role("button", name="Commit to it").click()
    expect(frame.get_by_role("status")).to_contain_text("Kept.")
    expect(frame.get_by_text(INTENT).first).to_be_visible()
    frame.get_by_role("button", name="Take back what you just sent").click()
    expect(frame.get_by_role("status")).to_contain_text("Taken back.")
    expect(frame.get_by_text(INTENT)).to_have_count(0)
    frame.get_by_role("link", name="Something is not right").click()
    expect(frame.get_by_role("heading", name="Leave without a reason")).to_be_visible()
    assert_widgets_accessible(page, widgets=2)
