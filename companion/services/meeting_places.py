"""The deeds that keep groups and dates in Moodle equal to the engagements, and who asks for them."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from html import escape
from secrets import token_hex
from typing import Final

from companion.mentoring.cadence import due_dates
from companion.models.engagement import RUNNING, EngagementState
from companion.models.jobs import OutboxEntry
from companion.models.lms import Course, Site
from companion.placement.events import reconcile_events
from companion.placement.group_plan import Wanted
from companion.placement.groups import reconcile
from companion.services.outbox import UnneededError
from companion.store import Database, Session, lms, meeting_places, outbox
from companion.store.meeting_places import Meeting
from lms_client import Function, MoodleClient

GROUPS: Final = "lms.groups"
EVENTS: Final = "lms.events"
"""Kinds of work in the outbox; each is about a course."""

KEPT: Final = timedelta(days=28)
"""How long the group of an engagement that ran to its end stays, for those who wrote in it. What ended early, perhaps
because it was not a fit, leaves no group."""

FOR_GROUPS: Final = (
    Function.GROUPS,
    Function.GROUP_MEMBERS,
    Function.CREATE_GROUPS,
    Function.ADD_GROUP_MEMBERS,
    Function.REMOVE_GROUP_MEMBERS,
    Function.DELETE_GROUPS,
    Function.GROUPINGS,
    Function.GROUPING_GROUPS,
    Function.CREATE_GROUPINGS,
    Function.ASSIGN_GROUPING,
    Function.UNASSIGN_GROUPING,
    Function.DELETE_GROUPINGS,
)
FOR_EVENTS: Final = (Function.GROUPS, Function.EVENTS, Function.CREATE_EVENTS, Function.DELETE_EVENTS)


def note_courses(session: Session, course_ids: Iterable[int], now: datetime) -> None:
    """Within a transaction that changes engagements: have the groups and dates in their courses brought up to date."""
    for course_id in sorted(set(course_ids)):
        outbox.add(session, GROUPS, {f"{_about(course_id)}{token_hex(8)}": {"course_id": course_id}}, now)


def note_engagements(session: Session, engagement_ids: Iterable[int], now: datetime) -> None:
    """The same, by engagement; one whose people share no course does without a group."""
    note_courses(session, meeting_places.courses_of(session, engagement_ids), now)


class MeetingPlaceService:
    """Makes the places in Moodle where the people of engagements meet, and takes them away."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def look(self) -> int:
        """By the hour: ask for what is missing or left over; gives in how many courses."""
        now = self._clock()
        with self._db.begin() as session:
            found = meeting_places.in_want(session, now - KEPT)
            note_courses(session, found, now)
        return len(found)

    def look_everywhere(self) -> int:
        """By night: ask for all of them, as people join and leave courses, and by hand anything may happen."""
        with self._db.begin() as session:
            found = meeting_places.in_use(session)
            note_courses(session, found, self._clock())
        return len(found)

    def groups(self, client: MoodleClient, entry: OutboxEntry) -> None:
        """Bring the groups and groupings of a course up to date."""
        now = self._clock()
        with self._db.begin() as session:
            # What was asked before this reading is in it.
            outbox.drop_others(session, entry, _about(int(entry.payload["course_id"])), now, _WITH_ANOTHER)
            site, course, meetings = self._read(session, entry, FOR_GROUPS)
            programmes = meeting_places.programmes_in(session, course.id)
        done = reconcile(client, course.lms_id, [_wanted(each, now) for each in meetings], programmes)
        with self._db.begin() as session:
            meeting_places.keep_groups(session, course.id, done.groups)
            if not missing(site, FOR_EVENTS):
                events = {f"events-{entry.key}": {"course_id": course.id}}
                outbox.add(session, EVENTS, events, self._clock())

    def events(self, client: MoodleClient, entry: OutboxEntry) -> None:
        """Bring the dates of check-ins in the calendars of the groups of a course up to date."""
        with self._db.read() as session:
            site, course, meetings = self._read(session, entry, FOR_EVENTS)
        wanted = {
            row.lms_group_id: due_dates(row.starts_on, row.ends_on, days) if row.state in RUNNING else []
            for row, days in ((each.engagement, each.contact_days) for each in meetings)
            if row.lms_group_id is not None
        }
        page = escape(f"{site.base_url}/course/view.php?id={course.lms_id}")
        link = f'<p><a href="{page}">{escape(course.full_name)}</a></p>'
        reconcile_events(client, course.lms_id, wanted, link, self._clock().date())

    def _read(
        self, session: Session, entry: OutboxEntry, functions: Iterable[Function]
    ) -> tuple[Site, Course, list[Meeting]]:
        site = lms.site(session)
        course = lms.course(session, int(entry.payload["course_id"]))
        if site is None or course is None or course.removed_at is not None:
            raise UnneededError("The course is no longer in Moodle.")
        if lacking := missing(site, functions):
            raise UnneededError(f"The service lacks {', '.join(lacking)}: see Check for what that means.")
        return site, course, list(meeting_places.in_course(session, course.id))


def missing(site: Site, functions: Iterable[Function]) -> list[str]:
    """Those of the functions that the token's service lacked when the site was last connected."""
    return [function.value for function in functions if function not in site.functions]


def _wanted(meeting: Meeting, now: datetime) -> Wanted:
    row = meeting.engagement
    if row.state in RUNNING:
        return Wanted(row.id, meeting.people, grouping=row.programme_id)
    kept = row.state is EngagementState.CLOSED and row.ended_at is not None and row.ended_at >= now - KEPT
    return Wanted(row.id, None, stands=kept)


def _about(course_id: int) -> str:
    return f"groups-{course_id}-"


_WITH_ANOTHER = "Done together with another change in the same course."
