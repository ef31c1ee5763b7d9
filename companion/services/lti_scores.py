"""Check-ins done, told to the gradebook where an administrator wants it: that they were done, never what was said."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Final

from companion.errors import NotReadyError
from companion.lti import grades
from companion.lti.connector import Connector, ServiceError
from companion.lti.grades import Score
from companion.models.jobs import OutboxEntry
from companion.services.lti_connectors import LtiConnectors
from companion.services.outbox import RefusedError
from companion.store import Database, Session, lti_contexts, lti_scores, outbox
from companion.store import lti as store

KIND: Final = "lti.score"
TAG: Final = "cairn-check-in"
LABEL: Final = "Mentoring check-ins"


class LtiScoreService:
    """Notes what is to be told, and tells it."""

    def __init__(self, db: Database, *, connectors: LtiConnectors, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._connectors = connectors
        self._clock = clock
        self._making = Lock()

    def note(self, session: Session, launch_id: str, form_key: str) -> None:
        """Within the transaction of a check-in: note its score, where the platform is told scores."""
        place = lti_scores.place(session, launch_id)
        if place is None:
            return
        session.flush()
        given, maximum = lti_scores.weeks(session, place.person_id, place.course_id)
        if not maximum:
            return
        payload = {
            "platform_id": place.platform_id,
            "resource_link_id": place.resource_link_id,
            "course_id": place.course_id,
            "subject": place.subject,
            "given": min(given, maximum),
            "maximum": maximum,
            "at": self._clock().isoformat(),
        }
        outbox.add(session, KIND, {f"score-{form_key}": payload}, self._clock())

    def tell(self, entry: OutboxEntry) -> None:
        """Tell a score: twice does no harm, because the platform takes none that is no newer than what it has.

        Raises:
            RefusedError: scores were switched off, or the platform does not grade this person.
            ServiceError: it may work later.
        """
        told = entry.payload
        platform_id, link = int(told["platform_id"]), str(told["resource_link_id"])
        connector = self._connector(platform_id)
        column = self._column(connector, platform_id, link, int(told["course_id"]))
        score = Score(
            str(told["subject"]), told["given"], told["maximum"], datetime.fromisoformat(told["at"])
        )
        try:
            grades.send(connector, column, score)
        except ServiceError as problem:
            if problem.status == 404:  # somebody deleted the column: the next try makes another one
                with self._db.begin() as session:
                    lti_scores.forget_line_item(session, platform_id, link)
            if problem.status in {400, 403}:
                raise RefusedError("The learning platform keeps no grade for this person.") from None
            raise

    def _connector(self, platform_id: int) -> Connector:
        with self._db.read() as session:
            found = store.platforms(session, platform_id=platform_id)
        if not found or not found[0].scores:
            raise RefusedError("Check-ins are no longer told to this platform.")
        try:
            return self._connectors.to(platform_id)
        except NotReadyError as disabled:
            raise RefusedError(str(disabled)) from None

    def _column(self, connector: Connector, platform_id: int, link: str, course_id: int) -> str:
        with self._making:  # two check-ins at once make one column
            with self._db.read() as session:
                known = lti_contexts.line_item(session, platform_id, link)
                context = lti_contexts.of_course(session, course_id)
            if known is not None:
                return known
            offered = context.offer.lineitems_url if context and context.platform_id == platform_id else None
            if offered is None:
                raise RefusedError("The learning platform offers no gradebook in this course.")
            made = grades.find_or_add_column(connector, offered, link, LABEL, TAG)
            with self._db.begin() as session:
                lti_contexts.keep_line_item(session, platform_id, link, made)
            return made
