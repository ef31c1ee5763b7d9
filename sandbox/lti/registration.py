"""Registering a tool, and the hidden template course that holds its activities for import."""

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlsplit

from sandbox.records import Course, Module, Section, ToolType
from sandbox.site import Site
from sandbox.world import World

EXISTING_WINDOW = 5  # Moodle's launch container in which a view page goes straight to the tool
TEMPLATE_SHORTNAME = "CAIRN-TEMPLATE"
TEMPLATE_ACTIVITIES = (("Mentoring check-in", "check-in"), ("Mentoring feedback", "feedback"))
"""What a template holds unless its administrator wants more: name and widget of each activity."""
ALL_ACTIVITIES = (
    *TEMPLATE_ACTIVITIES,
    ("Ask somebody who was here before", "ask"),
    ("My mentoring", "mentoring"),
)


@dataclass(frozen=True)
class Tool:
    """What a tool says of itself: its addresses."""

    name: str
    login_url: str
    launch_url: str
    jwks_url: str
    redirect_uris: Sequence[str] = field(default=())
    activities: Sequence[tuple[str, str]] = TEMPLATE_ACTIVITIES
    """Those to put into the template course."""


@dataclass(frozen=True)
class Registration:
    """What the platform gives a tool to know it by."""

    issuer: str
    client_id: str
    deployment_id: str
    auth_url: str
    token_url: str
    jwks_url: str

    @classmethod
    def of(cls, site: Site, tool: ToolType) -> "Registration":
        return cls(
            issuer=site.base_url,
            client_id=tool.client_id,
            deployment_id=str(tool.id),
            auth_url=site.url("/mod/lti/auth.php"),
            token_url=site.url("/mod/lti/token.php"),
            jwks_url=site.url("/mod/lti/certs.php"),
        )


def register(world: World, tool: Tool) -> ToolType:
    """The registered tool with this launch address, brought up to date; made where there is none."""
    known = next((row for row in world.tools.values() if row.launch_url == tool.launch_url), None)
    identifier = known.id if known else world.next_id("tools")
    world.tools[identifier] = ToolType(
        id=identifier,
        client_id=known.client_id if known else _client_id(),
        name=tool.name,
        login_url=tool.login_url,
        launch_url=tool.launch_url,
        jwks_url=tool.jwks_url,
        redirect_uris=list(tool.redirect_uris) or [tool.launch_url],
        deep_linking=True,
    )
    return world.tools[identifier]


def _client_id() -> str:
    """15 letters and digits, as Moodle makes them."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(15))


def place_in_template(
    site: Site, tool: ToolType, activities: Sequence[tuple[str, str]] = TEMPLATE_ACTIVITIES
) -> None:
    """Make the template course hold exactly one of each activity for this tool; those that stand there stay."""
    world = site.world
    section = _template_section(site)
    for name, widget in activities:
        custom = f"widget={widget}"
        there = [row for row in world.modules_in(section.course) if row.name == name]
        keep = next((row for row in there if (row.tool, row.custom) == (tool.id, custom)), None)
        world.drop_modules(row.id for row in there if row is not keep)
        if keep is None:
            _add_activity(site, section, tool, name, custom)


def _template_section(site: Site) -> Section:
    world, now = site.world, site.epoch()
    if not world.template_course:
        course = Course(
            world.next_id("courses"),
            category=1,
            fullname="Mentoring template",
            shortname=TEMPLATE_SHORTNAME,
            visible=False,
            has_criteria=False,
            startdate=now,
            timecreated=now,
            timemodified=now,
        )
        world.courses[course.id] = course
        world.template_course = course.id
        section = Section(world.next_id("sections"), course.id, 0, "General")
        world.sections[section.id] = section
    return world.sections_in(world.template_course)[0]


def _add_activity(site: Site, section: Section, tool: ToolType, name: str, custom: str) -> None:
    cmid = site.world.next_id("modules")
    site.world.modules[cmid] = Module(
        id=cmid,
        course=section.course,
        section=section.id,
        modname="lti",
        name=name,
        instance=site.world.next_id("lti"),
        intro=frame(site, cmid, name),
        showdescription=True,
        timecreated=site.epoch(),
        tool=tool.id,
        custom=custom,
        launchcontainer=EXISTING_WINDOW,
        servicesalt=f"{secrets.token_hex(7)}.{secrets.randbelow(10**8):08d}",
    )


def frame(site: Site, cmid: int, title: str) -> str:
    """The description of an activity that shows the activity itself on the course page."""
    address = site.url(f"/mod/lti/view.php?id={cmid}")
    return f'<iframe src="{address}" title="{escape(title)}" width="100%" height="320"></iframe>'


def tool_origins(world: World) -> list[str]:
    """Scheme and host of every registered tool: what a page may show in a frame and send a form to."""
    urls = [
        url for tool in world.tools.values() for url in (tool.login_url, tool.launch_url, *tool.redirect_uris)
    ]
    return sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, urls)})
