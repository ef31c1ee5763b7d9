"""Bulk insert-or-update, alike on both databases."""

import sqlalchemy as sa

from companion.models.lms import Course, Site
from companion.models.people import Person
from companion.models.programme import ProgrammeCourse
from companion.store import Database
from companion.store.upsert import insert_new, upsert
from tests import rows

KEY = ("site_id", "lms_id")


def course_values(site: Site, lms_id: int, name: str) -> dict[str, object]:
    return {"site_id": site.id, "lms_id": lms_id, "short_name": "S", "full_name": name, "visible": True}


def names(db: Database) -> dict[int, str]:
    with db.read() as session:
        return {row.lms_id: row.full_name for row in session.scalars(sa.select(Course))}


def test_new_rows_are_inserted_and_known_ones_updated(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        kept = rows.course(session, site, "Before", lms_id=1)
        upsert(session, Course, [course_values(site, 1, "After"), course_values(site, 2, "New")], key=KEY)
    assert names(db) == {1: "After", 2: "New"}
    with db.read() as session:
        assert session.get_one(Course, kept.id).full_name == "After"


def test_columns_that_are_not_given_keep_their_value(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        who = rows.person(session, site, lms_id=7, opted_out_at=rows.NOW)
        values = {"site_id": site.id, "lms_id": 7, "full_name": "Nia O.", "interests": ["x"], "profile": {}}
        upsert(session, Person, [{**values, "suspended": True}], key=KEY)
    with db.read() as session:
        found = session.get_one(Person, who.id)
    assert (found.full_name, found.suspended, found.opted_out_at) == ("Nia O.", True, rows.NOW)


def test_thousands_of_rows_at_once(db: Database) -> None:
    number = 3000
    with db.begin() as session:
        site = rows.site(session)
        for name in ("first", "second"):
            upsert(session, Course, [course_values(site, i, name) for i in range(number)], key=KEY)
    assert names(db) == dict.fromkeys(range(number), "second")


def test_nothing_to_write_is_nothing_written(db: Database) -> None:
    with db.begin() as session:
        upsert(session, Course, [], key=KEY)
        insert_new(session, Course, [], key=KEY)
    assert names(db) == {}


def test_rows_that_are_all_key_may_be_there_already(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        course = rows.course(session, site)
        programme = rows.programme(session, site, [course])
        row = {"programme_id": programme.id, "course_id": course.id}
        upsert(session, ProgrammeCourse, [row], key=("programme_id", "course_id"))
        assert session.scalar(sa.select(sa.func.count()).select_from(ProgrammeCourse)) == 1


def test_insert_new_leaves_alone_what_is_there(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        rows.course(session, site, "Before", lms_id=1)
        insert_new(session, Course, [course_values(site, 1, "After"), course_values(site, 2, "New")], key=KEY)
    assert names(db) == {1: "Before", 2: "New"}


def test_two_sites_may_use_the_same_numbers(db: Database) -> None:
    with db.begin() as session:
        one, other = rows.site(session), rows.site(session, "https://other.example.org")
        values = [course_values(one, 1, "of one"), course_values(other, 1, "of the other")]
        upsert(session, Course, values, key=KEY)
        assert session.scalar(sa.select(sa.func.count()).select_from(Course)) == 2
