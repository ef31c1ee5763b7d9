"""core_course_get_contents: the sections of a course and the activities in them."""

from typing import Any

from sandbox.errors import moodle_error
from sandbox.records import Module, Section
from sandbox.site import Site
from sandbox.webservice.lookup import course_or_error
from sandbox.webservice.params import INT, options
from sandbox.webservice.registry import function

_OPTIONS = {
    "excludemodules",
    "excludecontents",
    "includestealthmodules",
    "sectionid",
    "sectionnumber",
    "cmid",
    "modname",
    "modid",
}
_KINDS = {
    "forum": ("Forums", "collaboration"),
    "lti": ("External tools", "other"),
    "page": ("Pages", "content"),
    "quiz": ("Quizzes", "assessment"),
    "assign": ("Assignments", "assessment"),
}


@function("core_course_get_contents", courseid=INT, options=options())
def get_contents(site: Site, courseid: int, options: list[dict[str, str]]) -> list[dict[str, Any]]:
    course_or_error(site.world, courseid)
    chosen = {option["name"]: option["value"] for option in options}
    if unknown := chosen.keys() - _OPTIONS:
        raise moodle_error("errorinvalidparam", f'The param "{", ".join(sorted(unknown))}" is invalid.')
    sections = [section for section in site.world.sections_in(courseid) if _wanted_section(section, chosen)]
    return [_section(site, section, chosen) for section in sections]


def _wanted_section(section: Section, chosen: dict[str, str]) -> bool:
    return chosen.get("sectionid", str(section.id)) == str(section.id) and chosen.get(
        "sectionnumber", str(section.number)
    ) == str(section.number)


def _section(site: Site, section: Section, chosen: dict[str, str]) -> dict[str, Any]:
    modules = site.world.modules_in(section.course, section.id)
    if chosen.get("excludemodules") in {"1", "true"}:
        modules = []
    return {
        "id": section.id,
        "name": section.name,
        "visible": 1,
        "summary": section.summary,
        "summaryformat": 1,
        "section": section.number,
        "hiddenbynumsections": 0,
        "uservisible": True,
        "component": None,
        "itemid": None,
        "modules": [_module(site, module) for module in modules if _wanted_module(module, chosen)],
    }


def _wanted_module(module: Module, chosen: dict[str, str]) -> bool:
    return (
        chosen.get("modname", module.modname) == module.modname
        and chosen.get("cmid", str(module.id)) == str(module.id)
        and chosen.get("modid", str(module.instance)) == str(module.instance)
    )


def _module(site: Site, module: Module) -> dict[str, Any]:
    """As Moodle does it, a description is there only where it is shown on the page, and a badge not for `lti`."""
    plural, purpose = _KINDS[module.modname]
    row: dict[str, Any] = {
        "id": module.id,
        "url": site.url(f"/mod/{module.modname}/view.php?id={module.id}"),
        "name": module.name,
        "instance": module.instance,
        "contextid": 100 + module.id,
        "visible": 1,
        "uservisible": True,
        "visibleoncoursepage": int(not module.stealth),
        "modicon": site.url(f"/theme/image.php/boost/{module.modname}/1/monologo?filtericon=1"),
        "modname": module.modname,
        "purpose": purpose,
        "branded": False,
        "modplural": plural,
        "availability": None,
        "indent": 0,
        "onclick": "",
        "afterlink": None,
        "customdata": '""',
        "noviewlink": False,
        "completion": 0,
        "downloadcontent": 1,
        "dates": [],
        "groupmode": 0,
    }
    if module.showdescription and module.intro:
        row["description"] = f'<div class="no-overflow">{module.intro}</div>'
    if module.modname == "forum":
        row["activitybadge"] = []
    return row
