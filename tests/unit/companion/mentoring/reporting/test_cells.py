"""A cell is closed once enough people contributed, and never grows after that."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.reporting.cells import WEEK, Cell, Week, close, total, within

MONDAY = date(2026, 8, 31)
LEAST = 5


def week(number: int, *who: int) -> Week:
    return Week(MONDAY + number * WEEK, frozenset(who), {"told": len(who)})


WEEKS = st.lists(st.frozensets(st.integers(1, 9)), max_size=12).map(
    lambda found: [week(number, *who) for number, who in enumerate(found)]
)


def test_a_week_with_enough_people_is_a_cell() -> None:
    assert close([week(0, 1, 2, 3, 4, 5)], LEAST) == [Cell(MONDAY, MONDAY, 5, {"told": 5})]


def test_weeks_are_gathered_until_enough_different_people_contributed() -> None:
    found = close([week(0, 1, 2), week(1, 1, 2, 3), week(2, 4, 5), week(3, 1)], LEAST)
    assert found == [Cell(MONDAY, MONDAY + 2 * WEEK, 5, {"told": 7})]


@given(WEEKS, st.integers(1, 6))
def test_a_later_week_never_changes_a_closed_cell(weeks: list[Week], least: int) -> None:
    for length in range(len(weeks)):
        early = close(weeks[:length], least)
        assert close(weeks, least)[: len(early)] == early


@given(WEEKS, st.integers(1, 6))
def test_every_cell_has_enough_people_and_its_weeks_follow_each_other(weeks: list[Week], least: int) -> None:
    ended = MONDAY - WEEK
    for cell in close(weeks, least):
        covered = [each for each in weeks if cell.first <= each.monday <= cell.last]
        assert cell.first == ended + WEEK
        assert len(frozenset[int]().union(*(each.people for each in covered))) == cell.people >= least
        assert cell.tally["told"] == sum(each.tally["told"] for each in covered)
        ended = cell.last


@pytest.mark.parametrize(("until", "counted"), [(13, 0), (14, 0), (20, 7), (25, 7)])
def test_only_cells_wholly_inside_the_dates_count(until: int, counted: int) -> None:
    cell = Cell(MONDAY, MONDAY + 2 * WEEK, 5, {"told": 7})
    inside = within([cell], MONDAY, MONDAY + timedelta(days=until))
    assert total(inside).get("told", 0) == counted
    assert within([cell], MONDAY + timedelta(days=1), MONDAY + 9 * WEEK) == []
