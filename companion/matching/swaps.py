"""Improving circles: two learners change places as long as points are gained; who has none takes a free one."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from companion.matching.compiled import Positions
from companion.matching.pool import Integers, Truths
from companion.matching.solver import UNMATCHED

NEVER = -(2**30)


@dataclass(slots=True)
class Circles:
    """Learners, the advisers they could sit with, and who sits where."""

    with_adviser: Integers
    """Points, learners by advisers."""
    allowed: Truths
    among: Integers
    """Points, learners by learners; the same in both directions, 0 where they may not sit together."""
    may: Truths
    """Whether two learners may sit together."""
    fixed: Positions
    """By learner: the adviser they are pinned to, or UNMATCHED."""
    room: int
    """Learners of a circle at most."""
    of: Positions = field(init=False)
    """By learner: the adviser they sit with, or UNMATCHED."""

    def __post_init__(self) -> None:
        """Start with nobody placed."""
        self.of = np.full(len(self.fixed), UNMATCHED, np.intp)

    def points(self) -> int:
        """Return the points of all circles."""
        return sum(
            self.points_of(np.flatnonzero(self.of == at), int(at)) for at in np.unique(self.of[self.of >= 0])
        )

    def points_of(self, members: Positions, adviser: int) -> int:
        """Return the points of one circle."""
        inside = int(self.among[np.ix_(members, members)].sum()) // 2
        return int(self.with_adviser[members, adviser].sum()) + inside


def improve(circles: Circles, swaps: int, spent: Callable[[], bool]) -> tuple[int, bool]:
    """Make the best swap or move of each learner in turn, in place, until none gains anything.

    Returns how many were made, and whether none was left. No circle grows beyond its room or loses a learner without
    getting another, so that sizes hold; who has no circle takes a free place where there is one.
    """
    made, learner, idle = 0, 0, 0
    number = len(circles.of)
    if not number or not circles.with_adviser.size:
        return 0, True
    state = _Sums(circles)
    while idle < number:
        if made >= swaps or spent():
            return made, False
        if state.place(learner) or state.swap(learner):
            made += 1
            idle = 0
        else:
            idle += 1
            learner = (learner + 1) % number
    return made, True


class _Sums:
    """Points of each learner with the learners of each circle, kept up to date."""

    def __init__(self, circles: Circles) -> None:
        self._circles = circles
        learners, advisers = circles.with_adviser.shape
        seats = np.zeros((learners, advisers), np.int32)
        placed = np.flatnonzero(circles.of >= 0)
        seats[placed, circles.of[placed]] = 1
        self._points = circles.among @ seats
        self._against = (~circles.may).astype(np.int32) @ seats
        self._load: NDArray[np.int64] = seats.sum(axis=0)

    def place(self, learner: int) -> bool:
        """Give somebody without a circle the best free place."""
        circles = self._circles
        if circles.of[learner] != UNMATCHED:
            return False
        fits = (
            circles.allowed[learner]
            & (self._load > 0)
            & (self._load < circles.room)
            & (self._against[learner] == 0)
        )
        if circles.fixed[learner] != UNMATCHED:
            fits &= np.arange(len(fits)) == circles.fixed[learner]
        if not fits.any():
            return False
        gain = np.where(fits, circles.with_adviser[learner] + self._points[learner], NEVER)
        self._sit(learner, int(gain.argmax()))
        return True

    def swap(self, learner: int) -> bool:
        """Change places with whom it gains most, if anything."""
        circles = self._circles
        mine = int(circles.of[learner])
        if mine == UNMATCHED or circles.fixed[learner] != UNMATCHED:
            return False
        everybody = np.arange(len(circles.of))
        theirs = circles.of
        fits = (theirs != mine) & (circles.fixed == UNMATCHED) & (theirs >= 0)
        fits &= circles.allowed[learner, theirs] & circles.allowed[:, mine]
        not_with = (~circles.may[learner]).astype(np.int32)
        fits &= self._against[learner, theirs] - not_with == 0
        fits &= self._against[:, mine] - not_with == 0
        here = circles.with_adviser[learner, mine] + self._points[learner, mine]
        there = circles.with_adviser[everybody, theirs] + self._points[everybody, theirs]
        gain = circles.with_adviser[learner, theirs] + self._points[learner, theirs]
        gain = (
            gain
            + circles.with_adviser[:, mine]
            + self._points[:, mine]
            - 2 * circles.among[learner]
            - here
            - there
        )
        gain = np.where(fits, gain, 0)
        other = int(gain.argmax())
        if gain[other] <= 0:
            return False
        seat = int(theirs[other])
        self._leave(learner)
        self._leave(other)
        self._sit(learner, seat)
        self._sit(other, mine)
        return True

    def _sit(self, learner: int, adviser: int) -> None:
        self._circles.of[learner] = adviser
        self._count(learner, adviser, 1)

    def _leave(self, learner: int) -> None:
        self._count(learner, int(self._circles.of[learner]), -1)
        self._circles.of[learner] = UNMATCHED

    def _count(self, learner: int, adviser: int, sign: int) -> None:
        self._points[:, adviser] += sign * self._circles.among[learner]
        self._against[:, adviser] += sign * ~self._circles.may[learner]
        self._load[adviser] += sign
