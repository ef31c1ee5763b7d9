"""All rules in force, and what they say about every pair of a pool at once."""

import numpy as np
from numpy.typing import NDArray

from companion.matching import hard_rules as hard
from companion.matching.common_rules import SAME_LOCATION, SAME_ROLE, SAME_TEAM, Hours, Language
from companion.matching.path_rule import Path
from companion.matching.pool import Pool, Truths
from companion.matching.profiles import Profile
from companion.matching.proposal import Reason
from companion.matching.request import MatchRequest
from companion.matching.rule_kinds import HardRule, ScoreRule
from companion.matching.said_rules import Topics, WorkStyle
from companion.matching.terms import rounded
from companion.matching.wish_rules import AdviserWish, LearnerWish, LowBandwidth, SameCohort

SCORE_RULES: tuple[ScoreRule, ...] = (
    Topics(),
    WorkStyle(),
    Path(),
    SAME_ROLE,
    Hours(),
    Language(),
    SAME_LOCATION,
    SAME_TEAM,
    SameCohort(),
    LearnerWish(),
    AdviserWish(),
    LowBandwidth(),
)
HARD_RULES: tuple[HardRule, ...] = (
    hard.LEARNER_OPTED_OUT,
    hard.LEARNER_PAUSED,
    hard.ONESELF,
    hard.ADVISER_OPTED_OUT,
    hard.ADVISER_PAUSED,
    hard.MANAGER,
    hard.LANGUAGE,
    hard.HOURS,
    hard.COURSE,
    hard.BLOCKED,
    hard.EXCLUDED,
    hard.FULL,
)
"""In the order in which they are held against somebody left without an adviser: a free seat comes last."""


def points_by_rule(pool: Pool) -> list[NDArray[np.int16]]:
    """Return the points of every pair, learners by advisers, one matrix for each of the score rules."""
    return [rule_points(rule, pool) for rule in SCORE_RULES]


def barriers_by_rule(pool: Pool) -> list[Truths]:
    """Return where pairs are forbidden, learners by advisers, one matrix for each of the hard rules."""
    return [rule.forbids(pool) for rule in HARD_RULES]


def reason(rule: ScoreRule, points: int, learner: Profile, adviser: Profile, request: MatchRequest) -> Reason:
    """Return the points a rule gives a pair with what speaks for them."""
    return Reason(rule.code, points, rule.says(learner, adviser, request))


def rule_points(rule: ScoreRule, pool: Pool) -> NDArray[np.int16]:
    weight = rule.weight(pool.request.weights)
    if weight == 0:
        return np.zeros(pool.shape, np.int16)
    return rounded(weight, *rule.share(pool)).astype(np.int16)
