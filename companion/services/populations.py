"""Whom the rules of a programme find today, from as little as they look at: programmes may have 100,000 people."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from companion.mentoring.populations import Candidate, Populations, Rules, populations
from companion.models.programme import NewHireRule
from companion.store import Session
from companion.store import populations as store


class Criteria(Protocol):
    """What says who is who, of a programme or of rules that are tried."""

    @property
    def new_hire_rule(self) -> NewHireRule: ...
    @property
    def new_hire_field(self) -> str | None: ...
    @property
    def new_hire_cohort_id(self) -> int | None: ...
    @property
    def new_hire_days(self) -> int: ...
    @property
    def recent_from_days(self) -> int: ...
    @property
    def recent_to_days(self) -> int: ...


def find(
    session: Session, criteria: Criteria, courses: Collection[int], today: date
) -> tuple[Populations, Mapping[int, Candidate]]:
    """Whom the criteria find in these courses as of `today`, and everybody they looked at.

    Whoever opted out is not looked at, and of completions only those that are recent enough are.
    """
    rule = criteria.new_hire_rule
    values = store.taking_part(
        session, courses, criteria.new_hire_field if rule is NewHireRule.PROFILE_DATE else None
    )
    cohort = criteria.new_hire_cohort_id if rule is NewHireRule.COHORT else None
    members = store.in_cohort(session, cohort, values) if cohort is not None else frozenset()
    first = store.first_enrolled(session, courses) if rule is NewHireRule.FIRST_ENROLMENT else {}
    finished: dict[int, dict[int, datetime]] = {}
    for person_id, course_id, moment in store.completed(session, courses, *_window(criteria, today)):
        finished.setdefault(person_id, {})[course_id] = moment
    candidates = {
        each: Candidate(
            each, value, each in members, first.get(each), finished.get(each, {}), opted_out=False
        )
        for each, value in values.items()
    }
    rules = Rules(rule, criteria.new_hire_days, criteria.recent_from_days, criteria.recent_to_days)
    return populations(candidates.values(), rules, today), candidates


def _window(criteria: Criteria, today: date) -> tuple[datetime, datetime]:
    """From the first moment of the first day until the last moment of the last."""
    midnight = datetime.combine(today, time(), UTC)
    return (
        midnight - timedelta(days=criteria.recent_to_days),
        midnight - timedelta(days=criteria.recent_from_days - 1),
    )
