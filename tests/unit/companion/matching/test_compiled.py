"""The compiled form gives every pair the points of the rules, and the same from both engines."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.people import request as synthetic
from companion.matching import MatchInputError, MatchRequest, Profile, Weights
from companion.matching.blocks import block_points
from companion.matching.compiled import LOWEST
from companion.matching.compiling import compile_pool
from companion.matching.pair_points import pair_points
from companion.matching.pool import Pool
from companion.matching.rules import barriers_by_rule, points_by_rule
from companion.matching.scan import Found, Scan, scan
from companion.matching.terms import MOST_PARTS, rounded, share_in_points
from tests.unit.companion.matching.made_up import requests

LISTS = ("learner_best", "learner_value", "adviser_best", "adviser_value", "highest")


def not_stopped() -> None:
    """Let the work go on."""


def check_against_the_rules(request: MatchRequest) -> None:
    pool = Pool.of(request)
    compiled = compile_pool(pool)
    points = np.add.reduce(points_by_rule(pool), dtype=np.int32)
    forbidden = np.logical_or.reduce(barriers_by_rule(pool))
    here = np.ix_(compiled.rows, compiled.columns)
    found = block_points(compiled, np.arange(len(compiled.rows)))
    np.testing.assert_array_equal(found <= LOWEST, forbidden[here])
    allowed = ~forbidden[here]
    np.testing.assert_array_equal(found[allowed], points[here][allowed])
    forbidden[here] = True
    assert forbidden.all()


def check_single_pairs(request: MatchRequest) -> None:
    pool = Pool.of(request)
    rows, columns = (each.ravel()[::3] for each in np.indices(pool.shape))
    by_rule = np.array(points_by_rule(pool))[:, rows, columns]
    np.testing.assert_array_equal(pair_points(pool, rows, columns), by_rule)


@settings(max_examples=80, deadline=None)
@given(requests(learners=9, advisers=9))
def test_compiled_points_are_the_rules_points(request: MatchRequest) -> None:
    check_against_the_rules(request)
    check_single_pairs(request)


@pytest.mark.parametrize("course_in_common", [False, True])
@pytest.mark.parametrize(
    "weights", [Weights(), Weights(topics=999, work_style=1000, same_team=-1000, hours=7)]
)
def test_compiled_points_of_a_realistic_mix(course_in_common: bool, weights: Weights) -> None:
    request = synthetic(150, 120, capacity=2)
    request = replace(request, course_in_common=course_in_common, weights=weights)
    check_against_the_rules(request)
    check_single_pairs(request)


def look(request: MatchRequest, engine: Any, threads: int, **others: Any) -> Found:
    compiled = compile_pool(Pool.of(request))
    learners, advisers = compiled.shape
    asked: dict[str, Any] = {
        "price": np.zeros(advisers, np.int32),
        "threshold": np.full(learners, -10_000, np.int32),
        "k": 5,
        "k_adviser": 7,
        "largest": 20_000,
    }
    return scan(Scan(compiled, **asked | others), engine, threads, not_stopped)


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("course_in_common", [False, True])
def test_both_engines_and_any_threads_find_the_same(threads: int, course_in_common: bool) -> None:
    request = replace(
        synthetic(210, 190), course_in_common=course_in_common, weights=Weights(topics=1000, same_team=-50)
    )
    one, other = look(request, "numba", threads), look(request, "numpy", 1)
    for name in LISTS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)


@settings(max_examples=25, deadline=None)
@given(requests(learners=9, advisers=9), st.integers(0, 2**32 - 1))
def test_both_engines_find_the_same_under_prices(request: MatchRequest, seed: int) -> None:
    compiled = compile_pool(Pool.of(request))
    random = np.random.default_rng(seed)
    price = random.integers(0, 50, compiled.shape[1]).astype(np.int32)
    threshold = random.integers(-60, 40, compiled.shape[0]).astype(np.int32)
    asked: dict[str, Any] = {"price": price, "threshold": threshold, "k": 3, "k_adviser": 0}
    one, other = look(request, "numba", 2, **asked), look(request, "numpy", 1, **asked)
    for name in LISTS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)
    points = block_points(compiled, np.arange(len(compiled.rows)))
    worth = np.where(points <= LOWEST, -(2**31), points - price)
    np.testing.assert_array_equal(one.highest, worth.max(axis=1, initial=-(2**31)))
    for row, values in enumerate(one.learner_value):
        kept = sorted(worth[row][worth[row] > max(int(threshold[row]), -(2**31))], reverse=True)[:3]
        assert [value for value, who in zip(values, one.learner_best[row], strict=True) if who >= 0] == kept


def test_shares_round_like_the_rule_up_to_the_most_parts() -> None:
    parts = np.arange(MOST_PARTS + 1)
    for whole in (1, 2, 3, 6, 7, 20, 28, 97, MOST_PARTS - 1, MOST_PARTS):
        for weight in (1, 19, 20, 35, 333, 999, 1000):
            here = parts[: whole + 1]
            factor, offset = share_in_points(weight, np.array([whole], np.int32))
            found = (here.astype(np.float32) * factor + offset).astype(np.int16)
            np.testing.assert_array_equal(found, rounded(weight, here.astype(np.int32), whole))


def test_too_many_topics_are_refused_plainly() -> None:
    wanted = frozenset(str(each) for each in range(MOST_PARTS))
    learner = Profile(person_id=3, languages=frozenset({"en"}), topics_wanted=wanted)
    adviser = Profile(person_id=4, languages=frozenset({"en"}))
    with pytest.raises(MatchInputError, match="Person 3 named too many topics"):
        compile_pool(Pool.of(MatchRequest(learners=[learner], advisers=[adviser], on=date(2026, 3, 2))))
