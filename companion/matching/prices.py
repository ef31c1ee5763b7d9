"""What a seat of each adviser is worth: prices under which everybody's choice is already their best.

Solvers hand out no such prices, so they are worked out from the optimal choice: they are the solutions of difference
constraints, and the least and the greatest are fixed points (the shortest-path view of duality in networks, as in
Ahuja, Magnanti and Orlin, Network Flows, chapter 9). The middle of both is a solution as well and gave the smallest
gap in practice.
"""

import numpy as np

from companion.matching.edges import Edges, Longs
from companion.matching.flow import NO_EDGE, Places, Seats
from companion.matching.options import Engine
from companion.matching.pool import Integers

UNBOUNDED = 2**40


def prices(edges: Edges, choice: Places, seats: Seats, bonus: int, engine: Engine) -> Integers:
    """Return whole prices by adviser that prove `choice` optimal among the edges."""
    taken = choice[choice != NO_EDGE]
    load = np.bincount(edges.adviser[taken], minlength=edges.shape[1])
    worth = edges.points.astype(np.int64) + bonus
    least = np.where(load > 0, seats.cost(load - 1), 0)
    greatest = np.where(load < seats.free, seats.cost(load), UNBOUNDED)
    if engine == "numba":
        from companion.matching.price_kernel import lower_prices, raise_prices  # noqa: PLC0415 - see scan

        raise_prices(edges.learner_ptr, edges.adviser, worth, choice, least)
        lower_prices(edges.learner_ptr, edges.adviser, worth, choice, greatest)
    else:
        _raise_prices(edges, worth, choice, least)
        _lower_prices(edges, worth, choice, greatest)
    return ((least + greatest) // 2).astype(np.int32)


def utilities(edges: Edges, price: Integers, bonus: int) -> Longs:
    """Return by learner what the best of the edges is worth after its price, at least 0."""
    best = np.zeros(edges.shape[0], np.int64)
    np.maximum.at(best, edges.learner, edges.points.astype(np.int64) + bonus - price[edges.adviser])
    return best


def _own(edges: Edges, worth: Longs, choice: Places, price: Longs) -> Longs:
    own = np.zeros(edges.shape[0], np.int64)
    matched = choice != NO_EDGE
    edge = choice[matched]
    own[matched] = worth[edge] - price[edges.adviser[edge]]
    return own


def _raise_prices(edges: Edges, worth: Longs, choice: Places, price: Longs) -> None:
    while True:
        before = price.copy()
        np.maximum.at(price, edges.adviser, worth - _own(edges, worth, choice, price)[edges.learner])
        if np.array_equal(before, price):
            return


def _lower_prices(edges: Edges, worth: Longs, choice: Places, price: Longs) -> None:
    chosen = choice[choice != NO_EDGE]
    others = np.ones(len(edges), np.bool_)
    others[chosen] = False
    while True:
        before = price.copy()
        best = np.zeros(edges.shape[0], np.int64)
        np.maximum.at(best, edges.learner[others], (worth - price[edges.adviser])[others])
        np.minimum.at(price, edges.adviser[chosen], (worth - best[edges.learner])[chosen])
        if np.array_equal(before, price):
            return
