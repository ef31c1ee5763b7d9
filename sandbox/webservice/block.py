"""The two functions of Cairn's own block (moodle/block_cairn), there once it is installed."""

import secrets
from typing import Any

from sandbox.errors import invalid_parameter, moodle_error
from sandbox.records import Block, Enrolment, Module
from sandbox.site import Site
from sandbox.webservice.lookup import course_or_error
from sandbox.webservice.params import INT, TEXT, Many, Value
from sandbox.webservice.registry import function

_NAMES = {
    "check-in": "Mentoring check-in",
    "feedback": "Mentoring feedback",
    "ask": "Ask somebody who was here before",
    "mentoring": "My mentoring",
}
_ACTIONS = {"place", "remove", "find"}


@function("block_cairn_place", writes=True, courseid=INT, widget=TEXT, action=Value(str, default="place"))
def place(site: Site, courseid: int, widget: str, action: str) -> dict[str, Any]:
    """Make a widget stand beside a course page, take it out, or tell where it stands; twice changes nothing."""
    course_or_error(site.world, courseid)
    if widget not in _NAMES or action not in _ACTIONS:
        raise invalid_parameter()
    before = _standing(site, courseid, widget)
    if action == "place" and before is None:
        _add(site, courseid, widget)
    if action == "remove" and before is not None:
        site.world.drop_modules([before.module])
        del site.world.blocks[before.id]
    now = _standing(site, courseid, widget)
    return {
        "courseid": courseid,
        "widget": widget,
        "changed": (before is None) != (now is None),
        "blockinstanceid": now.id if now else 0,
        "cmid": now.module if now else 0,
        "instanceid": site.world.modules[now.module].instance if now else 0,
    }


def _standing(site: Site, course: int, widget: str) -> Block | None:
    """The block with its activity; a block whose activity somebody deleted is as good as none."""
    for block in list(site.world.blocks.values()):
        if (block.course, block.widget) == (course, widget):
            if block.module in site.world.modules:
                return block
            del site.world.blocks[block.id]
    return None


def _add(site: Site, course: int, widget: str) -> None:
    world = site.world
    tool = next(iter(world.tools), None)
    if tool is None:
        raise moodle_error("notool", "Choose the external tool in the settings of the block.")
    cmid = world.next_id("modules")
    world.modules[cmid] = Module(
        id=cmid,
        course=course,
        section=world.sections_in(course)[0].id,
        modname="lti",
        name=_NAMES[widget],
        instance=world.next_id("lti"),
        timecreated=site.epoch(),
        stealth=True,
        tool=tool,
        custom=f"widget={widget}\nplacement=block",
        servicesalt=f"{secrets.token_hex(7)}.{secrets.randbelow(10**8):08d}",
    )
    identifier = world.next_id("blocks")
    world.blocks[identifier] = Block(identifier, course, widget, cmid)


@function(
    "block_cairn_get_completions",
    courseids=Many(INT),
    since=Value(int, default=0),
    limitfrom=Value(int, default=0),
    limitnum=Value(int, default=1000),
)
def get_completions(
    site: Site, courseids: list[int], since: int, limitfrom: int, limitnum: int
) -> dict[str, Any]:
    """Enrolments and completions with raw times, by course and person."""
    world = site.world
    rows = sorted(
        (
            row
            for course in set(courseids) & world.courses.keys()
            for row in world.enrolments_in(course)
            if max(row.timecreated, row.completed or 0) >= since
        ),
        key=lambda row: (row.course, row.person),
    )
    unknown = sorted(set(courseids) - world.courses.keys())
    return {
        "completions": [_completion(row) for row in rows[limitfrom : limitfrom + limitnum]],
        "warnings": [
            {
                "item": "course",
                "itemid": course,
                "warningcode": "1",
                "message": "No access rights in course context",
            }
            for course in unknown
        ],
    }


def _completion(row: Enrolment) -> dict[str, Any]:
    return {
        "courseid": row.course,
        "userid": row.person,
        "timeenrolled": row.timestart or row.timecreated,
        "timecompleted": row.completed or 0,
        "completed": row.completed is not None,
    }
