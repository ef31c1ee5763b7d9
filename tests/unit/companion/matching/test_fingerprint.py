"""The fingerprint of a request."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from companion.matching import MatchRequest, Profile, Weights
from companion.matching.fingerprint import input_hash

LEARNER = Profile(
    person_id=1, languages=frozenset({"en", "pt"}), finished={3: date(2026, 1, 2), 1: date(2026, 1, 3)}
)
OTHER = Profile(person_id=2)
ADVISERS = [Profile(person_id=11), Profile(person_id=12)]
REQUEST = MatchRequest(
    learners=[LEARNER, OTHER],
    advisers=ADVISERS,
    on=date(2026, 6, 1),
    course_names={1: "Sales", 2: "Law"},
    forbidden=frozenset({(1, 12), (2, 11)}),
    pinned=[(1, 11), (2, 12)],
)


def test_it_is_a_sha256_in_hexadecimal() -> None:
    assert len(bytes.fromhex(input_hash(REQUEST))) == 32


def test_order_does_not_matter() -> None:
    same_learner = replace(LEARNER, finished=dict(sorted(LEARNER.finished.items())))
    shuffled = replace(
        REQUEST,
        learners=(OTHER, same_learner),
        advisers=ADVISERS[::-1],
        course_names={2: "Law", 1: "Sales"},
        pinned=((2, 12), (1, 11)),
    )
    assert input_hash(shuffled) == input_hash(REQUEST)


@pytest.mark.parametrize(
    "change",
    [
        {"learners": [replace(LEARNER, paused=True), OTHER]},
        {"learners": [replace(LEARNER, finished={1: date(2026, 1, 3)}), OTHER]},
        {"advisers": [*ADVISERS, Profile(person_id=13)]},
        {"on": date(2026, 6, 2)},
        {"weights": Weights(topics=34)},
        {"pinned": []},
        {"forbidden": frozenset({(1, 12)})},
        {"load_penalty": 3},
    ],
)
def test_every_difference_shows(change: dict[str, Any]) -> None:
    assert input_hash(replace(REQUEST, **change)) != input_hash(REQUEST)


def test_the_two_sides_are_not_confused() -> None:
    one = MatchRequest(learners=[OTHER], advisers=[LEARNER], on=REQUEST.on)
    other = MatchRequest(learners=[LEARNER], advisers=[OTHER], on=REQUEST.on)
    assert input_hash(one) != input_hash(other)
