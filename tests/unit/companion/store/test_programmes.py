"""Queries on programmes and the people their rules look at."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from companion.models.engagement import EngagementState, Feedback, Fit, TrustItem
from companion.models.lms import Course, Site
from companion.models.people import EnrolmentRole, Person
from companion.models.programme import Programme
from companion.store import Database, Session, programmes
from tests import rows
from tests.rows import NOW


@dataclass
class World:
    """Two courses in the programme, one outside it; Nia learns in one of them."""

    site: Site
    sales: Course
    welcome: Course
    outside: Course
    programme: Programme
    nia: Person


@pytest.fixture
def world(db: Database) -> World:
    with db.begin() as session:
        site = rows.site(session)
        names = ("Sales onboarding", "Welcome", "Outside")
        sales, welcome, outside = (rows.course(session, site, name) for name in names)
        programme = rows.programme(session, site, [welcome, sales])
        nia = rows.person(session, site, "Nia")
        rows.enrol(session, nia, sales, enrolled_at=NOW - timedelta(days=9))
    return World(site, sales, welcome, outside, programme, nia)


def member_names(session: Session, world: World) -> list[str]:
    return [person.full_name for person in programmes.members(session, world.programme.id)]


def test_programmes_are_listed_by_name_for_their_site(db: Database, world: World) -> None:
    with db.begin() as session:
        rows.programme(session, world.site, name="Another")
        rows.programme(session, rows.site(session, "https://other.example.org"), name="Elsewhere")
        names = [row.name for row in programmes.all_of(session, world.site.id)]
        assert names == ["Another", "Onboarding companions"]
        assert programmes.get(session, 4711) is None


def test_courses_follow_what_was_chosen_and_what_is_still_there(db: Database, world: World) -> None:
    with db.begin() as session:
        programmes.set_courses(
            session, world.programme.id, [world.outside.id, world.sales.id, world.sales.id]
        )
        found = programmes.courses(session, world.programme.id)
        assert [course.full_name for course in found] == ["Outside", "Sales onboarding"]
        session.get_one(Course, world.outside.id).removed_at = NOW
        session.flush()
        found = programmes.courses(session, world.programme.id)
        assert [course.full_name for course in found] == ["Sales onboarding"]


def test_a_course_knows_its_programmes(db: Database, world: World) -> None:
    with db.begin() as session:
        second = rows.programme(session, world.site, [world.sales], name="Another")
        found = programmes.of_course(session, world.sales.id)
        assert [row.id for row in found] == [world.programme.id, second.id]
        assert programmes.of_course(session, world.outside.id) == []


def test_the_profile_fields_are_those_the_rules_read(db: Database, world: World) -> None:
    with db.begin() as session:
        rows.programme(session, world.site, name="By cohort", new_hire_field=None)
        rows.programme(session, world.site, name="By another field", new_hire_field="startdate")
        assert programmes.profile_fields(session, world.site.id) == {"hiredate", "startdate"}


@pytest.mark.parametrize("change", [{"suspended": True}, {"removed_at": NOW}])
def test_who_left_is_no_member(db: Database, world: World, change: dict[str, Any]) -> None:
    with db.begin() as session:
        assert member_names(session, world) == ["Nia"]
        for name, value in change.items():
            setattr(session.get_one(Person, world.nia.id), name, value)
        session.flush()
        assert member_names(session, world) == []


def test_members_learn_in_a_course_of_the_programme_once(db: Database, world: World) -> None:
    with db.begin() as session:
        rows.enrol(session, world.nia, world.welcome)
        teacher = rows.person(session, world.site, "Ines")
        rows.enrol(session, teacher, world.sales, role=EnrolmentRole.TEACHER)
        outsider = rows.person(session, world.site, "Jonas")
        rows.enrol(session, outsider, world.outside)
        assert member_names(session, world) == ["Nia"]


def test_a_course_that_left_the_lms_makes_no_members(db: Database, world: World) -> None:
    with db.begin() as session:
        session.get_one(Course, world.sales.id).removed_at = NOW
        session.flush()
        assert member_names(session, world) == []


def test_attendance_is_that_of_learners_in_all_their_courses(db: Database, world: World) -> None:
    with db.begin() as session:
        rows.enrol(session, world.nia, world.outside, completed_at=NOW)
        rows.enrol(session, world.nia, world.welcome, role=EnrolmentRole.TEACHER)
        outsider = rows.person(session, world.site, "Jonas")
        rows.enrol(session, outsider, world.outside)
        found = {
            (row.person_id, row.course_id, row.completed_at)
            for row in programmes.attendance(session, world.programme.id)
        }
        assert found == {
            (world.nia.id, world.sales.id, None),
            (world.nia.id, world.outside.id, NOW),
        }
        session.get_one(Course, world.outside.id).removed_at = NOW
        session.flush()
        (left,) = programmes.attendance(session, world.programme.id)
        assert left.course_id == world.sales.id


def test_ties_count_running_engagements_everywhere_and_learners_here(db: Database, world: World) -> None:
    with db.begin() as session:
        tomas, mei, jonas = (rows.person(session, world.site, name) for name in ("Tomas", "Mei", "Jonas"))
        another = rows.programme(session, world.site, name="Another")
        rows.engagement(session, world.programme, world.nia, tomas)
        rows.engagement(session, another, jonas, tomas)
        rows.engagement(session, world.programme, jonas, mei, state=EngagementState.CLOSED)
        found = programmes.ties(session, world.programme.id)
    assert found.advising == {tomas.id: 2}
    assert found.learning == {world.nia.id}
    assert found.parted == frozenset()


def test_people_who_said_it_does_not_fit_stay_parted(db: Database, world: World) -> None:
    with db.begin() as session:
        tomas = rows.person(session, world.site, "Tomas")
        ended = rows.engagement(session, world.programme, world.nia, tomas, state=EngagementState.CLOSED)
        for fit in (Fit.NOT_GOOD, Fit.GOOD):
            session.add(
                Feedback(
                    engagement_id=ended.id,
                    person_id=tomas.id,
                    fit=fit,
                    trust_item=TrustItem.ABILITY,
                    trust_score=3,
                    created_at=NOW,
                    form_key=fit.value,
                )
            )
        session.flush()
        found = programmes.ties(session, world.programme.id)
    assert found.parted == {(world.nia.id, tomas.id), (tomas.id, world.nia.id)}


def test_a_cohort_that_is_deleted_leaves_its_programme(db: Database, world: World) -> None:
    with db.begin() as session:
        cohort = rows.cohort(session, world.site, [world.nia])
        row = session.get_one(Programme, world.programme.id)
        row.new_hire_cohort_id = cohort.id
    with db.begin() as session:
        session.execute(sa.text("DELETE FROM lms_cohort"))
    with db.read() as session:
        assert session.get_one(Programme, world.programme.id).new_hire_cohort_id is None
