"""What matching is measured against: SciPy's dense solver, greedy choice, Gale-Shapley, and Munkres in pure Python."""

from importlib.metadata import version

import numpy as np
from munkres import Munkres  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from companion.matching.blocks import block_points
from companion.matching.compiled import LOWEST, Compiled

Matrix = NDArray[np.int32]


def all_points(compiled: Compiled) -> Matrix:
    """Score every pair with NumPy and SciPy; below LOWEST where a pair is forbidden."""
    learners = compiled.shape[0]
    points = np.empty(compiled.shape, np.int32)
    for start in range(0, learners, 256):
        rows = np.arange(start, min(learners, start + 256))
        points[rows] = block_points(compiled, rows)
    return points


def dense_value(points: Matrix, seats: Matrix, penalty: int, bonus: int) -> NDArray[np.float64]:
    """Return what each learner is worth in each seat; 0 where forbidden, which stands for staying unmatched."""
    owner = np.repeat(np.arange(len(seats)), seats)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(seats) - seats, seats)
    value = np.zeros((len(points), max(len(points), len(owner))))
    here = points[:, owner]
    value[:, : len(owner)] = np.where(here > LOWEST, here + (bonus - penalty * turn), 0)
    return value


def scipy_dense(value: NDArray[np.float64]) -> tuple[int, int]:
    """Return pairs and value of the optimum by SciPy."""
    row, column = linear_sum_assignment(value, maximize=True)
    chosen = value[row, column]
    return int((chosen > 0).sum()), int(chosen.sum())


def munkres(value: NDArray[np.float64]) -> tuple[int, int]:
    """Return pairs and value of the optimum by the package `munkres`, in pure Python."""
    cost = (value.max() - value).tolist()
    chosen = [value[row, column] for row, column in Munkres().compute(cost)]
    return sum(bool(each > 0) for each in chosen), int(sum(chosen))


MUNKRES_VERSION = version("munkres")


def greedy(value: NDArray[np.float64]) -> tuple[int, int]:
    """Return pairs and value of taking the best pair that is left, again and again."""
    order = np.argsort(-value, axis=None, kind="stable")
    rows, columns = (each.tolist() for each in np.unravel_index(order[: (value > 0).sum()], value.shape))
    free_rows, free_columns = set(range(value.shape[0])), set(range(value.shape[1]))
    pairs, total = 0, 0
    for row, column in zip(rows, columns, strict=True):
        if row in free_rows and column in free_columns:
            free_rows.remove(row)
            free_columns.remove(column)
            pairs, total = pairs + 1, total + int(value[row, column])
    return pairs, total


def gale_shapley(value: NDArray[np.float64]) -> tuple[int, int]:
    """Return pairs and value of a stable matching: learners propose, both sides rank by the same points."""
    wishes = np.argsort(-value, axis=1, kind="stable")
    asked = np.zeros(len(value), np.intp)
    holder = np.full(value.shape[1], -1, np.intp)
    waiting = list(range(len(value)))
    while waiting:
        row = waiting.pop()
        while asked[row] < value.shape[1]:
            column = wishes[row, asked[row]]
            if value[row, column] <= 0:
                break
            asked[row] += 1
            other = holder[column]
            if other < 0 or value[row, column] > value[other, column]:
                holder[column] = row
                if other >= 0:
                    waiting.append(int(other))
                break
    matched = np.flatnonzero(holder >= 0)
    return len(matched), int(value[holder[matched], matched].sum())
