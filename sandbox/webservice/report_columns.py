"""What the one custom report can show: each column by Moodle's name of it, with its title and what it says of a row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from sandbox.records import Course, Enrolment, Person
from sandbox.site import Site
from sandbox.webservice.courses import idnumber

_ROLES = {"editingteacher": "Teacher", "student": "Student"}


@dataclass(frozen=True)
class Row:
    """One enrolment with what it is of."""

    site: Site
    enrolment: Enrolment
    person: Person
    course: Course

    @classmethod
    def of(cls, site: Site, enrolment: Enrolment) -> "Row":
        world = site.world
        return cls(site, enrolment, world.people[enrolment.person], world.courses[enrolment.course])

    def link(self, path: str, text: str) -> str:
        return f'<a href="{self.site.url(path)}">{escape(text)}</a>'


Says = Callable[[Row], str]


def _method(_row: Row) -> str:
    return "Manual enrolments"


def _active(_row: Row) -> str:
    return "Active"


COLUMNS: dict[str, tuple[str, Says]] = {
    "course:coursefullnamewithlink": (
        "Course full name with link",
        lambda row: row.link(f"/course/view.php?id={row.course.id}", row.course.fullname),
    ),
    "user:fullnamewithlink": (
        "Full name with link",
        lambda row: row.link(f"/user/profile.php?id={row.person.id}", row.person.fullname),
    ),
    "enrol:name": ("Name", _method),
    "user:idnumber": ("ID number", lambda row: row.person.idnumber),
    "user:email": ("Email address", lambda row: row.person.email),
    "user:username": ("Username", lambda row: row.person.username),
    "course:shortname": ("Course short name", lambda row: row.course.shortname),
    "course:idnumber": ("Course ID number", lambda row: idnumber(row.course)),
    "enrolment:timecreated": ("Time created", lambda row: as_text(row.enrolment.timecreated)),
    "enrolment:timestarted": ("Time started", lambda row: as_text(row.enrolment.timestart)),
    "enrolment:status": ("Status", _active),
    "completion:completed": ("Completed", lambda row: "No" if row.enrolment.completed is None else "Yes"),
    "completion:timecompleted": ("Time completed", lambda row: as_text(row.enrolment.completed)),
    "completion:timeenrolled": ("Time enrolled", lambda row: as_text(row.enrolment.timestart)),
    "access:timeaccess": ("Last access", lambda row: as_text(row.enrolment.lastaccess)),
    "role:name": ("Role name", lambda row: _ROLES[row.enrolment.role]),
    "role:shortname": ("Short name", lambda row: row.enrolment.role),
    "enrolment:method": ("Method", _method),
}
BY_HAND = tuple(name for name in COLUMNS if name != "role:shortname")
"""The columns that the administrator of the recorded site chose."""


def as_text(epoch: int | None) -> str:
    """A time as Moodle's English reports write it, in UTC: "Tuesday, 8 September 2026, 2:01 AM"; none is empty."""
    if not epoch:
        return ""
    moment = datetime.fromtimestamp(epoch, UTC)
    hour = moment.hour % 12 or 12
    return f"{moment:%A}, {moment.day} {moment:%B %Y}, {hour}:{moment:%M} {moment:%p}"
