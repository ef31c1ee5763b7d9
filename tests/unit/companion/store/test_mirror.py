"""The mirror of the LMS: what was written is read again, and whoever comes back is who they were."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from companion.models.lms import Course, Site
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.store import Database, mirror
from companion.store.mirror import Changes, CohortRow, CourseRow, EnrolmentRow, Mirror, PersonRow
from tests import rows
from tests.rows import NOW

THEN = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
COURSE = CourseRow(4, "ONB-SALES", "Sales onboarding", True)
OTHER_COURSE = CourseRow(5, "WELCOME", "Welcome", False)
NIA = PersonRow(
    lms_id=43,
    full_name="Nia Okafor",
    email="nia@example.com",
    id_number="E00043",
    language="en",
    time_zone="Africa/Nairobi",
    department="Sales",
    interests=("negotiation", "chess"),
    profile=(("hiredate", "1789344000"), ("jobrole", "Account executive")),
    suspended=False,
    first_access=THEN,
    last_access=None,
)
TOMAS = replace(NIA, lms_id=44, full_name="Tomas Silva", email=None, profile=(), interests=())
NIA_LEARNS = EnrolmentRow(43, 4, EnrolmentRole.LEARNER, THEN, None, NOW)
TOMAS_TAUGHT = EnrolmentRow(44, 4, EnrolmentRole.TEACHER, None, THEN, None)
NEW_HIRES = CohortRow(7, "New hires", frozenset({43, 44}))
EVERYTHING = Changes(
    courses=(COURSE, OTHER_COURSE),
    people=(NIA, TOMAS),
    enrolments=(NIA_LEARNS, TOMAS_TAUGHT),
    cohorts=(NEW_HIRES,),
)


@pytest.fixture
def site_id(db: Database) -> int:
    with db.begin() as session:
        return rows.site(session).id


def apply(db: Database, site_id: int, changes: Changes) -> Mirror:
    with db.begin() as session:
        mirror.apply(session, site_id, changes, NOW)
    with db.read() as session:
        return mirror.load(session, site_id)


def person(db: Database, lms_id: int) -> Person:
    with db.read() as session:
        return session.scalars(sa.select(Person).where(Person.lms_id == lms_id)).one()


def test_what_was_written_is_read_again(db: Database, site_id: int) -> None:
    assert apply(db, site_id, EVERYTHING) == Mirror(
        courses={4: COURSE, 5: OTHER_COURSE},
        people={43: NIA, 44: TOMAS},
        enrolments={(43, 4): NIA_LEARNS, (44, 4): TOMAS_TAUGHT},
        cohorts={7: NEW_HIRES},
    )


def test_writing_the_same_again_changes_nothing(db: Database, site_id: int) -> None:
    assert apply(db, site_id, EVERYTHING) == apply(db, site_id, EVERYTHING)


def test_an_empty_site_is_empty(db: Database, site_id: int) -> None:
    assert apply(db, site_id, Changes()) == Mirror({}, {}, {}, {})


def test_somebody_who_left_and_came_back_is_the_same_person(db: Database, site_id: int) -> None:
    apply(db, site_id, EVERYTHING)
    before = person(db, 43)
    assert 43 not in apply(db, site_id, Changes(people_gone=(43,))).people
    assert person(db, 43).removed_at == NOW
    found = apply(db, site_id, Changes(people=(replace(NIA, full_name="Nia Silva"),)))
    assert found.people[43].full_name == "Nia Silva"
    assert (person(db, 43).id, person(db, 43).removed_at) == (before.id, None)


def test_what_somebody_decided_here_survives_a_sync(db: Database, site_id: int) -> None:
    apply(db, site_id, EVERYTHING)
    with db.begin() as session:
        session.get_one(Person, person(db, 43).id).opted_out_at = THEN
    apply(db, site_id, Changes(people=(replace(NIA, department="Care"),)))
    assert (person(db, 43).department, person(db, 43).opted_out_at) == ("Care", THEN)


def test_a_course_that_is_gone_is_kept_for_what_refers_to_it(db: Database, site_id: int) -> None:
    apply(db, site_id, EVERYTHING)
    found = apply(db, site_id, Changes(courses_gone=(4,)))
    assert set(found.courses) == {5}
    with db.read() as session:
        assert session.scalars(sa.select(Course.removed_at).where(Course.lms_id == 4)).one() == NOW
    assert set(apply(db, site_id, Changes(courses=(COURSE,))).courses) == {4, 5}


def test_enrolments_of_what_has_gone_are_still_known(db: Database, site_id: int) -> None:
    """Else a completion that cannot be asked for on the day somebody comes back would be lost."""
    apply(db, site_id, EVERYTHING)
    found = apply(db, site_id, Changes(courses_gone=(4,), people_gone=(44,)))
    assert found.enrolments == {(43, 4): NIA_LEARNS, (44, 4): TOMAS_TAUGHT}


def test_only_the_named_enrolments_go(db: Database, site_id: int) -> None:
    apply(db, site_id, EVERYTHING)
    elsewhere = EnrolmentRow(43, 5, EnrolmentRole.LEARNER, None, None, None)
    found = apply(db, site_id, Changes(enrolments=(elsewhere,), enrolments_gone=((43, 4),)))
    assert set(found.enrolments) == {(43, 5), (44, 4)}


def test_many_enrolments_go_at_once(db: Database, site_id: int) -> None:
    people = tuple(replace(NIA, lms_id=number) for number in range(1000, 2200))
    enrolments = tuple(replace(NIA_LEARNS, person_lms_id=each.lms_id) for each in people)
    apply(db, site_id, Changes(courses=(COURSE,), people=people, enrolments=enrolments))
    found = apply(db, site_id, Changes(enrolments_gone=tuple((n, 4) for n in range(1000, 2199))))
    assert set(found.enrolments) == {(2199, 4)}


def test_a_cohort_follows_its_members(db: Database, site_id: int) -> None:
    apply(db, site_id, EVERYTHING)
    changed = CohortRow(7, "New hires 2026", frozenset({44, 999}))
    found = apply(db, site_id, Changes(cohorts=(changed,)))
    assert found.cohorts == {7: CohortRow(7, "New hires 2026", frozenset({44}))}
    assert apply(db, site_id, Changes(cohorts_gone=(7,))).cohorts == {}


def test_a_cohort_without_members_is_a_cohort(db: Database, site_id: int) -> None:
    empty = CohortRow(8, "Nobody yet", frozenset())
    assert apply(db, site_id, Changes(cohorts=(empty,))).cohorts == {8: empty}


def test_sites_do_not_mix(db: Database, site_id: int) -> None:
    with db.begin() as session:
        other = rows.site(session, "https://other.example.org").id
    apply(db, site_id, EVERYTHING)
    namesake = replace(NIA, full_name="Somebody else with the same number")
    found = apply(db, other, Changes(people=(namesake,), courses=(COURSE,), people_gone=(44,)))
    assert found == Mirror({4: COURSE}, {43: namesake}, {}, {})
    with db.read() as session:
        assert mirror.load(session, site_id).people == {43: NIA, 44: TOMAS}


def test_a_change_that_cannot_be_written_leaves_everything_as_it_was(db: Database, site_id: int) -> None:
    before = apply(db, site_id, EVERYTHING)
    impossible = replace(NIA_LEARNS, person_lms_id=12345)
    with pytest.raises(KeyError):
        apply(db, site_id, Changes(people=(replace(NIA, full_name="Changed"),), enrolments=(impossible,)))
    with db.read() as session:
        assert mirror.load(session, site_id) == before


def test_deleting_a_site_leaves_none_of_its_people(db: Database, site_id: int) -> None:
    apply(db, site_id, EVERYTHING)
    with db.begin() as session:
        session.execute(sa.delete(Site))
        for model in (Person, Course, Enrolment):
            assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_changes_are_counted_by_kind() -> None:
    assert Changes(people=(NIA, TOMAS), people_gone=(1,)).counts() == {"people": 2, "people_gone": 1}
    assert Changes().counts() == {}
