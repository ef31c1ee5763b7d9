"""The best matching over all pairs, proven: solve among candidates, price, look at every pair, add what was missed."""

from dataclasses import dataclass, replace

import numpy as np

from companion.matching.compiled import Compiled
from companion.matching.edges import Edges, Longs, from_advisers, from_learners
from companion.matching.flow import NO_EDGE, Places, Seats, best_choice
from companion.matching.options import Options, Progress
from companion.matching.pool import Integers
from companion.matching.prices import prices, utilities
from companion.matching.scan import NO_KEY, Scan, scan

K = 16
"""Candidates of a learner at the start: half as many leave a gap five times as wide, twice as many slow the solver."""
K_ADVISER = 8
"""Candidates for each seat of an adviser at the start: twice as many are a third more pairs for the solver, whose
memory they take, and the rounds add those that matter anyway."""
K_MORE = 24
"""Pairs added by learner and round: with 16 the second round often ended a little short of what was asked for."""
K_MOST = 64
SLACK = 3
"""Hundredths of the range of points: pairs that are worse by so little are added too, which saves rounds."""
PRUNED = 13
"""Hundredths of the range of points: pairs that are worse by more are dropped, once."""
FEW = 100_000
"""Candidates that are not worth pruning."""
LARGEST_BONUS = 2**28


@dataclass(frozen=True, slots=True)
class Proof:
    """How good a matching is known to be. Values are points plus the bonus for every pair, less the cost of load."""

    value: int
    bound: int
    """No matching whatsoever is worth more."""
    rounds: int
    price: Integers
    """By adviser: what a seat is worth to the others."""
    bonus: int
    """Points for covering one learner more."""
    covers_most: bool
    """Whether no matching covers more learners."""

    @property
    def gap(self) -> int:
        """Points that any matching could gain at most."""
        return self.bound - self.value


@dataclass(frozen=True, slots=True)
class Span:
    """What points of pairs and costs of load lie between."""

    least: int
    most: int
    load: int
    """The dearest seat."""

    @property
    def width(self) -> int:
        """How much one pair can be better than another at most."""
        return self.most - self.least + self.load

    def hundredths(self, number: int) -> int:
        """Return so many hundredths of the range of points."""
        return number * (self.most - self.least) // 100

    def moderate_bonus(self) -> int:
        """Enough to give up a few good pairs for one more learner covered."""
        return 4 * self.width + 1 - min(0, self.least)

    def strict_bonus(self, pairs: int) -> int:
        """Enough to give up everything, twice: what is within a gap of half of it covers as many."""
        return min(2 * pairs * self.width + 1 - min(0, self.least), LARGEST_BONUS)


@dataclass(slots=True)
class _State:
    """What is known while the rounds go on."""

    edges: Edges
    bound: int
    rounds: int = 0
    pruned: bool = False


def certified(
    compiled: Compiled, seats: Seats, span: Span, price_of_unmatched: int | None, options: Options
) -> tuple[Integers, Proof]:
    """Return the adviser of each learner (or -1), and the proof.

    Strictly covering as many as possible needs a bonus that outweighs all points together, which slows the solver. A
    moderate one is tried first: where it covers as many as there are learners with somebody, or seats, it was enough.

    Args:
        compiled: those who can be matched.
        seats: what the advisers have to give; at least one seat each.
        span: what points lie between.
        price_of_unmatched: points for covering a learner; None for covering as many as possible.
        options: how exactly, by what, and who is told.
    """
    options.check()
    shape = compiled.shape
    largest = span.width + abs(span.least)
    nothing, anything = np.zeros(shape[1], np.int32), np.full(shape[0], NO_KEY, np.int32)
    k_adviser = min(K_MOST, K_ADVISER * max(1, int(seats.free.mean())) if shape[1] else K)
    found = scan(
        Scan(compiled, nothing, anything, K, k_adviser, largest),
        options.engine,
        options.threads,
        options.check,
    )
    options.progress(Progress("Found candidates for everybody"))
    coverable = min(int((found.highest > NO_KEY).sum()), int(seats.free.sum()))
    state = _State(from_learners(found, nothing, shape).joined(from_advisers(found, shape)), bound=0)
    del found
    bonus = span.moderate_bonus() if price_of_unmatched is None else price_of_unmatched
    choice, proof = _rounds(compiled, seats, span, bonus, coverable, state, options)
    strict = span.strict_bonus(coverable)
    if price_of_unmatched is None and (choice >= 0).sum() < coverable and bonus < strict:
        choice, proof = _rounds(compiled, seats, span, strict, coverable, state, options)
        proof = replace(proof, covers_most=proof.covers_most or strict < LARGEST_BONUS)
    return choice, proof


def _rounds(
    compiled: Compiled, seats: Seats, span: Span, bonus: int, coverable: int, state: _State, options: Options
) -> tuple[Integers, Proof]:
    state.bound = 2**62
    while True:
        options.check()
        edges = state.edges
        chosen = best_choice(edges, seats, bonus)
        value = _value(edges, chosen, seats, bonus)
        price = prices(edges, chosen, seats, bonus, options.engine)
        utility = utilities(edges, price, bonus)
        asked = Scan(
            compiled,
            price,
            (utility - bonus - span.hundredths(SLACK)).astype(np.int32),
            K_MORE,
            0,
            bonus + span.width + abs(span.least) + int(price.max(initial=0)),
        )
        found = scan(asked, options.engine, options.threads, options.check)
        best = np.where(found.highest > NO_KEY, found.highest.astype(np.int64) + bonus, 0)
        state.bound = min(state.bound, seats.worth(price) + int(np.maximum(best, 0).sum()))
        state.rounds += 1
        gap = state.bound - value
        options.progress(Progress("Looked at every pair", state.rounds, gap))
        pairs = int((chosen != NO_EDGE).sum())
        small = gap <= options.tolerance * abs(value - bonus * pairs) and (
            pairs == coverable or 2 * gap < bonus
        )
        if gap == 0 or small:
            return _advisers(edges, chosen), Proof(
                value, state.bound, state.rounds, price, bonus, pairs == coverable
            )
        if not state.pruned and len(edges) > FEW:
            state.pruned = True
            edges = _pruned(edges, price, utility - bonus - span.hundredths(PRUNED))
        state.edges = edges.joined(from_learners(found, price, edges.shape))
        # The solver needs the memory of all that led to its next question.
        del asked, edges, found, utility


def _pruned(edges: Edges, price: Integers, least: Longs) -> Edges:
    """Drop the pairs that are worth less to the learner, after the adviser's price, than so much."""
    return edges.kept(edges.points - price[edges.adviser] >= least.astype(np.int32)[edges.learner])


def _value(edges: Edges, chosen: Places, seats: Seats, bonus: int) -> int:
    taken = chosen[chosen != NO_EDGE]
    load = np.bincount(edges.adviser[taken], minlength=edges.shape[1])
    return int(edges.points[taken].sum(dtype=np.int64)) + bonus * len(taken) - seats.cost_of(load)


def _advisers(edges: Edges, chosen: Places) -> Integers:
    adviser = np.full(len(chosen), -1, np.int32)
    matched = chosen != NO_EDGE
    adviser[matched] = edges.adviser[chosen[matched]]
    return adviser
