"""Groupings of a course: sets of its groups. A call is one transaction in Moodle, as for groups."""

from typing import Any

from sandbox.errors import invalid_parameter, moodle_error
from sandbox.records import Group, Grouping
from sandbox.site import Site
from sandbox.webservice.lookup import course_or_error, group_or_error, grouping_or_error
from sandbox.webservice.params import INT, TEXT, Many, Struct, Value
from sandbox.webservice.registry import function

_PAIRS = Many(Struct({"groupingid": INT, "groupid": INT}))


@function("core_group_get_course_groupings", courseid=INT)
def get_course_groupings(site: Site, courseid: int) -> list[dict[str, Any]]:
    course_or_error(site.world, courseid)
    return [_grouping(row) for row in site.world.groupings.values() if row.course == courseid]


@function("core_group_get_groupings", groupingids=Many(INT), returngroups=Value(bool, default=False))
def get_groupings(site: Site, groupingids: list[int], returngroups: bool) -> list[dict[str, Any]]:
    rows = [grouping_or_error(site.world, grouping) for grouping in groupingids]
    return [
        _grouping(row)
        | {"customfields": []}
        | ({"groups": [_group(site.world.groups[group]) for group in row.groups]} if returngroups else {})
        for row in rows
    ]


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "courseid": group.course,
        "name": group.name,
        "description": group.description,
        "descriptionformat": 1,
        "enrolmentkey": None,
        "idnumber": group.idnumber,
        "customfields": [],
    }


@function(
    "core_group_create_groupings",
    writes=True,
    groupings=Many(
        Struct(
            {
                "courseid": INT,
                "name": TEXT,
                "description": TEXT,
                "descriptionformat": Value(int, default=1),
                "idnumber": Value(str, default=""),
            }
        )
    ),
)
def create_groupings(site: Site, groupings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    taken = {(row.course, row.name) for row in site.world.groupings.values()}
    numbers = {(row.course, row.idnumber) for row in site.world.groupings.values()}
    for given in groupings:
        course_or_error(site.world, given["courseid"])
        if not given["name"].strip() or (given["courseid"], given["name"].strip()) in taken:
            raise invalid_parameter()
        if given["idnumber"] and (given["courseid"], given["idnumber"]) in numbers:
            raise moodle_error("idnumbertaken", "This ID number is already in use")
        taken.add((given["courseid"], given["name"].strip()))
    return [_make_grouping(site, given) for given in groupings]


def _make_grouping(site: Site, given: dict[str, Any]) -> dict[str, Any]:
    grouping = Grouping(
        site.world.next_id("groupings"),
        given["courseid"],
        given["name"].strip(),
        given["description"],
        given["idnumber"],
    )
    site.world.groupings[grouping.id] = grouping
    return _grouping(grouping)


def _grouping(grouping: Grouping) -> dict[str, Any]:
    return {
        "id": grouping.id,
        "courseid": grouping.course,
        "name": grouping.name,
        "description": grouping.description,
        "descriptionformat": 1,
        "idnumber": grouping.idnumber,
    }


@function("core_group_assign_grouping", writes=True, assignments=_PAIRS)
def assign_grouping(site: Site, assignments: list[dict[str, int]]) -> None:
    for assignment in assignments:
        grouping = grouping_or_error(site.world, assignment["groupingid"])
        if group_or_error(site.world, assignment["groupid"]).course != grouping.course:
            raise invalid_parameter()
    for assignment in assignments:
        grouping = site.world.groupings[assignment["groupingid"]]
        if assignment["groupid"] not in grouping.groups:
            grouping.groups.append(assignment["groupid"])


@function("core_group_unassign_grouping", writes=True, unassignments=_PAIRS)
def unassign_grouping(site: Site, unassignments: list[dict[str, int]]) -> None:
    for each in unassignments:
        grouping_or_error(site.world, each["groupingid"])
        group_or_error(site.world, each["groupid"])
    for each in unassignments:
        grouping = site.world.groupings[each["groupingid"]]
        grouping.groups = [group for group in grouping.groups if group != each["groupid"]]


@function("core_group_delete_groupings", writes=True, groupingids=Many(INT))
def delete_groupings(site: Site, groupingids: list[int]) -> None:
    """One that is not there is passed over, as Moodle does."""
    for grouping in groupingids:
        site.world.groupings.pop(grouping, None)
