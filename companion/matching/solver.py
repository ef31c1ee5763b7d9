"""The exact dense solver for small matchings: all pairs at once."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from companion.matching.pool import Integers, Truths

SOLVER = "scipy.optimize.linear_sum_assignment, dense"
UNMATCHED = -1


def slots_needed(seats: Integers, learners: int) -> int:
    """Return the columns that the dense solver would work with."""
    return max(learners, int(np.minimum(seats.astype(np.int64), learners).sum()))


def strict_bonus(points: Integers, allowed: Truths, dearest_seat: int) -> int:
    """Return points for each pair that outweigh whatever another learner covered can cost everybody."""
    if not allowed.any():
        return 1
    least = int(points.min(where=allowed, initial=np.iinfo(np.int32).max))
    most = int(points.max(where=allowed, initial=np.iinfo(np.int32).min))
    return (len(points) + 1) * (most - least + dearest_seat) + 1 - min(0, least)


def solve(
    points: Integers,
    allowed: Truths,
    seats: Integers,
    taken: Integers,
    load_penalty: int,
    unmatched_price: int | None = None,
) -> NDArray[np.intp]:
    """Return the column (adviser) of each row (learner), or -1; the optimum, proven by the solver being exact.

    Args:
        points: whole points of every pair, rows by columns.
        allowed: where a pair may be formed.
        seats: free seats of each column.
        taken: learners each column has from elsewhere, who count towards its load.
        load_penalty: the i-th further learner of a column costs i times this.
        unmatched_price: points for every pair formed; None for as many pairs as possible.

    A column becomes one slot for each seat, each dearer than the one before by the penalty, so that slots fill in
    order. A cell is worth its points less the slot's cost plus a bonus for being a pair at all. One that is forbidden,
    or worth less than nothing, is worth 0 and stands for staying unmatched; at least as many slots as rows are there.
    All values are whole numbers below rows x bonus: with weights and penalty of at most 1,000 and a few thousand rows
    below 10**15, while float64 is exact up to 2**53.
    """
    rows = len(points)
    slots = np.minimum(seats, allowed.sum(axis=0))
    owner = np.repeat(np.arange(len(slots)), slots)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(slots) - slots, slots) + taken[owner]
    dearest = load_penalty * int(turn.max(initial=0))
    bonus = strict_bonus(points, allowed, dearest) if unmatched_price is None else unmatched_price
    value = np.zeros((rows, max(rows, len(owner))))
    real = value[:, : len(owner)]
    real += points[:, owner]
    real += bonus - load_penalty * turn.astype(np.int64)
    real *= allowed[:, owner]
    if unmatched_price is not None:
        np.maximum(value, 0, out=value)
    row, slot = linear_sum_assignment(value, maximize=True)
    chosen = np.full(rows, UNMATCHED, np.intp)
    pair = value[row, slot] > 0
    chosen[row[pair]] = owner[slot[pair]]
    return chosen
