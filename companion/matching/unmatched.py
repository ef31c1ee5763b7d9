"""Why somebody was left without an adviser: the rules in turn, until one leaves nobody."""

import numpy as np
from numpy.typing import NDArray

from companion.matching.hard_rules import FULL
from companion.matching.pool import Pool, Truths
from companion.matching.proposal import Unmatched
from companion.matching.rules import HARD_RULES
from companion.matching.words import listed


def account(pool: Pool, row: int, barriers: list[Truths]) -> Unmatched:
    """Return the reason that binds for the learner in this row, given the matrices of all hard rules.

    Where advisers are left once all rules but free seats were applied, each of them is full: otherwise a matching of
    the largest coverage would have used the seat.
    """
    learner = pool.learners[row]
    if not pool.advisers:
        return Unmatched(learner.person_id, "no_advisers", "There is no adviser to match with.")
    left: NDArray[np.bool_] = np.ones(len(pool.advisers), np.bool_)
    passed: list[str | None] = []
    for rule, forbidden in zip(HARD_RULES, barriers, strict=True):
        if rule is FULL:
            break
        remaining = left & ~forbidden[row]
        if not remaining.any():
            text = rule.nobody_for(_none_of(int(left.sum()), passed), learner, pool.request)
            return Unmatched(learner.person_id, rule.code, text)
        if remaining.sum() < left.sum():
            passed.append(rule.shared)
        left = remaining
    return Unmatched(learner.person_id, FULL.code, _full(int(left.sum()), passed))


def _none_of(number: int, passed: list[str | None]) -> str:
    return f"None of the advisers{_who(passed, 'share')} ({number})" if passed else "No adviser"


def _full(number: int, passed: list[str | None]) -> str:
    if number == 1:
        return f"The only adviser{_who(passed, 'shares')} is full."
    return f"All {number} advisers{_who(passed, 'share')} are full."


def _who(passed: list[str | None], share: str) -> str:
    """Return the clause that tells these advisers from the rest, by the rules that told them apart."""
    common = [each for each in passed if each is not None]
    clauses = [f"{share} {listed(common)}"] if common else []
    if None in passed:
        clauses.append("may be paired with this person")
    return f" who {listed(clauses)}" if clauses else ""
