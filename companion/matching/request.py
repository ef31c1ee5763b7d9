"""What a matching is asked for: the people, the programme's rules and the day; checked on construction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Self

from companion.matching.errors import MatchInputError
from companion.matching.open_circles import OpenCircle
from companion.matching.profiles import Profile

LARGEST_WEIGHT = 1000
"""Keeps every sum far inside the integers that float64, used by the solver, holds exactly (up to 2**53)."""

HIGHEST_PRICE = 1_000_000
LARGEST_LOAD = 1000


@dataclass(frozen=True, slots=True)
class Weights:
    """Integer points a pair can earn at most by each rule; the defaults of the first six add up to 100."""

    topics: int = 35
    work_style: int = 20
    role_and_path: int = 15
    """Two thirds for a course finished recently, one third for the same role."""
    hours: int = 15
    language: int = 10
    location: int = 5
    same_team: int = 0
    """Signed: negative keeps people of one department apart where possible."""
    same_cohort: int = 0
    """For being members of one LMS cohort."""
    wish: int = 20
    """Two thirds where the learner asked for the adviser, one third where the adviser asked for the learner."""
    low_bandwidth: int = -10
    """Zero or negative: an adviser who has little time this week comes after others who are as good."""

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            MatchInputError: for a weight that is no whole number or lies outside its range.
        """
        for name, weight in asdict(self).items():
            if not isinstance(weight, int) or isinstance(weight, bool):
                raise MatchInputError(f"The weight {name} must be a whole number.")
            least, most = self.range_of(name)
            if not least <= weight <= most:
                raise MatchInputError(f"The weight {name} must lie between {least} and {most}.")

    @staticmethod
    def range_of(name: str) -> tuple[int, int]:
        """The least and the most points a weight may have."""
        least = -LARGEST_WEIGHT if name in ("same_team", "low_bandwidth") else 0
        return least, 0 if name == "low_bandwidth" else LARGEST_WEIGHT

    @property
    def span(self) -> tuple[int, int]:
        """The fewest and the most points any pair can get."""
        weights = asdict(self).values()
        return sum(min(0, weight) for weight in weights), sum(max(0, weight) for weight in weights)

    def as_dict(self) -> dict[str, int]:
        """Return the weights by name, fit for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, weights: Mapping[str, int]) -> Self:
        """Build from a mapping by name; names left out keep their default.

        Raises:
            MatchInputError: for an unknown name or a weight out of range.
        """
        known = {each.name for each in fields(cls)}
        unknown = sorted(set(weights) - known)
        if unknown:
            raise MatchInputError(f"Unknown weight {unknown[0]}; known are {', '.join(sorted(known))}.")
        return cls(**weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRequest:
    """One matching. Who belongs to either side is the caller's decision; a person may stand on both."""

    learners: Sequence[Profile]
    advisers: Sequence[Profile]
    on: date
    """The day for which completions are aged and time zones are resolved."""
    course_names: Mapping[int, str] = field(default_factory=dict)
    programme_courses: frozenset[int] = frozenset()
    """Ids of the programme's courses; where empty, any course the learner takes counts."""
    window_days: tuple[int, int] = (14, 180)
    """Days since a completion, first and last that count as recent."""
    weights: Weights = field(default_factory=Weights)
    min_shared_hours: int = 2
    """Shared working hours a day a pair needs where both time zones are known."""
    load_penalty: int = 2
    """An adviser's i-th further learner costs i times this many points."""
    unmatched_price: int | None = None
    """Points that one more learner covered is worth; None covers as many as possible, whatever it costs in points."""
    running: Mapping[int, int] = field(default_factory=dict)
    """Adviser id to learners already advised: they count towards the load, and their seats are gone from `capacity`."""
    course_in_common: bool = False
    """Whether the adviser must have finished a course that the learner takes."""
    common_language: bool = True
    """Whether the two must share a language."""
    forbidden: frozenset[tuple[int, int]] = frozenset()
    """(learner id, adviser id) of pairs that must not be formed."""
    pinned: Sequence[tuple[int, int]] = ()
    """(learner id, adviser id) of pairs that must be formed; they take a seat like any other."""
    open_circles: Sequence[OpenCircle] = ()
    """Circles that learners can join for whom none of their own can be filled."""

    def __post_init__(self) -> None:
        """Check the request as a whole.

        Raises:
            MatchInputError: for a person twice on one side, a pin that cannot hold, or a number out of range.
        """
        _check_once("learners", [person.person_id for person in self.learners])
        _check_once("advisers", [person.person_id for person in self.advisers])
        first, last = self.window_days
        if not 0 <= first <= last:
            raise MatchInputError("The window must run from 0 or more days to at least as many.")
        if not 0 <= self.min_shared_hours <= 24:
            raise MatchInputError("The shared hours asked for must lie between 0 and 24.")
        if not 0 <= self.load_penalty <= LARGEST_WEIGHT:
            raise MatchInputError(f"The load penalty must lie between 0 and {LARGEST_WEIGHT} points.")
        price = self.unmatched_price
        if price is not None and not 0 <= price <= HIGHEST_PRICE:
            raise MatchInputError(
                f"The price of leaving somebody out must lie between 0 and {HIGHEST_PRICE} points."
            )
        if any(not 0 <= load <= LARGEST_LOAD for load in self.running.values()):
            raise MatchInputError(f"An adviser's running engagements must be between 0 and {LARGEST_LOAD}.")
        self._check_pins()

    def excluding(self, pairs: Iterable[tuple[int, int]]) -> Self:
        """Return the same request without these pairs (learner id, adviser id), such as those that parted."""
        return replace(self, forbidden=self.forbidden | frozenset(pairs))

    def _check_pins(self) -> None:
        _check_once("pinned learners", [learner for learner, _ in self.pinned])
        seats = {person.person_id: person.capacity for person in self.advisers}
        known = {person.person_id for person in self.learners}
        for learner, adviser in self.pinned:
            if learner not in known or adviser not in seats:
                raise MatchInputError(
                    f"The pinned pair {learner}, {adviser} names somebody who is not in the matching."
                )
            if seats[adviser] == 0:
                raise MatchInputError(f"Adviser {adviser} has fewer free seats than pinned learners.")
            seats[adviser] -= 1


def _check_once(side: str, ids: Iterable[int]) -> None:
    seen: set[int] = set()
    for person_id in ids:
        if person_id in seen:
            raise MatchInputError(f"Person {person_id} stands twice among the {side}.")
        seen.add(person_id)
