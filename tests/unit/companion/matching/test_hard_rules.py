"""What forbids a pair, seen through the explanation of the pair."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from companion.matching import Barrier, MatchRequest, Profile, explain

ENGLISH = frozenset({"en"})
LEARNER = Profile(person_id=1, languages=ENGLISH, time_zone="Europe/Lisbon", enrolled=frozenset({7}))
ADVISER = Profile(person_id=2, languages=ENGLISH, time_zone="Europe/Lisbon", finished={8: date(2026, 5, 1)})


def barriers(
    learner: dict[str, Any] | None = None, adviser: dict[str, Any] | None = None, **others: Any
) -> tuple[Barrier, ...]:
    one, other = replace(LEARNER, **learner or {}), replace(ADVISER, **adviser or {})
    request = MatchRequest(learners=[one], advisers=[other], on=date(2026, 7, 1), **others)
    explanation = explain(request, one.person_id, other.person_id)
    assert explanation.allowed is not bool(explanation.barriers)
    return explanation.barriers


def test_nothing_stands_between_these_two() -> None:
    assert barriers() == ()


@pytest.mark.parametrize(
    ("learner", "adviser", "others", "code", "text"),
    [
        ({"opted_out": True}, {}, {}, "learner_opted_out", "The learner has opted out."),
        ({}, {"opted_out": True}, {}, "adviser_opted_out", "The adviser has opted out."),
        ({"paused": True}, {}, {}, "learner_paused", "The learner is paused."),
        ({}, {"paused": True}, {}, "adviser_paused", "The adviser is paused."),
        ({}, {"person_id": 1}, {}, "oneself", "Nobody advises themselves."),
        ({"manager_id": 2}, {}, {}, "manager", "One of the two manages the other."),
        ({}, {"manager_id": 1}, {}, "manager", "One of the two manages the other."),
        (
            {"blocked": frozenset({2})},
            {},
            {},
            "blocked",
            "The two are not to be paired: blocked, or no fit before.",
        ),
        (
            {},
            {"blocked": frozenset({1})},
            {},
            "blocked",
            "The two are not to be paired: blocked, or no fit before.",
        ),
        ({}, {"capacity": 0}, {}, "full", "The adviser has no free seat."),
        (
            {"languages": frozenset({"pt", "es"})},
            {},
            {},
            "language",
            "They share no language: the learner speaks Portuguese and Spanish, the adviser speaks English.",
        ),
        (
            {},
            {"languages": frozenset()},
            {},
            "language",
            "They share no language: the learner speaks English, the adviser has no known language.",
        ),
        (
            {},
            {"time_zone": "Asia/Kolkata"},
            {"min_shared_hours": 4},
            "hours",
            "They share fewer than 4 working hours a day: the learner works 9:00 to 17:00, Europe/Lisbon, "
            "the adviser works 9:00 to 17:00, Asia/Kolkata.",
        ),
        (
            {},
            {},
            {"course_in_common": True},
            "course",
            "The adviser has finished no course that the learner takes.",
        ),
        (
            {},
            {},
            {"forbidden": frozenset({(1, 2), (5, 6)})},
            "excluded",
            "The pair was excluded from this matching.",
        ),
    ],
)
def test_each_rule_forbids_and_says_why(
    learner: dict[str, Any], adviser: dict[str, Any], others: dict[str, Any], code: str, text: str
) -> None:
    assert barriers(learner, adviser, **others) == (Barrier(code, text),)


def test_an_excluded_pair_does_not_exclude_the_opposite_pair() -> None:
    assert barriers(forbidden=frozenset({(2, 1)})) == ()


def test_hours_do_not_forbid_where_a_time_zone_is_not_known() -> None:
    assert barriers({"time_zone": None}, {"time_zone": "Asia/Tokyo"}) == ()


def test_exactly_the_hours_asked_for_are_enough() -> None:
    assert barriers({}, {"time_zone": "America/New_York"}, min_shared_hours=3) == ()


def test_a_course_in_common_is_enough_however_long_ago() -> None:
    assert barriers({}, {"finished": {7: date(2019, 1, 1)}}, course_in_common=True) == ()


def test_all_barriers_are_named() -> None:
    found = barriers({"paused": True, "manager_id": 2}, {"capacity": 0})
    assert [barrier.code for barrier in found] == ["learner_paused", "manager", "full"]
