"""From a request to a proposal: score, forbid, solve, explain."""

import platform

import numpy as np
import scipy
from numpy.typing import NDArray

from companion.matching.errors import MatchInputError
from companion.matching.fingerprint import input_hash
from companion.matching.pool import Integers, Pool, Truths
from companion.matching.proposal import Pair, Proposal
from companion.matching.request import MatchRequest
from companion.matching.rules import HARD_RULES, SCORE_RULES, barriers_by_rule, points_by_rule, reason
from companion.matching.solver import SOLVER, UNMATCHED, check_size, solve
from companion.matching.unmatched import account

Choice = NDArray[np.intp]
"""The column (adviser) of each row (learner), or -1."""
VERSIONS = {
    "rules": "1",
    "python": platform.python_version(),
    "numpy": np.__version__,
    "scipy": scipy.__version__,
}
"""What has to be equal for the same input to give the same pairs."""


def propose(request: MatchRequest) -> Proposal:
    """Match: pinned pairs, then as many learners as possible, then the most points less the price of uneven load.

    No forbidden pair is ever formed. The same people, in any order, give the same pairs.

    Raises:
        MatchInputError: for a pinned pair that a hard rule forbids, or a request too large to solve in one piece.
    """
    pool = Pool.of(request)
    check_size(*pool.shape, int(_seats(pool).sum()))
    points = points_by_rule(pool)
    barriers = barriers_by_rule(pool)
    choice = _choose(pool, np.sum(points, axis=0, dtype=np.int32), barriers)
    load = np.bincount(choice[choice != UNMATCHED], minlength=len(pool.advisers))
    pairs = _pairs(pool, choice, points)
    return Proposal(
        pairs=pairs,
        unmatched=tuple(account(pool, int(row), barriers) for row in np.flatnonzero(choice == UNMATCHED)),
        idle_advisers=_idle(pool, load),
        points=sum(pair.points for pair in pairs),
        load_cost=request.load_penalty * int((load * (load - 1) // 2).sum()),
        coverage=len(pairs) / len(choice) if len(choice) else 1.0,
        gap=0,
        solver=SOLVER,
        versions=VERSIONS,
        input_hash=input_hash(request),
    )


def _choose(pool: Pool, points: Integers, barriers: list[Truths]) -> Choice:
    """Place the pinned learners, then solve for the others."""
    choice = np.full(len(pool.learners), UNMATCHED, np.intp)
    rows, columns = np.nonzero(pool.marked(pool.request.pinned))
    _check_pins(pool, rows, columns, barriers)
    choice[rows] = columns
    taken = np.bincount(columns, minlength=len(pool.advisers)).astype(np.int32)
    free = np.flatnonzero(choice == UNMATCHED)
    allowed = ~np.logical_or.reduce(barriers)[free]
    choice[free] = solve(points[free], allowed, _seats(pool) - taken, taken, pool.request.load_penalty)
    return choice


def _seats(pool: Pool) -> Integers:
    """Free seats of each adviser, as far as there are learners for them."""
    return np.array([min(adviser.capacity, len(pool.learners)) for adviser in pool.advisers], np.int32)


def _check_pins(pool: Pool, rows: Choice, columns: Choice, barriers: list[Truths]) -> None:
    for row, column in zip(rows, columns, strict=True):
        learner, adviser = pool.learners[row], pool.advisers[column]
        for rule, forbidden in zip(HARD_RULES, barriers, strict=True):
            if forbidden[row, column]:
                why = f"The pinned pair {learner.person_id}, {adviser.person_id} may not be formed (rule {rule.code})."
                raise MatchInputError(f"{why} Unpin it.")


def _pairs(pool: Pool, choice: Choice, points: list[NDArray[np.int16]]) -> tuple[Pair, ...]:
    rows = np.flatnonzero(choice != UNMATCHED)
    by_rule = np.array([matrix[rows, choice[rows]] for matrix in points]).T
    return tuple(
        _pair(pool, int(row), int(choice[row]), each.tolist())
        for row, each in zip(rows, by_rule, strict=True)
    )


def _pair(pool: Pool, row: int, column: int, points: list[int]) -> Pair:
    learner, adviser = pool.learners[row], pool.advisers[column]
    given = sorted(
        (
            reason(rule, each, learner, adviser, pool.request)
            for rule, each in zip(SCORE_RULES, points, strict=True)
            if each
        ),
        key=lambda each: -each.points,
    )
    return Pair(learner.person_id, adviser.person_id, sum(points), tuple(given))


def _idle(pool: Pool, load: NDArray[np.intp]) -> tuple[int, ...]:
    return tuple(
        adviser.person_id
        for adviser, learners in zip(pool.advisers, load, strict=True)
        if not learners and adviser.capacity and not adviser.paused and not adviser.opted_out
    )
