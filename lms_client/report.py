"""Who takes part in which course since when, and who completed it: a custom report is the one bulk source of that.

The report builder answers with formatted text. Language and time zone are fixed by the call; columns are found by
the headings we gave them, else by their English ones. Of the columns that speak of a beginning,

- "Time started" is the start of the enrolment (Moodle puts the enrolment's creation there if no start was set),
- "Time enrolled" is the earliest enrolment, as course completion keeps it, where completion is tracked,
- "Time created" is when the enrolment was typed in or imported, which can be long after it began.

So the earlier of the first two counts, and the third only where there is neither. (Course completion has a "Time
started" of its own, the first activity, under the same header; it does no harm beside the others, as it comes later.)
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count

from lms_client.calling import Call
from lms_client.errors import MalformedReply, ReportUnsuitable
from lms_client.functions import Function
from lms_client.loading import load_one, warned
from lms_client.paging import at_least_one
from lms_client.records import PARTICIPANTS_SOURCE, Participation, ParticipationPage
from lms_client.replies import ReportPageSchema, Table

OWN = {
    "course:coursefullnamewithlink": "cairn:course",
    "user:fullnamewithlink": "cairn:person",
    "enrolment:timestarted": "cairn:started",
    "enrolment:timecreated": "cairn:created",
    "completion:timeenrolled": "cairn:enrolled",
    "completion:completed": "cairn:completed",
    "completion:timecompleted": "cairn:completed-at",
    "role:shortname": "cairn:role",
    "access:timeaccess": "cairn:access",
}
"""Moodle's name of each column we add, and the heading we give it, which no language pack changes."""

COURSE = (
    OWN["course:coursefullnamewithlink"],
    "Course full name with link",
    "Course short name with link",
    "Course ID number with link",
)
PERSON = (OWN["user:fullnamewithlink"], "Full name with link", "Full name with picture and link")
BEGUN = (OWN["enrolment:timestarted"], OWN["completion:timeenrolled"], "Time started", "Time enrolled")
CREATED = (
    OWN["enrolment:timecreated"],
    "Time created",
)
COMPLETED = (
    OWN["completion:completed"],
    "Completed",
)
COMPLETED_AT = (OWN["completion:timecompleted"], "Time completed")
# These two have no header of their own in English: they count only under ours.
ROLE = (OWN["role:shortname"],)
ACCESS = (OWN["access:timeaccess"],)
NEEDED = {
    COURSE: "Course full name with link",
    PERSON: "Full name with link",
    BEGUN + CREATED: "Time started",
    COMPLETED_AT: "Time completed",
}

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Moodle's English "%A, %d %B %Y, %I:%M %p", by hand because strptime would follow the server's locale.
WHEN = re.compile(r"\w+, (\d{1,2}) (\w+) (\d{4}), (\d{1,2}):(\d{2}) ([AP])M", re.IGNORECASE | re.ASCII)


def participation(call: Call, report_id: int, page_size: int) -> Iterator[Participation]:
    """One record for each person and course in the report: the earliest enrolment, the latest completion.

    Rows multiply by groups, roles and enrolment methods, so that all are read before the first is handed out.
    Raises ReportUnsuitable, MalformedReply, and ValueError for a page size below 1.
    """
    at_least_one(page_size)
    found: dict[tuple[int, int], Participation] = {}
    for table in _tables(call, report_id, page_size):
        for new in _participations(table):
            key = (new.course_id, new.user_id)
            found[key] = _merged(found[key], new) if key in found else new
    yield from found.values()


def page(call: Call, report_id: int, number: int, size: int) -> ParticipationPage:
    """One page of the report. Raises ReportUnsuitable, MalformedReply, and ValueError for a size below 1."""
    at_least_one(size)
    table = table_of(call, report_id, number, size)
    return ParticipationPage(tuple(_participations(table)), len(table.rows), table.total)


def table_of(call: Call, report_id: int, number: int, size: int) -> Table:
    """One page as text. Raises ReportUnsuitable for a report of another source, and MalformedReply."""
    params: dict[str, object] = {"reportid": report_id, "page": number, "perpage": size}
    pinned: dict[str, object] = {"moodlewssettinglang": "en", "moodlewssettingtimezone": "UTC"}
    body = call(Function.REPORT, params | pinned)
    if warned(body):
        raise MalformedReply(Function.REPORT, "rows, and warnings that not all of them are there")
    answer = load_one(Function.REPORT, ReportPageSchema, body)
    if answer.details.source != PARTICIPANTS_SOURCE:
        reason = "its source is not 'Course participants'; choose or make one whose source it is"
        raise ReportUnsuitable(Function.REPORT, reason)
    return answer.data


def headers_of(table: Table) -> list[str]:
    """The headers of a page, as a reader would see them."""
    return [html.unescape(header).strip() for header in table.headers]


def _tables(call: Call, report_id: int, page_size: int) -> Iterator[Table]:
    read = 0
    for number in count():
        table = table_of(call, report_id, number, page_size)
        yield table
        read += len(table.rows)
        if read >= table.total:
            return
        if not table.rows:  # else people would be missing, and the read pass for whole
            raise MalformedReply(Function.REPORT, "data.rows, which end before data.totalrowcount")


def _participations(table: Table) -> Iterator[Participation]:
    headers = headers_of(table)
    missing = tuple(name for choices, name in NEEDED.items() if not set(choices) & set(headers))
    if missing:
        names = ", ".join(f"'{name}'" for name in missing)
        raise ReportUnsuitable(
            Function.REPORT, f"add the columns {names}, with their English names kept", missing
        )
    for row in table.rows:
        cells = _Cells(headers, row.columns)
        course_id, user_id = cells.linked(COURSE, "course"), cells.linked(PERSON, "user")
        if course_id is None or user_id is None:  # a course without participants, a deleted person
            continue
        completed_at = max(cells.times(COMPLETED_AT), default=None)
        yield Participation(
            course_id=course_id,
            user_id=user_id,
            enrolled_at=min(cells.times(BEGUN) or cells.times(CREATED), default=None),
            completed_at=completed_at,
            completed=completed_at is not None or "Yes" in cells.texts(COMPLETED),
            role=next(iter(cells.texts(ROLE)), None),
            last_course_access=max(cells.times(ACCESS), default=None),
        )


class _Cells:
    """A row's cells by header; a header may stand over several columns."""

    def __init__(self, headers: Sequence[str], cells: Sequence[str]) -> None:
        if len(cells) != len(headers):
            raise MalformedReply(Function.REPORT, "data.rows, whose columns are not as many as the headers")
        self._cells = list(zip(headers, cells, strict=True))

    def texts(self, choices: Iterable[str]) -> list[str]:
        return [
            cell.strip()
            for header, cell in self._cells
            if header in choices and cell.strip() not in ("", "-", "Never")
        ]

    def times(self, choices: Sequence[str]) -> list[datetime]:
        return [_when(cell, choices[-1]) for cell in self.texts(choices)]

    def linked(self, choices: Sequence[str], kind: str) -> int | None:
        """The id in the address that the cell links to: `/course/view.php?id=4`, `/user/profile.php?id=43`."""
        for cell in self.texts(choices):
            link = re.search(rf'href="[^"]*/{kind}/\w+\.php\?(?:[^"#]*[&;])?id=([0-9]{{1,19}})["&#]', cell)
            if not link:
                raise MalformedReply(Function.REPORT, f"the column '{choices[1]}'")
            return int(link[1])
        return None


def _when(cell: str, header: str) -> datetime:
    parts = WHEN.fullmatch(" ".join(cell.split()))
    if parts and parts[2].title() in MONTHS:
        day, year, hour, minute = (int(parts[number]) for number in (1, 3, 4, 5))
        hour = hour % 12 + (12 if parts[6] in "Pp" else 0)
        try:
            return datetime(year, MONTHS.index(parts[2].title()) + 1, day, hour, minute, tzinfo=UTC)
        except ValueError:
            pass
    reason = f"the dates under '{header}' are not of the form 'Monday, 23 November 2026, 2:01 AM' of Moodle's English"
    raise ReportUnsuitable(Function.REPORT, reason)


def _merged(one: Participation, other: Participation) -> Participation:
    begun = [when for when in (one.enrolled_at, other.enrolled_at) if when]
    done = [when for when in (one.completed_at, other.completed_at) if when]
    return Participation(
        course_id=one.course_id,
        user_id=one.user_id,
        enrolled_at=min(begun, default=None),
        completed_at=max(done, default=None),
        completed=one.completed or other.completed,
        role=one.role or other.role,
        last_course_access=one.last_course_access or other.last_course_access,
    )
