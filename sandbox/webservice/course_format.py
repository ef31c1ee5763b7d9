"""core_courseformat_update_course, as far as it moves activities on a course page."""

import json

from sandbox.errors import invalid_record, moodle_error
from sandbox.records import Module
from sandbox.site import Site
from sandbox.webservice.lookup import course_or_error
from sandbox.webservice.params import INT, TEXT, Many, Value
from sandbox.webservice.registry import function


@function(
    "core_courseformat_update_course",
    writes=True,
    action=TEXT,
    courseid=INT,
    ids=Many(INT, default=()),
    targetsectionid=Value(int, default=None),
    targetcmid=Value(int, default=None),
)
def update_course(
    site: Site,
    action: str,
    courseid: int,
    ids: list[int],
    targetsectionid: int | None,
    targetcmid: int | None,
) -> str:
    """Move activities before another or to the end of a section; they keep their order among each other."""
    course_or_error(site.world, courseid)
    if action != "cm_move":
        raise moodle_error("invalidaction", f"Invalid course state action {action}")
    if targetcmid:
        section = _module_of(site, courseid, targetcmid).section
    elif targetsectionid:
        section = _section_of(site, courseid, targetsectionid)
    else:
        raise moodle_error("invalidaction", "Action cm_move requires targetsectionid or targetcmid")
    for cmid in ids:
        _module_of(site, courseid, cmid)
    before = targetcmid
    sections = site.world.sections_in(courseid)
    on_the_page = [m.id for s in sections for m in site.world.modules_in(courseid, s.id) if m.id in ids]
    for cmid in reversed(on_the_page):
        if cmid != before:
            site.world.move_module(cmid, section, before)
        before = cmid
    return json.dumps([{"name": "cm", "action": "put", "fields": {"id": str(cmid)}} for cmid in on_the_page])


def _module_of(site: Site, course: int, cmid: int) -> Module:
    module = site.world.modules.get(cmid)
    if module is None or module.course != course:
        raise moodle_error("invalidcoursemodule", "Invalid course module ID")
    return module


def _section_of(site: Site, course: int, section: int) -> int:
    if section not in site.world.sections or site.world.sections[section].course != course:
        raise invalid_record("course_sections")
    return section
