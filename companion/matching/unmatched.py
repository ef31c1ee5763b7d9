"""Why somebody was left without an adviser: the rules in turn, until one leaves nobody. Worked out by groups."""

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from companion.matching.compiled import Positions
from companion.matching.compiling import code_people
from companion.matching.hard_rules import FULL
from companion.matching.pool import Pool, Truths
from companion.matching.profiles import Profile
from companion.matching.proposal import Unmatched
from companion.matching.rules import HARD_RULES
from companion.matching.terms import OfKeys, OfPairs, OfPeople, UnlessShared
from companion.matching.words import counted, listed

Stages = NDArray[np.int8]
"""By adviser: which rule, counted from 0, takes them away first."""
LEFT = len(HARD_RULES)
LEARNER_TESTS = {
    stage: rule.scope.learner
    for stage, rule in enumerate(HARD_RULES)
    if isinstance(rule.scope, OfPeople) and rule.scope.learner
}
NOT_WORTH_IT = "not_worth_it"


def accounts(pool: Pool, rows: Positions, seats_left: Truths) -> tuple[Unmatched, ...]:
    """Return the reason that binds for each learner left out.

    Where advisers are left once all rules but free seats were applied, each of them is full: otherwise a matching of
    the largest coverage would have used the seat. Where leaving somebody out has a price instead, they may have been
    worth less.

    Args:
        pool: everybody.
        rows: the learners left out.
        seats_left: by adviser, whether a seat is free after the matching.
    """
    if not pool.advisers:
        return tuple(_nobody(pool.learners[row]) for row in rows.tolist())
    groups = _Groups(pool)
    marks = _marks(pool, set(rows.tolist()))
    full = HARD_RULES.index(FULL)
    found = []
    for row in rows.tolist():
        learner, stages = pool.learners[row], groups.stages(row)
        counts = np.bincount(stages, minlength=LEFT + 1)
        own = {column: stage for column, stage in marks.get(row, {}).items() if stage < stages[column]}
        for column, stage in own.items():
            counts[stages[column]] -= 1
            counts[stage] += 1
        free = 0
        if pool.request.unmatched_price is not None:
            still = np.flatnonzero((stages == LEFT) & seats_left)
            free = len(still) - sum(column in own for column in still.tolist())
        found.append(_price(learner, free, pool) if free else _account(learner, counts[:full].tolist(), pool))
    return tuple(found)


class _Groups:
    """Learners alike in all that rules look at, apart from pairs named one by one."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._adviser_stages = np.full(len(pool.advisers), LEFT, np.int8)
        self._tables: dict[int, tuple[NDArray[np.int32], NDArray[np.int32], Truths]] = {}
        self._shared: dict[int, dict[int, NDArray[np.int32]]] = {}
        self._known: dict[Hashable, Stages] = {}
        for stage, rule in enumerate(HARD_RULES):
            match rule.scope:
                case OfPeople(adviser=test) if test is not None:
                    taken = [at for at, person in enumerate(pool.advisers) if test(person)]
                    self._adviser_stages[taken] = np.minimum(self._adviser_stages[taken], stage)
                case OfKeys(key=key):
                    learner, some = code_people(pool.learners, key(pool))
                    adviser, others = code_people(pool.advisers, key(pool))
                    self._tables[stage] = learner, adviser, rule.forbids(Pool(pool.request, some, others))
                case UnlessShared() as scope if scope.asked(pool):
                    self._shared[stage] = _givers(scope, pool)

    def stages(self, row: int) -> Stages:
        """Return by adviser which rule takes them away from this learner first."""
        learner = self._pool.learners[row]
        key = self._key(row, learner)
        if key not in self._known:
            self._known[key] = self._work_out(row, learner)
        return self._known[key]

    def _key(self, row: int, learner: Profile) -> Hashable:
        return (
            tuple(int(codes[row]) for codes, _, _ in self._tables.values()),
            learner.enrolled if self._shared else None,
            *(test(learner) for test in LEARNER_TESTS.values()),
        )

    def _work_out(self, row: int, learner: Profile) -> Stages:
        stages = self._adviser_stages.copy()
        for stage, test in LEARNER_TESTS.items():
            if test(learner):
                np.minimum(stages, stage, out=stages)
        for stage, (mine, theirs, forbidden) in self._tables.items():
            hit = forbidden[mine[row]][theirs]
            stages[hit] = np.minimum(stages[hit], stage)
        for stage, givers in self._shared.items():
            shares = np.zeros(len(stages), np.bool_)
            for course in learner.enrolled & givers.keys():
                shares[givers[course]] = True
            stages[~shares] = np.minimum(stages[~shares], stage)
        return stages


def _givers(scope: UnlessShared, pool: Pool) -> dict[int, NDArray[np.int32]]:
    by_item: dict[int, list[int]] = {}
    for column, adviser in enumerate(pool.advisers):
        for item in scope.of_adviser(adviser):
            by_item.setdefault(item, []).append(column)
    return {item: np.array(columns, np.int32) for item, columns in by_item.items()}


def _marks(pool: Pool, rows: set[int]) -> dict[int, dict[int, int]]:
    """Return, by learner left out and adviser, the first rule that rules out just this pair."""
    learners = {pool.learners[row].person_id: row for row in rows}
    advisers = {person.person_id: column for column, person in enumerate(pool.advisers)}
    marks: dict[int, dict[int, int]] = {}
    for stage, rule in enumerate(HARD_RULES):
        if isinstance(rule.scope, OfPairs):
            for learner, adviser in rule.scope.named(pool):
                if learner in learners and adviser in advisers:
                    marks.setdefault(learners[learner], {}).setdefault(advisers[adviser], stage)
    return marks


def _account(learner: Profile, taken: list[int], pool: Pool) -> Unmatched:
    """Go through the rules that each take so many advisers away."""
    left = len(pool.advisers)
    passed: list[str | None] = []
    for rule, number in zip(HARD_RULES, taken, strict=False):
        if number == left:
            text = rule.nobody_for(_none_of(left, passed), learner, pool.request)
            return Unmatched(learner.person_id, rule.code, text)
        if number:
            passed.append(rule.shared)
        left -= number
    return Unmatched(learner.person_id, FULL.code, _full(left, passed))


def _nobody(learner: Profile) -> Unmatched:
    return Unmatched(learner.person_id, "no_advisers", "There is no adviser to match with.")


def _price(learner: Profile, free: int, pool: Pool) -> Unmatched:
    price = counted(pool.request.unmatched_price or 0, "point")
    text = f"No pair with a free adviser ({free}) is worth it: covering one more learner counts {price}."
    return Unmatched(learner.person_id, NOT_WORTH_IT, text)


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
