"""What is stored after a reading: compared with a model in plain Python, on both databases."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from companion.models.jobs import SyncKind
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.models.staging import STAGED
from companion.store import Database, merging, staging
from companion.store.mirror import CourseRow
from tests import mirrored, rows
from tests.mirrored import CohortRow, EnrolmentKey, EnrolmentRow, Mirror, PersonRow
from tests.rows import NOW

few = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
COURSES, PEOPLE = (1, 2, 3), tuple(range(100, 106))
MOMENTS = st.none() | st.sampled_from([datetime(2026, month, 1, tzinfo=UTC) for month in (1, 5, 9)])
NAMES = st.sampled_from(["one name", "an emoji 🌱 & <b>", "שם"])


@dataclass(frozen=True)
class Seen:
    """A reading: who, where, when.

    Attributes:
        times: enrolment and completion by a bulk source, whether completed, and whether asking failed.
        whole: courses whose list was read to its end.
    """

    courses: Mapping[int, CourseRow]
    people: Mapping[int, PersonRow]
    enrolments: Mapping[EnrolmentKey, EnrolmentRole]
    times: Mapping[EnrolmentKey, tuple[datetime | None, datetime | None]]
    cohorts: Mapping[int, CohortRow] | None
    whole: frozenset[int]
    complete: bool


def person(
    lms_id: int, name: str = "Nia", suspended: bool = False, interests: tuple[str, ...] = ()
) -> PersonRow:
    profile = (("hiredate", "1"), ("jobrole", name))
    return PersonRow(lms_id, name, None, None, "en", None, "Sales", interests, profile, suspended, None, None)


people_of = st.dictionaries(
    st.sampled_from(PEOPLE), st.tuples(NAMES, st.booleans(), st.sampled_from([(), ("a", 'b "c"')]))
).map(lambda found: {key: person(key, *values) for key, values in found.items()})
courses_of = st.dictionaries(st.sampled_from(COURSES), NAMES).map(
    lambda found: {key: CourseRow(key, "S", name, True) for key, name in found.items()}
)


@st.composite
def readings(draw: st.DrawFn) -> Seen:
    people, courses = draw(people_of), draw(courses_of)
    keys = [(p, c) for p in people for c in courses]
    some = st.sets(st.sampled_from(keys)) if keys else st.just(set[EnrolmentKey]())
    there, told = draw(some), draw(some)
    members = st.frozensets(st.sampled_from(PEOPLE))
    cohorts = draw(st.none() | st.dictionaries(st.sampled_from([7, 8]), st.tuples(NAMES, members)))
    whole = draw(st.frozensets(st.sampled_from(sorted(courses)))) if courses else frozenset()
    complete = draw(st.booleans())
    return Seen(
        courses,
        people,
        {key: draw(st.sampled_from(EnrolmentRole)) for key in sorted(there)},
        {key: (draw(MOMENTS), draw(MOMENTS)) for key in sorted(told)},
        None if cohorts is None else {key: CohortRow(key, *values) for key, values in cohorts.items()},
        frozenset(courses) if complete else whole,
        complete,
    )


def put(session: Session, site_id: int, seen: Seen, kind: SyncKind = SyncKind.FULL) -> None:
    """Bring a reading onto the stage as the sync does, every time in two rows as a report might."""
    reading = staging.begin(session, site_id, kind, "", NOW, NOW if kind is SyncKind.CHANGES else None)
    staging.add_courses(
        session, site_id, ((c.lms_id, c.short_name, c.full_name, c.visible) for c in seen.courses.values())
    )
    staging.add_lists(session, site_id, seen.courses)
    for course in seen.whole:
        staging.note_list(session, site_id, course, ended=True, whole=True)
    staging.add_enrolments(
        session, site_id, ((c, p, role, None, None) for (p, c), role in seen.enrolments.items())
    )
    for (p, c), (begun, done) in seen.times.items():
        row = (c, p, begun, done, int(done is not None), 0, 1, None, None)
        staging.add_times(session, site_id, [row, (c, p, None, None, 0, 0, 1, None, None)])
    staging.add_people(session, site_id, map(_values, seen.people.values()))
    if seen.cohorts is not None:
        names = [(row.lms_id, row.name) for row in seen.cohorts.values()]
        members = ((row.lms_id, member) for row in seen.cohorts.values() for member in row.members)
        staging.add_cohorts(session, site_id, names, members)
        staging.note(session, reading, cohorts="end")
    reading.complete = seen.complete


def _values(row: PersonRow) -> tuple[object, ...]:
    interests, profile = json.dumps(list(row.interests)), json.dumps(dict(row.profile))
    parts = [getattr(row, name) for name in PersonRow.__slots__]
    return (*parts[:7], interests, profile, *parts[9:])


def merged(session: Session, site_id: int, *, removals: bool = True) -> dict[str, int]:
    reading = staging.current(session, site_id)
    assert reading is not None
    counts = merging.merge(session, reading, NOW, removals=removals)
    session.expire_all()
    return counts


def expected(stored: Mirror, seen: Seen) -> Mirror:
    """The model: what a full reading makes of what is stored, where removals are allowed."""
    gone = stored.people.keys() - seen.people.keys() if seen.complete else set()
    people = {key: row for key, row in {**stored.people, **seen.people}.items() if key not in gone}
    courses = dict(seen.courses) if seen.complete else {**stored.courses, **seen.courses}
    told_courses = {course for _, course in seen.times}
    kept = {
        key: row
        for key, row in stored.enrolments.items()
        if key[1] not in seen.whole or key in seen.enrolments
    }
    for key, role in seen.enrolments.items():
        before = stored.enrolments.get(key)
        begun, done = seen.times.get(key, (None, None))
        if key not in seen.times and key[1] in told_courses and before:
            done = before.completed_at
        begun = begun or (before.enrolled_at if before else None)
        kept[key] = EnrolmentRow(*key, role, begun, done, None)
    cohorts = stored.cohorts if seen.cohorts is None else seen.cohorts
    return Mirror(
        courses,
        people,
        kept,
        {
            key: replace(row, members=frozenset(member for member in row.members if member in people))
            for key, row in cohorts.items()
        },
    )


@few
@given(first=readings(), second=readings())
def test_a_reading_makes_of_what_is_stored_what_the_model_says(
    db: Database, first: Seen, second: Seen
) -> None:
    first = replace(first, complete=True, whole=frozenset(first.courses))
    with db.begin() as session:
        site_id = rows.site(session, f"https://moodle.example.org/{next(_sites)}").id
        put(session, site_id, first)
        merged(session, site_id)
        stored = mirrored.load(session, site_id)
        assert stored == expected(Mirror({}, {}, {}, {}), first)
        put(session, site_id, second)
        merged(session, site_id)
        assert mirrored.load(session, site_id) == expected(stored, second)
        put(session, site_id, second)
        assert merged(session, site_id) == {}, "the same again changes nothing"


_sites = count()


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    with db.begin() as opened:
        yield opened


@pytest.fixture
def site_id(session: Session) -> int:
    return rows.site(session).id


def crowd(number: int, **changes: object) -> Seen:
    """So many people in course 1, all learners."""
    people = {100 + each: person(100 + each) for each in range(number)}
    values: dict[str, object] = {
        "courses": {1: CourseRow(1, "S", "Sales", True), 2: CourseRow(2, "E", "Engineering", True)},
        "people": people,
        "enrolments": {(key, 1): EnrolmentRole.LEARNER for key in people},
        "times": {},
        "cohorts": None,
        "whole": frozenset({1, 2}),
        "complete": True,
    }
    return Seen(**{**values, **changes})  # type: ignore[arg-type]


def test_what_was_written_and_removed_is_counted(session: Session, site_id: int) -> None:
    put(session, site_id, crowd(5))
    assert merged(session, site_id) == {"courses": 2, "people": 5, "enrolments": 5}
    smaller = crowd(3, courses={1: CourseRow(1, "S", "Sales", True)}, whole=frozenset({1}))
    put(session, site_id, smaller)
    assert merging.gone(session, site_id) == merging.Gone(2, 5, 1, 2)
    assert merged(session, site_id) == {"enrolments_gone": 2, "people_gone": 2, "courses_gone": 1}


def test_without_leave_nothing_at_all_is_removed(session: Session, site_id: int) -> None:
    put(session, site_id, crowd(5))
    merged(session, site_id)
    before = mirrored.load(session, site_id)
    put(session, site_id, crowd(0, courses={}))
    assert merged(session, site_id, removals=False) == {}
    assert mirrored.load(session, site_id) == before


def test_somebody_who_left_and_came_back_is_the_same_person(session: Session, site_id: int) -> None:
    put(session, site_id, crowd(2))
    merged(session, site_id)
    nia = session.scalars(sa.select(Person).where(Person.lms_id == 101)).one()
    before, nia.opted_out_at = nia.id, NOW
    put(session, site_id, crowd(1))
    merged(session, site_id)
    assert session.get_one(Person, before).removed_at == NOW
    put(session, site_id, crowd(2))
    assert merged(session, site_id)["people"] == 1
    back = session.get_one(Person, before)
    assert (back.removed_at, back.opted_out_at, back.lms_id) == (None, NOW, 101)


def test_changes_remove_nobody_and_leave_what_they_do_not_tell(session: Session, site_id: int) -> None:
    then, later = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    put(session, site_id, crowd(4, times={(100, 1): (then, None), (101, 1): (then, then)}))
    merged(session, site_id)
    told = crowd(0, enrolments={(100, 1): EnrolmentRole.LEARNER, (101, 1): EnrolmentRole.LEARNER})
    put(session, site_id, replace(told, times={(100, 1): (later, later)}), SyncKind.CHANGES)
    assert merged(session, site_id) == {"enrolments": 1}
    found = mirrored.load(session, site_id)
    assert len(found.people) == 4
    assert times(found, 100) == (then, later), "enrolled a second time, begun the first"
    assert times(found, 101) == (then, then)


def times(found: Mirror, who: int) -> tuple[datetime | None, datetime | None]:
    row = found.enrolments[who, 1]
    return row.enrolled_at, row.completed_at


def test_a_completion_that_could_not_be_asked_for_stays_and_one_taken_back_goes(
    session: Session, site_id: int
) -> None:
    then = datetime(2026, 2, 1, tzinfo=UTC)
    put(session, site_id, crowd(2, times={(100, 1): (None, then), (101, 1): (None, then)}))
    merged(session, site_id)
    put(session, site_id, crowd(2))
    staging.add_times(session, site_id, [(1, 100, None, None, 0, 1, 0, None, None)])
    merged(session, site_id)
    found = mirrored.load(session, site_id)
    assert (times(found, 100), times(found, 101)) == ((None, then), (None, None))


def test_sites_do_not_mix(session: Session, site_id: int) -> None:
    put(session, site_id, crowd(2))
    merged(session, site_id)
    before = mirrored.load(session, site_id)
    other = rows.site(session, "https://other.example.org").id
    put(session, other, crowd(1, people={100: person(100, "Somebody else with the same number")}))
    staging.drop(session, site_id)
    merged(session, other)
    assert mirrored.load(session, site_id) == before
    assert mirrored.load(session, other).people[100].full_name == "Somebody else with the same number"


def test_ids_beyond_32_bits_fit(session: Session, site_id: int) -> None:
    big = 2**40
    seen = crowd(0, people={big: person(big)}, enrolments={(big, 1): EnrolmentRole.TEACHER})
    put(session, site_id, seen)
    merged(session, site_id)
    assert set(mirrored.load(session, site_id).enrolments) == {(big, 1)}


def test_a_reading_that_was_applied_leaves_no_rows_behind(session: Session, site_id: int) -> None:
    put(session, site_id, crowd(3, cohorts={7: CohortRow(7, "New", frozenset({100}))}))
    merged(session, site_id)
    staging.drop(session, site_id)
    assert staging.current(session, site_id) is None
    assert _left(session) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 3


def _left(session: Session) -> int:
    tables: Iterable[sa.Table] = STAGED
    return sum(session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables)
