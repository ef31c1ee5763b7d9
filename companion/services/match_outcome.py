"""What a finished matching leaves in the store: the run's figures, its pairs and the learners left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from companion.matching import (
    Certificate,
    Joining,
    MatchRequest,
    Pair,
    Proposal,
    Sizes,
    Unmatched,
    explain,
    join,
    stored,
)
from companion.matching.assignment import versions
from companion.matching.fingerprint import input_hash
from companion.matching.pool import Pool
from companion.matching.unmatched import accounts
from companion.models.matching import ProposedPair, UnmatchedLearner

CIRCLES = "flow and swaps"
FULL = "full"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal, and for circles the number of each learner's circle and the running one that some join."""

    proposal: Proposal
    circle: Mapping[int, int] = field(default_factory=dict)
    joins: Mapping[int, int] = field(default_factory=dict)


def proposal_of_circles(
    request: MatchRequest, results: Sequence[Mapping[str, Any]], sizes: Sizes
) -> Proposed:
    """Put circles worked out shard by shard into the form of a proposal of pairs, numbered by circle.

    The points of a circle are those of its learners with the adviser and among themselves; those of a pair the former.
    Who is left over joins a circle that runs, where one has room.
    """
    circles = [circle for result in results for circle in result["circles"]]
    circles.sort(key=lambda circle: circle["adviser_id"])
    pairs, number = [], {}
    for at, circle in enumerate(circles, 1):
        for learner in circle["learner_ids"]:
            number[learner] = at
            pairs.append(pair_between(request, learner, circle["adviser_id"]))
    left = {who for result in results for who in result["unmatched"]}
    joinings = join(request, left)
    joined_ids = dict.fromkeys(each.circle_id for each in joinings)
    running = {circle_id: at for at, circle_id in enumerate(joined_ids, len(circles) + 1)}
    for each in joinings:
        number[each.learner_id] = running[each.circle_id]
        pairs.append(_joined(request, each))
    joined = sum(each.points for each in joinings)
    points = joined + sum(result["points"] for result in results)
    bound = joined + sum(result["bound"] for result in results)
    load = {circle["adviser_id"] for circle in circles}
    proposal = Proposal(
        pairs=tuple(sorted(pairs, key=lambda pair: pair.learner_id)),
        unmatched=_outside(request, left - {each.learner_id for each in joinings}, sizes),
        idle_advisers=tuple(
            sorted(p.person_id for p in request.advisers if p.person_id not in load and p.capacity)
        ),
        points=points,
        load_cost=0,
        coverage=len(pairs) / len(request.learners) if request.learners else 1.0,
        gap=bound - points,
        solver=CIRCLES,
        versions=versions(CIRCLES),
        input_hash=input_hash(request),
        certificate=Certificate(points, bound, 0, covers_most=False, rounds=0, k=0, tolerance=0.0),
    )
    return Proposed(proposal, number, {each.learner_id: each.circle_id for each in joinings})


def _joined(request: MatchRequest, joining: Joining) -> Pair:
    """The learner with the circle's adviser, who needs no seat for it and may no longer be among those who advise."""
    adviser = next(circle.adviser for circle in request.open_circles if circle.circle_id == joining.circle_id)
    there = replace(request, advisers=(replace(adviser, capacity=1),), pinned=())
    return pair_between(there, joining.learner_id, joining.adviser_id)


def pair_between(request: MatchRequest, learner_id: int, adviser_id: int) -> Pair:
    """One pair with the reasons that gave points, the largest first."""
    found = explain(request, learner_id, adviser_id)
    reasons = sorted((each for each in found.reasons if each.points), key=lambda each: -each.points)
    return Pair(learner_id, adviser_id, found.points, tuple(reasons))


def outcome_values(proposed: Proposed, fairness: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a run keeps of its outcome, by column."""
    proposal = proposed.proposal
    return {
        "input_hash": proposal.input_hash,
        "solver": proposal.solver[:100],
        "versions": dict(proposal.versions),
        "points": proposal.points,
        "gap": proposal.gap,
        "certificate": {**asdict(proposal.certificate), "load_cost": proposal.load_cost},
        "fairness": [dict(line) for line in fairness],
    }


def pair_rows(proposed: Proposed) -> list[ProposedPair]:
    """The pairs as they are stored."""
    return [
        pair_row(pair, proposed.circle.get(pair.learner_id), proposed.joins.get(pair.learner_id))
        for pair in proposed.proposal.pairs
    ]


def pair_row(pair: Pair, circle: int | None = None, joins: int | None = None) -> ProposedPair:
    """One pair as it is stored."""
    return ProposedPair(
        learner_id=pair.learner_id,
        adviser_id=pair.adviser_id,
        points=pair.points,
        reasons=[stored(reason) for reason in pair.reasons],
        circle=circle,
        joins_id=joins,
    )


def unmatched_rows(proposed: Proposed) -> list[UnmatchedLearner]:
    """The learners left out as they are stored."""
    return [
        UnmatchedLearner(person_id=left.person_id, code=left.code, text=left.text[:500])
        for left in proposed.proposal.unmatched
    ]


def _outside(request: MatchRequest, outside: Iterable[int], sizes: Sizes) -> tuple[Unmatched, ...]:
    """Why learners are in no circle: the rule that leaves them no adviser, or that no circle could be filled."""
    pool = Pool.of(request)
    left = set(outside)
    rows = np.array([row for row, person in enumerate(pool.learners) if person.person_id in left], np.intp)
    none_left = np.zeros(len(pool.advisers), np.bool_)
    text = f"No circle of {sizes.least} to {sizes.most} people could be filled around this person."
    return tuple(
        Unmatched(each.person_id, "circle", text) if each.code == FULL else each
        for each in accounts(pool, rows, none_left)
    )
