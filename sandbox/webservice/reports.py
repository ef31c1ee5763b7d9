"""The one custom report an administrator would have made: course participants, as formatted text."""

import json
from datetime import UTC, datetime
from html import escape
from typing import Any

from sandbox.errors import invalid_record
from sandbox.records import Enrolment
from sandbox.site import Site
from sandbox.webservice.courses import idnumber
from sandbox.webservice.params import INT, Value
from sandbox.webservice.registry import function

REPORT_ID = 1
HEADERS = (
    "Course full name with link",
    "Full name with link",
    "Name",
    "ID number",
    "Email address",
    "Username",
    "Course short name",
    "Course ID number",
    "Time created",
    "Time started",
    "Status",
    "Completed",
    "Time completed",
    "Time enrolled",
    "Last access",
    "Role name",
    "Method",
)
_ROLES = {"editingteacher": "Teacher", "student": "Student"}
_METHOD = "Manual enrolments"
_PAGE, _PER_PAGE = Value(int, default=0), Value(int, default=10)


@function("core_reportbuilder_list_reports", page=_PAGE, perpage=_PER_PAGE)
def list_reports(site: Site, page: int, perpage: int) -> dict[str, Any]:
    return {"reports": [_details(site)][page * perpage : (page + 1) * perpage], "warnings": []}


@function("core_reportbuilder_retrieve_report", reportid=INT, page=_PAGE, perpage=_PER_PAGE)
def retrieve_report(site: Site, reportid: int, page: int, perpage: int) -> dict[str, Any]:
    if reportid != REPORT_ID:
        raise invalid_record("reportbuilder_report")
    enrolments = _sorted_active(site)
    rows = [{"columns": _columns(site, row)} for row in enrolments[page * perpage : (page + 1) * perpage]]
    data = {"headers": list(HEADERS), "rows": rows, "totalrowcount": len(enrolments)}
    return {"details": _details(site), "data": data, "warnings": []}


def _details(site: Site) -> dict[str, Any]:
    created = site.world.seeded_at
    return {
        "name": "Companion: participants",
        "source": "core_course\\reportbuilder\\datasource\\participants",
        "type": 0,
        "uniquerows": False,
        "conditiondata": json.dumps(
            {"enrolment:status_operator": 1, "enrolment:status_value": 0}, separators=(",", ":")
        ),
        "settingsdata": None,
        "contextid": 1,
        "component": "",
        "area": "",
        "itemid": 0,
        "usercreated": 2,
        "id": REPORT_ID,
        "timecreated": created,
        "timemodified": created,
        "usermodified": 2,
        "sourcename": "Course participants",
        "tags": [],
        "modifiedby": _administrator(site),
    }


def _administrator(site: Site) -> dict[str, Any]:
    admin = site.world.people[2]
    return {
        "id": admin.id,
        "email": admin.email,
        "idnumber": "",
        "phone1": "",
        "phone2": "",
        "department": "",
        "institution": "",
        "fullname": admin.fullname,
        "identity": admin.email,
        "profileurl": site.url(f"/user/profile.php?id={admin.id}"),
        "profileimageurl": site.url("/theme/image.php/boost/core/1/u/f1"),
        "profileimageurlsmall": site.url("/theme/image.php/boost/core/1/u/f2"),
    }


def _sorted_active(site: Site) -> list[Enrolment]:
    """By course and person as a reader would sort them; the report's own condition keeps active enrolments alone."""
    world = site.world
    return sorted(
        (row for row in world.enrolments.values() if row.active),
        key=lambda row: (world.courses[row.course].fullname, world.people[row.person].fullname, row.id),
    )


def _columns(site: Site, enrolment: Enrolment) -> list[str]:
    person, course = site.world.people[enrolment.person], site.world.courses[enrolment.course]
    return [
        _link(site.url(f"/course/view.php?id={course.id}"), course.fullname),
        _link(site.url(f"/user/profile.php?id={person.id}"), person.fullname),
        _METHOD,
        person.idnumber,
        person.email,
        person.username,
        course.shortname,
        idnumber(course),
        as_text(enrolment.timecreated),
        as_text(enrolment.timestart),
        "Active",
        "No" if enrolment.completed is None else "Yes",
        as_text(enrolment.completed),
        as_text(enrolment.timestart),
        as_text(enrolment.lastaccess),
        _ROLES[enrolment.role],
        _METHOD,
    ]


def _link(address: str, text: str) -> str:
    return f'<a href="{address}">{escape(text)}</a>'


def as_text(epoch: int | None) -> str:
    """A time as Moodle's English reports write it, in UTC: "Tuesday, 8 September 2026, 2:01 AM"; none is empty."""
    if not epoch:
        return ""
    moment = datetime.fromtimestamp(epoch, UTC)
    hour = moment.hour % 12 or 12
    return f"{moment:%A}, {moment.day} {moment:%B %Y}, {hour}:{moment:%M} {moment:%p}"
