"""mod_lti_get_ltis_by_courses: where a tool stands; with keys and salts, as Moodle hands them to such callers."""

from typing import Any

from sandbox.records import Module
from sandbox.site import Site
from sandbox.webservice.params import INT, Many
from sandbox.webservice.registry import function


@function("mod_lti_get_ltis_by_courses", courseids=Many(INT, default=()))
def get_ltis_by_courses(site: Site, courseids: list[int]) -> dict[str, Any]:
    """Without ids nothing: the integration user is enrolled nowhere."""
    world = site.world
    known = [course for course in courseids if course in world.courses]
    unknown = [course for course in courseids if course not in world.courses]
    modules = [module for course in known for module in world.modules_in(course) if module.modname == "lti"]
    return {
        "ltis": [_lti(site, module) for module in modules],
        "warnings": [_warning(row) for row in unknown],
    }


def _warning(course: int) -> dict[str, Any]:
    message = "No access rights in course context"
    return {"item": "course", "itemid": course, "warningcode": "1", "message": message}


def _lti(site: Site, module: Module) -> dict[str, Any]:
    return {
        "id": module.instance,
        "coursemodule": module.id,
        "course": module.course,
        "name": module.name,
        "intro": module.intro,
        "introformat": 1,
        "introfiles": [],
        "section": site.world.sections[module.section].number,
        "visible": True,
        "groupmode": 0,
        "groupingid": 0,
        "lang": "",
        "timecreated": module.timecreated,
        "timemodified": module.timecreated,
        "typeid": module.tool,
        "toolurl": "",
        "securetoolurl": None,
        "instructorchoicesendname": "1",
        "instructorchoicesendemailaddr": 1,
        "instructorchoiceallowroster": None,
        "instructorchoiceallowsetting": None,
        "instructorcustomparameters": module.custom,
        "instructorchoiceacceptgrades": 1,
        "grade": 100,
        "launchcontainer": module.launchcontainer,
        "resourcekey": "",
        "password": "",
        "debuglaunch": 0,
        "showtitlelaunch": 0,
        "showdescriptionlaunch": 0,
        "servicesalt": module.servicesalt,
        "icon": None,
        "secureicon": None,
    }
