"""Points for a cohort in common, for people who asked for each other, and for an adviser who has little time."""

import numpy as np

from companion.matching.grounds import Ground, Said
from companion.matching.pool import Integers, Pool
from companion.matching.profiles import Profile
from companion.matching.request import MatchRequest, Weights
from companion.matching.terms import Added, shared_items


class SameCohort:
    """All or nothing for being members of one LMS cohort, however many they share."""

    code = "same_cohort"

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

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """Tell that there is one, not which: cohorts have names that only administrators chose."""
        return Said(Ground.SAME_COHORT) if learner.cohorts & adviser.cohorts else None


class LearnerWish:
    """The learner asked for this adviser."""

    code = "wish_of_learner"

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

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """Tell that they asked."""
        return Said(Ground.LEARNER_ASKED) if adviser.person_id in learner.wished else None


class AdviserWish:
    """The adviser asked for this learner."""

    code = "wish_of_adviser"

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

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """Tell that they asked."""
        return Said(Ground.ADVISER_ASKED) if learner.person_id in adviser.wished else None


class LowBandwidth:
    """The adviser said to have little time this week: others who are as good come first."""

    code = "low_bandwidth"

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

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """Tell it without a reason: none was asked."""
        return Said(Ground.LITTLE_TIME) if adviser.low_bandwidth else None
