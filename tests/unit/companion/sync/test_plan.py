"""How much may go in one run."""

import pytest

from companion.store.merging import Gone
from companion.sync.plan import NOTHING_HELD, removals


def people(gone: int, of: int) -> Gone:
    return Gone(gone, of, 0, 5)


@pytest.mark.parametrize(
    ("before", "after", "held_back"),
    [(12, 2, 0), (12, 1, 11), (100, 80, 0), (100, 79, 21), (10, 0, 0), (49, 39, 0), (50, 39, 11)],
)
def test_more_than_a_fifth_never_goes_at_once(before: int, after: int, held_back: int) -> None:
    for gone in (people(before - after, before), Gone(0, 9, before - after, before)):
        found = removals(gone, complete=True, allow=False)
        assert (found.allowed, found.held_back) == (not held_back, held_back)


def test_what_was_held_back_is_told_with_both_ways_to_allow_it() -> None:
    (sentence,) = removals(people(90, 100), complete=True, allow=False).problems
    assert "90 of 100 people" in sentence
    assert "Sync in the admin" in sentence
    assert "python -m companion sync --allow-removals" in sentence


def test_an_administrator_can_allow_the_removal() -> None:
    assert removals(people(90, 100), complete=True, allow=True) == NOTHING_HELD


def test_an_incomplete_reading_removes_nobody_and_so_holds_nobody_back() -> None:
    assert removals(people(90, 100), complete=False, allow=False) == NOTHING_HELD
