"""What matching knows of one person, whichever side the person stands on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from companion.matching.errors import MatchInputError

STYLE_LIMIT = 2
"""A work-style answer lies between minus this and this."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Profile:
    """One person on one side of the matching.

    Names (topics, interests, departments, roles, locations) are compared as given, apart from case and outer
    blanks for department, role and location.
    """

    person_id: int
    languages: frozenset[str] = frozenset()
    """Lower-case codes of base languages. Nobody shares a language with a person of whom none is known."""
    time_zone: str | None = None
    """IANA name; None or a name unknown to the time-zone database counts as not known."""
    working_hours: tuple[int, int] = (9, 17)
    """Local full hours from 0 to 24; an end before the start means the next day."""
    finished: Mapping[int, date] = field(default_factory=dict)
    """Course id to the day of its completion."""
    enrolled: frozenset[int] = frozenset()
    """Ids of the courses the person is enrolled in."""
    department: str | None = None
    job_role: str | None = None
    location: str | None = None
    interests: frozenset[str] = frozenset()
    topics_wanted: frozenset[str] = frozenset()
    topics_offered: frozenset[str] = frozenset()
    work_style: Mapping[str, int] = field(default_factory=dict)
    """Dimension to an answer from -2 to 2."""
    manager_id: int | None = None
    cohorts: frozenset[int] = frozenset()
    """Ids of the LMS cohorts the person is a member of."""
    capacity: int = 2
    """Seats still free as an adviser."""
    low_bandwidth: bool = False
    """Said to have little time this week."""
    wished: frozenset[int] = frozenset()
    """Ids of people the person asked to be paired with ("please")."""
    paused: bool = False
    opted_out: bool = False
    blocked: frozenset[int] = frozenset()
    """Ids of people never to be paired with: asked not to be ("please not"), blocked, or "not a fit" before."""

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            MatchInputError: naming the person and the field.
        """
        start, end = self.working_hours
        if not (0 <= start < 24 and 0 <= end <= 24 and start != end):
            raise self._error("working hours must be two different full hours from 0 to 24")
        if self.capacity < 0:
            raise self._error("the number of free seats must be 0 or more")
        if any(abs(answer) > STYLE_LIMIT for answer in self.work_style.values()):
            raise self._error("work-style answers must lie between -2 and 2")

    def __repr__(self) -> str:
        """Show the id alone: what a person said stays out of logs."""
        return f"Profile(person_id={self.person_id})"

    def _error(self, what: str) -> MatchInputError:
        return MatchInputError(f"Person {self.person_id}: {what}.")


def same_name(one: str | None, other: str | None) -> bool:
    """Whether two names are both given and equal apart from case and outer blanks."""
    return normal_name(one) is not None and normal_name(one) == normal_name(other)


def normal_name(name: str | None) -> str | None:
    """Return the form in which names are compared; None where nothing is given."""
    return (name or "").strip().casefold() or None
