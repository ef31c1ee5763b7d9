"""Dynamic registration and deep linking on a real Moodle, in a browser, by the labels of its pages."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from companion.store import lms as stored
from tests.browser.conftest import browser, playwright
from tests.live.conftest import Live
from tests.live.moodle_admin import MoodleAdmin, sign_in
from tests.live.moodle_tools import MoodleTeacher, MoodleTools

__all__ = ["browser", "playwright"]  # fixtures

ABOUT = "Mentoring between recent learners and new hires"


@pytest.fixture
def tools(live: Live, browser: BrowserContext) -> Iterator[MoodleTools]:
    """The administrator of Moodle; the tools that registered themselves are taken out again."""
    if live.admin is None:
        pytest.skip("no CAIRN_LIVE_ADMIN")
    page = browser.new_page()
    MoodleAdmin(page, live.url, *live.admin)
    found = MoodleTools(page, live.url)
    found.remove("Cairn", ABOUT)
    yield found
    page.context.clear_cookies()
    MoodleAdmin(page, live.url, *live.admin)
    found.remove("Cairn", ABOUT)


def test_a_tool_registers_itself_and_again_to_be_updated(live: Live, tools: MoodleTools) -> None:
    tools.register(live.services.lti_registration.new_link().url)
    [platform] = live.services.lti.platforms()
    assert (platform.issuer, platform.enabled, platform.waiting) == (live.url, False, True)
    expect(tools.pending("Cairn")).to_have_count(1)
    tools.activate("Cairn")
    live.services.lti.set_enabled(platform.id, True)

    tools.register(live.services.lti_registration.new_link().url, update=True)
    [again] = live.services.lti.platforms()
    assert (again.client_id, again.deployment_ids, again.enabled) == (
        platform.client_id,
        platform.deployment_ids,
        True,
    )


def test_a_teacher_picks_the_feedback_and_it_opens_in_the_course(
    live: Live, tools: MoodleTools, browser: BrowserContext
) -> None:
    tools.register(live.services.lti_registration.new_link().url)
    tools.activate("Cairn")
    tools.show_in_chooser(f"{live.base_url}/lti/launch")
    [platform] = live.services.lti.platforms()
    live.services.lti.set_enabled(platform.id, True)

    teacher = _teacher(live, browser)
    choice = teacher.choose_content("Cairn")
    choice.get_by_role("radio", name="Feedback").check()
    choice.get_by_role("button", name="Add to the course").click()
    page = teacher.page
    expect(page.get_by_role("textbox", name="Activity name")).to_have_value("Mentoring feedback")
    module_id = teacher.save()
    try:
        page.goto(f"{live.url}/mod/lti/view.php?id={module_id}")
        page.wait_for_url(f"{live.base_url}/w/*/feedback")
    finally:
        teacher.delete(module_id)


def _teacher(live: Live, browser: BrowserContext) -> MoodleTeacher:
    """CAIRN_LIVE_TEACHER with the learners' password where it is given, else the administrator."""
    live.services.sites.connect(live.url, live.token)
    short = live.courses[0] if live.courses else None
    with live.services.db.read() as session:
        course = next(
            found
            for number, name, _ in live.services.sites.courses()
            if short in (None, name) and (found := stored.course(session, number))
        )
    name, password = live.admin or ("", "")
    named = os.environ.get("CAIRN_LIVE_TEACHER")
    if named and live.learners_password:
        name, password = named, live.learners_password
    browser.clear_cookies()
    page = browser.new_page()
    sign_in(page, live.url, name, password)
    return MoodleTeacher(page, live.url, course.lms_id)
