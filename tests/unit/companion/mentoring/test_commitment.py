"""Commitments: what counts as kept."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.commitment import (
    FURTHEST,
    Outcome,
    SettledError,
    Standing,
    asks_for_follow_up,
    may_be_due,
    may_commit,
    settle,
)
from companion.models.commitment import CommitmentState

DUE = date(2026, 11, 26)
OPEN = Standing(CommitmentState.OPEN, DUE)


@pytest.mark.parametrize(
    ("today", "state"), [(DUE, CommitmentState.KEPT), (date(2026, 11, 27), CommitmentState.LATE)]
)
def test_kept_by_its_day_or_late(today: date, state: CommitmentState) -> None:
    assert settle(OPEN, Outcome.KEPT, today).state is state


def test_renegotiated_in_time_counts_as_kept() -> None:
    moved = settle(OPEN, Outcome.RENEGOTIATED, DUE, date(2026, 12, 3))
    assert moved == Standing(CommitmentState.OPEN, date(2026, 12, 3))
    assert settle(moved, Outcome.KEPT, date(2026, 12, 3)).state is CommitmentState.KEPT


def test_renegotiated_when_its_day_was_past_it_is_late_whenever_it_is_kept() -> None:
    moved = settle(OPEN, Outcome.RENEGOTIATED, date(2026, 11, 27), date(2026, 12, 3))
    again = settle(moved, Outcome.RENEGOTIATED, date(2026, 12, 2), date(2026, 12, 10))
    assert settle(again, Outcome.KEPT, date(2026, 12, 9)).state is CommitmentState.LATE


@pytest.mark.parametrize("new_day", [None, DUE, DUE - timedelta(1), DUE + FURTHEST + timedelta(1)])
def test_renegotiated_needs_a_day_to_come(new_day: date | None) -> None:
    with pytest.raises(ValueError, match="a day to come"):
        settle(OPEN, Outcome.RENEGOTIATED, DUE, new_day)


@given(
    st.sampled_from(Outcome), st.sampled_from([s for s in CommitmentState if s is not CommitmentState.OPEN])
)
def test_what_came_to_an_end_is_not_changed(outcome: Outcome, state: CommitmentState) -> None:
    with pytest.raises(SettledError):
        settle(Standing(state, DUE), outcome, DUE, DUE + timedelta(7))


def test_it_is_asked_about_from_its_day_on() -> None:
    assert [asks_for_follow_up(OPEN, DUE + timedelta(days)) for days in (-1, 0, 1)] == [False, True, True]
    assert not asks_for_follow_up(Standing(CommitmentState.DROPPED, DUE), DUE)


def test_three_are_open_at_most_and_none_in_the_past() -> None:
    assert [may_commit(opened) for opened in (0, 2, 3)] == [True, True, False]
    assert [may_be_due(DUE + step, DUE) for step in (timedelta(-1), timedelta(0), FURTHEST)] == [
        False,
        True,
        True,
    ]
