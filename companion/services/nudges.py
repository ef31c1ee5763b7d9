"""Deciding on nudges, by the hour: what waits for whom is read in bulk, the rules choose, the outbox tells."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from companion.mentoring.cadence import DUE_AGAIN_AFTER_DAYS, due_dates
from companion.mentoring.nudge import MOST_UNANSWERED, WEEK, WIDGET, Cause, Reachable, decide, local_day
from companion.mentoring.nudge_words import nudge_words
from companion.mentoring.risk import SHORT_WEEKS
from companion.models.care import NudgeKind
from companion.store import Database, Session, lms, nudges
from companion.store.nudges import CHUNK, Known, Waiting

FIRST_CONTACT_AFTER = timedelta(days=3)
FIRST_CONTACT_AFTER_SHORT = timedelta(days=1)
"""Nudged before an engagement is at risk by it: day 5, or day 2 in one of up to two weeks (PRODUCT default)."""
ASKED_AFTER = timedelta(days=1)
"""An ask was told of when it was put; this is how long it may wait before its nudge."""
PROPOSED_AFTER = timedelta(days=1)
COMMITMENT_DAYS = 2
"""A commitment is told of on its day, and up to so many days later where night or a weekend came between."""
CLOSING_DAYS = 2
FEEDBACK_FROM_DAYS = 2
"""No engagement asks for feedback earlier: in one of a week it is due two days before its last."""


class Tells(Protocol):
    """What queues a message to a person."""

    def queue_message(
        self,
        session: Session,
        person_id: int,
        key: str,
        subject: str,
        text: str,
        *,
        link: str | None = None,
        link_text: str = "",
        stop_text: str | None = None,
    ) -> None:
        """Tell a person something, within the transaction that decides it."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody whose nudges stayed unanswered, for the coordinator."""

    person_id: int
    full_name: str
    since: datetime


class NudgeService:
    """Decides who is reminded of what. Running it twice within an hour, or on two machines, reminds nobody twice."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Callable[[], datetime],
        messages: Tells,
    ) -> None:
        self._db = db
        self._clock = clock
        self._messages = messages

    def run(self) -> int:
        """Decide for everybody; gives how many were reminded."""
        now = self._clock()
        with self._db.begin() as session:
            nudges.answered(session, now)
        with self._db.read() as session:
            causes = self._causes(session, now)
            address = _Addresses(session)
        told = 0
        for chunk in _chunks(sorted(causes)):
            with self._db.begin() as session:
                told += self._tell(
                    session, {person_id: causes[person_id] for person_id in chunk}, address, now
                )
        return told

    def remind(self, engagement_id: int) -> int:
        """Remind the people of one engagement now, by the same rules; gives how many were reminded."""
        now = self._clock()
        with self._db.begin() as session:
            waiting = nudges.members_of(session, engagement_id)
            causes = {
                one.person_id: [Cause(NudgeKind.CHECK_IN, one.subject_id, one.since, one.course_id)]
                for one in waiting
            }
            return self._tell(session, causes, _Addresses(session), now)

    def stop(self, person_id: int) -> bool:
        """Stop all nudges to a person; twice is as good as once. False where there is no such person."""
        with self._db.begin() as session:
            return nudges.stop(session, person_id, self._clock())

    def resume(self, person_id: int) -> bool:
        """Let nudges come again. False where there is no such person."""
        with self._db.begin() as session:
            return nudges.stop(session, person_id, None)

    def silent(self, programme_id: int) -> list[Silent]:
        """For the coordinator: people in running engagements who left three nudges unanswered."""
        with self._db.read() as session:
            rows = nudges.unanswered(session, programme_id, MOST_UNANSWERED)
            return [Silent(*row) for row in rows]

    def _causes(self, session: Session, now: datetime) -> Mapping[int, list[Cause]]:
        who, today = nudges.reachable(now, WEEK, MOST_UNANSWERED), now.date()
        found: dict[int, list[Cause]] = {}

        def note(kind: NudgeKind, waiting: Iterable[Waiting]) -> None:
            for one in waiting:
                found.setdefault(one.person_id, []).append(
                    Cause(kind, one.subject_id, one.since, one.course_id)
                )

        note(NudgeKind.ASK, nudges.asked(session, who, now - ASKED_AFTER))
        note(NudgeKind.PROPOSAL, nudges.proposed(session, who, now - PROPOSED_AFTER))
        quiet = nudges.without_contact(session, who, today - FIRST_CONTACT_AFTER_SHORT)
        note(NudgeKind.FIRST_CONTACT, (one for one in quiet if _contact_is_missed(one, today)))
        # From the day before: it may be the day already where the person is.
        soon = today + timedelta(days=1)
        note(NudgeKind.COMMITMENT, nudges.due(session, who, today - timedelta(days=COMMITMENT_DAYS), soon))
        note(NudgeKind.CLOSE, nudges.closing(session, who, today, today + timedelta(days=CLOSING_DAYS)))
        asked = nudges.without_feedback(session, who, FEEDBACK_FROM_DAYS, today)
        note(NudgeKind.FEEDBACK, (one for one in asked if fit_is_due(one, today)))
        due = nudges.last_check_ins(session, who, now - timedelta(days=DUE_AGAIN_AFTER_DAYS))
        note(NudgeKind.CHECK_IN, (one for one in due if check_in_is_due(one, today)))
        return found

    def _tell(
        self, session: Session, causes: Mapping[int, list[Cause]], address: "_Addresses", now: datetime
    ) -> int:
        people = nudges.known(session, list(causes))
        chosen = {
            person_id: cause
            for person_id, person in people.items()
            if (cause := _choose(causes[person_id], person, now)) is not None
        }
        taken = nudges.take(session, chosen, now, WEEK, MOST_UNANSWERED)
        chosen = {person_id: cause for person_id, cause in chosen.items() if person_id in taken}
        names = _others(session, chosen)
        courses = nudges.own_courses(session, [p for p, cause in chosen.items() if cause.course_id is None])
        rows = []
        for person_id, cause in chosen.items():
            words = nudge_words(cause.kind, people[person_id].language, names.get(person_id, ()))
            course_id, link = address.of(WIDGET[cause.kind], cause.course_id, courses.get(person_id, ()))
            self._messages.queue_message(
                session,
                person_id,
                f"nudge-{person_id}-{now:%Y%m%d%H%M}",
                words.subject,
                words.text,
                link=link,
                link_text=words.link,
                stop_text=words.stop,
            )
            rows.append(
                {
                    "person_id": person_id,
                    "kind": cause.kind,
                    "subject_id": cause.subject_id,
                    "course_id": course_id,
                    "created_at": now,
                }
            )
        nudges.add(session, rows)
        return len(rows)


def check_in_is_due(waiting: Waiting, today: date) -> bool:
    """Whether a check-in is asked for: by the cadence, a contact fell due since the last one and it is a week old."""
    if (today - waiting.since).days < DUE_AGAIN_AFTER_DAYS:
        return False
    dates = due_dates(waiting.starts_on, waiting.ends_on)
    return any(waiting.since < day <= today + timedelta(days=1) for day in dates)


def fit_is_due(waiting: Waiting, today: date) -> bool:
    """Whether the fit is asked for: since day 7, the middle or two days before the end, nothing was said of it."""
    closing = waiting.ends_on - timedelta(days=CLOSING_DAYS)
    middle = waiting.starts_on + (waiting.ends_on - waiting.starts_on) / 2
    days = [closing, *(day for day in (waiting.starts_on + timedelta(days=6), middle) if day < closing)]
    return any(waiting.since < day <= today for day in days)


def _contact_is_missed(waiting: Waiting, today: date) -> bool:
    weeks = ((waiting.ends_on - waiting.starts_on).days + 1) / 7
    after = FIRST_CONTACT_AFTER_SHORT if weeks <= SHORT_WEEKS else FIRST_CONTACT_AFTER
    return today - waiting.starts_on >= after


def _choose(causes: Sequence[Cause], person: Known, now: datetime) -> Cause | None:
    """What is stored of the person was looked at by the query; here it is their clock that decides."""
    there = local_day(person.time_zone, now)
    ripe = [cause for cause in causes if cause.kind is not NudgeKind.COMMITMENT or cause.since <= there]
    return decide(ripe, Reachable(time_zone=person.time_zone), now)


def _others(session: Session, chosen: Mapping[int, Cause]) -> dict[int, tuple[str, ...]]:
    """Names of the others in the engagement that a nudge is about."""
    about = {
        person_id: cause.subject_id
        for person_id, cause in chosen.items()
        if cause.kind not in (NudgeKind.ASK, NudgeKind.COMMITMENT)
    }
    members = nudges.partners(session, set(about.values()))
    return {
        person_id: tuple(name for other, name in members.get(engagement_id, ()) if other != person_id)
        for person_id, engagement_id in about.items()
    }


class _Addresses:
    """The pages of the LMS in which widgets open, read once for a run."""

    def __init__(self, session: Session) -> None:
        site = lms.site(session)
        self._base = site.base_url if site else None
        self._doors = nudges.doors(session)
        self._pages = nudges.course_pages(session)

    def of(self, widget: str, course_id: int | None, others: Sequence[int]) -> tuple[int | None, str | None]:
        """Course and address of the page that does the job: the widget's own activity, else the course's page.

        Args:
            course_id: where the engagement meets.
            others: courses to look in where it meets in none.
        """
        if self._base is None:
            return None, None
        wanted = [course_id] if course_id is not None else list(others)
        for course in wanted:
            if widget in self._doors.get(course, {}):
                return course, f"{self._base}/mod/lti/view.php?id={self._doors[course][widget]}"
        for course in wanted:
            if course in self._pages:
                return course, f"{self._base}/course/view.php?id={self._pages[course]}"
        return None, f"{self._base}/my/"


def _chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
