"""Deciding on nudges, by the hour: what waits for whom is read in bulk, the rules choose, the outbox tells."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from companion.mentoring.nudge import MOST_UNANSWERED, WEEK, WIDGET, Cause, Reachable, decide
from companion.mentoring.nudge_due import Lived, waits
from companion.mentoring.nudge_words import nudge_words
from companion.models.care import NudgeKind
from companion.store import Database, Session, lms, nudges
from companion.store.nudges import CHUNK, Known, Together, Waiting
from companion.store.slices import Slice

BY_NAME = Slice("name")
ASKED_AFTER = timedelta(days=1)
"""An ask was told of when it was put; this is how long it may wait before its nudge."""
PROPOSED_AFTER = timedelta(days=1)
COMMITMENT_FOR = WEEK
"""A commitment is told of on its day; where night, a weekend or another nudge came between, until so long after."""


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
    programme: str
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
            who = nudges.reachable(now, WEEK, MOST_UNANSWERED)
            waiting = nudges.members_of(session, who, engagement_id)
            kind = NudgeKind.CHECK_IN if waiting else NudgeKind.PROPOSAL
            waiting = waiting or nudges.proposed(session, who, now, engagement_id)
            causes = {
                one.person_id: [Cause(kind, one.subject_id, one.since, one.course_id)] for one in waiting
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

    def silent(self, programme_ids: Collection[int], wanted: Slice = BY_NAME) -> tuple[list[Silent], int]:
        """For the coordinator: people in running engagements who left three nudges unanswered, and how many."""
        with self._db.read() as session:
            rows, total = nudges.unanswered(session, programme_ids, MOST_UNANSWERED, wanted)
            return [Silent(*row) for row in rows], total

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
        note(NudgeKind.COMMITMENT, nudges.due(session, who, today - COMMITMENT_FOR, today + WEEK))
        for one in nudges.together(session, who):
            for kind, since in waits(_lived(one), today):
                note(kind, [Waiting(one.person_id, one.engagement_id, one.course_id, since)])
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


def _lived(one: Together) -> Lived:
    return Lived(
        _day(one.joined_at) or one.starts_on,
        one.ends_on,
        one.contact_days,
        one.in_touch,
        checked_in=_day(one.checked_in),
        fit=(one.said_fit.date(), one.fit) if one.said_fit and one.fit else None,
        trusted=_day(one.trusted),
        told_of_end=_day(one.told_of_end),
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _choose(causes: Sequence[Cause], person: Known, now: datetime) -> Cause | None:
    """What is stored of the person was looked at by the query; here it is their clock that decides."""
    return decide(causes, Reachable(time_zone=person.time_zone), now)


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
