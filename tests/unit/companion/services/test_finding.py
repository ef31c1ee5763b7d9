"""Trying rules: whom they find is what the programme would find, counted and named, and nothing is kept."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from companion.errors import InputError
from companion.mentoring.populations import Candidate, Rules, populations
from companion.models.lms import CohortMember
from companion.models.people import Enrolment
from companion.models.programme import NewHireRule, Programme
from companion.services.finding import NAMED
from companion.services.populations import find
from companion.services.programmes import ProgrammeRules, rules_of
from companion.services.registry import Services
from companion.store import Session, programmes
from tests.begun import Begun


def rules(begun: Begun, **changes: object) -> ProgrammeRules:
    view = begun.services.programmes.view(begun.programme_id)
    return replace(rules_of(view.programme, view.course_ids), **changes)  # type: ignore[arg-type]


def first_cohort(services: Services) -> int:
    return services.sites.cohorts()[0][0]


def candidates(session: Session, programme: Programme) -> list[Candidate]:
    """Everybody in the programme with all that is stored of them, one after the other."""
    own = {course.id for course in programmes.courses(session, programme.id)}
    members = session.scalars(
        sa.select(CohortMember.person_id).where(CohortMember.cohort_id == programme.new_hire_cohort_id)
    ).all()
    found = []
    for person in programmes.members(session, programme.id):
        enrolled = sa.select(Enrolment).where(Enrolment.person_id == person.id)
        rows = [row for row in session.scalars(enrolled) if row.course_id in own]
        candidate = Candidate(
            person.id,
            hire_date=person.profile.get(programme.new_hire_field or ""),
            in_cohort=person.id in members,
            first_enrolled_at=min((row.enrolled_at for row in rows if row.enrolled_at), default=None),
            finished={row.course_id: row.completed_at for row in rows if row.completed_at},
        )
        if person.opted_out_at is None:
            found.append(candidate)
    return found


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
            found, looked_at = find(session, row, each.course_ids, services.clock().date())
            everybody = candidates(session, row)
        own = Rules(row.new_hire_rule, row.new_hire_days, row.recent_from_days, row.recent_to_days)
        assert found == populations(everybody, own, services.clock().date())
        assert looked_at.keys() == {candidate.person_id for candidate in everybody}
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
