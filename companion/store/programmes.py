"""Queries on programmes and on the people their rules look at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import HOLDING, RUNNING, Engagement, EngagementMember, Feedback, Fit, Side
from companion.models.lms import Course
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.models.programme import Part, Programme, ProgrammeCourse, ProgrammeSettled, ProgrammeVersion
from companion.models.said import Veto
from companion.models.watch import ProgrammeWatch
from companion.store.slices import Slice, counted, narrowed, ordered
from companion.store.upsert import insert_once


def all_of(session: Session, site_id: int) -> Sequence[Programme]:
    """The programmes of a site, by name."""
    return session.scalars(
        sa.select(Programme).where(Programme.site_id == site_id).order_by(Programme.name, Programme.id)
    ).all()


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme in a list, with the names of its courses and the figures of the last look, if there was one."""

    programme: Programme
    figures: ProgrammeWatch | None
    courses: Sequence[str]


def page(
    session: Session, site_id: int, wanted: Slice, only: Collection[int] | None = None
) -> tuple[list[ProgrammeLine], int]:
    """The programmes of a slice, and how many its filters leave in all."""
    query = (
        sa.select(Programme, ProgrammeWatch)
        .outerjoin(ProgrammeWatch, ProgrammeWatch.programme_id == Programme.id)
        .where(Programme.site_id == site_id)
    )
    if only is not None:
        query = query.where(Programme.id.in_(only))
    query = narrowed(query, wanted, searched=[Programme.name], filters={})
    total = counted(session, query)
    columns = {
        "name": Programme.name,
        "weeks": Programme.weeks,
        "new": sa.func.coalesce(ProgrammeWatch.new_hires, 0),
        "recent": sa.func.coalesce(ProgrammeWatch.recent_learners, 0),
    }
    rows = session.execute(ordered(query, wanted.within(total), columns, Programme.id)).all()
    named = _course_names(session, [row.id for row, _ in rows])
    return [ProgrammeLine(row, figures, named.get(row.id, ())) for row, figures in rows], total


def _course_names(session: Session, programme_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = {}
    for programme_id, name in session.execute(
        sa.select(ProgrammeCourse.programme_id, Course.full_name)
        .join(Course, Course.id == ProgrammeCourse.course_id)
        .where(ProgrammeCourse.programme_id.in_(programme_ids), Course.removed_at.is_(None))
        .order_by(Course.full_name, Course.id)
    ):
        found.setdefault(programme_id, []).append(name)
    return found


def all_ids(session: Session) -> Sequence[int]:
    """Every programme there is."""
    return session.scalars(sa.select(Programme.id).order_by(Programme.id)).all()


def names(session: Session) -> list[tuple[int, str]]:
    """Id and name of every programme there is, by name."""
    query = sa.select(Programme.id, Programme.name).order_by(Programme.name, Programme.id)
    return [(number, name) for number, name in session.execute(query)]


def get(session: Session, programme_id: int) -> Programme | None:
    """One programme."""
    return session.get(Programme, programme_id)


def contact_days(session: Session, programme_id: int) -> Sequence[int]:
    """The cadence of a programme: days from one contact to the next."""
    return session.scalars(sa.select(Programme.contact_days).where(Programme.id == programme_id)).one()


def has_engagements(session: Session, programme_id: int) -> bool:
    """Whether a programme ever had an engagement."""
    return bool(session.scalar(sa.select(sa.exists().where(Engagement.programme_id == programme_id))))


def meet_in(session: Session, programme_id: int) -> Sequence[int]:
    """The courses in which the running engagements of a programme meet."""
    query = sa.select(Engagement.course_id).where(
        Engagement.programme_id == programme_id, Engagement.state.in_(RUNNING)
    )
    return [course_id for course_id in session.scalars(query.distinct()) if course_id is not None]


def by_ids(session: Session, programme_ids: Collection[int]) -> Sequence[Programme]:
    """Programmes by id, in no particular order."""
    return session.scalars(sa.select(Programme).where(Programme.id.in_(programme_ids))).all()


def locked(session: Session, programme_id: int) -> Programme | None:
    """One programme, for one transaction at a time."""
    return session.get(Programme, programme_id, with_for_update=True)


def add(session: Session, row: Programme) -> Programme:
    """Store a new programme."""
    session.add(row)
    session.flush()
    return row


def set_courses(session: Session, programme_id: int, course_ids: Sequence[int]) -> None:
    """Make these the courses of the programme."""
    session.execute(sa.delete(ProgrammeCourse).where(ProgrammeCourse.programme_id == programme_id))
    session.add_all(ProgrammeCourse(programme_id=programme_id, course_id=c) for c in sorted(set(course_ids)))
    session.flush()


def keep_version(session: Session, row: ProgrammeVersion) -> None:
    """Keep the rules as they are from now on."""
    session.add(row)
    session.flush()


def versions(
    session: Session, programme_id: int, wanted: Slice
) -> tuple[Sequence[tuple[ProgrammeVersion, ProgrammeVersion | None]], int]:
    """A slice of the rules of a programme as they were, each with the version before it, and how many there are."""
    query = sa.select(ProgrammeVersion).where(ProgrammeVersion.programme_id == programme_id)
    total = counted(session, query)
    within = wanted.within(total)
    newest_first = query.order_by(ProgrammeVersion.version.desc()).offset(within.offset)
    rows = session.scalars(newest_first.limit(within.limit + 1)).all()
    return list(zip(rows, [*rows[1:], None], strict=True))[: within.limit], total


def settle(session: Session, programme_id: int, part: Part, now: datetime) -> None:
    """Keep that a part of the programme was looked at."""
    row = {"programme_id": programme_id, "part": part, "settled_at": now}
    insert_once(session, ProgrammeSettled, row, key=["programme_id", "part"])


def settled(session: Session, programme_ids: Collection[int]) -> Mapping[int, frozenset[Part]]:
    """The parts of each programme that were looked at."""
    query = sa.select(ProgrammeSettled.programme_id, ProgrammeSettled.part)
    found: dict[int, set[Part]] = {each: set() for each in programme_ids}
    for programme_id, part in session.execute(query.where(ProgrammeSettled.programme_id.in_(programme_ids))):
        found[programme_id].add(part)
    return {each: frozenset(parts) for each, parts in found.items()}


def courses(session: Session, programme_id: int) -> Sequence[Course]:
    """The courses of a programme that are still in the LMS."""
    return session.scalars(
        sa.select(Course)
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Course.id)
        .where(ProgrammeCourse.programme_id == programme_id, Course.removed_at.is_(None))
        .order_by(Course.full_name, Course.id)
    ).all()


def of_course(session: Session, course_id: int) -> Sequence[Programme]:
    """The programmes a course belongs to."""
    return session.scalars(
        sa.select(Programme)
        .join(ProgrammeCourse, ProgrammeCourse.programme_id == Programme.id)
        .where(ProgrammeCourse.course_id == course_id)
        .order_by(Programme.id)
    ).all()


def profile_fields(session: Session, site_id: int) -> frozenset[str]:
    """The custom profile fields that the programmes' rules read."""
    rows = session.execute(
        sa.select(Programme.new_hire_field, Programme.matching).where(Programme.site_id == site_id)
    )
    names = {
        name
        for field, rules in rows
        for name in (field, *(value for rule, value in rules.items() if rule.endswith("_field")))
    }
    return frozenset(name for name in names if name)


def members(session: Session, programme_id: int) -> Sequence[Person]:
    """Everybody who learns in the programme and may take part, in a fixed order."""
    query = sa.select(Person).where(
        Person.removed_at.is_(None),
        Person.suspended.is_(False),
        sa.exists(
            sa.select(Enrolment.id)
            .join(ProgrammeCourse, ProgrammeCourse.course_id == Enrolment.course_id)
            .join(Course, Course.id == Enrolment.course_id)
            .where(
                Enrolment.person_id == Person.id,
                Enrolment.role == EnrolmentRole.LEARNER,
                ProgrammeCourse.programme_id == programme_id,
                Course.removed_at.is_(None),
            )
        ),
    )
    return session.scalars(query.order_by(Person.id)).all()


def size(session: Session, programme_id: int) -> int:
    """How many enrolments its courses have: never fewer than its people."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Enrolment)
            .join(ProgrammeCourse, ProgrammeCourse.course_id == Enrolment.course_id)
            .where(ProgrammeCourse.programme_id == programme_id)
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Attendance:
    """A person in a course: our ids, and when they completed it, where the LMS told."""

    person_id: int
    course_id: int
    completed_at: datetime | None


def attendance(session: Session, programme_id: int) -> Sequence[Attendance]:
    """Every enrolment as a learner of the people who learn in the programme, in its courses or others."""
    members = (
        sa.select(Enrolment.person_id)
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Enrolment.course_id)
        .where(ProgrammeCourse.programme_id == programme_id)
    )
    query = (
        sa.select(Enrolment.person_id, Enrolment.course_id, Enrolment.completed_at)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Enrolment.role == EnrolmentRole.LEARNER,
            Course.removed_at.is_(None),
            Enrolment.person_id.in_(members),
        )
    )
    return [Attendance(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Ties:
    """What the matching must know of the engagements there are and were.

    Attributes:
        advising: engagements by adviser that run or are about to.
        learning: learners who have such an engagement in the programme.
        parted: pairs of people of whom one said their match is not good, left the other, or passed them over; in both
            directions.
    """

    advising: dict[int, int]
    learning: frozenset[int]
    parted: frozenset[tuple[int, int]]


def ties(session: Session, programme_id: int) -> Ties:
    """The running engagements and the pairs that must not be formed again."""
    running = (
        sa.select(EngagementMember.person_id, EngagementMember.side, Engagement.programme_id)
        .join(Engagement, Engagement.id == EngagementMember.engagement_id)
        .where(Engagement.state.in_(HOLDING), EngagementMember.left_at.is_(None))
    )
    advising: dict[int, int] = {}
    learning: set[int] = set()
    for person_id, side, of_programme in session.execute(running):
        if side is Side.ADVISER:
            advising[person_id] = advising.get(person_id, 0) + 1
        elif of_programme == programme_id:
            learning.add(person_id)
    return Ties(advising, frozenset(learning), _parted(session))


def _parted(session: Session) -> frozenset[tuple[int, int]]:
    one, other = sa.orm.aliased(EngagementMember), sa.orm.aliased(EngagementMember)
    rows = session.execute(
        sa.select(one.person_id, other.person_id)
        .join(other, (other.engagement_id == one.engagement_id) & (other.person_id != one.person_id))
        .where(
            sa.or_(
                sa.exists().where(
                    Feedback.engagement_id == one.engagement_id,
                    Feedback.fit == Fit.NOT_GOOD,
                    Feedback.person_id.in_((one.person_id, other.person_id)),
                ),
                one.left_at.is_not(None),
                other.left_at.is_not(None),
            )
        )
    )
    vetoes = session.execute(sa.select(Veto.person_id, Veto.other_id)).all()
    return frozenset(
        [(row[0], row[1]) for row in rows] + [pair for a, b in vetoes for pair in ((a, b), (b, a))]
    )
