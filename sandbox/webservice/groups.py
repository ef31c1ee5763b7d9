"""Groups of a course. A call is one transaction in Moodle: all is checked before anything is done."""

from typing import Any

from sandbox.errors import ServiceError, invalid_parameter, moodle_error
from sandbox.records import Group
from sandbox.site import Site
from sandbox.webservice.lookup import course_or_error, group_or_error
from sandbox.webservice.params import INT, TEXT, Many, Struct, Value
from sandbox.webservice.registry import function

_MEMBERS = Many(Struct({"groupid": INT, "userid": INT}))
_TEXT = {"descriptionformat": Value(int, default=1), "idnumber": Value(str, default="")}


@function("core_group_get_course_groups", courseid=INT)
def get_course_groups(site: Site, courseid: int) -> list[dict[str, Any]]:
    course_or_error(site.world, courseid)
    return [_group(group) | {"enrolmentkey": None} for group in site.world.groups_in(courseid)]


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "courseid": group.course,
        "name": group.name,
        "description": group.description,
        "descriptionformat": 1,
        "enrolmentkey": "",
        "idnumber": group.idnumber,
        "visibility": group.visibility,
        "participation": group.participation,
    }


@function(
    "core_group_create_groups",
    writes=True,
    groups=Many(
        Struct(
            {
                "courseid": INT,
                "name": TEXT,
                "description": TEXT,
                "enrolmentkey": Value(str, default=""),
                "visibility": Value(int, default=0),
                "participation": Value(bool, default=True),
                **_TEXT,
            }
        )
    ),
)
def create_groups(site: Site, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = [(group["courseid"], group["name"].strip()) for group in groups]
    taken = {(group.course, group.name) for group in site.world.groups.values()}
    numbers = {(group.course, group.idnumber) for group in site.world.groups.values() if group.idnumber}
    for given, name in zip(groups, names, strict=True):
        course_or_error(site.world, given["courseid"])
        if not name[1] or name in taken:
            raise invalid_parameter()
        taken.add(name)
        if given["idnumber"] and (given["courseid"], given["idnumber"]) in numbers:
            raise moodle_error("idnumbertaken", "ID number is already used for another group")
        numbers.add((given["courseid"], given["idnumber"]))
    return [_group(_make_group(site, given)) for given in groups]


def _make_group(site: Site, given: dict[str, Any]) -> Group:
    group = Group(
        id=site.world.next_id("groups"),
        course=given["courseid"],
        name=given["name"].strip(),
        description=given["description"],
        idnumber=given["idnumber"],
        visibility=given["visibility"],
        participation=given["participation"],
    )
    site.world.groups[group.id] = group
    return group


@function("core_group_delete_groups", writes=True, groupids=Many(INT))
def delete_groups(site: Site, groupids: list[int]) -> None:
    """A group that is not there is passed over, as Moodle does."""
    for group in groupids:
        site.world.drop_group(group)


@function("core_group_get_group_members", groupids=Many(INT))
def get_group_members(site: Site, groupids: list[int]) -> list[dict[str, Any]]:
    groups = [group_or_error(site.world, group) for group in groupids]
    return [{"groupid": group.id, "userids": list(group.members)} for group in groups]


@function("core_group_add_group_members", writes=True, members=_MEMBERS)
def add_group_members(site: Site, members: list[dict[str, int]]) -> None:
    for member in members:
        group = group_or_error(site.world, member["groupid"])
        if member["userid"] not in site.world.people:
            raise ServiceError("dml_missing_record_exception", "invaliduser", "Invalid user")
        if site.world.enrolment(group.course, member["userid"]) is None:
            raise invalid_parameter()
    for member in members:
        group = site.world.groups[member["groupid"]]
        if member["userid"] not in group.members:
            group.members.append(member["userid"])


@function("core_group_delete_group_members", writes=True, members=_MEMBERS)
def delete_group_members(site: Site, members: list[dict[str, int]]) -> None:
    for member in members:
        group_or_error(site.world, member["groupid"])
    for member in members:
        group = site.world.groups[member["groupid"]]
        group.members = [person for person in group.members if person != member["userid"]]
