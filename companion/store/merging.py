"""Making what is stored equal to a reading: the database compares the two and writes what differs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.base import Base
from companion.models.jobs import SyncKind
from companion.models.lms import Cohort, CohortMember, Course
from companion.models.people import Enrolment, Person
from companion.models.staging import (
    STAGED,
    Reading,
    Route,
    staged_cohort,
    staged_course,
    staged_enrolment,
    staged_list,
    staged_member,
    staged_person,
    staged_time,
)
from companion.store.staging import told_courses
from companion.store.upsert import insert_into

PERSON_TEXTS = ("full_name", "email", "id_number", "language", "time_zone", "department")
PERSON_REST = ("suspended", "first_access", "last_access")
PERSON_JSON = ("interests", "profile")
ROSTER_TELLS = ("full_name", "email", "id_number")
"""What a roster tells of a person; a platform that does not share one of them leaves what was known."""


@dataclass(frozen=True, slots=True)
class Gone:
    """How many of the stored people and courses a complete reading did not see."""

    people: int
    stored_people: int
    courses: int
    stored_courses: int


def gone(session: Session, site_id: int) -> Gone:
    """Count who and what is missing in the reading."""
    return Gone(
        _count(session, _missing(Person, staged_person, site_id)),
        _count(session, _present(Person, site_id)),
        _count(session, _missing(Course, staged_course, site_id)),
        _count(session, _present(Course, site_id)),
    )


def merge(session: Session, reading: Reading, now: datetime, *, removals: bool) -> dict[str, int]:
    """Write the reading; gives how many rows of each kind were written or removed, without the zeros.

    Args:
        removals: take away the people, courses and enrolments that a full reading did not see.
    """
    site_id, rosters = reading.site_id, reading.route is Route.ROSTER
    _survey(session, STAGED)
    counts = {
        "courses": _merge_courses(session, site_id),
        "people": _merge_people(session, site_id, told=ROSTER_TELLS if rosters else None),
    }
    _survey(session, (Course.__table__, Person.__table__))
    changes = reading.kind is SyncKind.CHANGES
    counts["enrolments"] = _merge_enrolments(session, site_id, changes=changes, rosters=rosters)
    if removals and reading.kind is SyncKind.FULL:
        counts["enrolments_gone"] = _remove_enrolments(session, site_id)
        if reading.complete:
            counts["courses_gone"] = _mark_gone(session, Course, staged_course, site_id, now)
            counts["people_gone"] = _mark_gone(session, Person, staged_person, site_id, now)
    if reading.places.get("cohorts") == "end":
        counts |= _merge_cohorts(session, site_id)
    return {name: number for name, number in counts.items() if number}


def read_counts(session: Session, site_id: int) -> tuple[int, int]:
    """How many courses and people the reading holds."""
    tables = (staged_course, staged_person)
    courses, people = (_count(session, sa.select(t.c.lms_id).where(t.c.site_id == site_id)) for t in tables)
    return courses, people


def _survey(session: Session, tables: Iterable[sa.FromClause]) -> None:
    """Let PostgreSQL see how much was just written: it plans for empty tables else, and takes squared time."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL work_mem = '64MB'"))
        for table in tables:
            session.execute(sa.text(f"ANALYZE {table.description}"))


def _count(session: Session, query: sa.Select[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def _present(model: type[Person] | type[Course], site_id: int) -> sa.Select[Any]:
    return sa.select(model.id).where(model.site_id == site_id, model.removed_at.is_(None))


def _missing(model: type[Person] | type[Course], staged: sa.Table, site_id: int) -> sa.Select[Any]:
    seen = sa.and_(staged.c.site_id == site_id, staged.c.lms_id == model.lms_id)
    return _present(model, site_id).outerjoin(staged, seen).where(staged.c.lms_id.is_(None))


def _mark_gone(
    session: Session, model: type[Person] | type[Course], staged: sa.Table, site_id: int, now: datetime
) -> int:
    missing = _missing(model, staged, site_id)
    statement = sa.update(model).where(model.id.in_(missing)).values(removed_at=now)
    return _run(session, statement.execution_options(synchronize_session=False))


def _run(session: Session, statement: Any) -> int:
    """How many rows the statement wrote or removed."""
    counted = statement.execution_options(preserve_rowcount=True)
    return cast("sa.CursorResult[Any]", session.execute(counted)).rowcount


def _upsert(
    session: Session, model: type[Base], names: list[str], rows: sa.Select[Any], key: tuple[str, ...]
) -> int:
    insert = insert_into(session, model).from_select(names, rows)
    set_ = {name: insert.excluded[name] for name in names if name not in key}
    return _run(session, insert.on_conflict_do_update(index_elements=list(key), set_=set_))


def _merge_courses(session: Session, site_id: int) -> int:
    s, names = staged_course, ["short_name", "full_name", "visible"]
    stored = sa.and_(Course.site_id == s.c.site_id, Course.lms_id == s.c.lms_id)
    differs = [getattr(Course, name).is_distinct_from(s.c[name]) for name in names]
    rows = (
        sa.select(s.c.site_id, s.c.lms_id, sa.null(), *(s.c[name] for name in names))
        .select_from(s.outerjoin(Course, stored))
        .where(s.c.site_id == site_id, sa.or_(Course.id.is_(None), Course.removed_at.is_not(None), *differs))
    )
    return _upsert(session, Course, ["site_id", "lms_id", "removed_at", *names], rows, ("site_id", "lms_id"))


def _merge_people(session: Session, site_id: int, *, told: Collection[str] | None) -> int:
    """Args: told: the columns that the reading knows, where it knows not all; the others stay as they are."""
    s, plain = staged_person, [*PERSON_TEXTS, *PERSON_REST]
    stored = sa.and_(Person.site_id == s.c.site_id, Person.lms_id == s.c.lms_id)
    values = {name: s.c[name] if told is None else _kept(name, told) for name in plain}
    differs = [getattr(Person, name).is_distinct_from(value) for name, value in values.items()]
    # PostgreSQL cannot compare its type json, but both sides were written as the same text.
    kept = {name: sa.cast(getattr(Person, name), sa.Text) for name in PERSON_JSON}
    lists = {name: s.c[name] if told is None else sa.func.coalesce(kept[name], s.c[name]) for name in kept}
    differs += [kept[name] != text for name, text in lists.items()]
    as_json = sa.cast if session.get_bind().dialect.name == "postgresql" else sa.type_coerce
    # A coerced text would be written with quotes around it once more: on SQLite JSON is text as it is.
    texts = [as_json(text, sa.JSON if as_json is sa.cast else sa.Text) for text in lists.values()]
    rows = (
        sa.select(s.c.site_id, s.c.lms_id, sa.null(), *values.values(), *texts)
        .select_from(s.outerjoin(Person, stored))
        .where(s.c.site_id == site_id, sa.or_(Person.id.is_(None), Person.removed_at.is_not(None), *differs))
    )
    names = ["site_id", "lms_id", "removed_at", *plain, *PERSON_JSON]
    return _upsert(session, Person, names, rows, ("site_id", "lms_id"))


def _kept(name: str, told: Collection[str]) -> sa.ColumnElement[Any]:
    """A column of a person of whom not all is told."""
    stored, new = getattr(Person, name), staged_person.c[name]
    if name == "full_name":
        number = sa.literal("Person ").concat(sa.cast(staged_person.c.lms_id, sa.String(20)))
        return sa.func.coalesce(sa.func.nullif(new, ""), stored, number)
    if name in told:
        return sa.func.coalesce(new, stored)
    return sa.case((Person.id.is_(None), new), else_=stored)


def _merge_enrolments(session: Session, site_id: int, *, changes: bool, rosters: bool) -> int:
    s, t, old = staged_enrolment, _times(site_id), Enrolment
    told = sa.and_(t.c.course_lms_id == s.c.course_lms_id, t.c.person_lms_id == s.c.person_lms_id)
    # Left out though its course is told of, not asked for, or completed at a time that is not told.
    untold = sa.true() if changes or rosters else s.c.course_lms_id.in_(told_courses(site_id))
    unknown = sa.or_(
        sa.and_(t.c.person_lms_id.is_(None), untold),
        t.c.unknown == 1,
        sa.and_(t.c.completed == 1, t.c.completed_at.is_(None)),
    )
    values = {
        "role": s.c.role,
        # Only a bulk source knows when somebody was enrolled; a day without it makes nobody's beginning unknown.
        # Changes tell of a further enrolment alone, not of the one it began with.
        "enrolled_at": sa.func.coalesce(
            *((old.enrolled_at, t.c.enrolled_at) if changes else (t.c.enrolled_at, old.enrolled_at))
        ),
        "completed_at": sa.case((unknown, old.completed_at), else_=t.c.completed_at),
        "last_access": old.last_access if rosters else s.c.last_access,
    }
    differs = [getattr(old, name).is_distinct_from(value) for name, value in values.items()]
    rows = (
        sa.select(Person.id, Course.id, *values.values())
        .select_from(s)
        .join(Person, sa.and_(Person.site_id == site_id, Person.lms_id == s.c.person_lms_id))
        .join(Course, sa.and_(Course.site_id == site_id, Course.lms_id == s.c.course_lms_id))
        .outerjoin(t, told)
        .outerjoin(old, sa.and_(old.person_id == Person.id, old.course_id == Course.id))
        .where(s.c.site_id == site_id, sa.or_(old.id.is_(None), *differs))
    )
    return _upsert(session, Enrolment, ["person_id", "course_id", *values], rows, ("person_id", "course_id"))


def _times(site_id: int) -> sa.Subquery:
    """One row for each person and course: the earliest enrolment, the latest completion."""
    t = staged_time
    return (
        sa.select(
            t.c.course_lms_id,
            t.c.person_lms_id,
            sa.func.min(t.c.enrolled_at).label("enrolled_at"),
            sa.func.max(t.c.completed_at).label("completed_at"),
            sa.func.max(t.c.completed).label("completed"),
            sa.func.max(t.c.unknown).label("unknown"),
        )
        .where(t.c.site_id == site_id)
        .group_by(t.c.course_lms_id, t.c.person_lms_id)
        .subquery()
    )


def _remove_enrolments(session: Session, site_id: int) -> int:
    """Only from courses whose list was read to its end."""
    s, read = staged_enrolment, staged_list
    seen = sa.and_(
        s.c.site_id == site_id, s.c.course_lms_id == Course.lms_id, s.c.person_lms_id == Person.lms_id
    )
    missing = (
        sa.select(Enrolment.id)
        .join(Course, Course.id == Enrolment.course_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(read, sa.and_(read.c.site_id == site_id, read.c.course_lms_id == Course.lms_id, read.c.whole))
        .outerjoin(s, seen)
        .where(Course.site_id == site_id, s.c.person_lms_id.is_(None))
    )
    statement = sa.delete(Enrolment).where(Enrolment.id.in_(missing))
    return _run(session, statement.execution_options(synchronize_session=False))


def _merge_cohorts(session: Session, site_id: int) -> dict[str, int]:
    s = staged_cohort
    stored = sa.and_(Cohort.site_id == s.c.site_id, Cohort.lms_id == s.c.lms_id)
    rows = (
        sa.select(s.c.site_id, s.c.lms_id, s.c.name)
        .select_from(s.outerjoin(Cohort, stored))
        .where(s.c.site_id == site_id, Cohort.name.is_distinct_from(s.c.name))
    )
    missing = (
        sa.select(Cohort.id)
        .outerjoin(s, sa.and_(s.c.site_id == site_id, s.c.lms_id == Cohort.lms_id))
        .where(Cohort.site_id == site_id, s.c.lms_id.is_(None))
    )
    statement = sa.delete(Cohort).where(Cohort.id.in_(missing))
    return {
        "cohorts_gone": _run(session, statement.execution_options(synchronize_session=False)),
        "cohorts": _upsert(session, Cohort, ["site_id", "lms_id", "name"], rows, ("site_id", "lms_id")),
        "cohort_members_gone": _remove_members(session, site_id),
        "cohort_members": _add_members(session, site_id),
    }


def _remove_members(session: Session, site_id: int) -> int:
    m = staged_member
    seen = sa.and_(
        m.c.site_id == site_id, m.c.cohort_lms_id == Cohort.lms_id, m.c.person_lms_id == Person.lms_id
    )
    missing = (
        sa.select(CohortMember.cohort_id, CohortMember.person_id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .join(Person, Person.id == CohortMember.person_id)
        .outerjoin(m, seen)
        .where(Cohort.site_id == site_id, sa.or_(m.c.person_lms_id.is_(None), Person.removed_at.is_not(None)))
    )
    pair = sa.tuple_(CohortMember.cohort_id, CohortMember.person_id)
    statement = sa.delete(CohortMember).where(pair.in_(missing))
    return _run(session, statement.execution_options(synchronize_session=False))


def _add_members(session: Session, site_id: int) -> int:
    m = staged_member
    old = sa.and_(CohortMember.cohort_id == Cohort.id, CohortMember.person_id == Person.id)
    rows = (
        sa.select(Cohort.id, Person.id)
        .select_from(m)
        .join(Cohort, sa.and_(Cohort.site_id == site_id, Cohort.lms_id == m.c.cohort_lms_id))
        .join(
            Person,
            sa.and_(
                Person.site_id == site_id, Person.lms_id == m.c.person_lms_id, Person.removed_at.is_(None)
            ),
        )
        .outerjoin(CohortMember, old)
        .where(m.c.site_id == site_id, CohortMember.person_id.is_(None))
    )
    insert = sa.insert(CohortMember).from_select(["cohort_id", "person_id"], rows)
    return _run(session, insert)
