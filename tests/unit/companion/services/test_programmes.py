"""Programmes: rules that hold, told field by field where they do not, and whom they find today."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from companion.errors import InputError, NotFoundError, NotReadyError
from companion.models.lms import Course
from companion.models.programme import NewHireRule
from companion.services.programmes import ProgrammeRules, check
from companion.services.registry import Services
from tests import rows
from tests.rows import NOW

RULES = ProgrammeRules(name="Onboarding", course_ids=(1,))


def wrong_fields(**changes: Any) -> set[str]:
    with pytest.raises(InputError) as raised:
        check(replace(RULES, **changes))
    assert all(sentence.endswith(".") for sentence in raised.value.fields.values())
    return set(raised.value.fields)


def test_the_defaults_are_rules_that_hold() -> None:
    check(RULES)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"course_ids": ()}, "course_ids"),
        ({"new_hire_field": ""}, "new_hire_field"),
        ({"new_hire_field": None}, "new_hire_field"),
        ({"new_hire_rule": NewHireRule.COHORT}, "new_hire_cohort_id"),
        ({"new_hire_days": 0}, "new_hire_days"),
        ({"new_hire_days": 366}, "new_hire_days"),
        ({"recent_from_days": -1}, "recent_to_days"),
        ({"recent_from_days": 180}, "recent_to_days"),
        ({"recent_to_days": 1826}, "recent_to_days"),
        ({"weeks": 3}, "weeks"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 5}, "capacity"),
        ({"min_shared_hours": -1}, "min_shared_hours"),
        ({"min_shared_hours": 9}, "min_shared_hours"),
        ({"weights": {"topics": -1}}, "weight_topics"),
        ({"weights": {"horoscope": 5}}, "weight_horoscope"),
    ],
)
def test_each_rule_that_cannot_hold_is_told_at_its_field(changes: dict[str, Any], field: str) -> None:
    assert wrong_fields(**changes) == {field}


@pytest.mark.parametrize(
    "changes",
    [
        {"new_hire_days": 1},
        {"new_hire_days": 365},
        {"recent_from_days": 0, "recent_to_days": 1825},
        {"capacity": 1},
        {"capacity": 4},
        {"min_shared_hours": 0},
        {"min_shared_hours": 8},
        {"new_hire_rule": NewHireRule.COHORT, "new_hire_cohort_id": 3, "new_hire_field": None},
        {"new_hire_rule": NewHireRule.FIRST_ENROLMENT, "new_hire_field": None},
        {"weights": {"topics": 0, "same_team": -20}},
    ],
)
def test_the_edges_of_every_range_can_be_chosen(changes: dict[str, Any]) -> None:
    check(replace(RULES, **changes))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert wrong_fields(name="", weeks=7, capacity=9) == {"name", "weeks", "capacity"}


def make_world(services: Services) -> tuple[Course, Course]:
    """A connected site with two courses."""
    with services.db.begin() as session:
        site = rows.site(session)
        return rows.course(session, site, "Sales"), rows.course(session, site, "Care")


def test_a_programme_is_kept_as_it_was_made(services_on: Services) -> None:
    sales, care = make_world(services_on)
    rules = replace(
        RULES, name="  Onboarding  ", course_ids=(care.id, sales.id, sales.id), weeks=2, capacity=3
    )
    view = services_on.programmes.view(services_on.programmes.create(rules))
    assert (view.programme.name, view.programme.weeks, view.programme.capacity) == ("Onboarding", 2, 3)
    assert (view.course_names, view.course_ids) == (("Care", "Sales"), (care.id, sales.id))
    assert (view.programme.version, view.programme.created_at) == (1, services_on.clock())
    assert view.programme.weights["topics"] == 35
    assert (view.new_hires, view.recent_learners) == (0, 0)


def test_changing_a_programme_counts_its_version_and_moves_its_courses(services_on: Services) -> None:
    sales, care = make_world(services_on)
    made = services_on.programmes.create(replace(RULES, course_ids=(sales.id,)))
    changed = replace(RULES, course_ids=(care.id,), weeks=12, weights={"topics": 50})
    services_on.programmes.change(made, changed)
    view = services_on.programmes.view(made)
    assert (view.programme.version, view.programme.weeks, view.course_names) == (2, 12, ("Care",))
    assert (view.programme.weights["topics"], view.programme.weights["language"]) == (50, 10)


def test_rules_that_cannot_hold_change_nothing(services: Services) -> None:
    sales, _ = make_world(services)
    made = services.programmes.create(replace(RULES, course_ids=(sales.id,)))
    with pytest.raises(InputError):
        services.programmes.change(made, replace(RULES, course_ids=(sales.id,), weeks=3))
    assert services.programmes.view(made).programme.version == 1
    with pytest.raises(InputError):
        services.programmes.create(replace(RULES, name="", course_ids=(sales.id,)))
    assert len(services.programmes.listed()) == 1


def test_a_name_is_given_once_whatever_its_case(services: Services) -> None:
    sales, _ = make_world(services)
    made = services.programmes.create(replace(RULES, course_ids=(sales.id,)))
    with pytest.raises(InputError) as raised:
        services.programmes.create(replace(RULES, name="ONBOARDING", course_ids=(sales.id,)))
    assert set(raised.value.fields) == {"name"}
    services.programmes.change(made, replace(RULES, course_ids=(sales.id,)))


def test_courses_and_cohorts_must_be_of_the_site_and_still_there(services_on: Services) -> None:
    sales, care = make_world(services_on)
    with services_on.db.begin() as session:
        session.get_one(Course, care.id).removed_at = NOW
        other = rows.site(session, "https://b.example.org", connected_at=NOW - timedelta(days=9))
        foreign = rows.course(session, other)
    for course_id in (care.id, foreign.id, 4711):
        with pytest.raises(InputError, match="cannot be used") as raised:
            services_on.programmes.create(replace(RULES, course_ids=(sales.id, course_id)))
        assert set(raised.value.fields) == {"course_ids"}
    by_cohort = replace(
        RULES, course_ids=(sales.id,), new_hire_rule=NewHireRule.COHORT, new_hire_cohort_id=4711
    )
    with pytest.raises(InputError) as raised:
        services_on.programmes.create(by_cohort)
    assert set(raised.value.fields) == {"new_hire_cohort_id"}


def test_a_programme_that_is_not_there_is_told(services: Services) -> None:
    sales, _ = make_world(services)
    with pytest.raises(NotFoundError):
        services.programmes.view(4711)
    with pytest.raises(NotFoundError):
        services.programmes.change(4711, replace(RULES, course_ids=(sales.id,)))


def test_without_a_site_no_programme_can_be_made(services: Services) -> None:
    with pytest.raises(NotReadyError, match="companion connect"):
        services.programmes.create(RULES)
