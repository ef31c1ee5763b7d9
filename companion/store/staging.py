"""Queries on the reading that is being collected: each page is kept together with how far it brings the reading."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.jobs import SyncKind
from companion.models.lms import Course, Site
from companion.models.people import Enrolment, EnrolmentRole, Person
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
    staged_wanted,
)
from companion.store.bulk import Values, fill

ENROLMENT = ("site_id", "course_lms_id", "person_lms_id", "role", "last_access", "person_seen_at")
TIME = (
    "site_id",
    "course_lms_id",
    "person_lms_id",
    "enrolled_at",
    "completed_at",
    "completed",
    "unknown",
    "bulk",
    "role",
    "last_access",
)
PERSON = tuple(column.name for column in staged_person.columns)


def current(session: Session, site_id: int) -> Reading | None:
    """The reading of a site that is not applied yet."""
    return session.get(Reading, site_id)


def begin(
    session: Session, site_id: int, kind: SyncKind, scope: str, now: datetime, since: datetime | None
) -> Reading:
    """Begin a new reading; whatever was collected before goes."""
    drop(session, site_id)
    row = Reading(
        site_id=site_id,
        kind=kind,
        scope=scope,
        started_at=now,
        since=since,
        route=None,
        complete=True,
        places={},
        problems=[],
    )
    session.add(row)
    session.flush()
    return row


def drop(session: Session, site_id: int) -> None:
    """Forget the reading and all it collected."""
    # SQLite empties a table at once where all of it goes, and else takes it apart row by row. It has one writer, so
    # that no reading of another site begins meanwhile.
    alone = session.get_bind().dialect.name == "sqlite" and not session.scalar(
        sa.select(sa.exists().where(Reading.site_id != site_id))
    )
    for table in STAGED:
        everything = sa.delete(table)
        session.execute(everything if alone else everything.where(table.c.site_id == site_id))
    found = session.get(Reading, site_id)
    if found is not None:
        session.delete(found)
        session.flush()


def remember_report(session: Session, site_id: int, report_id: int | None, filters: Iterable[str]) -> None:
    """Keep which report is read, None where there is none, and the filters that work there."""
    row = session.get_one(Site, site_id)
    row.report_id, row.report_filters = report_id, sorted(filters)


# -- courses and their lists of participants ------------------------------------------------------------------------
def add_courses(session: Session, site_id: int, rows: Iterable[Values]) -> None:
    """Args: rows: LMS id, short name, full name, whether it is visible."""
    names = ("site_id", "lms_id", "short_name", "full_name", "visible")
    fill(session, staged_course, names, ((site_id, *row) for row in rows))


def course_names(session: Session, site_id: int) -> dict[int, str]:
    """The full names of the courses read, by the LMS's id."""
    table = staged_course
    rows = session.execute(sa.select(table.c.lms_id, table.c.full_name).where(table.c.site_id == site_id))
    return {row.lms_id: row.full_name for row in rows}


def add_lists(session: Session, site_id: int, courses: Iterable[int]) -> None:
    """The lists of these courses, by the LMS's ids, are to be read."""
    names = ("site_id", "course_lms_id", "page", "last_id", "restarts", "ended", "whole")
    fill(session, staged_list, names, ((site_id, course, 0, 0, 0, False, False) for course in courses))


def lists(session: Session, site_id: int) -> list[sa.RowMapping]:
    """The lists that have not ended: `course_lms_id`, `page`, `last_id` and `restarts` of each, in order."""
    table = staged_list
    found = session.execute(
        sa.select(table.c.course_lms_id, table.c.page, table.c.last_id, table.c.restarts)
        .where(table.c.site_id == site_id, table.c.ended.is_(False))
        .order_by(table.c.course_lms_id)
    )
    return list(found.mappings())


def lists_whole(session: Session, site_id: int) -> list[int]:
    """The courses whose list was read to its end."""
    table = staged_list
    return list(
        session.scalars(
            sa.select(table.c.course_lms_id)
            .where(table.c.site_id == site_id, table.c.whole)
            .order_by(table.c.course_lms_id)
        )
    )


def note_list(session: Session, site_id: int, course: int, **values: Any) -> None:
    """Keep how far a list came."""
    session.execute(_of(sa.update(staged_list), staged_list, site_id, course).values(**values))


def add_enrolments(session: Session, site_id: int, rows: Iterable[Values]) -> None:
    """Args: rows: course and person by the LMS's ids, role, last access to the course, last access to the site."""
    fill(session, staged_enrolment, ENROLMENT, ((site_id, *row) for row in rows))


def clear_list(session: Session, site_id: int, course: int) -> None:
    """Forget who was seen in a course."""
    session.execute(_of(sa.delete(staged_enrolment), staged_enrolment, site_id, course))


def _of(statement: Any, table: sa.Table, site_id: int, course: int) -> Any:
    return statement.where(table.c.site_id == site_id, table.c.course_lms_id == course)


# -- times ----------------------------------------------------------------------------------------------------------
def add_times(session: Session, site_id: int, rows: Iterable[Values]) -> None:
    """Args: rows: what the columns of TIME after the first say."""
    fill(session, staged_time, TIME, ((site_id, *row) for row in rows))


def clear_times(session: Session, site_id: int) -> None:
    """Forget all times."""
    session.execute(sa.delete(staged_time).where(staged_time.c.site_id == site_id))


def told_courses(site_id: int) -> sa.Select[Any]:
    """The courses that a bulk source told of."""
    return (
        sa.select(staged_time.c.course_lms_id)
        .where(staged_time.c.site_id == site_id, staged_time.c.bulk == 1)
        .distinct()
    )


def untold_pairs(
    session: Session, site_id: int, after: tuple[int, int], limit: int, since: datetime | None
) -> list[tuple[int, int]]:
    """Course and person of the next learners whose completion is to be asked for one by one.

    With `since` only those who are new, or have not completed as far as we know and were there since.
    """
    s = staged_enrolment
    query = (
        sa.select(s.c.course_lms_id, s.c.person_lms_id)
        .where(_untold(site_id), sa.tuple_(s.c.course_lms_id, s.c.person_lms_id) > sa.tuple_(*after))
        .order_by(s.c.course_lms_id, s.c.person_lms_id)
        .limit(limit)
    )
    if since is not None:
        query = _only_changed(query, site_id, since)
    return [(course, person) for course, person in session.execute(query)]


def count_untold(session: Session, site_id: int, since: datetime | None) -> int:
    """How many there are of `untold_pairs`."""
    query = sa.select(sa.func.count()).select_from(staged_enrolment).where(_untold(site_id))
    return session.scalar(_only_changed(query, site_id, since) if since is not None else query) or 0


def _untold(site_id: int) -> sa.ColumnElement[bool]:
    s = staged_enrolment
    return sa.and_(
        s.c.site_id == site_id,
        s.c.role == EnrolmentRole.LEARNER,  # Moodle keeps no completion of those who teach
        s.c.course_lms_id.not_in(told_courses(site_id)),
    )


def _only_changed(query: sa.Select[Any], site_id: int, since: datetime) -> sa.Select[Any]:
    s = staged_enrolment
    known = _known_enrolments(site_id)
    same = sa.and_(known.c.course == s.c.course_lms_id, known.c.person == s.c.person_lms_id)
    return query.outerjoin(known, same).where(
        sa.or_(known.c.person.is_(None), sa.and_(known.c.completed_at.is_(None), s.c.last_access >= since))
    )


def _known_enrolments(site_id: int) -> sa.Subquery:
    return (
        sa.select(
            Course.lms_id.label("course"),
            Person.lms_id.label("person"),
            Enrolment.role,
            Enrolment.last_access,
            Enrolment.completed_at,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Person.site_id == site_id, Course.site_id == site_id)
        .subquery()
    )


def unlisted_courses(session: Session, site_id: int) -> list[int]:
    """The courses where times name somebody whose role we neither know nor were told."""
    t, known = staged_time, _known_enrolments(site_id)
    same = sa.and_(known.c.course == t.c.course_lms_id, known.c.person == t.c.person_lms_id)
    return list(
        session.scalars(
            sa.select(t.c.course_lms_id)
            .outerjoin(known, same)
            .where(t.c.site_id == site_id, t.c.role.is_(None), known.c.person.is_(None))
            .distinct()
            .order_by(t.c.course_lms_id)
        )
    )


def enrol_from_times(session: Session, site_id: int) -> None:
    """Take those whom times name for enrolled, with the role that was told or is known."""
    t, s, known = staged_time, staged_enrolment, _known_enrolments(site_id)
    same = sa.and_(known.c.course == t.c.course_lms_id, known.c.person == t.c.person_lms_id)
    there = sa.and_(
        s.c.site_id == site_id,
        s.c.course_lms_id == t.c.course_lms_id,
        s.c.person_lms_id == t.c.person_lms_id,
    )
    role = sa.func.max(sa.func.coalesce(t.c.role, known.c.role))
    found = (
        sa.select(
            sa.literal(site_id),
            t.c.course_lms_id,
            t.c.person_lms_id,
            role,
            sa.func.max(sa.func.coalesce(t.c.last_access, known.c.last_access)),
        )
        .outerjoin(known, same)
        .outerjoin(s, there)
        .where(t.c.site_id == site_id, s.c.person_lms_id.is_(None))
        .group_by(t.c.course_lms_id, t.c.person_lms_id)
        .having(role.is_not(None))
    )
    session.execute(sa.insert(s).from_select(ENROLMENT[:-1], found))


# -- people -----------------------------------------------------------------------------------------------------------
def want_people(session: Session, site_id: int, *, changes: bool) -> int:
    """Ask for the profiles of everybody seen in a course, of changes only those new or seen since; gives how many."""
    s, w = staged_enrolment, staged_wanted
    found = sa.select(sa.literal(site_id), s.c.person_lms_id).where(s.c.site_id == site_id).distinct()
    if changes:
        known = sa.and_(
            Person.site_id == site_id, Person.lms_id == s.c.person_lms_id, Person.removed_at.is_(None)
        )
        found = found.outerjoin(Person, known).where(
            sa.or_(Person.id.is_(None), s.c.person_seen_at > sa.func.coalesce(Person.last_access, _LONG_AGO))
        )
    already = sa.select(w.c.person_lms_id).where(w.c.site_id == site_id)
    found = found.where(s.c.person_lms_id.not_in(already))
    session.execute(sa.insert(w).from_select(("site_id", "person_lms_id"), found))
    return session.scalar(sa.select(sa.func.count()).select_from(w).where(w.c.site_id == site_id)) or 0


_LONG_AGO = sa.literal(datetime.fromisoformat("1970-01-01T00:00:00+00:00"), Enrolment.last_access.type)


def want(session: Session, site_id: int, people: Iterable[int]) -> None:
    """Ask for the profiles of these people as well."""
    w = staged_wanted
    there = set(session.scalars(sa.select(w.c.person_lms_id).where(w.c.site_id == site_id)))
    fill(session, w, ("site_id", "person_lms_id"), ((site_id, each) for each in set(people) - there))


def wanted(session: Session, site_id: int, after: int, limit: int) -> list[int]:
    """The next people whose profiles are asked for, by the LMS's ids."""
    w = staged_wanted
    return list(
        session.scalars(
            sa.select(w.c.person_lms_id)
            .where(w.c.site_id == site_id, w.c.person_lms_id > after)
            .order_by(w.c.person_lms_id)
            .limit(limit)
        )
    )


def add_people(session: Session, site_id: int, rows: Iterable[Values]) -> None:
    """Args: rows: what the columns of `staged_person` after the first say."""
    fill(session, staged_person, PERSON, ((site_id, *row) for row in rows))


def meet_people(session: Session, site_id: int, rows: Sequence[Values]) -> None:
    """As `add_people`; somebody may be there already, from the roster of another course."""
    met = {row[0]: row for row in rows}
    ids, p = list(met), staged_person
    for start in range(0, len(ids), _AT_A_TIME):
        part = ids[start : start + _AT_A_TIME]
        there = session.scalars(sa.select(p.c.lms_id).where(p.c.site_id == site_id, p.c.lms_id.in_(part)))
        new = set(part).difference(there)
        add_people(session, site_id, (met[each] for each in part if each in new))


_AT_A_TIME = 500


def untold_people(session: Session, site_id: int) -> int:
    """How many were asked for and not told of."""
    w, p = staged_wanted, staged_person
    told = sa.and_(p.c.site_id == w.c.site_id, p.c.lms_id == w.c.person_lms_id)
    query = sa.select(sa.func.count()).select_from(w.outerjoin(p, told))
    return session.scalar(query.where(w.c.site_id == site_id, p.c.lms_id.is_(None))) or 0


# -- cohorts ----------------------------------------------------------------------------------------------------------
def add_cohorts(
    session: Session, site_id: int, cohorts: Sequence[tuple[int, str]], members: Iterable[tuple[int, int]]
) -> None:
    """Args: cohorts: LMS id and name; members: cohort and person by the LMS's ids."""
    fill(session, staged_cohort, ("site_id", "lms_id", "name"), ((site_id, *row) for row in cohorts))
    names = ("site_id", "cohort_lms_id", "person_lms_id")
    fill(session, staged_member, names, ((site_id, *row) for row in members))


def note(session: Session, reading: Reading, **places: Any) -> None:
    """Keep how far phases came."""
    reading.places = {**reading.places, **places}
    session.flush()


def note_problem(reading: Reading, sentence: str, *, complete: bool) -> None:
    """Keep a sentence for the administrator; without `complete` nobody may be removed after this reading."""
    reading.problems = [*reading.problems, sentence]
    reading.complete = reading.complete and complete


def set_route(reading: Reading, route: Route) -> None:
    """Keep where times come from."""
    reading.route = route


def count_wanted(session: Session, site_id: int, after: int) -> int:
    """How many profiles are asked for of people with an id above `after`."""
    w = staged_wanted
    query = sa.select(sa.func.count()).select_from(w)
    return session.scalar(query.where(w.c.site_id == site_id, w.c.person_lms_id > after)) or 0
