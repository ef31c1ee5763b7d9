"""Finding rows for callers: what does not exist is the error Moodle answers with."""

from sandbox.errors import ServiceError, invalid_record
from sandbox.records import Cohort, Course, Group, Grouping, Module
from sandbox.world import World


def course_or_error(world: World, course: int) -> Course:
    if course not in world.courses:
        raise invalid_record("course")
    return world.courses[course]


def group_or_error(world: World, group: int) -> Group:
    if group not in world.groups:
        raise invalid_record("groups")
    return world.groups[group]


def grouping_or_error(world: World, grouping: int) -> Grouping:
    if grouping not in world.groupings:
        raise invalid_record("groupings")
    return world.groupings[grouping]


def cohort_or_error(world: World, cohort: int) -> Cohort:
    if cohort not in world.cohorts:
        raise invalid_record("cohort")
    return world.cohorts[cohort]


def module_or_error(world: World, cmid: int) -> Module:
    if cmid not in world.modules:
        raise ServiceError(
            "dml_missing_record_exception", "invalidrecordunknown", "Can't find data record in database."
        )
    return world.modules[cmid]
