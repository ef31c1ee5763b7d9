"""Completion of courses, one learner at a time, as Moodle has it."""

from typing import Any

from sandbox.errors import moodle_error
from sandbox.records import Enrolment
from sandbox.site import Site
from sandbox.webservice.lookup import course_or_error
from sandbox.webservice.params import INT
from sandbox.webservice.registry import function


@function("core_completion_get_course_completion_status", courseid=INT, userid=INT)
def get_course_completion_status(site: Site, courseid: int, userid: int) -> dict[str, Any]:
    course = course_or_error(site.world, courseid)
    enrolment = _enrolment(site, courseid, userid)
    if not course.has_criteria:
        raise moodle_error("nocriteriaset", "No completion criteria set for this course")
    completed = enrolment.completed
    criterion = {
        "type": 1,
        "title": "Self completion",
        "status": "No" if completed is None else "Yes",
        "complete": completed is not None,
        "timecompleted": completed,
        "details": {
            "type": "Self completion",
            "criteria": "Self completion",
            "requirement": "Marking yourself complete",
            "status": "",
        },
    }
    status = {"completed": completed is not None, "aggregation": 1, "completions": [criterion]}
    return {"completionstatus": status, "warnings": []}


@function("core_completion_get_activities_completion_status", courseid=INT, userid=INT)
def get_activities_completion_status(site: Site, courseid: int, userid: int) -> dict[str, Any]:
    """Always empty, as on the recorded site: no activity here has its completion tracked."""
    course_or_error(site.world, courseid)
    _enrolment(site, courseid, userid)
    return {"statuses": [], "warnings": []}


def _enrolment(site: Site, course: int, person: int) -> Enrolment:
    enrolment = site.world.enrolment(course, person)
    if enrolment is None:
        raise moodle_error("usernotenroled", "The user is not enrolled in this course")
    return enrolment
