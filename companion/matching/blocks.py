"""Points of whole blocks of pairs with NumPy and SciPy, from the compiled form."""

import numpy as np

from companion.matching.compiled import ADDED, FIRST_COUNT, FORBIDDEN, LARGEST, SHARED, Compiled, Positions
from companion.matching.pool import Integers
from companion.matching.terms import share_in_points

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
            factor, offset = share_in_points(weight, part.whole[number][:, np.newaxis])
            points += (_sums(part, FIRST_COUNT + number) * factor + offset).astype(np.int32)
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
    features, advisers = part.features, part.shape[1]
    mine = features.channel[features.learner_item] == LARGEST
    row = np.repeat(np.arange(len(part.rows)), np.diff(features.learner_ptr))[mine]
    item = features.learner_item[mine]
    number = features.item_ptr[item + 1] - features.item_ptr[item]
    place = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number - features.item_ptr[item], number)
    best = np.repeat(part.floor[np.newaxis].astype(np.int32), len(part.rows), axis=0)
    pair = np.repeat(row, number) * advisers + features.adviser[place]
    np.maximum.at(best.reshape(-1), pair, features.value[place].astype(np.int32))
    return best
