"""Circles of several learners around an adviser: seeded by a flow, improved by swaps, with an honest bound."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from companion.matching.blocks import block_points
from companion.matching.compiled import LOWEST, Compiled, Positions
from companion.matching.compiling import compile_pool
from companion.matching.errors import MatchInputError
from companion.matching.joining import peers
from companion.matching.open_circles import HARD_LIMIT
from companion.matching.options import Options, Progress
from companion.matching.pool import Integers, Pool, Truths
from companion.matching.request import MatchRequest
from companion.matching.solver import UNMATCHED, solve
from companion.matching.swaps import Circles, improve

LARGEST = 20_000_000
"""Cells of learners by seats, and of learners by learners, at most: 0.16 GB."""
SPREAD = 1000
"""Points for every learner more in a circle, so that all open circles fill alike."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many people a circle has, its adviser among them."""

    least: int = 4
    most: int = 6

    def __post_init__(self) -> None:
        """Check the range; raises MatchInputError."""
        if not 3 <= self.least <= self.most <= HARD_LIMIT:
            raise MatchInputError(
                f"A circle has from 3 to {HARD_LIMIT} people, the fewest no more than the most."
            )


@dataclass(frozen=True, slots=True)
class Circle:
    """An adviser and the learners around them."""

    adviser_id: int
    learner_ids: tuple[int, ...]
    points: int
    """Of the learners with the adviser, and of the learners among themselves."""


@dataclass(frozen=True, slots=True)
class CircleProposal:
    """The outcome of forming circles."""

    circles: tuple[Circle, ...]
    """By adviser id."""
    unmatched: tuple[int, ...]
    """Ids of learners without a circle."""
    points: int
    bound: int
    """No circles of the same sizes have more points in all. It adds the best each learner could have with an adviser to
    the best they could have with other learners, which rarely come together, so the true best is usually well below."""
    swaps: int
    """Improvements made to the flow's circles."""
    finished: bool
    """Whether no swap was left that improves anything; otherwise the budget ended first."""

    @property
    def gap(self) -> int:
        """Points that other circles could gain at most."""
        return self.bound - self.points


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop improving."""

    swaps: int = 100_000
    spent: Callable[[], bool] = lambda: False
    """Asked before each swap; the circles found by then are returned."""


def propose_circles(
    request: MatchRequest,
    sizes: Sizes | None = None,
    budget: Budget | None = None,
    options: Options | None = None,
) -> CircleProposal:
    """Form circles of an adviser with a free seat and learners who may each be paired with the adviser and each other.

    As many learners as a flow can place come first; swaps never leave anybody out. Points count between each learner
    and the adviser, and between any two learners, the mean of what either would get from the other. A pinned learner
    stays with the adviser.

    Raises:
        MatchInputError: for sizes out of range, or more learners than fit.
        MatchStoppedError: where the options say that the work is no longer wanted.
    """
    sizes, budget, options = sizes or Sizes(), budget or Budget(), options or Options()
    cells = len(request.learners) * max(len(request.learners), (sizes.most - 1) * len(request.advisers))
    if cells > LARGEST:
        raise MatchInputError("Too many people to form circles of at once: split the cohort.")
    options.check()
    circles, learners, advisers = _prepared(request, sizes)
    options.progress(Progress("Looked at everybody with everybody"))
    _seed(circles, sizes, options)
    options.progress(Progress("Placed learners around advisers"))
    swaps, finished = improve(circles, budget.swaps, budget.spent)
    return CircleProposal(
        circles=tuple(
            _circle(circles, at, learners, advisers) for at in np.unique(circles.of[circles.of >= 0])
        ),
        unmatched=tuple(sorted({each.person_id for each in request.learners} - _placed(circles, learners))),
        points=circles.points(),
        bound=_bound(circles, sizes),
        swaps=swaps,
        finished=finished,
    )


def _placed(circles: Circles, learners: list[int]) -> set[int]:
    return {learners[at] for at in np.flatnonzero(circles.of >= 0).tolist()}


def _prepared(request: MatchRequest, sizes: Sizes) -> tuple[Circles, list[int], list[int]]:
    """Score everybody with everybody. One learner counts as adviser of the other, with a seat, in both directions."""
    pool = Pool.of(request)
    with_adviser, learners, advisers = _scored(pool)
    companions = tuple(replace(person, capacity=1) for person in pool.learners)
    one_way, rows, columns = _scored(Pool(peers(request), pool.learners, companions))
    among = np.full((len(learners), len(learners)), LOWEST, np.int32)
    at = {person: place for place, person in enumerate(learners)}
    # Without any adviser nobody is in the first reckoning, and the second has nobody to be put in.
    known_rows = [place for place, person in enumerate(rows) if person in at]
    known_columns = [place for place, person in enumerate(columns) if person in at]
    among[np.ix_([at[rows[i]] for i in known_rows], [at[columns[i]] for i in known_columns])] = one_way[
        np.ix_(known_rows, known_columns)
    ]
    may = (among > LOWEST) & (among.T > LOWEST)
    np.fill_diagonal(may, val=False)
    home = {person: place for place, person in enumerate(advisers)}
    fixed = np.full(len(learners), UNMATCHED, np.intp)
    for learner, adviser in request.pinned:
        if learner in at and adviser in home:
            fixed[at[learner]] = home[adviser]
    among = np.where(may, (among + among.T) // 2, 0)
    return Circles(with_adviser, with_adviser > LOWEST, among, may, fixed, sizes.most - 1), learners, advisers


def _scored(pool: Pool) -> tuple[Integers, list[int], list[int]]:
    """Return points by learner and adviser, both in order of their ids."""
    compiled: Compiled = compile_pool(pool)
    rows, columns = np.argsort(compiled.rows), np.argsort(compiled.columns)
    points = block_points(compiled, np.arange(compiled.shape[0]))[np.ix_(rows, columns)]
    learners = [pool.learners[row].person_id for row in compiled.rows[rows].tolist()]
    return (
        points,
        learners,
        [pool.advisers[column].person_id for column in compiled.columns[columns].tolist()],
    )


def _seed(circles: Circles, sizes: Sizes, options: Options) -> None:
    """Place learners by flow, closing the emptiest circles until all that are left have enough."""
    number = circles.with_adviser.shape[1]
    open_ones, pinned = np.ones(number, np.bool_), np.isin(np.arange(number), circles.fixed)
    while open_ones.any():
        options.check()
        circles.of = _placing(circles, open_ones)
        _part(circles)
        load = np.bincount(circles.of[circles.of >= 0], minlength=number)
        few = np.flatnonzero(open_ones & (load < sizes.least - 1))
        if not len(few):
            return
        emptiest = few[np.lexsort([load[few], pinned[few]])]
        at_once = max(1, int((load[few] == 0).sum()), len(few) // 4)
        open_ones[emptiest[:at_once]] = False
    circles.of[:] = UNMATCHED


def _placing(circles: Circles, open_ones: Truths) -> Positions:
    allowed = circles.allowed & open_ones
    pinned = np.flatnonzero(circles.fixed >= 0)
    there = allowed[pinned, circles.fixed[pinned]]
    allowed[pinned] = False
    allowed[pinned, circles.fixed[pinned]] = there
    points = circles.with_adviser.copy()
    points[pinned, circles.fixed[pinned]] += SPREAD * len(points)
    seats = np.where(open_ones, circles.room, 0).astype(np.int32)
    return solve(points, allowed, seats, np.zeros(len(open_ones), np.int32), SPREAD)


def _part(circles: Circles) -> None:
    """Take out learners who may not sit with others of their circle, those with most against them first."""
    for number in np.unique(circles.of[circles.of >= 0]).tolist():
        members = np.flatnonzero(circles.of == number)
        while len(members) > 1:
            against = (~circles.may[np.ix_(members, members)]).sum(axis=1) - 1
            if not against.any():
                break
            worst = int(np.lexsort([members, circles.fixed[members] >= 0, -against])[0])
            circles.of[members[worst]] = UNMATCHED
            members = np.delete(members, worst)


def _circle(circles: Circles, at: int, learners: list[int], advisers: list[int]) -> Circle:
    members = np.flatnonzero(circles.of == at)
    return Circle(
        advisers[at], tuple(learners[each] for each in members.tolist()), circles.points_of(members, at)
    )


def _bound(circles: Circles, sizes: Sizes) -> int:
    """Return points that no circles exceed: each learner's best adviser, and half of their best companions."""
    if not circles.with_adviser.size:
        return 0
    best = np.where(circles.allowed, circles.with_adviser, 0).max(axis=1)
    companions: NDArray[np.int32] = np.maximum(circles.among, 0)
    most = min(sizes.most - 2, len(companions))
    top = np.sort(companions, axis=1)[:, len(companions) - most :].sum(axis=1)
    return int(np.maximum(best, 0).sum()) + int(top.sum()) // 2
