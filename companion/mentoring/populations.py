"""Who is a new hire and who is a recent learner, by the rules of a programme; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from companion.models.programme import NewHireRule


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rules look at of one person.

    Attributes:
        hire_date: value of the programme's profile field, as the LMS gives it.
        first_enrolled_at: earliest enrolment in a course of the programme, where told.
        finished: completion by course of the programme.
    """

    person_id: int
    hire_date: str | None
    in_cohort: bool
    first_enrolled_at: datetime | None
    finished: Mapping[int, datetime]


@dataclass(frozen=True, slots=True)
class Rules:
    """The part of a programme that says who is who; days are whole days."""

    new_hire_rule: NewHireRule
    new_hire_days: int
    recent_from_days: int
    recent_to_days: int


@dataclass(frozen=True, slots=True)
class Populations:
    """Our ids of the people of each kind, in the order of the candidates.

    Attributes:
        recent_learners: they may advise; somebody still new is not among them.
    """

    new_hires: tuple[int, ...]
    recent_learners: tuple[int, ...]


def populations(candidates: Iterable[Candidate], rules: Rules, today: date) -> Populations:
    """Sort people who take part into new hires and recent learners."""
    new_hires: list[int] = []
    recent: list[int] = []
    for candidate in candidates:
        if is_new(candidate, rules, today):
            new_hires.append(candidate.person_id)
        elif any(is_recent(moment, rules, today) for moment in candidate.finished.values()):
            recent.append(candidate.person_id)
    return Populations(tuple(new_hires), tuple(recent))


def is_new(candidate: Candidate, rules: Rules, today: date) -> bool:
    """Whether the programme's rule finds the person new today."""
    if rules.new_hire_rule is NewHireRule.COHORT:
        return candidate.in_cohort
    since = new_since(candidate, rules.new_hire_rule)
    return since is not None and 0 <= (today - since).days <= rules.new_hire_days


def new_since(candidate: Candidate, rule: NewHireRule) -> date | None:
    """The day from which a rule counts somebody as new; None where nothing tells it, or the rule needs none."""
    if rule is NewHireRule.FIRST_ENROLMENT:
        return candidate.first_enrolled_at.date() if candidate.first_enrolled_at else None
    return profile_date(candidate.hire_date) if rule is NewHireRule.PROFILE_DATE else None


def is_recent(completed_at: datetime, rules: Rules, today: date) -> bool:
    """Whether a completion is old enough to be experience and recent enough to be remembered (D1)."""
    return rules.recent_from_days <= (today - completed_at.date()).days <= rules.recent_to_days


@lru_cache(maxsize=4096)  # many people share a day, and each is looked at more than once
def profile_date(value: str | None) -> date | None:
    """The date a profile field holds: seconds since 1970 (Moodle's date field) or ISO 8601; else None.

    Eight digits are a date without hyphens, not a moment of 1970.
    """
    text = (value or "").strip()
    if text in ("", "0"):
        return None
    try:
        if len(text) > 4 and len(text) != 8 and text.lstrip("-").isdigit():
            return datetime.fromtimestamp(int(text), UTC).date()
        return date.fromisoformat(text[:10])
    except (ValueError, OverflowError, OSError):
        return None
