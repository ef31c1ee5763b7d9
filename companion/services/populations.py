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
    session: Session,
    criteria: Criteria,
    courses: Collection[int],
    today: date,
    *,
    only: int | None = None,
    window: tuple[int, int] | None = None,
) -> tuple[Populations, Mapping[int, Candidate]]:
    """Whom the criteria find in these courses as of `today`, and everybody they looked at.

    Whoever opted out is not looked at, and of completions only those that are recent enough are.

    Args:
        only: one person to look at; everybody where not given.
        window: first and last day, counted back, on which a completion is recent; the criteria's where not given.
    """
    rule = criteria.new_hire_rule
    recent = window or (criteria.recent_from_days, criteria.recent_to_days)
    field = criteria.new_hire_field if rule is NewHireRule.PROFILE_DATE else None
    values = store.taking_part(session, courses, field, only)
    cohort = criteria.new_hire_cohort_id if rule is NewHireRule.COHORT else None
    members = store.in_cohort(session, cohort, only) if cohort is not None else frozenset()
    first = store.first_enrolled(session, courses, only) if rule is NewHireRule.FIRST_ENROLMENT else {}
    finished: dict[int, dict[int, datetime]] = {}
    for person_id, course_id, moment in store.completed(session, courses, *_moments(recent, today), only):
        finished.setdefault(person_id, {})[course_id] = moment
    candidates = {
        each: Candidate(each, value, each in members, first.get(each), finished.get(each, {}))
        for each, value in values.items()
    }
    rules = Rules(rule, criteria.new_hire_days, *recent)
    return populations(candidates.values(), rules, today), candidates


def _moments(window: tuple[int, int], today: date) -> tuple[datetime, datetime]:
    """From the first moment of the first day until the last moment of the last."""
    midnight = datetime.combine(today, time(), UTC)
    return (
        midnight - timedelta(days=window[1]),
        midnight - timedelta(days=window[0] - 1),
    )
