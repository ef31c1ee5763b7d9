"""Least and greatest prices of an optimal matching, by following who would change their mind. For numba."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Longs = NDArray[np.int64]


@njit(nogil=True, cache=True)
def raise_prices(
    learner_ptr: Longs, adviser: NDArray[np.int32], worth: Longs, choice: NDArray[np.intp], price: Longs
) -> None:
    """Raise prices, in place, until no learner would rather have another adviser than the one chosen (or none)."""
    learners = len(learner_ptr) - 1
    ptr, members = _members(adviser, choice, len(price))
    queue = np.arange(learners)
    waits = np.ones(learners, np.bool_)
    head, count = 0, learners
    while count > 0:
        learner = queue[head]
        head = (head + 1) % learners
        count -= 1
        waits[learner] = False
        mine = choice[learner]
        own = worth[mine] - price[adviser[mine]] if mine >= 0 else np.int64(0)
        for edge in range(learner_ptr[learner], learner_ptr[learner + 1]):
            other = adviser[edge]
            if edge != mine and worth[edge] - own > price[other]:
                price[other] = worth[edge] - own
                for at in range(ptr[other], ptr[other + 1]):
                    if not waits[members[at]]:
                        waits[members[at]] = True
                        queue[(head + count) % learners] = members[at]
                        count += 1


@njit(nogil=True, cache=True)
def lower_prices(
    learner_ptr: Longs, adviser: NDArray[np.int32], worth: Longs, choice: NDArray[np.intp], price: Longs
) -> None:
    """Lower prices, in place, until no learner would rather have another adviser than the one chosen (or none)."""
    learners = len(learner_ptr) - 1
    ptr, takers = _takers(learner_ptr, adviser, len(price))
    queue = np.arange(learners)
    waits = np.ones(learners, np.bool_)
    head, count = 0, learners
    while count > 0:
        learner = queue[head]
        head = (head + 1) % learners
        count -= 1
        waits[learner] = False
        mine = choice[learner]
        if mine < 0:
            continue
        other_best = np.int64(0)
        for edge in range(learner_ptr[learner], learner_ptr[learner + 1]):
            if edge != mine:
                other_best = max(other_best, worth[edge] - price[adviser[edge]])
        most = worth[mine] - other_best
        who = adviser[mine]
        if most < price[who]:
            price[who] = most
            for at in range(ptr[who], ptr[who + 1]):
                taker = takers[at]
                if not waits[taker] and choice[taker] >= 0 and adviser[choice[taker]] != who:
                    waits[taker] = True
                    queue[(head + count) % learners] = taker
                    count += 1


@njit(nogil=True, cache=True)
def _members(adviser: NDArray[np.int32], choice: NDArray[np.intp], advisers: int) -> tuple[Longs, Longs]:
    """Group learners by the adviser chosen for them."""
    ptr = np.zeros(advisers + 1, np.int64)
    for edge in choice:
        if edge >= 0:
            ptr[adviser[edge] + 1] += 1
    ptr = np.cumsum(ptr)
    members = np.empty(ptr[advisers], np.int64)
    fill = ptr[:-1].copy()
    for learner in range(len(choice)):
        if choice[learner] >= 0:
            who = adviser[choice[learner]]
            members[fill[who]] = learner
            fill[who] += 1
    return ptr, members


@njit(nogil=True, cache=True)
def _takers(learner_ptr: Longs, adviser: NDArray[np.int32], advisers: int) -> tuple[Longs, Longs]:
    """Group learners by the advisers they have a pair with."""
    ptr = np.zeros(advisers + 1, np.int64)
    for who in adviser:
        ptr[who + 1] += 1
    ptr = np.cumsum(ptr)
    takers = np.empty(ptr[advisers], np.int64)
    fill = ptr[:-1].copy()
    for learner in range(len(learner_ptr) - 1):
        for edge in range(learner_ptr[learner], learner_ptr[learner + 1]):
            takers[fill[adviser[edge]]] = learner
            fill[adviser[edge]] += 1
    return ptr, takers
