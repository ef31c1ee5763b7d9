"""From a request to a proposal: match, then say why."""

import platform
from importlib.metadata import version

import numpy as np

from companion.matching.fingerprint import input_hash
from companion.matching.flow import SOLVER as FLOW_SOLVER
from companion.matching.match import Matching, match
from companion.matching.options import Options, Progress
from companion.matching.pair_points import pair_points
from companion.matching.pool import Pool
from companion.matching.proposal import Pair, Proposal
from companion.matching.request import MatchRequest
from companion.matching.rules import SCORE_RULES, reason
from companion.matching.solver import UNMATCHED
from companion.matching.unmatched import accounts

RULES_VERSION = "3"
DEFAULTS = Options()


def propose(request: MatchRequest, options: Options = DEFAULTS) -> Proposal:
    """Match: pinned pairs, then as many learners as possible, then the most points less the price of uneven load.

    No forbidden pair is ever formed. The same people, in any order, give the same pairs. Where the request names a
    price for leaving a learner out, that price stands in for covering as many as possible.

    Raises:
        MatchInputError: for a pinned pair that a hard rule forbids, or people too various to match in one piece.
        MatchStoppedError: where the options say that the matching is no longer wanted.
    """
    return proposal_of(request, match(request, options), options)


def proposal_of(request: MatchRequest, matching: Matching, options: Options) -> Proposal:
    """Give the reasons for a matching of this request."""
    options.progress(Progress("Matched; now the reasons", matching.certificate.rounds))
    pool, adviser = matching.pool, matching.adviser
    pairs = pairs_of(pool, matching)
    seats_left = np.array([person.capacity for person in pool.advisers], np.int64) > matching.load
    return Proposal(
        pairs=pairs,
        unmatched=accounts(pool, np.flatnonzero(adviser == UNMATCHED), seats_left),
        idle_advisers=_idle(matching),
        points=sum(pair.points for pair in pairs),
        load_cost=matching.load_cost,
        coverage=len(pairs) / len(adviser) if len(adviser) else 1.0,
        gap=matching.certificate.bound - matching.certificate.value,
        solver=matching.solver,
        versions=versions(matching.solver),
        input_hash=input_hash(request),
        certificate=matching.certificate,
        prices=matching.price,
    )


def pairs_of(pool: Pool, matching: Matching) -> tuple[Pair, ...]:
    """Return the pairs with their reasons, by learner id."""
    rows = np.flatnonzero(matching.adviser != UNMATCHED)
    columns = matching.adviser[rows]
    by_rule = pair_points(pool, rows, columns).T.tolist()
    return tuple(
        pair_of(pool, row, column, points)
        for row, column, points in zip(rows.tolist(), columns.tolist(), by_rule, strict=True)
    )


def versions(solver: str) -> dict[str, str]:
    """Return what has to be equal for the same input to give the same pairs."""
    packages = ["numpy", "scipy", *(["ortools"] if solver.startswith(FLOW_SOLVER) else [])]
    return {
        "rules": RULES_VERSION,
        "python": platform.python_version(),
        **{package: version(package) for package in packages},
    }


def pair_of(pool: Pool, row: int, column: int, points: list[int]) -> Pair:
    """Return one pair with its reasons, given the points of each rule."""
    learner, adviser = pool.learners[row], pool.advisers[column]
    given = sorted(
        (
            reason(rule, each, learner, adviser, pool.request)
            for rule, each in zip(SCORE_RULES, points, strict=True)
            if each
        ),
        key=lambda each: -each.points,
    )
    return Pair(learner.person_id, adviser.person_id, sum(points), tuple(given))


def _idle(matching: Matching) -> tuple[int, ...]:
    return tuple(
        adviser.person_id
        for adviser, learners in zip(matching.pool.advisers, matching.load.tolist(), strict=True)
        if not learners and adviser.capacity and not adviser.paused and not adviser.opted_out
    )
