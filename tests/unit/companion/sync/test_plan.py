"""The plan of a sync: exact where the snapshot is complete, and never taking a partial read for the truth."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.models.people import EnrolmentRole
from companion.store import Database, mirror
from companion.store.mirror import (
    Changes,
    CohortRow,
    CourseRow,
    EnrolmentKey,
    EnrolmentRow,
    Mirror,
    PersonRow,
)
from companion.sync.plan import plan
from companion.sync.snapshot import Snapshot
from tests import rows
from tests.rows import NOW

Key = TypeVar("Key")
Value = TypeVar("Value")
few = settings(max_examples=50)
COURSES = (1, 2, 3)
PEOPLE = tuple(range(100, 106))
MOMENTS = st.none() | st.sampled_from([datetime(2026, month, 1, tzinfo=UTC) for month in (1, 5, 9)])


def person(lms_id: int, name: str = "Nia", suspended: bool = False) -> PersonRow:
    return PersonRow(
        lms_id, name, None, None, "en", None, "Sales", (), (("hiredate", "1"),), suspended, None, None
    )


def course(lms_id: int, name: str = "Sales onboarding") -> CourseRow:
    return CourseRow(lms_id, "S", name, True)


def enrolment(
    key: EnrolmentKey, enrolled_at: datetime | None = None, completed_at: datetime | None = None
) -> EnrolmentRow:
    return EnrolmentRow(*key, EnrolmentRole.LEARNER, enrolled_at, completed_at, None)


names = st.sampled_from(["one name", "another"])
people_of = st.dictionaries(st.sampled_from(PEOPLE), st.tuples(names, st.booleans())).map(
    lambda found: {key: person(key, name, suspended) for key, (name, suspended) in found.items()}
)
courses_of = st.dictionaries(st.sampled_from(COURSES), names).map(
    lambda found: {key: course(key, name) for key, name in found.items()}
)


@st.composite
def cohorts_of(draw: st.DrawFn, people: Mapping[int, PersonRow]) -> dict[int, CohortRow]:
    members = st.frozensets(st.sampled_from(sorted(people))) if people else st.just(frozenset())
    found = draw(st.dictionaries(st.sampled_from([7, 8]), st.tuples(names, members)))
    return {key: CohortRow(key, name, chosen) for key, (name, chosen) in found.items()}


@st.composite
def enrolments_of(
    draw: st.DrawFn, people: Mapping[int, PersonRow], courses: Mapping[int, CourseRow]
) -> dict[EnrolmentKey, EnrolmentRow]:
    keys = [(p, c) for p in people for c in courses]
    if not keys:
        return {}
    found = draw(st.dictionaries(st.sampled_from(keys), st.tuples(MOMENTS, MOMENTS)))
    return {key: enrolment(key, *times) for key, times in found.items()}


@st.composite
def mirrors(draw: st.DrawFn) -> Mirror:
    people, courses = draw(people_of), draw(courses_of)
    enrolments = draw(enrolments_of(people, courses))
    return Mirror(courses, people, enrolments, draw(cohorts_of(people)))


@st.composite
def snapshots(draw: st.DrawFn, *, complete: bool | None = None) -> Snapshot:
    people, courses = draw(people_of), draw(courses_of)
    enrolments = draw(enrolments_of(people, courses))
    whole = draw(st.booleans()) if complete is None else complete
    read = st.frozensets(st.sampled_from(sorted(courses))) if courses else st.just(frozenset())
    unknown = st.frozensets(st.sampled_from(sorted(enrolments))) if enrolments else st.just(frozenset())
    return Snapshot(
        courses=courses,
        people=people,
        enrolments=enrolments,
        cohorts=draw(st.none() | cohorts_of(people)),
        read_courses=frozenset(courses) if whole else draw(read),
        unknown_completions=frozenset() if complete else draw(unknown),
        complete=whole,
        problems=(),
    )


def applied(stored: Mirror, changes: Changes) -> Mirror:
    """What the store is to hold after the changes."""
    gone = set(changes.people_gone)
    cohorts = {**stored.cohorts, **{row.lms_id: row for row in changes.cohorts}}
    return Mirror(
        courses=without({**stored.courses, **{r.lms_id: r for r in changes.courses}}, changes.courses_gone),
        people=without({**stored.people, **{r.lms_id: r for r in changes.people}}, gone),
        enrolments=without(
            {**stored.enrolments, **{(r.person_lms_id, r.course_lms_id): r for r in changes.enrolments}},
            changes.enrolments_gone,
        ),
        cohorts={
            key: replace(row, members=row.members - gone)
            for key, row in cohorts.items()
            if key not in changes.cohorts_gone
        },
    )


def without(values: Mapping[Key, Value], gone: Iterable[Key]) -> dict[Key, Value]:
    left = set(gone)
    return {key: value for key, value in values.items() if key not in left}


@few
@given(mirrors(), snapshots(complete=True))
def test_a_complete_snapshot_is_what_is_stored_afterwards(stored: Mirror, snapshot: Snapshot) -> None:
    after = applied(stored, plan(snapshot, stored, allow_removals=True).changes)
    assert (after.courses, after.people) == (snapshot.courses, snapshot.people)
    of_read = {key: row for key, row in after.enrolments.items() if key[1] in snapshot.read_courses}
    assert {key: without_start(row) for key, row in of_read.items()} == {
        key: without_start(row) for key, row in snapshot.enrolments.items()
    }
    if snapshot.cohorts is not None:
        assert after.cohorts == snapshot.cohorts


def without_start(row: EnrolmentRow) -> EnrolmentRow:
    return replace(row, enrolled_at=None)


@few
@given(mirrors(), snapshots())
def test_the_same_snapshot_again_changes_nothing(stored: Mirror, snapshot: Snapshot) -> None:
    after = applied(stored, plan(snapshot, stored).changes)
    again = plan(snapshot, after).changes
    assert again == Changes()


@few
@given(mirrors(), snapshots(complete=False), st.booleans())
def test_a_partial_snapshot_never_removes_people_or_courses(
    stored: Mirror, snapshot: Snapshot, allow_removals: bool
) -> None:
    planned = plan(snapshot, stored, allow_removals=allow_removals)
    assert (planned.changes.people_gone, planned.changes.courses_gone, planned.held_back) == ((), (), 0)


@few
@given(mirrors(), snapshots())
def test_enrolments_go_only_from_courses_read_to_their_end(stored: Mirror, snapshot: Snapshot) -> None:
    gone = plan(snapshot, stored, allow_removals=True).changes.enrolments_gone
    assert {course_id for _, course_id in gone} <= snapshot.read_courses
    assert not set(gone) & set(snapshot.enrolments)


@few
@given(mirrors(), snapshots())
def test_what_could_not_be_asked_for_keeps_what_is_stored(stored: Mirror, snapshot: Snapshot) -> None:
    after = applied(stored, plan(snapshot, stored).changes).enrolments
    for key, row in snapshot.enrolments.items():
        before = stored.enrolments.get(key)
        unknown = key in snapshot.unknown_completions and before is not None
        assert after[key].completed_at == (before.completed_at if unknown and before else row.completed_at)
        assert after[key].enrolled_at == (row.enrolled_at or (before.enrolled_at if before else None))


@few
@given(mirrors(), snapshots())
def test_members_of_cohorts_are_lost_only_where_the_cohort_was_read(
    stored: Mirror, snapshot: Snapshot
) -> None:
    planned = plan(snapshot, stored, allow_removals=True)
    after = applied(stored, planned.changes)
    gone = set(planned.changes.people_gone)
    if snapshot.cohorts is None:
        assert after.cohorts == {
            key: replace(row, members=row.members - gone) for key, row in stored.cohorts.items()
        }
        assert (planned.changes.cohorts, planned.changes.cohorts_gone) == ((), ())
    else:
        known = (set(stored.people) | set(snapshot.people)) - gone
        assert {key: row.members for key, row in after.cohorts.items()} == {
            key: row.members & known for key, row in snapshot.cohorts.items()
        }


@few
@given(mirrors(), snapshots(complete=True))
def test_what_is_written_is_not_removed_as_well(stored: Mirror, snapshot: Snapshot) -> None:
    changes = plan(snapshot, stored, allow_removals=True).changes
    assert not {row.lms_id for row in changes.people} & set(changes.people_gone)
    assert not {(r.person_lms_id, r.course_lms_id) for r in changes.enrolments} & set(changes.enrolments_gone)
    assert not {row.lms_id for row in changes.courses} & set(changes.courses_gone)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stored=mirrors(), snapshot=snapshots())
def test_the_store_does_with_the_changes_what_the_plan_means(
    db: Database, stored: Mirror, snapshot: Snapshot
) -> None:
    with db.begin() as session:
        site = rows.site(session, f"https://moodle.example.org/{next(_sites)}").id
        mirror.apply(session, site, plan(_as_seen(stored), Mirror({}, {}, {}, {})).changes, NOW)
        before = mirror.load(session, site)
        assert before == stored
        changes = plan(snapshot, before, allow_removals=True).changes
        mirror.apply(session, site, changes, NOW)
        assert mirror.load(session, site) == applied(stored, changes)


_sites = iter(range(10_000))


def _as_seen(stored: Mirror) -> Snapshot:
    return Snapshot(
        stored.courses, stored.people, stored.enrolments, stored.cohorts, frozenset(), frozenset(), True, ()
    )


def crowd(number: int) -> Mirror:
    return Mirror({1: course(1)}, {key: person(key) for key in range(number)}, {}, {})


def seen(number: int, **changes: object) -> Snapshot:
    values: dict[str, object] = {
        "courses": {1: course(1)},
        "people": {key: person(key) for key in range(number)},
        "enrolments": {},
        "cohorts": None,
        "read_courses": frozenset({1}),
        "unknown_completions": frozenset(),
        "complete": True,
        "problems": (),
    }
    return Snapshot(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "held_back"),
    [(12, 2, 0), (12, 1, 11), (100, 80, 0), (100, 79, 21), (10, 0, 0), (49, 39, 0), (50, 39, 11)],
)
def test_more_than_a_fifth_of_the_people_never_go_at_once(before: int, after: int, held_back: int) -> None:
    planned = plan(seen(after), crowd(before))
    assert planned.held_back == held_back
    assert len(planned.changes.people_gone) == (0 if held_back else before - after)


def test_what_was_held_back_is_told_with_the_command_that_allows_it() -> None:
    (sentence,) = plan(seen(10), crowd(100)).problems
    assert "90 of 100 people" in sentence
    assert "python -m companion sync --allow-removals" in sentence


def test_an_administrator_can_allow_the_removal() -> None:
    planned = plan(seen(10), crowd(100), allow_removals=True)
    assert (len(planned.changes.people_gone), planned.held_back, planned.problems) == (90, 0, ())


def test_where_people_are_held_back_their_enrolments_and_courses_stay() -> None:
    keys = [(key, 1) for key in range(100)]
    stored = replace(
        crowd(100), enrolments={key: enrolment(key) for key in keys}, courses={1: course(1), 2: course(2)}
    )
    planned = plan(seen(0), stored)
    assert planned.held_back == 100
    assert planned.changes == Changes()


def test_the_problems_of_the_reading_are_told_first() -> None:
    planned = plan(seen(10, problems=("A course vanished.",)), crowd(100))
    assert planned.problems[0] == "A course vanished."
    assert len(planned.problems) == 2


def test_a_day_without_the_report_makes_no_beginning_unknown() -> None:
    key, then = (100, 1), NOW - timedelta(days=9)
    stored = Mirror({1: course(1)}, {100: person(100)}, {key: enrolment(key, enrolled_at=then)}, {})
    snapshot = seen(0, people={100: person(100)}, enrolments={key: enrolment(key)})
    assert plan(snapshot, stored).changes == Changes()


def test_a_completion_that_was_taken_back_is_taken_back_here() -> None:
    key = (100, 1)
    stored = Mirror({1: course(1)}, {100: person(100)}, {key: enrolment(key, completed_at=NOW)}, {})
    snapshot = seen(0, people={100: person(100)}, enrolments={key: enrolment(key)})
    assert [row.completed_at for row in plan(snapshot, stored).changes.enrolments] == [None]


def test_a_cohort_keeps_its_members_from_a_course_that_was_not_read() -> None:
    members = frozenset({100, 101, 999})
    stored = Mirror(
        {}, {100: person(100), 101: person(101)}, {}, {7: CohortRow(7, "New", frozenset({100, 101}))}
    )
    snapshot = seen(0, people={100: person(100)}, cohorts={7: CohortRow(7, "New", members)}, complete=False)
    changes = plan(snapshot, stored).changes
    assert (changes.cohorts, changes.cohorts_gone) == ((), ())
