"""One pass over all pairs: the best partners of everybody, with prices taken off, by the kernel or by NumPy."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from companion.matching.blocks import BLOCK, block_points
from companion.matching.compiled import LOWEST, Compiled, Positions
from companion.matching.options import Engine
from companion.matching.pool import Integers
from companion.matching.terms import share_in_points

NO_KEY = -(2**31)
KEY_BITS = 30
RANK_BITS = 16
RANK_STEP = 40_503
"""Odd, so that multiples run through all ranks before one comes twice."""
KERNEL_BLOCK = 8192
"""Advisers whose accumulators stay in the cache of a core."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best partners of everybody, best first; places beyond the last one found hold -1."""

    learner_best: Integers
    """Learners by k: positions of advisers."""
    learner_value: Integers
    """Their points less price."""
    adviser_best: Integers
    """Advisers by k: positions of learners."""
    adviser_value: Integers
    highest: Integers
    """By learner: the most points less price of any adviser allowed; NO_KEY where there is none."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a pass is asked for."""

    compiled: Compiled
    price: Integers
    """By adviser."""
    threshold: Integers
    """By learner: only what is worth more is kept."""
    k: int
    k_adviser: int
    """0 for no lists of the advisers."""
    largest: int
    """No points less price lie farther from 0."""

    @property
    def shift(self) -> int:
        """Bits of the key left for ranks, which spread ties over different partners."""
        return max(0, min(RANK_BITS, KEY_BITS - self.largest.bit_length()))

    @property
    def ranks(self) -> tuple[Integers, Integers]:
        """Ranks of learners and advisers; a pair's rank is their sum within the bits left."""
        low = RANK_BITS - self.shift
        learners, advisers = (np.arange(number, dtype=np.int64) for number in self.compiled.shape)
        learner, adviser = (((each * RANK_STEP) % 2**RANK_BITS) >> low for each in (learners, advisers))
        return learner.astype(np.int32), adviser.astype(np.int32)

    @property
    def least_key(self) -> Integers:
        """By learner: keys above this are worth more than the threshold."""
        keys = ((self.threshold.astype(np.int64) + 1) << self.shift) - 1
        least: Integers = np.maximum(keys, NO_KEY).astype(np.int32)
        return least


def scan(asked: Scan, engine: Engine, threads: int, stopped: Callable[[], None]) -> Found:
    """Look at all pairs once. Both engines and any number of threads find the same.

    Args:
        asked: what to look for.
        engine: who does it.
        threads: at most so many at once.
        stopped: called now and then; raises where the work is no longer wanted.
    """
    stopped()
    if min(asked.compiled.shape) == 0:
        return _found(asked, *_lists(asked))
    if engine == "numba":
        return _with_kernel(asked, threads, stopped)
    return _with_numpy(asked, stopped)


def _lists(asked: Scan) -> tuple[Integers, Integers, Integers, Integers, Integers]:
    learners, advisers = asked.compiled.shape
    keys = [
        np.full((learners, asked.k), NO_KEY, np.int32),
        np.full((advisers, asked.k_adviser), NO_KEY, np.int32),
    ]
    best = [np.full(each.shape, -1, np.int32) for each in keys]
    return keys[0], best[0], keys[1], best[1], np.full(learners, NO_KEY, np.int32)


def _found(
    asked: Scan,
    keys: Integers,
    best: Integers,
    adviser_keys: Integers,
    adviser_best: Integers,
    highest: Integers,
) -> Found:
    top = np.where(highest == NO_KEY, NO_KEY, highest >> asked.shift).astype(np.int32)
    return Found(best, keys >> asked.shift, adviser_best, adviser_keys >> asked.shift, top)


def _with_kernel(asked: Scan, threads: int, stopped: Callable[[], None]) -> Found:
    from companion.matching.kernel import scan_advisers  # noqa: PLC0415 - small matchings need no compiler

    compiled, features = asked.compiled, asked.compiled.features
    _, advisers = compiled.shape
    block = min(KERNEL_BLOCK, -(-advisers // threads))
    parts = -(-advisers // block)
    per_thread = -(-parts // threads) * block
    spans = [(start, min(advisers, start + per_thread)) for start in range(0, advisers, per_thread)]
    shares = [
        share_in_points(weight, whole) for weight, whole in zip(compiled.weights, compiled.whole, strict=True)
    ]
    factor, offset = (np.array([share[at] for share in shares]) for at in range(2))
    learner_rank, adviser_rank = asked.ranks
    keys, best, adviser_keys, adviser_best, highest = _lists(asked)
    tables = compiled.tables
    sizes = np.array([0, *(table.points.size for table in tables)], np.int64)

    def run(span: tuple[int, int], lists: tuple[Integers, Integers, Integers]) -> None:
        scan_advisers(
            span[0],
            span[1],
            block,
            np.concatenate([table.points.ravel() for table in tables]),
            np.cumsum(sizes)[:-1],
            np.array([table.points.shape[1] for table in tables], np.int64),
            np.array([table.learner for table in tables], np.int32),
            np.array([table.adviser for table in tables], np.int32),
            features.channel,
            features.learner_ptr,
            features.learner_item,
            features.item_ptr,
            features.adviser,
            features.value,
            compiled.floor,
            factor,
            offset,
            compiled.shared_asked,
            compiled.excluded_ptr,
            compiled.excluded,
            asked.price.astype(np.int32),
            asked.shift,
            learner_rank,
            adviser_rank,
            asked.least_key,
            lists[0],
            lists[1],
            adviser_keys,
            adviser_best,
            lists[2],
        )

    own = [(keys.copy(), best.copy(), highest.copy()) for _ in spans]
    with ThreadPoolExecutor(len(spans)) as workers:
        list(workers.map(run, spans, own))
    stopped()
    keys, best = _merged([each[0] for each in own], [each[1] for each in own], asked.k)
    return _found(asked, keys, best, adviser_keys, adviser_best, np.max([each[2] for each in own], axis=0))


def _merged(keys: list[Integers], best: list[Integers], k: int) -> tuple[Integers, Integers]:
    """Join lists of earlier and later advisers; equal keys stay in the order of the advisers."""
    if len(keys) == 1:
        return keys[0], best[0]
    all_keys, all_best = np.concatenate(keys, axis=1), np.concatenate(best, axis=1)
    order = np.argsort(-all_keys.astype(np.int64), axis=1, kind="stable")[:, :k]
    return np.take_along_axis(all_keys, order, axis=1), np.take_along_axis(all_best, order, axis=1)


def _with_numpy(asked: Scan, stopped: Callable[[], None]) -> Found:
    keys, best, adviser_keys, adviser_best, highest = _lists(asked)
    learners, advisers = asked.compiled.shape
    step = max(1, BLOCK // advisers)
    learner_rank, adviser_rank = asked.ranks
    mask = (1 << asked.shift) - 1
    for start in range(0, learners, step):
        stopped()
        rows = np.arange(start, min(learners, start + step))
        points = block_points(asked.compiled, rows)
        key = ((points - asked.price) << asked.shift) + (
            (learner_rank[rows, np.newaxis] + adviser_rank) & mask
        )
        key[points <= LOWEST] = NO_KEY
        highest[rows] = key.max(axis=1)
        if asked.k_adviser:
            _keep(key.T, rows, adviser_keys, adviser_best)
        key[key <= asked.least_key[rows, np.newaxis]] = NO_KEY
        kept_keys, kept = (
            np.full((len(rows), asked.k), NO_KEY, np.int32),
            np.full((len(rows), asked.k), -1, np.int32),
        )
        _keep(key, np.arange(advisers), kept_keys, kept)
        keys[rows], best[rows] = kept_keys, kept
    return _found(asked, keys, best, adviser_keys, adviser_best, highest)


def _keep(key: Integers, who: Positions, keys: Integers, best: Integers) -> None:
    """Merge the columns of `key`, standing for `who`, into lists in falling order, ties by place."""
    k = keys.shape[1]
    all_keys = np.concatenate([keys, key], axis=1)
    all_best = np.concatenate([best, np.broadcast_to(who.astype(np.int32), key.shape)], axis=1)
    order = np.argsort(-all_keys.astype(np.int64), axis=1, kind="stable")[:, :k]
    keys[:] = np.take_along_axis(all_keys, order, axis=1)
    best[:] = np.where(keys == NO_KEY, -1, np.take_along_axis(all_best, order, axis=1))
