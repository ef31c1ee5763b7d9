"""What the live tests begin with, and how the site is left as it was."""

from playwright.sync_api import BrowserContext

from companion.models.engagement import EngagementState
from companion.services.engagements import EngagementLine
from companion.services.findings import Level
from companion.widgets import WIDGETS
from lms_client import MoodleClient
from tests.live.conftest import Live
from tests.live.moodle_admin import MoodleAdmin
from tests.sites import accept_charters, make_programme

ACTIVITIES = {widget.name: widget.activity for widget in WIDGETS}


def launchable(live: Live, context: BrowserContext) -> MoodleAdmin:
    """The tool and the template course, as an administrator of Moodle makes them, and the platform here."""
    assert live.admin is not None
    admin = MoodleAdmin(context.new_page(), live.url, *live.admin)
    tool = admin.ensure_tool("Cairn", live.base_url)
    admin.ensure_template("Cairn", ACTIVITIES)
    live.services.lti.register_platform(
        tool.issuer, tool.client_id, [tool.deployment_id], tool.auth_url, tool.token_url, tool.jwks_url
    )
    return admin


def to_engagements(live: Live) -> int:
    """Connect, read, match and approve; gives the programme's id."""
    services = live.services
    report = services.sites.connect(live.url, live.token)
    assert not [finding for finding in report.findings if finding.level is Level.MISSING]
    programme_id = make_programme(services, *live.courses)
    read = services.sync.run()
    assert read.people
    assert read.complete, read.problems
    view = services.programmes.view(programme_id)
    assert view.new_hires, "the profile field hiredate finds nobody new on this site"
    assert view.recent_learners, "nobody finished a course 14 to 180 days ago on this site"
    outcome = services.matching.approve(services.matching.propose(programme_id), by="the live test")
    assert outcome.formed
    services.outbox.work()
    accept_charters(services, programme_id)
    return programme_id


def running(live: Live, programme_id: int) -> list[EngagementLine]:
    """The engagements under way."""
    lines = live.services.engagements.of_programme(programme_id)
    return [line for line in lines if line.engagement.state is EngagementState.ACTIVE]


def course_of(live: Live, programme_id: int, line: EngagementLine) -> int:
    """Moodle's id of the course in which an engagement's widgets stand."""
    return next(
        course.lms_id
        for _, course in live.services.placements.standing([programme_id])
        if course.id == line.engagement.course_id
    )


def tidy(live: Live, programme_id: int) -> None:
    """Leave the site as it was found: no widget, no group."""
    live.services.placements.remove([programme_id])
    groups = [line.engagement.lms_group_id for line in running(live, programme_id)]
    made = [group for group in groups if group is not None]
    if made:
        MoodleClient.connect(live.url, live.token).delete_groups(made)
