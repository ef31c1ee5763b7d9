"""The best matching among candidate pairs, exactly, as a flow of least cost."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from companion.matching.edges import Edges, Longs
from companion.matching.pool import Integers

Places = NDArray[np.intp]
NO_EDGE = -1
SOLVER = "ortools SimpleMinCostFlow on candidates, certified over all pairs"


@dataclass(frozen=True, slots=True)
class Seats:
    """What advisers have to give, and what it costs to give it."""

    free: Integers
    """By adviser."""
    taken: Integers
    """By adviser: learners who count towards the load already."""
    penalty: int
    """The i-th further learner of an adviser costs i times this."""

    def cost(self, load: NDArray[np.integer]) -> Longs:
        """Return what the next learner of an adviser costs who has got so many here."""
        return self.penalty * (self.taken.astype(np.int64) + load)

    def cost_of(self, load: NDArray[np.integer]) -> int:
        """Return what so many learners cost, all advisers together."""
        load = load.astype(np.int64)
        return int((self.penalty * (load * self.taken + load * (load - 1) // 2)).sum())

    def worth(self, price: NDArray[np.integer]) -> int:
        """Return the sum over all seats of max(0, price - cost): what advisers earn at most at these prices."""
        over = price.astype(np.int64) - self.penalty * self.taken.astype(np.int64)
        if self.penalty == 0:
            return int((self.free * np.maximum(over, 0)).sum())
        used = np.clip(-(-over // self.penalty), 0, self.free)
        return int((used * over - self.penalty * (used * (used - 1) // 2)).sum())


def best_choice(edges: Edges, seats: Seats, bonus: int) -> Places:
    """Return the edge chosen for each learner, or NO_EDGE, so that points plus `bonus` a pair less load is largest.

    Learners, advisers and a sink are nodes. A unit flows from each learner over a pair and a seat, or straight to the
    sink, which stands for staying unmatched. Seats of rising cost are used in order without being told to.
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # type: ignore[import-untyped]  # noqa: PLC0415

    learners, advisers = edges.shape
    sink = learners + advisers
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        edges.learner,
        edges.adviser + np.int32(learners),
        np.ones(len(edges), np.int64),
        -(edges.points.astype(np.int64) + bonus),
    )
    everybody = np.arange(learners, dtype=np.int32)
    none = np.zeros(learners, np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(everybody, np.full_like(everybody, sink), none + 1, none)
    owner, room, cost = _seat_arcs(edges, seats)
    flow.add_arcs_with_capacity_and_unit_cost(owner + learners, np.full_like(owner, sink), room, cost)
    flow.set_nodes_supplies(np.append(everybody, np.int32(sink)), np.append(none + 1, -learners))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("The solver found no flow, though staying unmatched is always possible.")
    pairs = np.arange(len(edges), dtype=np.int32)  # the first arcs, in the order in which they were added
    used = np.flatnonzero(np.asarray(flow.flows(pairs)) > 0)
    choice = np.full(learners, NO_EDGE, np.intp)
    choice[edges.learner[used]] = used
    return choice


def _seat_arcs(edges: Edges, seats: Seats) -> tuple[Integers, Longs, Longs]:
    """Return adviser, capacity and cost of the arcs that stand for seats."""
    degree = np.bincount(edges.adviser, minlength=edges.shape[1])
    room = np.minimum(seats.free, degree).astype(np.int64)
    if seats.penalty == 0:
        owner = np.flatnonzero(room).astype(np.int32)
        return owner, room[owner], np.zeros(len(owner), np.int64)
    owner = np.repeat(np.arange(len(room), dtype=np.int32), room)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(room) - room, room)
    return owner, np.ones(len(owner), np.int64), seats.penalty * (seats.taken[owner] + turn)
