"""Queries on what people said for the matching."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.charter import FullWeek
from companion.models.lms import CohortMember
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.models.programme import ProgrammeCourse
from companion.models.said import PersonWish, Said, WishKind
from companion.store.upsert import upsert


def _of_programme(programme_id: int) -> sa.Select[int]:
    return (
        sa.select(Enrolment.person_id)
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Enrolment.course_id)
        .where(ProgrammeCourse.programme_id == programme_id, Enrolment.role == EnrolmentRole.LEARNER)
    )


def of_programme(programme_id: int) -> sa.Select[Said]:
    """What people of a programme said, for `Texts.for_matching`."""
    return sa.select(Said).where(Said.person_id.in_(_of_programme(programme_id)))


def wishes_in(session: Session, programme_id: int) -> Sequence[tuple[int, int, WishKind]]:
    """Who asked for whom, or asked not to be paired with whom, among the people of a programme."""
    rows = session.execute(
        sa.select(PersonWish.person_id, PersonWish.other_id, PersonWish.kind).where(
            PersonWish.person_id.in_(_of_programme(programme_id))
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def cohorts_in(session: Session, programme_id: int) -> Mapping[int, frozenset[int]]:
    """The LMS cohorts of the people of a programme."""
    found: dict[int, set[int]] = {}
    rows = session.execute(
        sa.select(CohortMember.person_id, CohortMember.cohort_id).where(
            CohortMember.person_id.in_(_of_programme(programme_id))
        )
    )
    for person_id, cohort_id in rows:
        found.setdefault(person_id, set()).add(cohort_id)
    return {person_id: frozenset(cohorts) for person_id, cohorts in found.items()}


def short_of_time(session: Session, monday: date) -> frozenset[int]:
    """The people who said to have little time in this week."""
    return frozenset(session.scalars(sa.select(FullWeek.person_id).where(FullWeek.monday == monday)))


def of_person(person_id: int) -> sa.Select[Said]:
    """What one person said, for `Texts.read`."""
    return sa.select(Said).where(Said.person_id == person_id)


def of_people(person_ids: Collection[int]) -> sa.Select[Said]:
    """What some people said, for `Texts.for_matching`."""
    return sa.select(Said).where(Said.person_id.in_(person_ids))


def not_wished_with(session: Session, person_id: int) -> frozenset[int]:
    """Those whom somebody asked not to be paired with, and those who asked so of them."""
    mine = (PersonWish.kind == WishKind.PLEASE_NOT, PersonWish.person_id == person_id)
    theirs = (PersonWish.kind == WishKind.PLEASE_NOT, PersonWish.other_id == person_id)
    return frozenset(
        [
            *session.scalars(sa.select(PersonWish.other_id).where(*mine)),
            *session.scalars(sa.select(PersonWish.person_id).where(*theirs)),
        ]
    )


def put(session: Session, row: Mapping[str, object]) -> None:
    """Keep what a person said, in the place of what was said before."""
    upsert(session, Said, [row], key=("person_id",))


def rest(session: Session, person_id: int, until: date, now: datetime) -> None:
    """Have a person matched with nobody up to a day; what else they said stays."""
    row = {"person_id": person_id, "paused_until": until, "changed_at": now}
    upsert(session, Said, [row], key=("person_id",))


def wishes_of(session: Session, person_id: int) -> Sequence[tuple[Person, WishKind]]:
    """Whom a person asked for or not, by name."""
    rows = session.execute(
        sa.select(Person, PersonWish.kind)
        .join(PersonWish, PersonWish.other_id == Person.id)
        .where(PersonWish.person_id == person_id)
        .order_by(Person.full_name, Person.id)
    )
    return [(row[0], row[1]) for row in rows]


def wish(session: Session, person_id: int, other_id: int, kind: WishKind) -> None:
    """Keep a wish, in the place of another about the same person."""
    row = {"person_id": person_id, "other_id": other_id, "kind": kind}
    upsert(session, PersonWish, [row], key=("person_id", "other_id"))


def unwish(session: Session, person_id: int, other_id: int) -> bool:
    """Take a wish back; False where there was none."""
    done = session.execute(
        sa.delete(PersonWish).where(PersonWish.person_id == person_id, PersonWish.other_id == other_id)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def named(session: Session, course_id: int, name: str, limit: int = 2) -> Sequence[Person]:
    """People of a course with this full name or address, whatever the case."""
    wanted = name.strip().casefold()
    return session.scalars(
        sa.select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.course_id == course_id,
            Person.removed_at.is_(None),
            sa.or_(sa.func.lower(Person.full_name) == wanted, sa.func.lower(Person.email) == wanted),
        )
        .order_by(Person.id)
        .limit(limit)
    ).all()
