"""Where somebody without a running engagement stands in the programmes of a course."""

from collections.abc import Sequence
from datetime import datetime

from companion.mentoring.waiting import Standing
from companion.models.matching import RunState
from companion.models.programme import Programme
from companion.services.populations import find
from companion.store import Session, left_out, people, programmes, runs

_BEST_FIRST: Sequence[Standing] = (
    Standing.UNMATCHED,
    Standing.NEW_HIRE,
    Standing.RECENT_LEARNER,
    Standing.NOT_IN_PROGRAMME,
)


def standing_of(session: Session, person_id: int, course_id: int, now: datetime) -> Standing:
    """The best of the person's standings in the programmes that the course belongs to."""
    of_course = programmes.of_course(session, course_id)
    if not of_course:
        return Standing.NO_PROGRAMME
    person = people.get(session, person_id)
    if person is None or person.opted_out_at is not None:
        return Standing.OPTED_OUT
    return min((_in_programme(session, p, person_id, now) for p in of_course), key=_BEST_FIRST.index)


def _in_programme(session: Session, programme: Programme, person_id: int, now: datetime) -> Standing:
    courses = [course.id for course in programmes.courses(session, programme.id)]
    found, _ = find(session, programme, courses, now.date(), only=person_id)
    if person_id in found.new_hires:
        # Of a proposal that nobody approved yet nobody is told, neither the good nor the bad.
        run = runs.latest(session, programme.id, RunState.APPROVED)
        unmatched = run is not None and left_out.holds(session, run.id, person_id)
        return Standing.UNMATCHED if unmatched else Standing.NEW_HIRE
    return Standing.RECENT_LEARNER if person_id in found.recent_learners else Standing.NOT_IN_PROGRAMME
