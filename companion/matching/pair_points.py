"""Points by rule of pairs given one by one, without a matrix of all pairs."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from companion.matching.compiled import Positions
from companion.matching.compiling import code_people
from companion.matching.pool import Integers, Pool
from companion.matching.rule_kinds import ScoreRule
from companion.matching.rules import SCORE_RULES, rule_points
from companion.matching.terms import Added, Counted, Items, Keyed, Largest, rounded


def pair_points(pool: Pool, rows: Positions, columns: Positions) -> Integers:
    """Return the points of each score rule (first axis) for each pair (second axis)."""
    learners, mine = np.unique(rows, return_inverse=True)
    advisers, theirs = np.unique(columns, return_inverse=True)
    few = Pool(
        pool.request,
        tuple(pool.learners[row] for row in learners.tolist()),
        tuple(pool.advisers[column] for column in advisers.tolist()),
    )
    return np.array([_of_rule(rule, few, mine, theirs) for rule in SCORE_RULES], np.int32)


def _of_rule(rule: ScoreRule, pool: Pool, rows: Positions, columns: Positions) -> NDArray[np.integer]:
    if not rule.weight(pool.request.weights) or not len(rows):
        return np.zeros(len(rows), np.int32)
    match rule.term(pool):
        case Keyed(key):
            learner, first_learners = code_people(pool.learners, key(pool))
            adviser, first_advisers = code_people(pool.advisers, key(pool))
            table = rule_points(rule, Pool(pool.request, first_learners, first_advisers))
            return table[learner[rows], adviser[columns]]
        case Added(items):
            return _sums(_shared(items, pool, rows, columns))
        case Counted(items, whole, weight):
            return rounded(weight, _sums(_shared(items, pool, rows, columns)), whole[rows])
        case Largest(items, floor):
            best: Integers = _shared(items, pool, rows, columns).max(axis=1).toarray().ravel()
            return np.maximum(best, floor[columns])


def _shared(items: Items, pool: Pool, rows: Positions, columns: Positions) -> sp.csr_array:
    width = max(1, items.number)
    ones = np.ones(len(items.learner), np.int32)
    wanted = sp.csr_array((ones, (items.learner, items.wanted)), shape=(len(pool.learners), width))
    given = sp.csr_array((items.value, (items.adviser, items.given)), shape=(len(pool.advisers), width))
    return wanted[rows].multiply(given[columns]).tocsr()


def _sums(shared: sp.csr_array) -> Integers:
    sums: Integers = np.asarray(shared.sum(axis=1)).ravel().astype(np.int32)
    return sums
