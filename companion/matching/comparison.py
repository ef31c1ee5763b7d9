"""What would be different: two requests, matched and laid side by side before anything is published."""

from dataclasses import dataclass

from companion.matching.assignment import DEFAULTS, propose
from companion.matching.options import Options
from companion.matching.proposal import Proposal
from companion.matching.request import MatchRequest


@dataclass(frozen=True, slots=True)
class Outcome:
    """A proposal in figures."""

    coverage: float
    mean_points: float
    """Of a pair, by the weights of its own request; 0 where there is none."""
    largest_load: int
    """Learners of the adviser who got most."""
    loads: tuple[int, ...]
    """At each place, how many advisers got as many learners; idle ones at 0."""
    gap: int


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody who would get another adviser; None stands for nobody."""

    learner_id: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two proposals side by side."""

    before: Outcome
    after: Outcome
    changes: tuple[Change, ...]
    """By learner id."""


def compare(request: MatchRequest, other: MatchRequest, options: Options = DEFAULTS) -> Comparison:
    """Match both requests, such as with other weights or another window, and say what differs.

    Raises:
        MatchInputError: where one of them cannot be matched as it stands.
    """
    before, after = propose(request, options), propose(other, options)
    return Comparison(outcome(before), outcome(after), changes(before, after))


def outcome(proposal: Proposal) -> Outcome:
    """Put a proposal into figures."""
    load: dict[int, int] = dict.fromkeys(proposal.idle_advisers, 0)
    for pair in proposal.pairs:
        load[pair.adviser_id] = load.get(pair.adviser_id, 0) + 1
    largest = max(load.values(), default=0)
    values = list(load.values())
    return Outcome(
        coverage=proposal.coverage,
        mean_points=proposal.points / len(proposal.pairs) if proposal.pairs else 0.0,
        largest_load=largest,
        loads=tuple(values.count(number) for number in range(largest + 1)),
        gap=proposal.gap,
    )


def changes(before: Proposal, after: Proposal) -> tuple[Change, ...]:
    """Return who would get another adviser."""
    first = {pair.learner_id: pair.adviser_id for pair in before.pairs}
    then = {pair.learner_id: pair.adviser_id for pair in after.pairs}
    return tuple(
        Change(learner, first.get(learner), then.get(learner))
        for learner in sorted(first.keys() | then.keys())
        if first.get(learner) != then.get(learner)
    )
