"""Who is in a course, and which courses somebody is in."""

from typing import Any

from sandbox.errors import invalid_parameter, moodle_error
from sandbox.records import Enrolment, Person
from sandbox.site import Site
from sandbox.webservice.courses import idnumber, image_url
from sandbox.webservice.details import custom_fields, details
from sandbox.webservice.lookup import course_or_error
from sandbox.webservice.params import INT, Value, options
from sandbox.webservice.registry import function

_ROLE_IDS = {"editingteacher": 3, "student": 5}
_KNOWN_FIELDS = {
    "id", "username", "fullname", "firstname", "lastname", "email", "address", "phone1", "phone2",
    "department", "institution", "idnumber", "interests", "firstaccess", "lastaccess",
    "lastcourseaccess", "auth", "confirmed", "suspended", "lang", "calendartype", "theme", "timezone",
    "mailformat", "description", "descriptionformat", "city", "country", "profileimageurlsmall",
    "profileimageurl", "customfields", "groups", "roles", "preferences", "enrolledcourses",
    "trackforums",
}  # fmt: skip


@function("core_enrol_get_enrolled_users", courseid=INT, options=options())
def get_enrolled_users(site: Site, courseid: int, options: list[dict[str, str]]) -> list[dict[str, Any]]:
    course_or_error(site.world, courseid)
    chosen = {option["name"]: option["value"] for option in options}
    rows = _sorted(site, _selected(site, courseid, chosen), chosen)
    begin = _number(chosen, "limitfrom")
    end = begin + _number(chosen, "limitnumber") if _number(chosen, "limitnumber") else None
    fields = _fields(chosen.get("userfields", ""))
    return [_participant(site, row, fields) for row in rows[begin:end]]


def _selected(site: Site, course: int, chosen: dict[str, str]) -> list[Enrolment]:
    rows = site.world.enrolments_in(course)
    if chosen.get("onlyactive", "0") not in {"0", "false"}:
        rows = [row for row in rows if row.active]
    if group := _number(chosen, "groupid"):
        members = site.world.groups[group].members if group in site.world.groups else []
        rows = [row for row in rows if row.person in members]
    return rows


def _sorted(site: Site, rows: list[Enrolment], chosen: dict[str, str]) -> list[Enrolment]:
    key, direction = chosen.get("sortby", "id"), chosen.get("sortdirection", "ASC").upper()
    if key not in {"id", "firstname", "lastname", "siteorder"} or direction not in {"ASC", "DESC"}:
        raise invalid_parameter()
    attribute = "lastname" if key == "siteorder" else key
    people = site.world.people
    return sorted(
        rows,
        key=lambda row: (getattr(people[row.person], attribute), row.person),
        reverse=direction == "DESC",
    )


def _number(chosen: dict[str, str], name: str) -> int:
    try:
        return max(0, int(chosen.get(name, "0")))
    except ValueError:
        raise invalid_parameter() from None


def _fields(text: str) -> set[str]:
    """The wanted fields; id and full name always come. Empty means all."""
    wanted = {name.strip() for name in text.split(",") if name.strip()}
    if unknown := wanted - _KNOWN_FIELDS:
        raise moodle_error("invaliduserfield", f"Invalid user field: {min(unknown)}")
    return (wanted or _KNOWN_FIELDS) | {"id", "fullname"}


def _participant(site: Site, enrolment: Enrolment, fields: set[str]) -> dict[str, Any]:
    person = site.world.people[enrolment.person]
    row = details(site, person)
    row["lastcourseaccess"] = enrolment.lastaccess
    row["customfields"] = custom_fields(person, display=False)
    if groups := _groups(site, enrolment):
        row["groups"] = groups
    row["roles"] = [
        {"roleid": _ROLE_IDS[enrolment.role], "name": "", "shortname": enrolment.role, "sortorder": 0}
    ]
    if "enrolledcourses" in fields:
        row["enrolledcourses"] = _courses(site, person)
    return {name: value for name, value in row.items() if name in fields}


def _groups(site: Site, enrolment: Enrolment) -> list[dict[str, Any]]:
    return [
        {"id": group.id, "name": group.name, "description": group.description, "descriptionformat": 1}
        for group in site.world.groups_in(enrolment.course)
        if enrolment.person in group.members
    ]


def _courses(site: Site, person: Person) -> list[dict[str, Any]]:
    courses = [site.world.courses[row.course] for row in site.world.enrolments_of(person.id)]
    return [
        {"id": course.id, "fullname": course.fullname, "shortname": course.shortname} for course in courses
    ]


@function("core_enrol_get_users_courses", userid=INT, returnusercount=Value(bool, default=True))
def get_users_courses(site: Site, userid: int, returnusercount: bool) -> list[dict[str, Any]]:
    enrolments = [row for row in site.world.enrolments_of(userid) if row.active]
    rows = [_users_course(site, enrolment) for enrolment in enrolments]
    if returnusercount:
        for row in rows:
            row["enrolledusercount"] = len(site.world.enrolments_in(row["id"]))
    return rows


def _users_course(site: Site, enrolment: Enrolment) -> dict[str, Any]:
    course = site.world.courses[enrolment.course]
    return {
        "id": course.id,
        "shortname": course.shortname,
        "fullname": course.fullname,
        "displayname": course.fullname,
        "idnumber": idnumber(course),
        "visible": int(course.visible),
        "summary": course.summary,
        "summaryformat": 1,
        "format": "topics",
        "courseimage": image_url(site, course),
        "showgrades": True,
        "lang": "",
        "enablecompletion": True,
        "completionhascriteria": course.has_criteria,
        "completionusertracked": True,
        "category": course.category,
        "progress": enrolment.progress,
        "completed": enrolment.completed is not None,
        "startdate": course.startdate,
        "enddate": 0,
        "marker": 0,
        "lastaccess": enrolment.lastaccess or None,
        "isfavourite": False,
        "hidden": False,
        "overviewfiles": [],
        "showactivitydates": True,
        "showcompletionconditions": True,
        "timemodified": course.timemodified,
    }
