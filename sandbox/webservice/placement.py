"""Putting activities into a course by importing a template course, and taking them out again."""

import re
from dataclasses import replace

from sandbox.errors import invalid_parameter
from sandbox.records import Module, Section
from sandbox.site import Site
from sandbox.webservice.lookup import course_or_error, module_or_error
from sandbox.webservice.params import INT, Many, Value, options
from sandbox.webservice.registry import function
from sandbox.world import World

_OPTIONS = {"activities", "blocks", "filters"}
_OWN_LINK = re.compile(r"(/mod/lti/view\.php\?id=)(\d+)")


@function(
    "core_course_import_course",
    writes=True,
    importfrom=INT,
    importto=INT,
    deletecontent=Value(int, default=0),
    options=options(),
)
def import_course(
    site: Site, importfrom: int, importto: int, deletecontent: int, options: list[dict[str, str]]
) -> None:
    """Copy the activities of one course into another. Twice places twice, as in Moodle."""
    world = site.world
    course_or_error(world, importfrom)
    course_or_error(world, importto)
    chosen = {option["name"]: option["value"] for option in options}
    if deletecontent not in (0, 1) or chosen.keys() - _OPTIONS or not set(chosen.values()) <= {"0", "1"}:
        raise invalid_parameter()
    if deletecontent:
        world.drop_modules([module.id for module in world.modules_in(importto)])
    if chosen.get("activities", "1") == "1":
        _copy_activities(world, importfrom, importto)


def _copy_activities(world: World, importfrom: int, importto: int) -> None:
    """Copy each activity to the section of the same number; links among the copied ones follow to the copies."""
    originals = world.modules_in(importfrom)
    new_ids = {module.id: world.next_id("modules") for module in originals}
    for module in originals:
        section = _section_like(world, world.sections[module.section], importto)
        copy = replace(
            module,
            id=new_ids[module.id],
            course=importto,
            section=section.id,
            instance=world.next_id(module.modname),
            intro=_relink(module.intro, new_ids),
        )
        world.modules[copy.id] = copy


def _section_like(world: World, original: Section, course: int) -> Section:
    for section in world.sections_in(course):
        if section.number == original.number:
            return section
    section = Section(world.next_id("sections"), course, original.number, original.name, original.summary)
    world.sections[section.id] = section
    return section


def _relink(intro: str, new_ids: dict[int, int]) -> str:
    return _OWN_LINK.sub(lambda found: found[1] + str(new_ids.get(int(found[2]), int(found[2]))), intro)


@function("core_course_delete_modules", writes=True, cmids=Many(INT))
def delete_modules(site: Site, cmids: list[int]) -> None:
    modules: list[Module] = [module_or_error(site.world, cmid) for cmid in cmids]
    site.world.drop_modules({module.id for module in modules})
