"""From a request to who advises whom, as arrays: pinned pairs, then the best matching of the others, proven."""

from dataclasses import dataclass, replace

import numpy as np

from companion.matching.blocks import block_points
from companion.matching.certify import K, Proof, Span, certified
from companion.matching.compiled import LOWEST, Compiled, Positions
from companion.matching.compiling import compile_pool
from companion.matching.errors import MatchInputError
from companion.matching.flow import SOLVER as FLOW_SOLVER
from companion.matching.flow import Seats
from companion.matching.options import Options
from companion.matching.pool import Integers, Pool
from companion.matching.proposal import Certificate
from companion.matching.request import MatchRequest
from companion.matching.rules import HARD_RULES
from companion.matching.solver import SOLVER as DENSE_SOLVER
from companion.matching.solver import UNMATCHED, slots_needed, solve

DENSE_CELLS = 250_000
"""Cells up to which all pairs are solved at once: it takes less time than loading the compiled kernel."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Who advises whom, by position in the pool."""

    pool: Pool
    adviser: Positions
    """By learner; UNMATCHED for nobody."""
    load: Integers
    """By adviser: learners in this matching."""
    points: int
    """Of the pairs that were not pinned."""
    load_cost: int
    certificate: Certificate
    solver: str
    price: dict[int, int]
    """Adviser id to what one more seat is worth to the others; empty where all pairs were solved at once."""


def match(request: MatchRequest, options: Options) -> Matching:
    """Match. The same people, in any order, on any number of threads, give the same pairs.

    Raises:
        MatchInputError: for a pinned pair that a hard rule forbids, or people too various to compile.
        MatchStoppedError: where the options say that the matching is no longer wanted.
    """
    pool = Pool.of(request)
    adviser = _pinned(pool)
    rest = np.flatnonzero(adviser == UNMATCHED)
    pinned = _load(pool, adviser)
    compiled = compile_pool(_without_pinned(pool, rest, pinned))
    seats = _seats(compiled, pool, pinned)
    dense = compiled.shape[0] * slots_needed(seats.free, compiled.shape[0]) <= DENSE_CELLS
    chosen, proof = _all_at_once(compiled, seats) if dense else _by_flow(compiled, seats, options)
    matched = chosen != UNMATCHED
    adviser[rest[compiled.rows[matched]]] = compiled.columns[chosen[matched]]
    load = _load(pool, adviser)
    running = Seats(load, _running(pool), request.load_penalty)
    return Matching(
        pool=pool,
        adviser=adviser,
        load=load,
        points=proof.value
        - proof.bonus * int(matched.sum())
        + seats.cost_of(_count(chosen, compiled.shape[1])),
        load_cost=running.cost_of(load),
        certificate=Certificate(
            value=proof.value,
            bound=proof.bound,
            bonus=proof.bonus,
            covers_most=proof.covers_most,
            rounds=proof.rounds,
            k=0 if dense else K,
            tolerance=0.0 if dense else options.tolerance,
        ),
        solver=DENSE_SOLVER if dense else FLOW_SOLVER,
        price=_priced(compiled, proof),
    )


def _pinned(pool: Pool) -> Positions:
    """Place the pinned learners."""
    rows = {person.person_id: row for row, person in enumerate(pool.learners)}
    columns = {person.person_id: column for column, person in enumerate(pool.advisers)}
    adviser = np.full(len(pool.learners), UNMATCHED, np.intp)
    for learner_id, adviser_id in sorted(pool.request.pinned):
        row, column = rows[learner_id], columns[adviser_id]
        two = Pool(pool.request, (pool.learners[row],), (pool.advisers[column],))
        for rule in HARD_RULES:
            if rule.forbids(two)[0, 0]:
                why = f"The pinned pair {learner_id}, {adviser_id} may not be formed (rule {rule.code})."
                raise MatchInputError(f"{why} Unpin it.")
        adviser[row] = column
    return adviser


def _without_pinned(pool: Pool, rest: Positions, pinned: Integers) -> Pool:
    """Leave out the learners who are placed, and the seats they take."""
    if len(rest) == len(pool.learners):
        return pool
    advisers = (
        replace(person, capacity=person.capacity - taken) if taken else person
        for person, taken in zip(pool.advisers, pinned.tolist(), strict=True)
    )
    return Pool(pool.request, tuple(pool.learners[row] for row in rest.tolist()), tuple(advisers))


def _seats(compiled: Compiled, pool: Pool, pinned: Integers) -> Seats:
    advisers = [compiled.pool.advisers[column] for column in compiled.columns.tolist()]
    free = [min(person.capacity, compiled.shape[0]) for person in advisers]
    taken = (_running(pool) + pinned)[compiled.columns]
    return Seats(np.array(free, np.int32), taken, pool.request.load_penalty)


def _running(pool: Pool) -> Integers:
    return np.array([pool.request.running.get(person.person_id, 0) for person in pool.advisers], np.int32)


def _load(pool: Pool, adviser: Positions) -> Integers:
    return _count(adviser, len(pool.advisers))


def _count(chosen: Positions, number: int) -> Integers:
    return np.bincount(chosen[chosen != UNMATCHED], minlength=number).astype(np.int32)


def _all_at_once(compiled: Compiled, seats: Seats) -> tuple[Positions, Proof]:
    request = compiled.pool.request
    points = block_points(compiled, np.arange(compiled.shape[0]))
    chosen = solve(
        points, points > LOWEST, seats.free, seats.taken, request.load_penalty, request.unmatched_price
    )
    matched = np.flatnonzero(chosen != UNMATCHED)
    bonus = request.unmatched_price or 0
    value = int(points[matched, chosen[matched]].sum()) - seats.cost_of(_count(chosen, compiled.shape[1]))
    value += bonus * len(matched)
    return chosen, Proof(value, value, 0, np.zeros(0, np.int32), bonus, request.unmatched_price is None)


def _by_flow(compiled: Compiled, seats: Seats, options: Options) -> tuple[Positions, Proof]:
    request = compiled.pool.request
    least, most = request.weights.span
    dearest = int(seats.cost(seats.free).max(initial=0))
    chosen, proof = certified(compiled, seats, Span(least, most, dearest), request.unmatched_price, options)
    return chosen.astype(np.intp), proof


def _priced(compiled: Compiled, proof: Proof) -> dict[int, int]:
    """Return prices by adviser id."""
    advisers = compiled.pool.advisers
    ids = (advisers[column].person_id for column in compiled.columns.tolist())
    return dict(zip(ids, proof.price.tolist(), strict=False))
