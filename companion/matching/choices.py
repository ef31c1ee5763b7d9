"""The best advisers for one learner who would like to choose."""

from dataclasses import replace

import numpy as np

from companion.matching.assignment import pair_of
from companion.matching.people import find
from companion.matching.pool import Pool
from companion.matching.proposal import Pair
from companion.matching.request import MatchRequest
from companion.matching.rules import barriers_by_rule, points_by_rule


def top(request: MatchRequest, learner_id: int, n: int = 3) -> tuple[Pair, ...]:
    """Return the n pairs worth most to this learner among advisers with a free seat, with reasons, the best first.

    Of equally good advisers, those with fewer running engagements come first, then those with the lower id. Whether
    the seat is still free has to be looked at again when one is taken.

    Raises:
        MatchInputError: where the learner is not in the request.
    """
    learner = find(request.learners, learner_id, "learners")
    pool = Pool.of(replace(request, learners=(learner,), pinned=()))
    points = np.array([matrix[0] for matrix in points_by_rule(pool)], np.int32)
    allowed = np.flatnonzero(~np.logical_or.reduce(barriers_by_rule(pool))[0])
    running = np.array(
        [request.running.get(pool.advisers[column].person_id, 0) for column in allowed], np.int32
    )
    best = allowed[np.lexsort([allowed, running, -points[:, allowed].sum(axis=0)])[:n]]
    return tuple(pair_of(pool, 0, column, points[:, column].tolist()) for column in best.tolist())
