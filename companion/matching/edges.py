"""Candidate pairs between learners and advisers, each once, in order of learner and adviser."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from companion.matching.pool import Integers, Truths
from companion.matching.scan import Found

Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Edges:
    """Parallel arrays, by learner and then adviser."""

    learner: Integers
    adviser: Integers
    points: Integers
    shape: tuple[int, int]
    """Number of learners and of advisers."""

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.learner)

    @property
    def learner_ptr(self) -> Longs:
        """Where each learner's pairs begin, and the end."""
        return np.searchsorted(self.learner, np.arange(self.shape[0] + 1)).astype(np.int64)

    def kept(self, which: Truths) -> "Edges":
        """Return some of the pairs."""
        return Edges(self.learner[which], self.adviser[which], self.points[which], self.shape)

    def joined(self, other: "Edges") -> "Edges":
        """Return the pairs of both."""
        return _of(
            np.concatenate([self.learner, other.learner]),
            np.concatenate([self.adviser, other.adviser]),
            np.concatenate([self.points, other.points]),
            self.shape,
        )


def from_learners(found: Found, price: Integers, shape: tuple[int, int]) -> Edges:
    """Return the pairs in the learners' lists, with their points before the price."""
    learner, place = np.nonzero(found.learner_best >= 0)
    adviser = found.learner_best[learner, place]
    return _of(learner, adviser, found.learner_value[learner, place] + price[adviser], shape)


def from_advisers(found: Found, shape: tuple[int, int]) -> Edges:
    """Return the pairs in the advisers' lists, found without prices."""
    adviser, place = np.nonzero(found.adviser_best >= 0)
    return _of(found.adviser_best[adviser, place], adviser, found.adviser_value[adviser, place], shape)


def _of(
    learner: NDArray[np.integer], adviser: NDArray[np.integer], points: Integers, shape: tuple[int, int]
) -> Edges:
    key = learner.astype(np.int64) * shape[1] + adviser
    _, first = np.unique(key, return_index=True)
    return Edges(
        learner[first].astype(np.int32),
        adviser[first].astype(np.int32),
        points[first].astype(np.int32),
        shape,
    )
