"""Whom rules find among the people read so far: counted and shown before the rules are kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from companion.errors import InputError
from companion.mentoring.populations import Candidate, new_since
from companion.models.programme import NewHireRule
from companion.services.populations import find
from companion.services.programmes import ProgrammeRules, wrong_criteria
from companion.store import Database, Session, lms, people

NAMED = 8
"""People named of each kind; the others are counted."""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody the rules find.

    Attributes:
        since: the day that makes them new, or on which they finished; None for a member of a cohort.
        course: name of the course finished last, of those who could advise.
    """

    name: str
    since: date | None
    course: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom rules find today.

    Attributes:
        read: learners of the courses that were read from the LMS and take part.
        dated: of these, how many have a date that the rule could go by; all for a cohort.
        seats: learners whom those who could advise may take together.
    """

    read: int
    dated: int
    new_hires: int
    recent_learners: int
    seats: int
    new: Sequence[FoundPerson]
    recent: Sequence[FoundPerson]


class FindingService:
    """Tries rules on the people read so far; keeps nothing."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def preview(self, rules: ProgrammeRules) -> Preview:
        """Whom these rules find today; raises InputError where they do not say who is who."""
        if wrong := wrong_criteria(rules):
            raise InputError("Some of the rules cannot be used.", wrong)
        today = self._clock().date()
        with self._db.read() as session:
            found, candidates = find(session, rules, rules.course_ids, today)
            dated = rules.new_hire_rule is NewHireRule.COHORT
            return Preview(
                read=len(candidates),
                dated=sum(
                    dated or new_since(each, rules.new_hire_rule) is not None for each in candidates.values()
                ),
                new_hires=len(found.new_hires),
                recent_learners=len(found.recent_learners),
                seats=len(found.recent_learners) * rules.capacity,
                new=_newest(session, [candidates[each] for each in found.new_hires], rules),
                recent=_latest(session, [candidates[each] for each in found.recent_learners]),
            )


def _newest(session: Session, found: Sequence[Candidate], rules: ProgrammeRules) -> list[FoundPerson]:
    since = {each.person_id: new_since(each, rules.new_hire_rule) for each in found}
    shown = sorted(since, key=lambda each: (since[each] or date.min, each), reverse=True)[:NAMED]
    named = people.by_ids(session, shown)
    return [FoundPerson(named[each].full_name, since[each]) for each in shown]


def _latest(session: Session, found: Sequence[Candidate]) -> list[FoundPerson]:
    last = {
        each.person_id: max((moment, course) for course, moment in each.finished.items()) for each in found
    }
    shown = sorted(last, key=lambda each: (last[each], each), reverse=True)[:NAMED]
    named = people.by_ids(session, shown)
    courses = lms.courses_by_ids(session, {last[each][1] for each in shown})
    return [
        FoundPerson(named[each].full_name, last[each][0].date(), courses[last[each][1]].full_name)
        for each in shown
    ]
