"""The cadence: nine contacts, ever further apart."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.cadence import CADENCES, due_dates, due_within, is_asked, stretch
from companion.models.programme import Cadence

START = date(2026, 9, 7)


def end(weeks: int) -> date:
    return START + timedelta(weeks=weeks, days=-1)


@pytest.mark.parametrize(("weeks", "contacts"), [(1, 1), (2, 2), (4, 4), (12, 7), (18, 9), (52, 9)])
def test_contacts_that_fit_into_an_engagement(weeks: int, contacts: int) -> None:
    assert len(due_dates(START, end(weeks))) == contacts


def test_weekly_then_fortnightly_then_monthly() -> None:
    found = due_dates(START, end(30))
    assert [(later - day).days for day, later in itertools.pairwise(found)] == [
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
    found = [stretch(START, end(weeks), due) for due in due_dates(START, end(weeks))]
    assert found[0][0] == START
    assert all(first == before + timedelta(days=1) for (_, before), (first, _) in itertools.pairwise(found))
    asked = START + timedelta(days=day)
    assert due_within(START, end(weeks), asked, asked) == (asked in [last for _, last in found])


def test_no_stretch_ends_where_nothing_is_due() -> None:
    with pytest.raises(ValueError, match="no contact is due"):
        stretch(START, end(4), START)


@pytest.mark.parametrize("cadence", Cadence)
def test_every_cadence_asks_at_once_and_again_within_its_first_week(cadence: Cadence) -> None:
    steps = CADENCES[cadence]
    assert is_asked(steps, START, None, START)
    assert [is_asked(steps, START, START, START + timedelta(days)) for days in (0, 5, 6, 7)] == [
        False,
        False,
        True,
        True,
    ]


def test_later_check_ins_are_asked_for_as_rarely_as_the_cadence_has_it() -> None:
    last = START + timedelta(weeks=5)
    asked = {
        cadence: next(
            days for days in range(40) if is_asked(CADENCES[cadence], START, last, last + timedelta(days))
        )
        for cadence in Cadence
    }
    assert asked == {Cadence.TAPERING: 13, Cadence.WEEKLY: 6, Cadence.FORTNIGHTLY: 13}
