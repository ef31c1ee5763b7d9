"""Points for a cohort in common, for people who asked for each other, and for an adviser who has little time."""

import numpy as np

from companion.matching.pool import Integers, Pool
from companion.matching.profiles import Profile
from companion.matching.request import MatchRequest, Weights
from companion.matching.rule_kinds import Words
from companion.matching.terms import Added, shared_items


class SameCohort:
    """All or nothing for being members of one LMS cohort, however many they share."""

    code = "same_cohort"
    nothing = "They share no cohort."

    def weight(self, weights: Weights) -> int:
        """Return the points for a cohort in common."""
        return weights.same_cohort

    def share(self, pool: Pool) -> tuple[Integers, int]:
        """Give all or nothing."""
        shared = pool.shared(lambda learner: learner.cohorts, lambda adviser: adviser.cohorts)
        return np.minimum(shared, 1), 1

    def term(self, pool: Pool) -> Added:
        """Give the points to each set of a learner's cohorts that the adviser's touch: to each learner once."""
        points = self.weight(pool.request.weights)
        sets = dict.fromkeys(learner.cohorts for learner in pool.learners if learner.cohorts)
        touched: dict[frozenset[int], dict[frozenset[int], int]] = {}
        for adviser in pool.advisers:
            if adviser.cohorts not in touched:
                touched[adviser.cohorts] = {each: points for each in sets if each & adviser.cohorts}
        wanted = [[learner.cohorts] if learner.cohorts else [] for learner in pool.learners]
        return Added(shared_items(wanted, [touched[adviser.cohorts] for adviser in pool.advisers]))

    def words(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Words | None:
        """Say so; cohorts have names that only administrators chose."""
        if not learner.cohorts & adviser.cohorts:
            return None
        return Words(*2 * ("You belong to one cohort.",), "Both belong to one cohort.")


class LearnerWish:
    """The learner asked for this adviser."""

    code = "wish_of_learner"
    nothing = "The learner did not ask for this adviser."

    def weight(self, weights: Weights) -> int:
        """Return two thirds of the weight for wishes."""
        return weights.wish - weights.wish // 3

    def share(self, pool: Pool) -> tuple[Integers, int]:
        """Give all or nothing."""
        named = ((learner.person_id, other) for learner in pool.learners for other in learner.wished)
        return pool.marked(named).astype(np.int32), 1

    def term(self, pool: Pool) -> Added:
        """Give the points to all who asked for the adviser."""
        points = self.weight(pool.request.weights)
        given = [{adviser.person_id: points} for adviser in pool.advisers]
        return Added(shared_items([learner.wished for learner in pool.learners], given))

    def words(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Words | None:
        """Say so to the one who asked, and to the administrator."""
        if adviser.person_id not in learner.wished:
            return None
        return Words(
            "You asked for this person.",
            "They would like to learn from you.",
            "The learner asked for this adviser.",
        )


class AdviserWish:
    """The adviser asked for this learner."""

    code = "wish_of_adviser"
    nothing = "The adviser did not ask for this learner."

    def weight(self, weights: Weights) -> int:
        """Return one third of the weight for wishes."""
        return weights.wish // 3

    def share(self, pool: Pool) -> tuple[Integers, int]:
        """Give all or nothing."""
        named = ((other, adviser.person_id) for adviser in pool.advisers for other in adviser.wished)
        return pool.marked(named).astype(np.int32), 1

    def term(self, pool: Pool) -> Added:
        """Give the points to the learners whom the adviser asked for."""
        points = self.weight(pool.request.weights)
        given = [dict.fromkeys(adviser.wished, points) for adviser in pool.advisers]
        asked = {other for adviser in pool.advisers for other in adviser.wished}
        wanted = [[learner.person_id] if learner.person_id in asked else [] for learner in pool.learners]
        return Added(shared_items(wanted, given))

    def words(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Words | None:
        """Say so to the one who asked, and to the administrator."""
        if learner.person_id not in adviser.wished:
            return None
        return Words(
            "They would like to help you.",
            "You asked for this person.",
            "The adviser asked for this learner.",
        )


class LowBandwidth:
    """The adviser said to have little time this week: others who are as good come first."""

    code = "low_bandwidth"
    nothing = "The adviser did not say to be short of time."

    def weight(self, weights: Weights) -> int:
        """Return the points, 0 or fewer, for an adviser who is short of time."""
        return weights.low_bandwidth

    def share(self, pool: Pool) -> tuple[Integers, int]:
        """Give all or nothing."""
        return pool.where(adviser=lambda adviser: adviser.low_bandwidth).astype(np.int32), 1

    def term(self, pool: Pool) -> Added:
        """Give the points to everybody."""
        points = self.weight(pool.request.weights)
        given: list[dict[int, int]] = [
            {0: points} if adviser.low_bandwidth else {} for adviser in pool.advisers
        ]
        everybody = [0] if any(given) else []
        return Added(shared_items([everybody for _ in pool.learners], given))

    def words(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Words | None:
        """Say so to all, without a reason: none was asked."""
        if not adviser.low_bandwidth:
            return None
        return Words(
            "They have little time this week.",
            "You said that you have little time this week.",
            "The adviser has little time this week.",
        )
