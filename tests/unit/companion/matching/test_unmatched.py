"""The reason that binds for somebody left without an adviser."""

from datetime import date
from functools import partial
from typing import Any

import pytest

from companion.matching import MatchRequest, Profile, Unmatched, propose

ENGLISH = frozenset({"en"})
Person = partial(Profile, languages=ENGLISH)


def left_out(learner: Profile, *advisers: Profile, **others: Any) -> Unmatched:
    proposal = propose(MatchRequest(learners=[learner], advisers=advisers, on=date(2026, 7, 1), **others))
    (unmatched,) = proposal.unmatched
    assert unmatched.person_id == learner.person_id
    return unmatched


@pytest.mark.parametrize(
    ("learner", "adviser", "code", "text"),
    [
        ({"opted_out": True}, {}, "learner_opted_out", "This person has opted out."),
        ({"paused": True}, {}, "learner_paused", "This person is paused."),
        ({}, {"opted_out": True}, "adviser_opted_out", "No adviser takes part: all have opted out."),
        ({}, {"paused": True}, "adviser_paused", "No adviser is available: all are paused."),
        ({"manager_id": 11}, {}, "manager", "No adviser stands outside this person's line of management."),
        (
            {"blocked": frozenset({11})},
            {},
            "blocked",
            "No adviser may be paired with this person: each is blocked or was no fit before.",
        ),
        ({}, {"capacity": 0}, "full", "The only adviser is full."),
        (
            {"languages": frozenset({"pt"})},
            {},
            "language",
            "No adviser shares a language with this person (speaks Portuguese).",
        ),
        (
            {"languages": frozenset()},
            {},
            "language",
            "No adviser shares a language with this person (has no known language).",
        ),
        (
            {"time_zone": "Asia/Tokyo"},
            {"time_zone": "America/Los_Angeles"},
            "hours",
            "No adviser shares 2 working hours a day with this person (works 9:00 to 17:00, Asia/Tokyo).",
        ),
    ],
)
def test_one_rule_leaves_nobody(
    learner: dict[str, Any], adviser: dict[str, Any], code: str, text: str
) -> None:
    unmatched = left_out(Person(**{"person_id": 1, **learner}), Person(**{"person_id": 11, **adviser}))
    assert (unmatched.code, unmatched.text) == (code, text)


def test_a_course_in_common_is_asked_for() -> None:
    unmatched = left_out(Person(person_id=1), Person(person_id=11), course_in_common=True)
    assert (unmatched.code, unmatched.text) == (
        "course",
        "No adviser has finished a course that this person takes.",
    )


def test_the_rule_that_takes_the_last_one_binds() -> None:
    unmatched = left_out(
        Person(person_id=1, time_zone="Asia/Tokyo"),
        Person(person_id=11, languages=frozenset({"pt"})),
        Person(person_id=12, time_zone="America/Los_Angeles"),
        Person(person_id=13, time_zone="America/New_York"),
    )
    assert unmatched.code == "hours"
    assert unmatched.text.startswith(
        "None of the advisers who share a language (2) shares 2 working hours a day"
    )


def test_those_who_are_full_are_counted_and_described() -> None:
    advisers = [
        Person(person_id=11, languages=frozenset({"pt"})),
        Person(person_id=12, time_zone="America/Los_Angeles"),
        Person(person_id=13, capacity=0),
        Person(person_id=14, time_zone="Asia/Seoul", capacity=0),
        Person(person_id=15, time_zone="Asia/Seoul"),
    ]
    learner = Person(person_id=1, time_zone="Asia/Tokyo")
    assert (
        left_out(learner, *advisers[:4]).text
        == "All 2 advisers who share a language and working hours are full."
    )
    excluded = left_out(learner, *advisers, forbidden=frozenset({(1, 15), (1, 14)}))
    assert excluded.text == (
        "The only adviser who shares a language and working hours and may be paired with this person is full."
    )


def test_seats_that_others_took_count_as_full() -> None:
    learners = [Person(person_id=each) for each in (1, 2, 3)]
    request = MatchRequest(learners=learners, advisers=[Person(person_id=11)], on=date(2026, 7, 1))
    assert [(each.code, each.text) for each in propose(request).unmatched] == [
        ("full", "The only adviser is full.")
    ]
