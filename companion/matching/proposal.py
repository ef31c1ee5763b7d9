"""What a matching answers: pairs with their reasons, and an account of everybody left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """The points one rule gives a pair, in words for each reader."""

    rule: str
    points: int
    text_learner: str = field(repr=False)
    text_adviser: str = field(repr=False)
    text_admin: str = field(repr=False)


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
    """Points that another matching of the same coverage could still gain at most; 0 where proven optimal."""
    solver: str
    versions: Mapping[str, str]
    input_hash: str
