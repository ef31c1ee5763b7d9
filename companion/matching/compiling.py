"""From a pool to its compiled form: the rules in force as tables and items."""

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from companion.matching.compiled import (
    ADDED,
    FIRST_COUNT,
    FORBIDDEN,
    LARGEST,
    SHARED,
    Compiled,
    Features,
    Positions,
    Shorts,
    Table,
    starts,
)
from companion.matching.errors import MatchInputError
from companion.matching.pool import Integers, Pool
from companion.matching.profiles import Profile
from companion.matching.rules import HARD_RULES, SCORE_RULES, rule_points
from companion.matching.terms import (
    MOST_PARTS,
    Added,
    Counted,
    Items,
    Key,
    Keyed,
    Largest,
    OfKeys,
    OfPairs,
    OfPeople,
    UnlessShared,
)

LARGEST_TABLE = 2**27
"""Cells of a look-up table at most, 0.25 GB."""
NOTHING = np.zeros(0, np.int32)
NO_ITEMS = Items(0, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)


def compile_pool(pool: Pool) -> Compiled:
    """Turn the rules into tables and items.

    Raises:
        MatchInputError: where the people's languages or hours are too many combinations for a table, or somebody
            named too many topics.
    """
    rows, columns = _taking_part(pool)
    part = Pool(pool.request, _chosen(pool.learners, rows), _chosen(pool.advisers, columns))
    tables = [_table(part, key) for key in _keys(part)]
    order = [
        np.lexsort([table.learner for table in tables[::-1]]),
        np.lexsort([table.adviser for table in tables[::-1]]),
    ]
    rows, columns = rows[order[0]], columns[order[1]]
    part = Pool(pool.request, _chosen(pool.learners, rows), _chosen(pool.advisers, columns))
    channels, floor, counted = _channels(part)
    excluded_ptr, excluded = _excluded(part)
    return Compiled(
        pool=pool,
        rows=rows,
        columns=columns,
        tables=tuple(Table(t.points, t.learner[order[0]], t.adviser[order[1]]) for t in tables),
        features=_features(channels, len(rows)),
        floor=floor,
        whole=np.array([each.whole for each in counted], np.int32).reshape(2, len(rows)),
        weights=(counted[0].weight, counted[1].weight),
        shared_asked=SHARED in channels,
        excluded_ptr=excluded_ptr,
        excluded=excluded,
    )


def _chosen(people: Sequence[Profile], places: Positions) -> tuple[Profile, ...]:
    return tuple(people[place] for place in places.tolist())


def _taking_part(pool: Pool) -> tuple[Positions, Positions]:
    scopes = [rule.scope for rule in HARD_RULES if isinstance(rule.scope, OfPeople)]
    not_learners = [scope.learner for scope in scopes if scope.learner]
    not_advisers = [scope.adviser for scope in scopes if scope.adviser]
    rows = [row for row, person in enumerate(pool.learners) if not any(test(person) for test in not_learners)]
    columns = [
        at for at, person in enumerate(pool.advisers) if not any(test(person) for test in not_advisers)
    ]
    if not rows or not columns:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    return np.array(rows, np.intp), np.array(columns, np.intp)


def _keys(pool: Pool) -> list[Key]:
    """The keys that rules look at, each once."""
    terms = [rule.term(Pool(pool.request, (), ())) for rule in SCORE_RULES]
    keys = [term.key for term in terms if isinstance(term, Keyed)]
    keys += [rule.scope.key for rule in HARD_RULES if isinstance(rule.scope, OfKeys)]
    return list(dict.fromkeys(keys))


def _table(pool: Pool, key: Key) -> Table:
    """Ask the rules about one person for each key."""
    of = key(pool)
    learner, first_learners = code_people(pool.learners, of)
    adviser, first_advisers = code_people(pool.advisers, of)
    if len(first_learners) * len(first_advisers) > LARGEST_TABLE:
        raise MatchInputError(
            f"The learners' {len(first_learners)} and the advisers' {len(first_advisers)} different sets of languages "
            "or working hours are too many for one matching: split the cohort."
        )
    few = Pool(pool.request, first_learners, first_advisers)
    points = np.zeros(few.shape, np.int16)
    for rule in SCORE_RULES:
        term = rule.term(few)
        if isinstance(term, Keyed) and term.key is key:
            points += rule_points(rule, few)
    for hard in HARD_RULES:
        if isinstance(hard.scope, OfKeys) and hard.scope.key is key:
            points[hard.forbids(few)] = FORBIDDEN
    return Table(points, learner, adviser)


def code_people(
    people: tuple[Profile, ...], of: Callable[[Profile], Hashable]
) -> tuple[Integers, tuple[Profile, ...]]:
    """Number the keys in order of appearance, and give the first person with each."""
    codes: dict[Hashable, int] = {}
    coded = np.array([codes.setdefault(of(person), len(codes)) for person in people], np.int32)
    _, first = np.unique(coded, return_index=True)
    return coded, _chosen(people, first)


def _channels(pool: Pool) -> tuple[dict[int, list[Items]], Shorts, list[Counted]]:
    channels: dict[int, list[Items]] = {}
    floor = np.zeros(len(pool.advisers), np.int16)
    counted: list[Counted] = []
    for rule in SCORE_RULES:
        if not rule.weight(pool.request.weights):
            continue
        match rule.term(pool):
            case Added(items):
                channels.setdefault(ADDED, []).append(items)
            case Largest(items, least):
                channels.setdefault(LARGEST, []).append(items)
                floor = least.astype(np.int16)
            case Counted() as term:
                channels[FIRST_COUNT + len(counted)] = [term.items]
                counted.append(_checked(pool, term))
    for hard in HARD_RULES:
        if isinstance(hard.scope, UnlessShared) and hard.scope.asked(pool):
            channels.setdefault(SHARED, []).append(hard.scope.items(pool))
    while len(counted) < 2:
        counted.append(Counted(NO_ITEMS, np.ones(len(pool.learners), np.int32), 0))
    return channels, floor, counted


def _checked(pool: Pool, term: Counted) -> Counted:
    for row in np.flatnonzero(term.whole > MOST_PARTS)[:1]:
        who = pool.learners[row].person_id
        raise MatchInputError(f"Person {who} named too many topics or answers to be matched: keep a hundred.")
    return term


def _features(channels: dict[int, list[Items]], learners: int) -> Features:
    """Number the items of all channels in one row and sort both sides."""
    channel, wanted, given, start = [np.zeros(0, np.int8)], [], [], 0
    for number in sorted(channels):
        for items in channels[number]:
            channel.append(np.full(items.number, number, np.int8))
            wanted.append((items.learner, items.wanted + start))
            given.append((items.given + start, items.adviser, items.value))
            start += items.number
    learner, item = (np.concatenate([NOTHING, *(each[at] for each in wanted)]) for at in range(2))
    by, adviser, value = (np.concatenate([NOTHING, *(each[at] for each in given)]) for at in range(3))
    asked, offers = np.lexsort([item, learner]), np.lexsort([adviser, by])
    return Features(
        channel=np.concatenate(channel),
        learner_ptr=starts(learner, learners),
        learner_item=item[asked],
        item_ptr=starts(by, start),
        adviser=adviser[offers],
        value=value[offers].astype(np.int16),
    )


def _excluded(pool: Pool) -> tuple[NDArray[np.int64], Integers]:
    rows = {person.person_id: row for row, person in enumerate(pool.learners)}
    columns = {person.person_id: column for column, person in enumerate(pool.advisers)}
    marked = {
        (rows[learner], columns[adviser])
        for rule in HARD_RULES
        if isinstance(rule.scope, OfPairs)
        for learner, adviser in rule.scope.named(pool)
        if learner in rows and adviser in columns
    }
    pairs = np.array(sorted(marked), np.int32).reshape(-1, 2)
    return starts(pairs[:, 0], len(rows)), np.ascontiguousarray(pairs[:, 1])
