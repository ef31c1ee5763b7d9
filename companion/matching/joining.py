"""Rolling joiners: learners for whom no circle of their own can be filled join circles that run."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from companion.matching.open_circles import OpenCircle
from companion.matching.pool import Integers, Pool, Truths
from companion.matching.profiles import Profile
from companion.matching.request import MatchRequest
from companion.matching.rules import barriers_by_rule, points_by_rule
from companion.matching.solver import UNMATCHED, solve


@dataclass(frozen=True, slots=True)
class Joining:
    """A learner who joins a circle."""

    learner_id: int
    circle_id: int
    adviser_id: int
    points: int
    """Of the learner with the adviser, and, the mean of both ways, with each learner who is in it."""


def join(request: MatchRequest, learner_ids: Collection[int]) -> tuple[Joining, ...]:
    """Return who joins which of the request's open circles, by learner.

    As many as fit come first, then the most points, then an even load. A learner joins only where every hard rule
    allows the adviser and each learner in it. Of newcomers who may not sit with each other, no circle gets two.
    """
    learners = [person for person in Pool.of(request).learners if person.person_id in learner_ids]
    circles = sorted(request.open_circles, key=lambda circle: circle.circle_id)
    if not learners or not circles:
        return ()
    worth = [_with(request, learners, circle) for circle in circles]
    points = np.stack([each[0] for each in worth], axis=1)
    allowed = np.stack([each[1] for each in worth], axis=1)
    room = np.array([circle.room for circle in circles], np.int32)
    _, may = _among(request, learners, learners)
    chosen = solve(points, allowed, room, np.zeros_like(room), request.load_penalty)
    while _part(chosen, may, allowed):
        chosen = solve(points, allowed, room, np.zeros_like(room), request.load_penalty)
    return tuple(
        Joining(
            learners[row].person_id,
            circles[chosen[row]].circle_id,
            circles[chosen[row]].adviser.person_id,
            int(points[row, chosen[row]]),
        )
        for row in np.flatnonzero(chosen != UNMATCHED).tolist()
    )


def peers(request: MatchRequest) -> MatchRequest:
    """Return the request by whose rules learners sit with each other: only an adviser has to have finished a course."""
    return replace(request, course_in_common=False)


def _with(request: MatchRequest, learners: list[Profile], circle: OpenCircle) -> tuple[Integers, Truths]:
    points, allowed = _scored(request, learners, [circle.adviser])
    among, may = _among(request, learners, circle.learners)
    everybody: Truths = allowed[:, 0] & may.all(axis=1)
    total: Integers = points[:, 0] + among.sum(axis=1, dtype=np.int32)
    return total, everybody


def _among(
    request: MatchRequest, some: Collection[Profile], others: Collection[Profile]
) -> tuple[Integers, Truths]:
    there, may = _scored(peers(request), some, others)
    back, may_too = _scored(peers(request), others, some)
    mean: Integers = (there + back.T) // 2
    return mean, may & may_too.T


def _scored(
    request: MatchRequest, some: Collection[Profile], others: Collection[Profile]
) -> tuple[Integers, Truths]:
    """Return points and whether they may be paired; the seat is that of the circle, not one of the person's own."""
    pool = Pool(request, tuple(some), tuple(replace(person, capacity=1) for person in others))
    points = np.zeros(pool.shape, np.int32)
    for each in points_by_rule(pool):
        points += each
    barriers = barriers_by_rule(pool)
    return points, ~np.logical_or.reduce(barriers)


def _part(chosen: np.ndarray[tuple[int], np.dtype[np.intp]], may: Truths, allowed: Truths) -> bool:
    """Keep from one circle each the newcomer who gets on with the fewest others of it; whether there was any."""
    parted = False
    for circle in np.unique(chosen[chosen != UNMATCHED]).tolist():
        rows = np.flatnonzero(chosen == circle)
        against = (~may[np.ix_(rows, rows)]).sum(axis=1) - 1
        if against.max() > 0:
            allowed[rows[int(against.argmax())], circle] = False
            parted = True
    return parted
