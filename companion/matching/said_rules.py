"""Points for what people said of themselves: topics and work style."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from companion.matching.grounds import Ground, Said
from companion.matching.pool import Integers, Pool, column
from companion.matching.profiles import STYLE_LIMIT, Profile
from companion.matching.request import MatchRequest, Weights
from companion.matching.terms import Counted, Items, shared_items

WIDEST = 2 * STYLE_LIMIT
"""The largest distance of two work-style answers."""
ANSWERS = 2 * STYLE_LIMIT + 1


class Topics:
    """What the learner wants help with, and the adviser offers (in full) or is interested in as well (half).

    A learner who named no topic is taken to want help with the interests of the profile.
    """

    code = "topics"

    def weight(self, weights: Weights) -> int:
        """Return the points for every wanted topic being offered."""
        return weights.topics

    def share(self, pool: Pool) -> tuple[Integers, Integers]:
        """Count offered topics twice and interests once, out of twice the wanted topics."""
        offered = pool.shared(_wanted, lambda adviser: adviser.topics_offered)
        interests = pool.shared(_wanted, lambda adviser: adviser.interests - adviser.topics_offered)
        return 2 * offered + interests, 2 * column([len(_wanted(learner)) for learner in pool.learners])

    def term(self, pool: Pool) -> Counted:
        """Count the same over the topics."""
        wanted = [_wanted(learner) for learner in pool.learners]
        whole = 2 * np.maximum(np.array([len(each) for each in wanted], np.int32), 1)
        given = [_given(adviser) for adviser in pool.advisers]
        return Counted(shared_items(wanted, given), whole, self.weight(pool.request.weights))

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """Name the topics."""
        offered = sorted(_wanted(learner) & adviser.topics_offered)
        interests = sorted(_wanted(learner) & (adviser.interests - adviser.topics_offered))
        if offered:
            return Said(Ground.TOPICS_OFFERED, tuple(offered))
        return Said(Ground.TOPICS_SHARED, tuple(interests)) if interests else None


class WorkStyle:
    """How close the answers are in the dimensions both answered, out of all the learner answered."""

    code = "work_style"

    def weight(self, weights: Weights) -> int:
        """Return the points for the same answer in every dimension."""
        return weights.work_style

    def share(self, pool: Pool) -> tuple[Integers, Integers]:
        """Count 4 less the distance for each dimension, out of 4 for each the learner answered."""
        parts = np.zeros(pool.shape, np.int32)
        for dimension in sorted({name for person in pool.learners for name in person.work_style}):
            rows, mine = _answers(pool.learners, dimension)
            columns, theirs = _answers(pool.advisers, dimension)
            parts[np.ix_(rows, columns)] += WIDEST - np.abs(np.subtract.outer(mine, theirs))
        return parts, WIDEST * column([len(learner.work_style) for learner in pool.learners])

    def term(self, pool: Pool) -> Counted:
        """Count the same, an item being one answer in one dimension."""
        dimensions = sorted({name for person in pool.learners for name in person.work_style})
        items = _style_items(pool, dimensions)
        whole = WIDEST * np.maximum(np.bincount(items.learner, minlength=len(pool.learners)), 1)
        return Counted(items, whole.astype(np.int32), self.weight(pool.request.weights))

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """Name the dimensions in which the answers are at most one step apart."""
        both = learner.work_style.keys() & adviser.work_style.keys()
        close = sorted(name for name in both if abs(learner.work_style[name] - adviser.work_style[name]) <= 1)
        if close:
            return Said(Ground.STYLE_CLOSE, tuple(close))
        if any(abs(learner.work_style[name] - adviser.work_style[name]) < WIDEST for name in both):
            return Said(Ground.STYLE_APART)
        return None


def _wanted(learner: Profile) -> frozenset[str]:
    return learner.topics_wanted or learner.interests


def _given(adviser: Profile) -> dict[str, int]:
    return {**dict.fromkeys(adviser.interests, 1), **dict.fromkeys(adviser.topics_offered, 2)}


def _style_items(pool: Pool, dimensions: list[str]) -> Items:
    """Number each answer in each dimension; an adviser gives 4 less the distance for every answer."""
    asked: list[tuple[NDArray[np.intp], Integers]] = []
    given: list[tuple[Integers, Integers, Integers]] = []
    for number, dimension in enumerate(dimensions):
        rows, mine = _answers(pool.learners, dimension)
        asked.append((np.array(rows, np.intp), number * ANSWERS + mine + STYLE_LIMIT))
        columns, theirs = _answers(pool.advisers, dimension)
        for answer in range(ANSWERS):
            value = WIDEST - np.abs(theirs + STYLE_LIMIT - answer)
            item = np.full(len(value), number * ANSWERS + answer, np.int32)
            given.append((np.array(columns, np.int32), item, value))
    learner, wanted = _joined(asked, 2)
    adviser, item, value = _joined(given, 3)
    kept = value > 0
    return Items(len(dimensions) * ANSWERS, learner, wanted, adviser[kept], item[kept], value[kept])


def _joined(parts: Sequence[tuple[NDArray[np.integer], ...]], width: int) -> list[Integers]:
    empty = [np.zeros(0, np.int32)]
    return [
        np.concatenate([*empty, *(part[each] for part in parts)]).astype(np.int32) for each in range(width)
    ]


def _answers(people: tuple[Profile, ...], dimension: str) -> tuple[list[int], Integers]:
    rows = [row for row, person in enumerate(people) if dimension in person.work_style]
    return rows, np.array([people[row].work_style[dimension] for row in rows], np.int32)
