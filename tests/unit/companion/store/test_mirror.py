"""Courses and cohorts that are named before the first sync."""

from dataclasses import replace

from companion.models.lms import Course
from companion.store import Database, mirror
from companion.store.mirror import CourseRow
from tests import mirrored, rows
from tests.mirrored import CohortRow
from tests.rows import NOW

SALES = CourseRow(4, "ONB-SALES", "Sales onboarding", True)


def test_courses_are_kept_as_they_are_told_last(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        mirror.keep_courses(session, site.id, [SALES, replace(SALES, lms_id=5)])
        mirror.keep_courses(session, site.id, [replace(SALES, full_name="Selling")])
        found = mirrored.load(session, site.id).courses
    assert (found[4].full_name, found[5].full_name) == ("Selling", "Sales onboarding")


def test_a_course_that_had_gone_is_the_same_again(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        before = rows.course(session, site, lms_id=4, removed_at=NOW)
        mirror.keep_courses(session, site.id, [SALES])
        session.expire_all()
        assert session.get_one(Course, before.id).removed_at is None


def test_cohorts_are_named_once_and_keep_their_members(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        nia = rows.person(session, site)
        known = rows.cohort(session, site, [nia], "New hires")
        mirror.name_cohorts(session, site.id, [(known.lms_id, "New hires"), (9, "Nobody yet")])
        assert mirrored.load(session, site.id).cohorts == {
            known.lms_id: CohortRow(known.lms_id, "New hires", frozenset({nia.lms_id})),
            9: CohortRow(9, "Nobody yet", frozenset()),
        }
