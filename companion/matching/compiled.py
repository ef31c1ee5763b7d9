"""The people of a request as arrays of small integers, from which the points of any pair add up exactly."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from companion.matching.pool import Integers, Pool

Shorts = NDArray[np.int16]
Positions = NDArray[np.intp]
ADDED, FIRST_COUNT, SECOND_COUNT, LARGEST, SHARED = range(5)
"""Channels: items of one channel are put together in the same way."""
FORBIDDEN = -13_500
"""Points of a forbidden pair: all weights add at most 9,000 and take at most 2,000, and two tables may forbid."""
LOWEST = -3_000
"""What lies below is forbidden."""


class Table(NamedTuple):
    """Points by a code of the learner and one of the adviser; FORBIDDEN where a hard rule says so."""

    points: Shorts
    learner: Integers
    adviser: Integers


class Features(NamedTuple):
    """Items of all channels: by learner which, by item which adviser gives how much. Compressed sparse rows."""

    channel: NDArray[np.int8]
    """By item."""
    learner_ptr: NDArray[np.int64]
    learner_item: Integers
    item_ptr: NDArray[np.int64]
    adviser: Integers
    value: Shorts

    def matrices(self, channel: int, advisers: int) -> tuple[sp.csr_array, sp.csr_array]:
        """Return learners by items (ones) and items by advisers (values) of one channel."""
        first, last = np.searchsorted(self.channel, [channel, channel + 1])
        mine = (self.learner_item >= first) & (self.learner_item < last)
        group = np.repeat(np.arange(len(self.learner_ptr) - 1), np.diff(self.learner_ptr))[mine]
        ptr = starts(group, len(self.learner_ptr) - 1)
        shape = len(self.learner_ptr) - 1, max(1, int(last - first))
        ones = sp.csr_array(
            (np.ones(len(group), np.int32), self.learner_item[mine] - first, ptr), shape=shape
        )
        span = slice(self.item_ptr[first], self.item_ptr[last])
        ends = (
            self.item_ptr[first : last + 1] - self.item_ptr[first] if last > first else np.zeros(2, np.int64)
        )
        given = self.value[span].astype(np.int32), self.adviser[span], ends
        return ones, sp.csr_array(given, shape=(shape[1], advisers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """Those who can be matched at all, in a canonical order: by the codes of the tables, then by id."""

    pool: Pool
    rows: Positions
    """By learner here: the row in the pool."""
    columns: Positions
    """By adviser here: the column in the pool."""
    tables: tuple[Table, ...]
    features: Features
    floor: Shorts
    """By adviser: the least of the LARGEST channel."""
    whole: Integers
    """By count channel and learner: of how many parts."""
    weights: tuple[int, int]
    """By count channel: points for all parts."""
    shared_asked: bool
    """Whether a pair must share an item of the SHARED channel."""
    excluded_ptr: NDArray[np.int64]
    excluded: Integers
    """By learner: advisers ruled out one by one, in order."""

    @property
    def shape(self) -> tuple[int, int]:
        """Number of learners and of advisers."""
        return len(self.rows), len(self.columns)

    def of_learners(self, chosen: Positions) -> "Compiled":
        """Keep these learners alone."""
        ptr, item = _rows_of(self.features.learner_ptr, self.features.learner_item, chosen)
        excluded_ptr, excluded = _rows_of(self.excluded_ptr, self.excluded, chosen)
        return replace(
            self,
            rows=self.rows[chosen],
            tables=tuple(table._replace(learner=table.learner[chosen]) for table in self.tables),
            features=self.features._replace(learner_ptr=ptr, learner_item=item),
            whole=self.whole[:, chosen],
            excluded_ptr=excluded_ptr,
            excluded=excluded,
        )


def starts(group: Integers, number: int) -> NDArray[np.int64]:
    """Return where each group begins once sorted, and the end."""
    counts = np.bincount(group, minlength=number)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _rows_of(ptr: NDArray[np.int64], item: Integers, chosen: Positions) -> tuple[NDArray[np.int64], Integers]:
    lengths = ptr[chosen + 1] - ptr[chosen]
    new = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    places = np.arange(new[-1]) - np.repeat(new[:-1] - ptr[chosen], lengths)
    return new, item[places]
