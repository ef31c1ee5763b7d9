"""The main job on a real Moodle: connect, sync, match, approve, place, and a check-in inside its course page."""

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from companion.errors import LmsError
from companion.models.engagement import Side
from companion.models.jobs import OutboxState
from companion.store import lms as stored
from companion.widgets import WIDGETS
from tests.browser.conftest import widget
from tests.live.begun import course_of, launchable, running, tidy, to_engagements
from tests.live.conftest import Live
from tests.live.moodle_admin import MoodleAdmin, fresh_page, sign_in

NOTE = "The glossary on page two saved my first call"


def test_a_wrong_token_is_told_and_nothing_is_kept(live: Live) -> None:
    with pytest.raises(LmsError, match="token"):
        live.services.sites.connect(live.url, "0" * 32)
    with live.services.db.read() as session:
        assert stored.site(session) is None


def test_the_whole_way_to_engagements(live: Live) -> None:
    programme_id = to_engagements(live)
    try:
        lines = live.services.engagements.of_programme(programme_id)
        assert lines
        assert live.services.outbox.counts().get(OutboxState.PENDING, 0) == 0
        groups = [line.engagement.lms_group_id for line in lines if line.engagement.course_id]
        assert groups
        assert all(groups)
        again = live.services.sync.run()
        assert again.changes == {}, "a second sync of an unchanged site changes nothing"
    finally:
        tidy(live, programme_id)


def test_a_check_in_inside_the_course_page(live: Live, browser: BrowserContext) -> None:
    if live.admin is None:
        pytest.skip("no CAIRN_LIVE_ADMIN")
    admin = launchable(live, browser)
    programme_id = to_engagements(live)
    try:
        placed = live.services.placements.place([programme_id])
        assert live.services.placements.place([programme_id]).added == 0
        assert len(placed.standing) == len(WIDGETS) * len(
            live.services.programmes.view(programme_id).course_ids
        )
        _check_in(live, admin, browser, programme_id)
    finally:
        tidy(live, programme_id)


def _check_in(live: Live, admin: MoodleAdmin, context: BrowserContext, programme_id: int) -> None:
    line = next(line for line in running(live, programme_id) if line.course)
    course = course_of(live, programme_id, line)
    people = {member.side: (member.lms_id, admin.username(member.lms_id)) for member in line.members}

    shown = _open_as(live, context, *people[Side.LEARNER], course)
    shown.get_by_label("Going well").check()
    shown.get_by_label("By message").check()
    shown.get_by_label("A line for").fill(NOTE)
    shown.get_by_role("button", name="Send check-in").click()
    expect(shown.get_by_role("status")).to_contain_text("Sent.")

    shown = _open_as(live, context, *people[Side.ADVISER], course)
    expect(shown.get_by_text(NOTE)).to_be_visible()
    [after] = [one for one in running(live, programme_id) if one.engagement.id == line.engagement.id]
    assert after.activity.check_ins == 1


def _open_as(
    live: Live, context: BrowserContext, user_id: int, username: str, course_id: int
) -> Page | FrameLocator:
    """The check-in widget as this person sees it: in the course page, or in the full window."""
    page = fresh_page(context)
    if live.learners_password is not None:
        sign_in(page, live.url, username, live.learners_password)
        page.goto(f"{live.url}/course/view.php?id={course_id}")
        expect(widget(page, "feedback").get_by_role("button", name="Send feedback")).to_be_visible()
        return widget(page, "check-in")
    assert live.admin is not None
    MoodleAdmin(page, live.url, *live.admin).log_in_as(user_id, course_id)
    [address] = [
        f"{live.url}/mod/lti/view.php?id={placement.lms_module_id}"
        for placement, course in live.services.placements.standing(
            [row.id for row in live.services.programmes.listed()]
        )
        if course.lms_id == course_id and placement.widget == "check-in"
    ]
    page.goto(address)
    return page
