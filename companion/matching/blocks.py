"""Points of whole blocks of pairs with NumPy and SciPy, from the compiled form."""

import numpy as np

from companion.matching.compiled import ADDED, FIRST_COUNT, FORBIDDEN, LARGEST, SHARED, Compiled, Positions
from companion.matching.pool import Integers
from companion.matching.terms import rounded

BLOCK = 4_000_000
"""Pairs looked at together: 16 MB for each array of them."""


def block_points(compiled: Compiled, chosen: Positions) -> Integers:
    """Return the points of these learners with every adviser; below LOWEST where a hard rule forbids the pair."""
    part = compiled.of_learners(chosen)
    points = np.zeros(part.shape, np.int32)
    for table in part.tables:
        points += table.points[table.learner[:, np.newaxis], table.adviser]
    np.maximum(points, FORBIDDEN, out=points)
    points += _sums(part, ADDED)
    for number, weight in enumerate(part.weights):
        if weight:
            points += rounded(weight, _sums(part, FIRST_COUNT + number), part.whole[number][:, np.newaxis])
    points += _largest(part)
    if part.shared_asked:
        points[_sums(part, SHARED) == 0] += FORBIDDEN
    points[np.repeat(np.arange(len(chosen)), np.diff(part.excluded_ptr)), part.excluded] = FORBIDDEN
    return points


def _sums(part: Compiled, channel: int) -> Integers:
    ones, values = part.features.matrices(channel, part.shape[1])
    sums: Integers = (ones @ values).toarray()
    return sums


def _largest(part: Compiled) -> Integers:
    features = part.features
    best = np.repeat(part.floor[np.newaxis].astype(np.int32), len(part.rows), axis=0)
    for row in range(len(part.rows)):
        for item in features.learner_item[features.learner_ptr[row] : features.learner_ptr[row + 1]].tolist():
            if features.channel[item] == LARGEST:
                span = slice(features.item_ptr[item], features.item_ptr[item + 1])
                to = features.adviser[span]
                best[row, to] = np.maximum(best[row, to], features.value[span])
    return best
