"""Trying rules: whom they find is what the programme would find, counted and named, and nothing is kept."""

from dataclasses import replace
from datetime import date

import pytest

from companion.errors import InputError
from companion.models.programme import NewHireRule
from companion.services.finding import NAMED
from companion.services.populations import find
from companion.services.programmes import ProgrammeRules, people_of, rules_of
from companion.services.registry import Services
from companion.store import programmes
from tests.begun import Begun


def rules(begun: Begun, **changes: object) -> ProgrammeRules:
    view = begun.services.programmes.view(begun.programme_id)
    return replace(rules_of(view.programme, view.course_ids), **changes)  # type: ignore[arg-type]


def first_cohort(services: Services) -> int:
    return services.sites.cohorts()[0][0]


def test_what_is_tried_finds_whom_the_programme_finds(begun_on: Begun) -> None:
    """By each rule, and with windows that begin and end on days somebody finished on."""
    services = begun_on.services
    tried = [
        rules(begun_on),
        rules(begun_on, new_hire_days=10, recent_from_days=0, recent_to_days=30),
        rules(begun_on, new_hire_rule=NewHireRule.FIRST_ENROLMENT, new_hire_field=None),
        rules(begun_on, new_hire_rule=NewHireRule.COHORT, new_hire_cohort_id=first_cohort(services)),
        rules(begun_on, new_hire_field="nosuchfield"),
    ]
    numbers = []
    for each in tried:
        services.programmes.change(begun_on.programme_id, each)
        with services.db.read() as session:
            row = programmes.get(session, begun_on.programme_id)
            assert row is not None
            found, looked_at = find(session, each, each.course_ids, services.clock().date())
            expected = people_of(session, row, services.clock().date())
        assert found == expected.found
        assert looked_at.keys() == {n for n, p in expected.by_id.items() if p.opted_out_at is None}
        preview = services.finding.preview(each)
        assert (preview.new_hires, preview.recent_learners) == (
            len(found.new_hires),
            len(found.recent_learners),
        )
        assert len(preview.new) == min(NAMED, len(found.new_hires))
        numbers.append((preview.new_hires, preview.recent_learners))
    assert len(set(numbers)) > 3
    assert numbers[-1][0] == 0


def test_the_newest_and_the_latest_are_named_with_what_makes_them_so(begun_on: Begun) -> None:
    preview = begun_on.services.finding.preview(rules(begun_on, capacity=3))
    assert preview.seats == 3 * preview.recent_learners
    for people in preview.new, preview.recent:
        days = [one.since or date.min for one in people]
        assert days == sorted(days, reverse=True)
    names = begun_on.services.programmes.view(begun_on.programme_id).course_names
    assert {one.course for one in preview.recent} <= set(names)
    assert preview.dated <= preview.read


def test_rules_that_do_not_say_who_is_who_are_told_field_by_field(begun: Begun) -> None:
    with pytest.raises(InputError) as raised:
        begun.services.finding.preview(rules(begun, name="", course_ids=(), recent_to_days=3))
    assert raised.value.fields.keys() == {"course_ids", "recent_to_days"}
