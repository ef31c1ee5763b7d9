"""The cadence: nine contacts, ever further apart."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.cadence import Table, due_dates, is_asked, stretch, stretch_due
from companion.models.programme import CONTACT_DAYS

START = date(2026, 9, 7)
TABLES = (Table(4, 3, 2), Table(12, 0, 0), Table(1, 6, 0))


def end(weeks: int) -> date:
    return START + timedelta(weeks=weeks, days=-1)


@pytest.mark.parametrize(("weeks", "contacts"), [(1, 1), (2, 2), (4, 4), (12, 7), (18, 9), (52, 17)])
def test_contacts_that_fit_into_an_engagement(weeks: int, contacts: int) -> None:
    assert len(due_dates(START, end(weeks), CONTACT_DAYS)) == contacts


def test_weekly_then_fortnightly_then_monthly() -> None:
    found = due_dates(START, end(26), CONTACT_DAYS)
    assert [(later - day).days for day, later in itertools.pairwise(found[:9])] == [
        7,
        7,
        7,
        14,
        14,
        14,
        28,
        28,
    ]
    assert found[0] == START + timedelta(days=6)


@given(st.integers(1, 40), st.integers(0, 300))
def test_the_stretches_follow_each_other_and_each_ends_where_it_is_due(weeks: int, day: int) -> None:
    found = [
        stretch(START, end(weeks), CONTACT_DAYS, due) for due in due_dates(START, end(weeks), CONTACT_DAYS)
    ]
    assert found[0][0] == START
    assert all(first == before + timedelta(days=1) for (_, before), (first, _) in itertools.pairwise(found))
    asked = START + timedelta(days=day)
    here = next((one for one in found if one[1] == asked), None)
    assert stretch_due(START, end(weeks), CONTACT_DAYS, asked, asked) == here


def test_no_stretch_ends_where_nothing_is_due() -> None:
    with pytest.raises(ValueError, match="no contact is due"):
        stretch(START, end(4), CONTACT_DAYS, START)


def test_every_cadence_asks_at_once_and_again_within_its_first_week() -> None:
    for table in TABLES:
        steps = table.contact_days
        assert is_asked(steps, START, None, START)
        asked = [is_asked(steps, START, START, START + timedelta(days)) for days in (0, 5, 6, 7)]
        assert asked == [False, False, True, True]


def test_later_check_ins_are_asked_for_as_rarely_as_the_cadence_has_it() -> None:
    last = START + timedelta(weeks=5)
    asked = [
        next(days for days in range(40) if is_asked(steps, START, last, last + timedelta(days)))
        for steps in (table.contact_days for table in TABLES)
    ]
    assert asked == [13, 6, 13]


def test_the_last_distance_goes_on_for_check_ins_as_for_dates() -> None:
    """An engagement may be extended beyond the end of its table."""
    steps = Table(1, 1, 0).contact_days
    assert [(day - START).days + 1 for day in due_dates(START, end(8), steps)] == [7, 21, 35, 49]
    late = START + timedelta(weeks=7)
    assert [is_asked(steps, START, late, late + timedelta(days)) for days in (12, 13)] == [False, True]


@given(st.integers(1, 52), st.integers(0, 52), st.integers(0, 52))
def test_a_table_is_read_back_as_it_was_typed(weekly: int, fortnightly: int, monthly: int) -> None:
    table = Table(weekly, fortnightly, monthly)
    assert table.wrong() == {}
    assert Table.of(table.contact_days) == table


def test_a_table_must_begin_within_a_week_and_end() -> None:
    assert Table(0, -1, 53).wrong().keys() == {"weekly", "fortnightly", "monthly"}
