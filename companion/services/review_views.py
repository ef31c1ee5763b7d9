"""What is shown of a proposal: its page, its picture, a pair, a learner without one, and why not another."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from companion.matching import Reason, WhyNot
from companion.models.matching import Instruction, MatchRun, PairInstruction, ProposedPair, UnmatchedLearner
from companion.models.people import Person
from companion.models.programme import Programme
from companion.store.left_out import UnmatchedPage
from companion.store.proposed_pairs import PairPage

DEPARTMENTS_DRAWN = 12
"""Departments a picture names, the largest; the others are drawn as one."""
OTHERS = "All others"


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A proposal as far as one page shows it."""

    run: MatchRun
    programme: Programme
    pairs: PairPage
    unmatched: UnmatchedPage
    proposed: int
    """Pairs in all, whatever the filter."""
    left_out: int
    open: int
    refused: PairPage
    instructions: Sequence[tuple[PairInstruction, Person, Person]]
    instructed: int
    """Pinned and forbidden pairs in all."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Who is with whom: pair by pair, or between departments where they are many; and the load of advisers."""

    pairs: Sequence[tuple[str, str, int]]
    """Learner, adviser and points; empty where there are too many to be drawn."""
    departments: Sequence[tuple[str, str, int]]
    loads: Sequence[tuple[int, int]]
    """Number of learners, and advisers who get so many."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another adviser for a learner."""

    adviser: Person
    points: int
    reasons: Sequence[Reason]
    learners: int
    """Learners this adviser has in the proposal."""
    seats: int


@dataclass(frozen=True, slots=True)
class Others:
    """Who else there would be for a learner.

    Attributes:
        found: advisers whose name contains what was searched for.
        known: whether the people of the run are still kept, so that alternatives can be looked at.
    """

    alternatives: Sequence[Alternative] = ()
    found: Sequence[Person] = ()
    known: bool = False


@dataclass(frozen=True, slots=True)
class PairView:
    """One pair of a proposal with what speaks for it, for both sides, and who else there would be."""

    run: MatchRun
    programme: Programme
    pair: ProposedPair
    learner: Person
    adviser: Person
    instruction: Instruction | None
    others: Others


@dataclass(frozen=True, slots=True)
class LearnerView:
    """A learner without a pair: the reason that binds, and who could be given by hand."""

    run: MatchRun
    programme: Programme
    learner: Person
    left: UnmatchedLearner
    others: Others


@dataclass(frozen=True, slots=True)
class WhyNotView:
    """The answer about another pair, with names."""

    answer: WhyNot
    learner: Person
    adviser: Person
    names: Mapping[int, str]
    swap: tuple[ProposedPair, ...]
    """Pairs of that adviser, to swap with; empty where a seat is free or nothing can be changed."""
    free: bool
    """Whether the adviser has a seat that the proposal leaves free."""
    own: ProposedPair | None
    """The pair the learner has been proposed in, if any."""


def largest(between: Sequence[tuple[str, str, int]]) -> Sequence[tuple[str, str, int]]:
    """The same with few departments, the largest first: of hundreds, a picture of each with each says nothing."""
    size: Counter[str] = Counter()
    for mine, theirs, pairs in between:
        size[mine] += pairs
        size[theirs] += pairs
    order = sorted(size, key=lambda name: (-size[name], name))
    few = len(order) <= DEPARTMENTS_DRAWN
    named = order if few else order[: DEPARTMENTS_DRAWN - 1]
    place = {name: at for at, name in enumerate([*named, OTHERS])}
    summed: Counter[tuple[str, str]] = Counter()
    for mine, theirs, pairs in between:
        summed[mine if mine in place else OTHERS, theirs if theirs in place else OTHERS] += pairs
    ranked = sorted(summed.items(), key=lambda item: (place[item[0][0]], place[item[0][1]]))
    return [(mine, theirs, pairs) for (mine, theirs), pairs in ranked]
