"""How long an engagement lasts, and where it may move."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.engagement import (
    BY,
    LENGTHS,
    MOVES,
    ForbiddenMoveError,
    Move,
    Mover,
    extended_to,
    goes_on,
    last_day,
    leads,
    may_extend,
    moved,
)
from companion.models.engagement import EngagementState, Side


def test_the_lengths_are_those_of_the_product() -> None:
    assert LENGTHS == (1, 2, 4, 12)


@pytest.mark.parametrize(
    ("weeks", "last"),
    [(1, date(2026, 11, 29)), (2, date(2026, 12, 6)), (4, date(2026, 12, 20)), (12, date(2027, 2, 14))],
)
def test_it_ends_the_day_before_the_same_weekday(weeks: int, last: date) -> None:
    assert last_day(date(2026, 11, 23), weeks) == last


@given(st.dates(max_value=date(9990, 1, 1)), st.sampled_from(LENGTHS))
def test_it_lasts_whole_weeks_first_and_last_day_included(starts_on: date, weeks: int) -> None:
    assert (last_day(starts_on, weeks) - starts_on + timedelta(days=1)).days == 7 * weeks


OVER = (EngagementState.CLOSED, EngagementState.ENDED_EARLY)


@given(st.sampled_from(EngagementState), st.sampled_from(Move), st.sampled_from(Mover))
def test_a_move_leads_where_the_table_says_or_is_forbidden(
    state: EngagementState, move: Move, by: Mover
) -> None:
    if by in BY[move] and move in MOVES[state]:
        assert moved(state, move, by) is leads(move, by)[state]
        return
    with pytest.raises(ForbiddenMoveError):
        moved(state, move, by)


def test_every_state_can_be_reached_and_comes_to_an_end() -> None:
    reached = {EngagementState.PROPOSED}
    for _ in EngagementState:
        reached |= {after for state in reached for after in MOVES[state].values()}
    assert reached == set(EngagementState)
    for state in EngagementState:
        assert state in OVER or set(MOVES[state].values()) & {*OVER, EngagementState.ACTIVE}


@pytest.mark.parametrize("state", OVER)
def test_what_is_over_stays_so(state: EngagementState) -> None:
    assert MOVES[state] == {}


def test_it_goes_on_longer_when_all_wish_it_by_the_nearest_day() -> None:
    end, near, far = date(2026, 12, 20), date(2026, 12, 27), date(2027, 1, 3)
    assert extended_to(end, [near, None]) is None
    assert extended_to(end, [far, near]) == near
    assert extended_to(end, []) is None
    assert [may_extend(end, end - timedelta(days)) for days in (15, 14, 0, -1)] == [False, True, True, False]


def test_a_circle_goes_on_while_both_sides_are_there() -> None:
    assert goes_on([Side.ADVISER, Side.LEARNER, Side.LEARNER])
    assert not goes_on([Side.LEARNER, Side.LEARNER])
    assert not goes_on([])
