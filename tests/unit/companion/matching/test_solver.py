"""The dense solver on plain matrices."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from companion.matching.solver import solve


def outcome(
    points: NDArray[np.int32], seats: list[int], taken: list[int], penalty: int, choice: list[int]
) -> tuple[int, int]:
    """How many are matched, and their points less the price of load, counted one by one."""
    load, total = list(taken), 0
    for row, column in enumerate(choice):
        if column >= 0:
            total += int(points[row, column]) - penalty * load[column]
            load[column] += 1
    held = all(now - before <= seat for now, before, seat in zip(load, taken, seats, strict=True))
    return (sum(column >= 0 for column in choice), total) if held else (-1, 0)


@st.composite
def problems(draw: st.DrawFn) -> tuple[NDArray[np.int32], NDArray[np.bool_], list[int], list[int], int]:
    rows, columns = draw(st.integers(0, 4)), draw(st.integers(0, 3))
    cells = st.lists(st.integers(-5, 9), min_size=rows * columns, max_size=rows * columns)
    points = np.array(draw(cells), np.int32).reshape(rows, columns)
    allowed = np.array([draw(st.booleans()) for _ in range(rows * columns)], np.bool_).reshape(rows, columns)
    numbers = st.lists(st.integers(0, 3), min_size=columns, max_size=columns)
    return points, allowed, draw(numbers), draw(numbers), draw(st.integers(0, 6))


@given(problems())
def test_the_choice_is_as_good_as_the_best_of_all(
    problem: tuple[NDArray[np.int32], NDArray[np.bool_], list[int], list[int], int],
) -> None:
    points, allowed, seats, taken, penalty = problem
    choice = solve(points, allowed, np.array(seats, np.int32), np.array(taken, np.int32), penalty).tolist()
    assert all(column < 0 or allowed[row, column] for row, column in enumerate(choice))
    possible = product(*([-1, *np.flatnonzero(row).tolist()] for row in allowed))
    best = max(outcome(points, seats, taken, penalty, list(each)) for each in possible)
    assert outcome(points, seats, taken, penalty, choice) == best


def test_one_more_learner_is_worth_any_loss_of_points() -> None:
    """Row 0 gives up 1,000 points so that row 1, which can go nowhere else, is covered."""
    points = np.array([[1000, -1000], [-1000, 0]], np.int32)
    allowed = np.array([[True, True], [True, False]])
    seats, taken = np.array([1, 1], np.int32), np.array([0, 0], np.int32)
    assert solve(points, allowed, seats, taken, 0).tolist() == [1, 0]


def test_load_from_elsewhere_counts() -> None:
    points, allowed = np.array([[10, 9]], np.int32), np.ones((1, 2), np.bool_)
    seats, taken = np.array([2, 2], np.int32), np.array([1, 0], np.int32)
    assert solve(points, allowed, seats, taken, 2).tolist() == [1]
