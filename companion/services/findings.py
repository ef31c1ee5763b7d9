"""What Cairn needs of a Moodle, what for, and how to mend what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lms_client import CAPABILITIES, Function


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `advice` says how to mend it."""

    level: Level
    what: str
    advice: str = ""


NEEDED = (Function.SITE_INFO, Function.COURSES, Function.PARTICIPANTS, Function.PEOPLE, Function.COMPLETION)
"""Without these nothing can be read."""

_GROUPS = "make a group for each engagement"
_GROUPINGS = "keep a grouping for each programme, nor the groups in it"
_DATES = "put the dates of check-ins into the calendar"
_TIMES = "read enrolment and completion times in bulk"

USEFUL: dict[Function, str] = {
    Function.COHORTS: "recognise new hires by cohort",
    Function.COHORT_MEMBERS: "recognise new hires by cohort",
    Function.REPORTS: _TIMES,
    Function.REPORT: _TIMES,
    Function.BATCH: "read completions many at a time",
    Function.COURSE_CONTENTS: "tell in which section of a course a question arose",
    Function.IMPORT_COURSE: "place widgets",
    Function.LTI_ACTIVITIES: "place widgets",
    Function.DELETE_MODULES: "remove widgets",
    Function.GROUPS: _GROUPS,
    Function.CREATE_GROUPS: _GROUPS,
    Function.GROUP_MEMBERS: _GROUPS,
    Function.ADD_GROUP_MEMBERS: _GROUPS,
    Function.REMOVE_GROUP_MEMBERS: _GROUPS,
    Function.DELETE_GROUPS: _GROUPS,
    Function.GROUPINGS: _GROUPINGS,
    Function.GROUPING_GROUPS: _GROUPINGS,
    Function.CREATE_GROUPINGS: _GROUPINGS,
    Function.ASSIGN_GROUPING: _GROUPINGS,
    Function.UNASSIGN_GROUPING: _GROUPINGS,
    Function.DELETE_GROUPINGS: _GROUPINGS,
    Function.EVENTS: _DATES,
    Function.CREATE_EVENTS: _DATES,
    Function.DELETE_EVENTS: _DATES,
    Function.SEND_MESSAGES: "tell people about their engagement in Moodle",
    Function.MESSAGES: "see whether a message was sent when its answer got lost; it may then be sent twice",
}
"""Without one of these one thing less works."""


def missing_functions(offered: Iterable[str]) -> list[Finding]:
    """A finding for every function that the token's service lacks."""
    there = frozenset(offered)
    lacking = [
        Finding(Level.MISSING, f"The service lacks the function {name}.", _add(name))
        for name in NEEDED
        if name not in there
    ]
    return lacking + [
        Finding(Level.WARNING, f"The service lacks the function {name}: Cairn cannot {use}.", _add(name))
        for name, use in USEFUL.items()
        if name not in there
    ]


def allow(function: Function) -> str:
    """Which capabilities a function asks for, and where in Moodle they are allowed."""
    return (
        f"Allow {', '.join(CAPABILITIES[function])} in the role of the token's user: "
        "Site administration > Users > Permissions > Define roles."
    )


def _add(function: Function) -> str:
    place = (
        "Add it to the service: Site administration > Server > Web services > External services > Functions."
    )
    return f"{place} {allow(function)}" if CAPABILITIES.get(function) else place
