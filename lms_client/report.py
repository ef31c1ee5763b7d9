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
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count

from lms_client.calling import Call, Unread
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

_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
# Moodle's English "%A, %d %B %Y, %I:%M %p", by hand because strptime would follow the server's locale.
DAY = re.compile(r"\w+, (\d{1,2}) (\w+) (\d{4})", re.IGNORECASE | re.ASCII)
CLOCK = re.compile(r"(\d{1,2}):(\d{2}) ([AP])M", re.IGNORECASE | re.ASCII)


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


def page(call: Call, report_id: int, number: int, size: int) -> Unread[ParticipationPage]:
    """One page of the report. Raises ReportUnsuitable, MalformedReply, and ValueError for a size below 1."""
    at_least_one(size)
    body = _asked(call, report_id, number, size)

    def read() -> ParticipationPage:
        table = _table(body)
        return ParticipationPage(tuple(_participations(table)), len(table.rows), table.total)

    return read


def table_of(call: Call, report_id: int, number: int, size: int) -> Table:
    """One page as text. Raises ReportUnsuitable for a report of another source, and MalformedReply."""
    return _table(_asked(call, report_id, number, size))


def _asked(call: Call, report_id: int, number: int, size: int) -> object:
    params: dict[str, object] = {"reportid": report_id, "page": number, "perpage": size}
    pinned: dict[str, object] = {"moodlewssettinglang": "en", "moodlewssettingtimezone": "UTC"}
    return call(Function.REPORT, params | pinned)


def _table(body: object) -> Table:
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
    columns = _Columns(headers)
    for row in table.rows:
        found = columns.read(row.columns)
        if found:
            yield found


class _Columns:
    """Reads the rows of a page. Where each column stands is looked up once; a header may stand over several."""

    def __init__(self, headers: Sequence[str]) -> None:
        self._headers = headers
        self._course, self._person, self._begun = map(self._places, (COURSE, PERSON, BEGUN))
        self._created, self._completed_at = self._places(CREATED), self._places(COMPLETED_AT)
        self._completed, self._role, self._access = map(self._places, (COMPLETED, ROLE, ACCESS))
        self._times: dict[str, datetime | None] = dict.fromkeys(EMPTY)
        self._courses: dict[str, int] = {}

    def read(self, cells: Sequence[str]) -> Participation | None:
        """A row; None for a course without participants, or somebody deleted."""
        if len(cells) != len(self._headers):
            raise MalformedReply(Function.REPORT, "data.rows, whose columns are not as many as the headers")
        course_id = self._course_of(cells)
        user_id = _linked(cells, self._person, PERSON, PERSON_LINK)
        if course_id is None or user_id is None:
            return None
        begun = self._moments(cells, self._begun, BEGUN) or self._moments(cells, self._created, CREATED)
        completed_at = max(self._moments(cells, self._completed_at, COMPLETED_AT), default=None)
        return Participation(
            course_id,
            user_id,
            min(begun, default=None),
            completed_at,
            completed_at is not None or any(told == "Yes" for told in _texts(cells, self._completed)),
            next(_texts(cells, self._role), None),
            max(self._moments(cells, self._access, ACCESS), default=None),
        )

    def _course_of(self, cells: Sequence[str]) -> int | None:
        """The course of a row; many rows have the same cell for it."""
        cell = cells[self._course[0]]
        known = self._courses.get(cell)
        if known is not None:
            return known
        found = _linked(cells, self._course, COURSE, COURSE_LINK)
        if found is not None and cell.strip() not in EMPTY:  # else another column told it
            self._courses[cell] = found
        return found

    def _places(self, choices: Sequence[str]) -> list[int]:
        return [place for place, header in enumerate(self._headers) if header in choices]

    def _moments(self, cells: Sequence[str], places: Sequence[int], choices: Sequence[str]) -> list[datetime]:
        found, times = [], self._times
        for place in places:
            cell = cells[place]
            try:
                when = times[cell]  # a row tells the same moment in several columns
            except KeyError:
                when = times[cell] = _when(cell, choices[-1])
            if when:
                found.append(when)
        return found


EMPTY = frozenset({"", "-", "Never"})


def _texts(cells: Sequence[str], places: Sequence[int]) -> Iterator[str]:
    """What is told in these columns."""
    return (told for place in places if (told := cells[place].strip()) not in EMPTY)


# The addresses that cells link to: `/course/view.php?id=4`, `/user/profile.php?id=43`.
COURSE_LINK, PERSON_LINK = (
    re.compile(rf'href="[^"]*/{kind}/\w+\.php\?(?:[^"#]*[&;])?id=([0-9]{{1,19}})["&#]')
    for kind in ("course", "user")
)


def _linked(
    cells: Sequence[str], places: Sequence[int], choices: Sequence[str], pattern: re.Pattern[str]
) -> int | None:
    """The id in the address that a cell links to."""
    for place in places:
        if link := pattern.search(cells[place]):
            return int(link[1])
        if cells[place].strip() not in EMPTY:
            raise MalformedReply(Function.REPORT, f"the column '{choices[1]}'")
    return None


def _when(cell: str, header: str) -> datetime | None:
    """The moment that a cell tells, None where it tells none."""
    told = " ".join(cell.split())
    if told in EMPTY:
        return None
    day, _, clock = told.rpartition(", ")
    midnight, since = _day(day), _since_midnight(clock)
    if midnight is not None and since is not None:
        return midnight + since
    reason = f"the dates under '{header}' are not of the form 'Monday, 23 November 2026, 2:01 AM' of Moodle's English"
    raise ReportUnsuitable(Function.REPORT, reason)


# Of a hundred thousand moments, few days and few minutes of a day are different ones.
@lru_cache(maxsize=4096)
def _day(text: str) -> datetime | None:
    parts = DAY.fullmatch(text)
    month = MONTHS.get(parts[2].title()) if parts else None
    if not parts or not month:
        return None
    try:
        return datetime(int(parts[3]), month, int(parts[1]), tzinfo=UTC)
    except ValueError:
        return None


@lru_cache(maxsize=1440)
def _since_midnight(text: str) -> timedelta | None:
    parts = CLOCK.fullmatch(text)
    if not parts or int(parts[2]) > 59:
        return None
    return timedelta(hours=int(parts[1]) % 12 + (12 if parts[3] in "Pp" else 0), minutes=int(parts[2]))


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
