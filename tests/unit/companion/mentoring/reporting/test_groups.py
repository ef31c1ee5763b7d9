"""Reporting groups are never too small, say of themselves only what is true of everybody, and miss nobody."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.reporting.groups import (
    ReportingGroup,
    Subject,
    merged,
    narrowed,
    reporting_groups,
)
from companion.models.reporting import Dimension

LEAST = 5
VALUES = st.dictionaries(st.sampled_from(Dimension), st.sampled_from("abc"))
PEOPLE = st.lists(VALUES, max_size=60).map(
    lambda found: [Subject(number, values) for number, values in enumerate(found)]
)


def people(*sizes: tuple[str, int]) -> list[Subject]:
    departments = [name for name, size in sizes for _ in range(size)]
    return [Subject(number, {Dimension.DEPARTMENT: name}) for number, name in enumerate(departments)]


def sizes(groups: list[ReportingGroup]) -> dict[str | None, int]:
    return {group.values.get(Dimension.DEPARTMENT): len(group.people) for group in groups}


def test_departments_that_are_large_enough_stand_alone_and_small_ones_are_pooled() -> None:
    found = reporting_groups(people(("Sales", 9), ("Support", 5), ("Legal", 3), ("IT", 2)), LEAST)
    assert sizes(found) == {"Sales": 9, "Support": 5, None: 5}


def test_a_small_rest_joins_the_smallest_group_so_that_it_cannot_be_had_by_subtraction() -> None:
    found = reporting_groups(people(("Sales", 9), ("Support", 5), ("Legal", 1)), LEAST)
    assert sizes(found) == {"Sales": 9, None: 6}


def test_fewer_people_than_the_threshold_are_not_reported_at_all() -> None:
    assert reporting_groups(people(("Sales", 4)), LEAST) == []


@given(PEOPLE, st.integers(1, 9))
def test_every_group_is_large_enough_and_everybody_is_in_exactly_one(
    subjects: list[Subject], least: int
) -> None:
    found = reporting_groups(subjects, least)
    assert all(len(group.people) >= least for group in found)
    reported = sorted(person for group in found for person in group.people)
    assert reported == ([s.person_id for s in subjects] if len(subjects) >= least else [])


@given(PEOPLE)
def test_what_a_group_says_of_itself_holds_for_everybody_in_it(subjects: list[Subject]) -> None:
    known = {subject.person_id: subject.values for subject in subjects}
    for group in reporting_groups(subjects, LEAST):
        for dimension, value in group.values.items():
            assert {known[person].get(dimension) for person in group.people} == {value}


@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_the_people_does_not_matter(subjects: list[Subject], chance: Random) -> None:
    shuffled = list(subjects)
    chance.shuffle(shuffled)
    assert reporting_groups(shuffled, LEAST) == reporting_groups(subjects, LEAST)


@given(PEOPLE, st.integers(5, 20))
def test_a_raised_threshold_joins_whole_groups(subjects: list[Subject], least: int) -> None:
    before = reporting_groups(subjects, LEAST)
    after = merged(before, least)
    everybody = sorted(person for group in before for person in group.people)
    assert sorted(person for group in after for person in group.people) == everybody
    for group in before:
        [wide] = [wide for wide in after if set(wide.people) & set(group.people)]
        assert set(group.people) <= set(wide.people)
    if len(everybody) >= least:
        assert all(len(group.people) >= least for group in after)
    else:
        assert len(after) == bool(everybody), "what misses it together stays together"


@pytest.mark.parametrize(("wanted", "counted"), [("Sales", 9), ("Legal", 0)])
def test_a_report_is_narrowed_to_the_groups_that_are_wholly_inside(wanted: str, counted: int) -> None:
    groups = reporting_groups(people(("Sales", 9), ("Legal", 3), ("IT", 2)), LEAST)
    assert sum(len(g.people) for g in narrowed(groups, {Dimension.DEPARTMENT: wanted})) == counted
