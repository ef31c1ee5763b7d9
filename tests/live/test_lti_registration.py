"""Dynamic registration and deep linking on a real Moodle, in a browser, by the labels of its pages."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, expect

from companion.models.lti import Launch
from companion.services.findings import Level
from companion.services.lti_scores import KIND
from companion.services.registry import utc_now
from companion.store import lms as stored
from companion.store import outbox
from companion.sync.rosters import NAMELESS
from companion.widgets import WIDGETS, Widget
from lms_client import MoodleClient
from tests.live.conftest import Live, picture
from tests.live.moodle_admin import MoodleAdmin, fresh_page, sign_in
from tests.live.moodle_tools import MoodleTeacher, MoodleTools
from tests.sites import make_programme

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
    after = fresh_page(browser)
    MoodleAdmin(after, live.url, *live.admin)
    MoodleTools(after, live.url).remove("Cairn", ABOUT)


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


def test_a_teacher_picks_each_widget_and_it_opens_in_the_course(
    live: Live, tools: MoodleTools, browser: BrowserContext
) -> None:
    tools.register(live.services.lti_registration.new_link().url)
    tools.activate("Cairn")
    tool = tools.show_in_chooser("Cairn", ABOUT)
    [platform] = live.services.lti.platforms()
    live.services.lti.set_enabled(platform.id, True)

    teacher, course_id = _teacher(live, browser)
    modules = []
    try:
        for widget in WIDGETS:
            modules.append(_pick(teacher, tool, widget))
            page = teacher.page
            page.goto(f"{live.url}/mod/lti/view.php?id={modules[-1]}")
            page.wait_for_url(f"{live.base_url}/w/*/{widget.name}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            picture(page, f"deep-link-{widget.name}")
        _roster_and_grades(live, course_id, platform.id)
        _without_token(live, course_id)
    finally:
        for module_id in modules:
            teacher.delete(module_id)


def _pick(teacher: MoodleTeacher, tool: int, widget: Widget) -> int:
    """Put a widget into the course by "Select content"; gives the activity's number."""
    choice = teacher.choose_content(tool)
    choice.get_by_role("radio", name=widget.title, exact=True).check()
    choice.get_by_role("button", name="Add to the course").click()
    expect(teacher.page.get_by_role("textbox", name="Activity name")).to_have_value(widget.activity)
    return teacher.save()


def _without_token(live: Live, course_id: int) -> None:
    """The roster takes the place of the token, and a token takes it back."""
    services = live.services
    short = {number: name for number, name, _ in services.sites.courses()}[course_id]
    make_programme(services, short)
    whole = services.sync.run()
    found = services.sites.connect_without_token(live.url)
    assert [finding.level for finding in found] == [Level.OK, Level.WARNING, Level.WARNING]
    report = services.sync.run()
    assert (report.route, report.complete) == ("roster", True)
    assert set(report.problems) <= {NAMELESS}, (
        "Moodle shares names with the tool where its administrator says so"
    )
    members = services.lti_roster.members(course_id)
    assert report.people == len(members)
    assert not {"people", "enrolments"} & report.changes.keys(), "a roster tells, or leaves, what was known"
    services.sites.connect(live.url, live.token)
    assert services.sync.run().people == whole.people


def _roster_and_grades(live: Live, course_id: int, platform_id: int) -> None:
    """Moodle reads our key set for both, and again after the key was rotated."""
    services = live.services
    members = services.lti_roster.members(course_id)
    with services.db.read() as session:
        course = stored.course(session, course_id)
        launch = session.scalars(sa.select(Launch).order_by(Launch.created_at.desc())).first()
    assert course is not None
    assert launch is not None
    there = {
        str(person.id) for person in MoodleClient.connect(live.url, live.token).participants(course.lms_id)
    }
    active = {member.subject for member in members}
    assert active <= there, "who is suspended in the course is in the one alone"
    assert len(active) > len(there) / 2
    assert any(member.teaches for member in members)

    services.lti.rotate_key()
    services.lti.set_scores(platform_id, True)
    learner = next(member for member in members if not member.teaches)
    for number, at in enumerate((utc_now(), utc_now() - timedelta(minutes=5))):
        payload = {
            "platform_id": platform_id,
            "resource_link_id": launch.resource_link_id,
            "course_id": course_id,
            "subject": learner.subject,
            "given": 1 + number,
            "maximum": 4,
            "at": at.isoformat(),
        }
        with services.db.begin() as session:
            outbox.add(session, KIND, {f"live-{number}": payload}, utc_now())
        assert services.outbox.work() == 1, "the second is older, which Moodle refuses and we take for done"
    assert services.outbox.failed() == []


def _teacher(live: Live, browser: BrowserContext) -> tuple[MoodleTeacher, int]:
    """The teacher, and our id of the course.

    CAIRN_LIVE_TEACHER with the learners' password where it is given, else the administrator.
    """
    live.services.sites.connect(live.url, live.token)
    short = live.courses[0] if live.courses else None
    with live.services.db.read() as session:
        course_id = next(n for n, name, _ in live.services.sites.courses() if short in (None, name))
        course = stored.course(session, course_id)
    assert course is not None
    name, password = live.admin or ("", "")
    named = os.environ.get("CAIRN_LIVE_TEACHER")
    if named and live.learners_password:
        name, password = named, live.learners_password
    page = fresh_page(browser)
    sign_in(page, live.url, name, password)
    return MoodleTeacher(page, live.url, course.lms_id), course_id
