"""What a matching answers: pairs with their reasons, and an account of everybody left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from companion.matching.grounds import Said


@dataclass(frozen=True, slots=True)
class Reason:
    """The points one rule gives a pair, and what speaks for them; `telling.tell` puts it into words."""

    rule: str
    points: int
    said: Said | None = field(default=None, repr=False)
    """None where the rule finds nothing to say for the pair."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A proposed pair; the points of its reasons add up to its points."""

    learner_id: int
    adviser_id: int
    points: int
    reasons: tuple[Reason, ...]
    """Rules that gave points, the largest first."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A learner left without an adviser, and the reason that binds."""

    person_id: int
    code: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Barrier:
    """A hard rule that forbids a pair."""

    code: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a pair is worth what it is worth, or why it may not be formed."""

    learner_id: int
    adviser_id: int
    points: int
    """Points by the rules, also where the pair is forbidden."""
    reasons: tuple[Reason, ...]
    """One for every rule, also where it gives nothing."""
    barriers: tuple[Barrier, ...]

    @property
    def allowed(self) -> bool:
        """Whether no hard rule forbids the pair."""
        return not self.barriers


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is proven of a matching, and what it takes to repeat it."""

    value: int
    """Points, plus `bonus` for every pair, less the cost of load: what was maximised."""
    bound: int
    """No matching of the same people and rules is worth more."""
    bonus: int
    """Points that covering one learner more counted."""
    covers_most: bool
    """Whether it is proven that no matching covers more learners."""
    rounds: int
    """Passes over all pairs; 0 where all were solved at once."""
    k: int
    """Candidates of everybody to begin with; 0 where all pairs were."""
    tolerance: float
    """Share of the points at which a gap was small enough."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The outcome of one matching."""

    pairs: tuple[Pair, ...]
    """By learner id."""
    unmatched: tuple[Unmatched, ...]
    """Learners without an adviser, by id."""
    idle_advisers: tuple[int, ...]
    """Ids of advisers who could have taken somebody (taking part, with a free seat) and got nobody."""
    points: int
    """Sum over the pairs, before the load penalty."""
    load_cost: int
    """Points charged for advisers with more than one learner; `points - load_cost` is what was maximised."""
    coverage: float
    """Share of all learners given who got an adviser; 1.0 where there was nobody to match."""
    gap: int
    """Points that another matching could still gain at most, over all pairs; 0 where proven optimal."""
    solver: str
    versions: Mapping[str, str]
    input_hash: str
    certificate: Certificate
    prices: Mapping[int, int] = field(default_factory=dict)
    """Adviser id to what one more seat of theirs is worth to the others, in points; empty where solved at once."""
