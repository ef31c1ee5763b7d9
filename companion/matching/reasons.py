"""Why one pair is worth what it is worth, or why it may not be formed."""

from dataclasses import replace

from companion.matching.people import find
from companion.matching.pool import Pool
from companion.matching.proposal import Barrier, Explanation
from companion.matching.request import MatchRequest
from companion.matching.rules import HARD_RULES, SCORE_RULES, barriers_by_rule, points_by_rule, reason


def explain(request: MatchRequest, learner_id: int, adviser_id: int) -> Explanation:
    """Return the points of a pair by rule, and the hard rules that forbid it, if any.

    Free seats are those before the matching; that others took them is not held against the pair.

    Raises:
        MatchInputError: where one of the two is not in the request.
    """
    learner = find(request.learners, learner_id, "learners")
    adviser = find(request.advisers, adviser_id, "advisers")
    pool = Pool.of(replace(request, learners=(learner,), advisers=(adviser,), pinned=()))
    reasons = tuple(
        reason(rule, int(points[0, 0]), learner, adviser, request)
        for rule, points in zip(SCORE_RULES, points_by_rule(pool), strict=True)
    )
    barriers = tuple(
        Barrier(rule.code, rule.barrier_between(learner, adviser, request))
        for rule, forbidden in zip(HARD_RULES, barriers_by_rule(pool), strict=True)
        if forbidden[0, 0]
    )
    return Explanation(learner_id, adviser_id, sum(each.points for each in reasons), reasons, barriers)
