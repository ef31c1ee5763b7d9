"""Rosters of courses, read from the platform that a course was launched from."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from companion.errors import NotReadyError
from companion.lti import roster
from companion.lti.roster import RosterMember
from companion.services.lti_connectors import LtiConnectors
from companion.store import Database, lti_contexts
from companion.store.lti_contexts import ContextView

COUNT_AGE: Final = timedelta(minutes=15)
"""Neither a count nor a failed try is made again before: a page opened by many asks the platform once."""


class LtiRosterService:
    """Reads rosters; every method may wait for the platform."""

    def __init__(self, db: Database, *, connectors: LtiConnectors, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._connectors = connectors
        self._clock = clock

    def members(self, course_id: int) -> list[RosterMember]:
        """Everybody on the roster of a course of ours.

        Raises:
            NotReadyError: nobody opened a widget there yet, or its platform offers no roster or is disabled.
            ServiceError: the platform refuses, cannot be reached, or gave only a part.
        """
        with self._db.read() as session:
            found = lti_contexts.of_course(session, course_id)
        return self._read(found)

    def members_at(self, platform_id: int, context_id: str) -> list[RosterMember]:
        """The same, by the name that a platform has for the course. Raises as `members` does."""
        with self._db.read() as session:
            found = lti_contexts.of_platform(session, platform_id, context_id)
        return self._read(found)

    def count(self, course_id: int) -> int:
        """How many people the roster has, or had a quarter of an hour ago at most. Raises as `members` does."""
        with self._db.read() as session:
            found = lti_contexts.of_course(session, course_id)
        now = self._clock()
        if found and found.counted_at and now - found.counted_at < COUNT_AGE:
            return _known(found.members)
        number = found.members if found else None
        try:
            number = len(self._read(found))
        finally:
            if found:
                with self._db.begin() as session:
                    lti_contexts.count(session, found.id, number, now)
        return number

    def _read(self, found: ContextView | None) -> list[RosterMember]:
        if found is None or found.offer.memberships_url is None:
            raise NotReadyError("The learning platform offers no roster of this course.")
        return roster.read(self._connectors.to(found.platform_id), found.offer.memberships_url).members


def _known(members: int | None) -> int:
    if members is None:
        raise NotReadyError("The learning platform's roster could not be read a moment ago.")
    return members
