"""The compiled pass over all pairs: every learner's and every adviser's best, without ever storing a matrix.

Written in plain loops for numba; `scan` decides what it is called with, and `blocks` gives the same without numba.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from companion.matching.compiled import FORBIDDEN, LOWEST

Shorts = NDArray[np.int16]
Integers = NDArray[np.int32]
Longs = NDArray[np.int64]
CHUNK = 64
"""Pairs whose best is looked at before any of them is."""
DENSE = 64
"""An item that more than one in so many advisers of a block give becomes a row of its own."""
NO_KEY = -(2**31)
CHANNELS = 5


@njit(nogil=True, cache=True)
def scan_advisers(
    start: int,
    stop: int,
    block: int,
    table_points: Shorts,
    table_at: Longs,
    table_width: Longs,
    learner_codes: Integers,
    adviser_codes: Integers,
    channel: NDArray[np.int8],
    learner_ptr: Longs,
    learner_item: Integers,
    item_ptr: Longs,
    item_adviser: Integers,
    item_value: Shorts,
    floor: Shorts,
    share_factor: NDArray[np.float32],
    share_offset: NDArray[np.float32],
    shared_asked: bool,
    excluded_ptr: Longs,
    excluded: Integers,
    price: Integers,
    shift: int,
    learner_rank: Integers,
    adviser_rank: Integers,
    threshold: Integers,
    learner_keys: Integers,
    learner_best: Integers,
    adviser_keys: Integers,
    adviser_best: Integers,
    highest: Integers,
) -> None:
    """Go through the advisers from `start` to `stop` in blocks, and through all learners for each.

    The key of a pair is its points less the adviser's price, `shift` bits to the left, with a rank in the low bits that
    spreads ties. `learner_keys` and `learner_best` (learners by k) receive the best keys above the learner's threshold,
    in falling order, ties by position; `adviser_keys` and `adviser_best` (advisers by k, or by 0) the same for
    advisers, without a threshold; `highest` each learner's largest key.
    """
    learners = learner_codes.shape[1]
    tables = len(table_at)
    mask = (1 << shift) - 1
    k = learner_keys.shape[1]
    both = adviser_keys.shape[1] > 0
    base = np.zeros((tables + 1, block), np.int16)
    channels = np.zeros((CHANNELS, block), np.int16)
    key = np.zeros(block, np.int32)
    row_of = np.full(len(channel), -1, np.int64)
    low = np.zeros(len(channel), np.int64)
    high = np.zeros(len(channel), np.int64)
    for first in range(start, stop, block):
        size = min(block, stop - first)
        rows = _lay_out(first, size, block, channel, item_ptr, item_adviser, item_value, row_of, low, high)
        worst = np.full(block, NO_KEY, np.int32)
        for learner in range(learners):
            table = 0
            while (
                table < tables
                and learner > 0
                and learner_codes[table, learner] == learner_codes[table, learner - 1]
            ):
                table += 1
            while table < tables:
                begin = table_at[table] + np.int64(learner_codes[table, learner]) * table_width[table]
                row = table_points[begin : begin + table_width[table]]
                _look_up(row, adviser_codes[table, first : first + size], base[table], base[table + 1])
                table += 1
            _put_together(
                first, size, learner, base[tables], channels, floor, shared_asked, channel, learner_ptr, learner_item,
                item_adviser, item_value, row_of, low, high, rows,
            )  # fmt: skip
            for at in range(excluded_ptr[learner], excluded_ptr[learner + 1]):
                if first <= excluded[at] < first + size:
                    channels[0, excluded[at] - first] = FORBIDDEN
            _total(size, channels, share_factor[:, learner], share_offset[:, learner], shared_asked)
            _keys(
                channels[0], price[first : first + size], shift, mask, learner_rank[learner],
                adviser_rank[first : first + size], key,
            )  # fmt: skip
            if both:
                _keep_both(
                    first, size, learner, key, worst, threshold, learner_keys, learner_best, adviser_keys,
                    adviser_best, highest, k,
                )  # fmt: skip
            else:
                _keep(first, size, learner, key, threshold, learner_keys, learner_best, highest, k)


@njit(nogil=True, cache=True)
def _lay_out(
    first: int,
    size: int,
    block: int,
    channel: NDArray[np.int8],
    item_ptr: Longs,
    item_adviser: Integers,
    item_value: Shorts,
    row_of: Longs,
    low: Longs,
    high: Longs,
) -> Shorts:
    """Find each item's advisers in this block; popular items become rows that are added as a whole."""
    number = 0
    for item in range(len(channel)):
        span = item_adviser[item_ptr[item] : item_ptr[item + 1]]
        low[item] = item_ptr[item] + np.searchsorted(span, first)
        high[item] = item_ptr[item] + np.searchsorted(span, first + size)
        row_of[item] = -1
        if (high[item] - low[item]) * DENSE > size:
            row_of[item] = number
            number += 1
    rows = np.zeros((number, block), np.int16)
    for item in range(len(channel)):
        if row_of[item] >= 0:
            for at in range(low[item], high[item]):
                rows[row_of[item], item_adviser[at] - first] = item_value[at]
    return rows


@njit(nogil=True, cache=True)
def _look_up(row: Shorts, codes: Integers, before: Shorts, after: Shorts) -> None:
    """Add one table for everybody with this learner's codes to what the tables before it gave."""
    for at in range(len(codes)):
        after[at] = max(before[at] + row[codes[at]], FORBIDDEN)


@njit(nogil=True, cache=True)
def _copy(source: Shorts, into: Shorts) -> None:
    for at in range(len(source)):
        into[at] = source[at]


@njit(nogil=True, cache=True)
def _add(row: Shorts, into: Shorts) -> None:
    for at in range(len(row)):
        into[at] += row[at]


@njit(nogil=True, cache=True)
def _raise(row: Shorts, into: Shorts) -> None:
    for at in range(len(row)):
        into[at] = max(into[at], row[at])


@njit(nogil=True, cache=True)
def _put_together(
    first: int,
    size: int,
    learner: int,
    base: Shorts,
    channels: Shorts,
    floor: Shorts,
    shared_asked: bool,
    channel: NDArray[np.int8],
    learner_ptr: Longs,
    learner_item: Integers,
    item_adviser: Integers,
    item_value: Shorts,
    row_of: Longs,
    low: Longs,
    high: Longs,
    rows: Shorts,
) -> None:
    """Fill the channels with what the learner's items give: added (0), counted (1, 2), largest (3), shared (4)."""
    channels[1, :size] = 0
    channels[2, :size] = 0
    _copy(base[:size], channels[0])
    _copy(floor[first : first + size], channels[3])
    if shared_asked:
        channels[4, :size] = 0
    for each in range(learner_ptr[learner], learner_ptr[learner + 1]):
        item = learner_item[each]
        into = channels[channel[item]]
        row = row_of[item]
        if channel[item] == 3:
            if row >= 0:
                _raise(rows[row, :size], into)
            else:
                for at in range(low[item], high[item]):
                    into[item_adviser[at] - first] = max(into[item_adviser[at] - first], item_value[at])
        elif row >= 0:
            _add(rows[row, :size], into)
        else:
            for at in range(low[item], high[item]):
                into[item_adviser[at] - first] += item_value[at]


@njit(nogil=True, cache=True)
def _total(
    size: int,
    channels: Shorts,
    factor: NDArray[np.float32],
    offset: NDArray[np.float32],
    shared_asked: bool,
) -> None:
    """Put the channels together into the first; a share becomes whole points."""
    points, one, other, largest, shared = channels[0], channels[1], channels[2], channels[3], channels[4]
    one_factor, other_factor, one_offset, other_offset = factor[0], factor[1], offset[0], offset[1]
    for at in range(size):
        one_points = np.int16(np.float32(one[at]) * one_factor + one_offset)
        other_points = np.int16(np.float32(other[at]) * other_factor + other_offset)
        points[at] = points[at] + largest[at] + one_points + other_points
    if shared_asked:
        for at in range(size):
            if shared[at] == 0:
                points[at] += FORBIDDEN


@njit(nogil=True, cache=True)
def _keys(
    points: Shorts, price: Integers, shift: int, mask: int, rank: int, adviser_rank: Integers, key: Integers
) -> None:
    for at in range(len(price)):
        value = ((points[at] - price[at]) << shift) + ((adviser_rank[at] + rank) & mask)
        key[at] = value if points[at] > LOWEST else NO_KEY


@njit(nogil=True, cache=True)
def _most(key: Integers) -> np.int32:
    most: np.int32 = key[0]
    for at in range(len(key)):
        most = max(most, key[at])
    return most


@njit(nogil=True, cache=True)
def _any_above(key: Integers, least: Integers) -> bool:
    above = 0
    for at in range(len(key)):
        above |= key[at] > least[at]
    return above != 0


@njit(nogil=True, cache=True)
def _keep(
    first: int,
    size: int,
    learner: int,
    key: Integers,
    threshold: Integers,
    keys: Integers,
    best: Integers,
    highest: Integers,
    k: int,
) -> None:
    """Keep the learner's best of this block."""
    least = max(threshold[learner], keys[learner, k - 1])
    top = highest[learner]
    for begin in range(0, size, CHUNK):
        end = min(size, begin + CHUNK)
        most = _most(key[begin:end])
        top = max(top, most)
        if most > least:
            for at in range(begin, end):
                if key[at] > least:
                    _insert(keys[learner], best[learner], k, key[at], first + at)
                    least = max(least, keys[learner, k - 1])
    highest[learner] = top


@njit(nogil=True, cache=True)
def _keep_both(
    first: int,
    size: int,
    learner: int,
    key: Integers,
    worst: Integers,
    threshold: Integers,
    learner_keys: Integers,
    learner_best: Integers,
    adviser_keys: Integers,
    adviser_best: Integers,
    highest: Integers,
    k: int,
) -> None:
    """Keep the learner's best of this block, and for each adviser whether the learner is among theirs."""
    least = max(threshold[learner], learner_keys[learner, k - 1])
    top = highest[learner]
    width = adviser_keys.shape[1]
    for begin in range(0, size, CHUNK):
        end = min(size, begin + CHUNK)
        most = _most(key[begin:end])
        top = max(top, most)
        if _any_above(key[begin:end], worst[begin:end]):
            for at in range(begin, end):
                if key[at] > worst[at]:
                    _insert(adviser_keys[first + at], adviser_best[first + at], width, key[at], learner)
                    worst[at] = adviser_keys[first + at, width - 1]
        if most > least:
            for at in range(begin, end):
                if key[at] > least:
                    _insert(learner_keys[learner], learner_best[learner], k, key[at], first + at)
                    least = max(least, learner_keys[learner, k - 1])
    highest[learner] = top


@njit(nogil=True, cache=True)
def _insert(keys: Integers, best: Integers, k: int, key: int, who: int) -> None:
    """Put somebody into a list in falling order, behind those with the same key."""
    place = k - 1
    while place > 0 and keys[place - 1] < key:
        keys[place] = keys[place - 1]
        best[place] = best[place - 1]
        place -= 1
    keys[place] = key
    best[place] = who
