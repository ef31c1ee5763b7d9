"""The life of an ask."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.ask import (
    BY,
    MOVES,
    OPEN_FOR,
    OPEN_STATES,
    ForbiddenMoveError,
    Move,
    Part,
    Times,
    becomes_engagement,
    is_left,
    is_over,
    may_ask,
    moved,
)
from companion.models.exchange import AskState

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
STEPS = st.lists(st.tuples(st.sampled_from(Move), st.sampled_from(Part)), max_size=40)


@given(STEPS)
def test_no_sequence_of_moves_leaves_the_table_or_an_end(steps: list[tuple[Move, Part]]) -> None:
    state = AskState.OPEN
    for move, part in steps:
        before = state
        try:
            state = moved(state, move, part)
        except ForbiddenMoveError:
            assert BY[move] is not part or move not in MOVES[before]
            continue
        assert before in OPEN_STATES
        assert BY[move] is part


def test_every_state_is_reached_and_only_the_two_ends_are_ends() -> None:
    assert set(MOVES) == set(AskState)
    assert {state for moves in MOVES.values() for state in moves.values()} == set(AskState)
    assert {state for state, moves in MOVES.items() if not moves} == {AskState.RESOLVED, AskState.EXPIRED}


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
def test_the_asker_may_always_be_done_with_it_and_time_too(state: AskState) -> None:
    assert moved(state, Move.RESOLVE, Part.ASKER) is AskState.RESOLVED
    assert moved(state, Move.EXPIRE, Part.CLOCK) is AskState.EXPIRED


def test_a_thin_question_has_a_middle_answer() -> None:
    wanted = moved(AskState.OPEN, Move.WANT_MORE, Part.ASKED)
    assert wanted is AskState.MORE_WANTED
    assert moved(wanted, Move.ADD, Part.ASKER) is AskState.OPEN


def test_nobody_resolves_the_ask_of_another() -> None:
    with pytest.raises(ForbiddenMoveError):
        moved(AskState.ANSWERED, Move.RESOLVE, Part.ASKED)


def test_three_may_wait_at_a_time() -> None:
    assert [may_ask(waiting) for waiting in range(5)] == [True, True, True, False, False]


def test_an_ask_is_over_a_week_after_the_last_word_in_it() -> None:
    times = Times(asked_at=NOW - timedelta(days=20), last_at=NOW)
    assert not is_over(AskState.OPEN, times, NOW + OPEN_FOR - timedelta(seconds=1))
    assert is_over(AskState.OPEN, times, NOW + OPEN_FOR)
    assert not is_over(AskState.RESOLVED, times, NOW + OPEN_FOR)


def test_who_stays_silent_for_two_days_is_joined_by_the_next() -> None:
    assert not is_left(NOW, NOW + timedelta(days=1, hours=23))
    assert is_left(NOW, NOW + timedelta(days=2))


def test_it_takes_two_to_go_on_together() -> None:
    assert becomes_engagement(True, True, together=False)
    assert not becomes_engagement(True, False, together=False)
    assert not becomes_engagement(False, True, together=False)
    assert not becomes_engagement(True, True, together=True)
