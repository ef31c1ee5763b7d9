"""From doings to figures."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.reporting.cells import Week
from companion.mentoring.reporting.measures import (
    DAYS_TO_CONTACT,
    HOURS_TO_ANSWER,
    PARTS,
    Doing,
    by_group,
    headline,
    monday,
    step,
)
from companion.models.reporting import Source

MONDAY = date(2026, 9, 7)
TALLIES = st.sampled_from(Source).flatmap(
    lambda source: st.tuples(
        st.just(source), st.dictionaries(st.sampled_from(PARTS[source]), st.integers(0, 50))
    )
)


@pytest.mark.parametrize(
    ("days", "name"), [(0, "day_2"), (2, "day_2"), (3, "day_5"), (14, "day_14"), (15, "later")]
)
def test_days_until_the_first_contact_fall_into_their_step(days: int, name: str) -> None:
    assert step(days, DAYS_TO_CONTACT) == name


@pytest.mark.parametrize(
    ("hours", "name"), [(0.2, "hour_1"), (1.5, "hour_24"), (72.0, "hour_72"), (73, "later")]
)
def test_hours_until_an_answer_fall_into_their_step(hours: float, name: str) -> None:
    assert step(hours, HOURS_TO_ANSWER) == name


@given(st.dates())
def test_a_week_begins_on_monday(day: date) -> None:
    assert monday(day).weekday() == 0
    assert timedelta(0) <= day - monday(day) < timedelta(days=7)


def test_doings_are_counted_in_the_week_and_group_they_belong_to() -> None:
    doings = [
        Doing(Source.CONTACT, "due", who=1, of=1, on=MONDAY),
        Doing(Source.CONTACT, "in_touch", who=1, of=1, on=MONDAY + timedelta(days=6)),
        Doing(Source.CONTACT, "due", who=1, of=1, on=MONDAY + timedelta(days=7)),
        Doing(Source.COMMITMENTS, "kept", who=9, of=1, on=MONDAY),
        Doing(Source.CONTACT, "due", who=2, of=2, on=MONDAY),
        Doing(Source.CONTACT, "due", who=3, of=3, on=MONDAY),
    ]
    found = by_group(doings, {1: 10, 2: 20})
    assert set(found) == {10, 20}
    first, second = found[10][Source.CONTACT]
    assert first == Week(MONDAY, frozenset({1}), {"due": 1, "in_touch": 1})
    assert second == Week(MONDAY + timedelta(days=7), frozenset({1}), {"due": 1})
    assert found[10][Source.COMMITMENTS][0].people == {9}


@given(TALLIES)
def test_a_headline_is_a_share(counted: tuple[Source, dict[str, int]]) -> None:
    source, tally = counted
    if source in (Source.CONTACT, Source.ASKS, Source.ADVISING):
        return  # the part is counted apart from the whole: see below
    found = headline(source, tally)
    assert found is None if sum(tally.values()) == 0 else found is not None and 0 <= found <= 1


@pytest.mark.parametrize(
    ("source", "tally", "told"),
    [
        (Source.CONTACT, {"due": 8, "in_touch": 6}, 0.75),
        (Source.FIRST_CONTACT, {"day_2": 2, "day_5": 1, "later": 1}, 0.75),
        (Source.COMMITMENTS, {"kept": 3, "late": 1, "dropped": 2}, 0.5),
        (Source.FIT, {"good": 9, "not_good": 1}, 0.9),
        (Source.TRUST, {"5": 1, "3": 1}, 0.75),
        (Source.ASKS, {"asked": 4, "hour_1": 1, "later": 1}, 0.25),
        (Source.ADVISING, {"finished": 10, "advising": 3}, 0.3),
        (Source.CONTACT, {}, None),
        (Source.TRUST, {}, None),
    ],
)
def test_what_sums_a_source_up(source: Source, tally: dict[str, int], told: float | None) -> None:
    assert headline(source, tally) == told
