"""Approving a proposal: engagements, and the work for the LMS, within one transaction."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.mentoring.engagement import last_day
from companion.models.engagement import Engagement, EngagementKind, EngagementState, Side
from companion.models.matching import MatchRun, ProposedPair
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services import joining
from companion.services.matching_rules import Consent, MatchingRules
from companion.services.meeting_places import note_courses
from companion.services.messages import MESSAGE
from companion.store import Session, engagements, lms, outbox, programmes, proposed_pairs

Placed = tuple[ProposedPair, Person, Person]
AT_A_TIME = 5_000
"""Engagements asked for in one statement: a database takes some ten thousand values with each."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an approval did; refusals are sentences."""

    formed: int
    refused: tuple[str, ...]
    joined: int = 0
    """Learners who joined circles that run."""
    asked: bool = False
    """Whether the people are asked first: the engagements begin once all of them accepted."""


def approve(session: Session, run: MatchRun, now: datetime, only: Collection[int] | None = None) -> Outcome:
    """Form the engagements of the pairs of a run that are still open, or of those of these ids.

    Pairs of one circle become one engagement: it is formed with whoever can still be in it, as long as there are two
    learners; one who is left alone with the adviser is paired. Who is to join a running circle joins it at once, for
    the others are in it already; the charter comes first for them as for everybody.
    """
    lms.lock(session)
    programme = programmes.get(session, run.programme_id)
    if programme is None:
        raise LookupError("a run without its programme")
    seats = _Seats(session, programme)
    state = _first_state(run)
    refused: list[str] = []
    formed: list[tuple[Engagement, list[Placed]]] = []
    joined = 0
    for group in _groups(proposed_pairs.open_with_people(session, run.id, only)):
        joins_id = group[0][0].joins_id
        circle = engagements.get(session, joins_id, lock=True) if joins_id is not None else None
        together: list[Placed] = []
        for pair, learner, adviser in group:
            if circle is not None:
                pair.refusal = seats.refusal_to_join(session, learner, circle, len(together), now)
            else:
                pair.refusal = seats.refusal(learner, adviser)
            if pair.refusal:
                refused.append(f"{learner.full_name} and {adviser.full_name}: {pair.refusal}")
                continue
            pair.decided_at = now
            seats.join(learner)
            together.append((pair, learner, adviser))
        if together and circle is not None:
            joining.join(session, circle, [learner.id for _, learner, _ in together], now)
            joined += len(together)
            for pair, _, _ in together:
                pair.engagement_id = circle.id
        elif together:
            seats.take(together[0][2])
            formed.append((_formed(together, programme, seats, state, now), together))
    engagements.add_many(session, [(engagement, _sides(placed)) for engagement, placed in formed])
    for engagement, placed in formed:
        for pair, _, _ in placed:
            pair.engagement_id = engagement.id
    note_work(session, [engagement for engagement, _ in formed], now)
    return Outcome(len(formed), tuple(refused), joined, asked=state is EngagementState.PROPOSED)


def _groups(pairs: Iterable[Placed]) -> list[list[Placed]]:
    """Pairs one by one, those of a circle together."""
    groups: dict[tuple[str, int], list[Placed]] = {}
    for placed in pairs:
        pair = placed[0]
        key = ("pair", pair.id) if pair.circle is None else ("circle", pair.circle)
        groups.setdefault(key, []).append(placed)
    return list(groups.values())


def _first_state(run: MatchRun) -> EngagementState:
    """Active with the approval, unless the people are asked first."""
    consent = MatchingRules.from_dict(run.parameters.get("rules", {})).consent
    return EngagementState.ACTIVE if consent is Consent.AT_ONCE else EngagementState.PROPOSED


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
    """Form one engagement apart from any run, which both accepted; seats are the caller's to count."""
    engagement = _begin(programme, None, course_id, weeks, EngagementState.ACCEPTED, now)
    engagements.add(session, engagement, {learner_id: Side.LEARNER, adviser_id: Side.ADVISER})
    for one in engagements.memberships(session, engagement.id):
        one.accepted_at = now
    return engagement


def form_one(
    session: Session,
    programme: Programme,
    learner: Person,
    adviser: Person,
    *,
    state: EngagementState,
    now: datetime,
) -> Engagement | str:
    """Form one pair of a programme where a seat is free, or say in a sentence why it cannot be formed.

    The caller holds the lock of the store, so that nobody takes the seat in between.
    """
    seats = _Seats(session, programme)
    refusal = seats.refusal(learner, adviser)
    if refusal:
        return refusal
    engagement = _begin(programme, None, seats.meeting_place([learner, adviser]), programme.weeks, state, now)
    engagements.add(session, engagement, {learner.id: Side.LEARNER, adviser.id: Side.ADVISER})
    note_work(session, [engagement], now)
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

    def refusal_to_join(
        self, session: Session, learner: Person, circle: Engagement, before: int, now: datetime
    ) -> str | None:
        """Args: before: how many join the same circle with this approval already."""
        gone = self._gone(learner) or self._taken(learner)
        return gone or joining.refusal(session, circle, learner.id, self._parted, now.date(), before)

    def _gone(self, person: Person) -> str | None:
        if person.removed_at is not None or person.suspended or person.opted_out_at is not None:
            return f"{person.full_name} no longer takes part."
        if person.id not in self._courses:
            return f"{person.full_name} is no longer in a course of the programme."
        return None

    def _taken(self, learner: Person) -> str | None:
        return f"{learner.full_name} already has an adviser." if learner.id in self._learning else None

    def refusal(self, learner: Person, adviser: Person) -> str | None:
        gone = self._gone(learner) or self._gone(adviser) or self._taken(learner)
        if gone:
            return gone
        if (learner.id, adviser.id) in self._parted:
            return "The two are not to be paired: one of them said so before."
        if self._advising.get(adviser.id, 0) >= self._capacity:
            return f"{adviser.full_name} has no seat left."
        return None

    def join(self, learner: Person) -> None:
        self._learning.add(learner.id)

    def take(self, adviser: Person) -> None:
        self._advising[adviser.id] = self._advising.get(adviser.id, 0) + 1

    def meeting_place(self, people: Iterable[Person]) -> int | None:
        """The smallest course all are in: the more special one, where more of the talk belongs."""
        common = set.intersection(*(self._courses.get(person.id, set()) for person in people))
        return min(common, key=lambda course: (self._size[course], course), default=None)


def _formed(
    together: Sequence[Placed],
    programme: Programme,
    seats: _Seats,
    state: EngagementState,
    now: datetime,
) -> Engagement:
    run_id, adviser = together[0][0].run_id, together[0][2]
    people = [adviser, *(learner for _, learner, _ in together)]
    engagement = _begin(programme, run_id, seats.meeting_place(people), programme.weeks, state, now)
    engagement.kind = EngagementKind.CIRCLE if len(people) > 2 else EngagementKind.PAIR
    return engagement


def _sides(together: Sequence[Placed]) -> dict[int, Side]:
    return {learner.id: Side.LEARNER for _, learner, _ in together} | {together[0][2].id: Side.ADVISER}


def _begin(
    programme: Programme,
    run_id: int | None,
    course_id: int | None,
    weeks: int,
    state: EngagementState,
    now: datetime,
) -> Engagement:
    return Engagement(
        programme_id=programme.id,
        run_id=run_id,
        course_id=course_id,
        kind=EngagementKind.PAIR,
        state=state,
        starts_on=now.date(),
        ends_on=last_day(now.date(), weeks),
        created_at=now,
    )


def note_work(session: Session, formed: Sequence[Engagement], now: datetime) -> None:
    """Note what the LMS is to do for engagements: their places in courses, and a message to each of their people.

    What a message says is put into words as it is sent: that it begins, or that somebody was found.
    """
    begun = [each for each in formed if each.state is not EngagementState.PROPOSED]
    note_courses(session, [each.course_id for each in begun if each.course_id is not None], now)
    for start in range(0, len(formed), AT_A_TIME):
        _note_messages(session, formed[start : start + AT_A_TIME], now)


def _note_messages(session: Session, formed: Sequence[Engagement], now: datetime) -> None:
    members = engagements.members(session, [engagement.id for engagement in formed])
    messages = {
        f"{_about(engagement)}-{engagement.id}-{member.person_id}": {
            "engagement_id": engagement.id,
            "person_id": member.person_id,
        }
        for engagement in formed
        for member in members[engagement.id]
    }
    outbox.add(session, MESSAGE, messages, now)


def _about(engagement: Engagement) -> str:
    return "proposed" if engagement.state is EngagementState.PROPOSED else "begin"
