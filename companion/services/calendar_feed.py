"""The personal calendar address: got, renewed and stopped by the person, read by their calendar program."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from secrets import token_urlsafe
from urllib.parse import urlsplit

from companion.errors import NotFoundError
from companion.mentoring.cadence import due_dates
from companion.mentoring.dates import DayEvent, ical
from companion.store import Database, calendar_addresses, lms
from companion.store.calendar_addresses import Together


class CalendarFeedService:
    """Serves calendar addresses."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime], base_url: str) -> None:
        self._db = db
        self._clock = clock
        self._base_url = base_url

    def since(self, person_id: int) -> datetime | None:
        """When the person got their address; None where they have none."""
        with self._db.read() as session:
            found = calendar_addresses.get(session, person_id)
            return found.created_at if found else None

    def renew(self, person_id: int) -> str:
        """Give the person a new address, told this once; the one before works no longer."""
        token = token_urlsafe(32)
        with self._db.begin() as session:
            calendar_addresses.put(session, person_id, _hash(token), self._clock())
        return f"{self._base_url}/calendar/{token}.ics"

    def stop(self, person_id: int) -> None:
        """Take the address back; asked twice it is taken back once."""
        with self._db.begin() as session:
            calendar_addresses.drop(session, person_id)

    def read(self, token: str) -> bytes:
        """The dates of whose address it is, as an iCalendar file.

        Raises NotFoundError for an address that is unknown, taken back, or of somebody who left: told alike.
        """
        with self._db.read() as session:
            person = calendar_addresses.person_of(session, _hash(token))
            if person is None:
                raise NotFoundError("There is no such calendar.")
            together = calendar_addresses.running(session, person.id)
            site = lms.site(session)
            pages: dict[int | None, str] = {
                one.course_id: f"{site.base_url}/course/view.php?id={course.lms_id}"
                for one in together
                if site and one.course_id and (course := lms.course(session, one.course_id))
            }
        events = [event for one in together for event in _dates(one, pages.get(one.course_id))]
        return ical("Mentoring", events, urlsplit(self._base_url).hostname or "cairn", self._clock())


def _dates(one: Together, page: str | None) -> list[DayEvent]:
    others = ", ".join(one.others)
    found = [
        DayEvent(f"check-in-{one.engagement_id}-{day:%Y%m%d}", day, f"Check-in: {others}", page)
        for day in due_dates(one.starts_on, one.ends_on, one.contact_days)
    ]
    last = DayEvent(
        f"last-day-{one.engagement_id}", one.ends_on, f"{one.programme}: last day, {others}", page
    )
    return [*found, last]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
