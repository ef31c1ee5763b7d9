"""Approving a proposal: engagements, and the work for the LMS, within one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.mentoring.engagement import last_day
from companion.models.engagement import Engagement, EngagementState, Side
from companion.models.matching import MatchRun, ProposedPair
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.meeting_places import note_courses
from companion.services.messages import MESSAGE
from companion.store import Session, engagements, lms, outbox, programmes, runs


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an approval did; refusals are sentences."""

    formed: int
    refused: tuple[str, ...]


def approve(session: Session, run: MatchRun, now: datetime) -> Outcome:
    """Form the engagements of a run that was just decided."""
    lms.lock(session)
    programme = programmes.get(session, run.programme_id)
    if programme is None:
        raise LookupError("a run without its programme")
    seats = _Seats(session, programme)
    refused: list[str] = []
    formed: list[Engagement] = []
    for pair, learner, adviser in runs.pairs(session, run.id):
        pair.refusal = seats.refusal(learner, adviser)
        if pair.refusal:
            refused.append(f"{learner.full_name} and {adviser.full_name}: {pair.refusal}")
            continue
        engagement = _form(session, pair, programme, seats.meeting_place(learner, adviser), now)
        seats.take(learner, adviser)
        formed.append(engagement)
    _note_work(session, formed, now)
    return Outcome(len(formed), tuple(refused))


def form_pair(
    session: Session,
    programme: Programme,
    *,
    learner_id: int,
    adviser_id: int,
    course_id: int | None,
    weeks: int,
    now: datetime,
) -> Engagement:
    """Form one engagement apart from any run, with its work for the LMS; seats are the caller's to count."""
    engagement = _begin(programme, None, course_id, weeks, now)
    engagements.add(session, engagement, {learner_id: Side.LEARNER, adviser_id: Side.ADVISER})
    _note_work(session, [engagement], now)
    return engagement


class _Seats:
    """Who is free, counted once and kept up as pairs are formed."""

    def __init__(self, session: Session, programme: Programme) -> None:
        ties = programmes.ties(session, programme.id)
        self._advising = dict(ties.advising)
        self._learning = set(ties.learning)
        self._parted = ties.parted
        self._capacity = programme.capacity
        own = {course.id for course in programmes.courses(session, programme.id)}
        self._courses: dict[int, set[int]] = {}
        self._size: dict[int, int] = {}
        for row in programmes.attendance(session, programme.id):
            if row.course_id in own:
                self._courses.setdefault(row.person_id, set()).add(row.course_id)
                self._size[row.course_id] = self._size.get(row.course_id, 0) + 1

    def refusal(self, learner: Person, adviser: Person) -> str | None:
        for person in (learner, adviser):
            if person.removed_at is not None or person.suspended or person.opted_out_at is not None:
                return f"{person.full_name} no longer takes part."
            if person.id not in self._courses:
                return f"{person.full_name} is no longer in a course of the programme."
        if learner.id in self._learning:
            return f"{learner.full_name} already has an adviser."
        if (learner.id, adviser.id) in self._parted:
            return "One of them said before that the match is not good."
        if self._advising.get(adviser.id, 0) >= self._capacity:
            return f"{adviser.full_name} has no seat left."
        return None

    def take(self, learner: Person, adviser: Person) -> None:
        self._learning.add(learner.id)
        self._advising[adviser.id] = self._advising.get(adviser.id, 0) + 1

    def meeting_place(self, learner: Person, adviser: Person) -> int | None:
        """The smallest course both are in: the more special one, where more of the talk belongs."""
        common = self._courses.get(learner.id, set()) & self._courses.get(adviser.id, set())
        return min(common, key=lambda course: (self._size[course], course), default=None)


def _form(
    session: Session, pair: ProposedPair, programme: Programme, course_id: int | None, now: datetime
) -> Engagement:
    engagement = _begin(programme, pair.run_id, course_id, programme.weeks, now)
    sides: Mapping[int, Side] = {pair.learner_id: Side.LEARNER, pair.adviser_id: Side.ADVISER}
    engagements.add(session, engagement, sides)
    pair.engagement_id = engagement.id
    return engagement


def _begin(
    programme: Programme, run_id: int | None, course_id: int | None, weeks: int, now: datetime
) -> Engagement:
    return Engagement(
        programme_id=programme.id,
        run_id=run_id,
        course_id=course_id,
        state=EngagementState.ACTIVE,
        starts_on=now.date(),
        ends_on=last_day(now.date(), weeks),
        created_at=now,
    )


def _note_work(session: Session, formed: Sequence[Engagement], now: datetime) -> None:
    note_courses(session, [each.course_id for each in formed if each.course_id is not None], now)
    engagement_ids = [engagement.id for engagement in formed]
    members = engagements.members(session, engagement_ids)
    messages = {
        f"begin-{engagement_id}-{member.person_id}": {
            "engagement_id": engagement_id,
            "person_id": member.person_id,
        }
        for engagement_id in engagement_ids
        for member in members[engagement_id]
    }
    outbox.add(session, MESSAGE, messages, now)
