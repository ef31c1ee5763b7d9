"""The exact dense solver: as many learners as possible, then the most points less the price of uneven load."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from companion.matching.errors import MatchInputError
from companion.matching.pool import Integers, Truths

SOLVER = "scipy.optimize.linear_sum_assignment, dense"
UNMATCHED = -1
LARGEST = 100_000_000
"""Cells of the cost matrix at most, 0.8 GB of float64: about 5,700 a side with two seats each."""


def check_size(rows: int, columns: int, seats: int) -> None:
    """Refuse what would not fit into memory, before anything of that size is built.

    Raises:
        MatchInputError: where scores or costs would have more than LARGEST cells.
    """
    if rows * (max(columns, seats) + rows) > LARGEST:
        raise MatchInputError(
            f"This is too large for one matching (learners: {rows}, advisers: {columns}, seats: {seats}): "
            "split the cohort."
        )


def solve(
    points: Integers, allowed: Truths, seats: Integers, taken: Integers, load_penalty: int
) -> NDArray[np.intp]:
    """Return the column (adviser) of each row (learner), or -1; the optimum, proven by the solver being exact.

    Args:
        points: whole points of every pair, rows by columns.
        allowed: where a pair may be formed.
        seats: free seats of each column.
        taken: learners each column has from elsewhere, who count towards its load.
        load_penalty: the i-th further learner of a column costs i times this.

    A column becomes one slot for each seat, each dearer than the one before by the penalty, so that slots fill in
    order. A row gets one private slot more, which stands for staying unmatched. A forbidden cell is infinite and never
    chosen. Staying unmatched costs more than any rearrangement of all rows can gain (rows x range + 1), so
    coverage comes strictly first. All costs are whole numbers from 0 on, and path lengths stay below rows x that
    price: with weights and penalty of at most 1,000 and the size bounded by `check_size`, below 10**15, while float64
    is exact up to 2**53.
    """
    rows = len(points)
    columns = np.flatnonzero(allowed.any(axis=0))
    slots = np.minimum(seats, allowed.sum(axis=0))[columns]
    owner = np.repeat(columns, slots)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(slots) - slots, slots) + taken[owner]
    cost = np.full((rows, len(owner) + rows), np.inf)
    cost[:, : len(owner)] = np.where(allowed[:, owner], load_penalty * turn - points[:, owner], np.inf)
    _price_unmatched(cost, len(owner))
    _, chosen = linear_sum_assignment(cost)
    return np.where(chosen < len(owner), np.append(owner, np.full(rows, UNMATCHED))[chosen], UNMATCHED)


def _price_unmatched(cost: NDArray[np.float64], slots: int) -> None:
    """Shift the costs to start at 0 and set the price of each row's private slot."""
    real = cost[:, :slots]
    usable = real[np.isfinite(real)]
    low, high = (usable.min(), usable.max()) if usable.size else (0.0, 0.0)
    real -= low
    np.fill_diagonal(cost[:, slots:], len(cost) * (high - low) + 1)
