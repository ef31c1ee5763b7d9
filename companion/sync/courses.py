"""Which courses are kept of those the LMS tells, and how much of their names."""

from collections.abc import Iterable
from dataclasses import replace

from companion.store import Session, staging
from companion.store.mirror import CourseRow
from companion.sync.stage import Stage
from lms_client import Course

TEMPLATE_SHORT_NAME = "CAIRN-TEMPLATE"
"""Short name of the hidden course that widgets are imported from, as the set-up guide has it made."""
NAME_LENGTHS = (255, 1333)
"""Characters that are kept of a course's short and full name, as many as Moodle itself keeps."""


def course_rows(courses: Iterable[Course]) -> list[CourseRow]:
    """The courses to keep of those the web services tell."""
    return kept(CourseRow(each.id, each.short_name, each.full_name, each.visible) for each in courses)


def kept(courses: Iterable[CourseRow]) -> list[CourseRow]:
    """All but the template that widgets are imported from, each once, with names that fit."""
    short, full = NAME_LENGTHS
    found = {each.lms_id: each for each in courses if each.short_name != TEMPLATE_SHORT_NAME}
    return [
        replace(each, short_name=each.short_name[:short], full_name=each.full_name[:full])
        for each in found.values()
    ]


def stage_courses(session: Session, stage: Stage, courses: Iterable[CourseRow]) -> None:
    """Put courses onto the stage."""
    rows = ((each.lms_id, each.short_name, each.full_name, each.visible) for each in courses)
    staging.add_courses(session, stage.site_id, rows)
