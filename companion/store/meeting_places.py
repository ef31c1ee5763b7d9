"""Queries on where the people of engagements meet: courses, and the groups in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import RUNNING, Engagement, EngagementMember, EngagementState
from companion.models.people import Enrolment, Person
from companion.models.programme import Programme


@dataclass(frozen=True, slots=True)
class Meeting:
    """An engagement that has, had or shall have a group in a course."""

    engagement: Engagement
    contact_days: Sequence[int]
    """The cadence of its programme."""
    people: frozenset[int]
    """The LMS's ids of those who are enrolled in the course and not suspended."""


def in_course(session: Session, course_id: int) -> Sequence[Meeting]:
    """The engagements in a course that run, or of which a group is left."""
    rows = session.execute(
        sa.select(Engagement, Programme.contact_days)
        .join(Programme, Programme.id == Engagement.programme_id)
        .where(
            Engagement.course_id == course_id,
            sa.or_(Engagement.state.in_(RUNNING), Engagement.lms_group_id.is_not(None)),
        )
        .order_by(Engagement.id)
    ).all()
    people = _people(session, course_id)
    return [Meeting(row, days, people.get(row.id, frozenset())) for row, days in rows]


def _people(session: Session, course_id: int) -> Mapping[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for engagement_id, lms_id in session.execute(
        sa.select(EngagementMember.engagement_id, Person.lms_id)
        .join(Engagement, Engagement.id == EngagementMember.engagement_id)
        .join(Person, Person.id == EngagementMember.person_id)
        .join(Enrolment, sa.and_(Enrolment.person_id == Person.id, Enrolment.course_id == course_id))
        .where(
            Engagement.course_id == course_id,
            EngagementMember.left_at.is_(None),
            Person.removed_at.is_(None),
            Person.suspended.is_(False),
        )
    ):
        found.setdefault(engagement_id, set()).add(lms_id)
    return {engagement_id: frozenset(people) for engagement_id, people in found.items()}


def programmes_in(session: Session, course_id: int) -> Mapping[int, str]:
    """The names of the programmes that ever had an engagement in a course, by number."""
    rows = session.execute(
        sa.select(Programme.id, Programme.name)
        .where(sa.exists().where(Engagement.programme_id == Programme.id, Engagement.course_id == course_id))
        .order_by(Programme.id)
    )
    return {row.id: row.name for row in rows}


def keep_groups(session: Session, course_id: int, groups: Mapping[int, int]) -> None:
    """Note the group of each engagement in a course, and that the others there have none."""
    for row in session.scalars(
        sa.select(Engagement).where(
            Engagement.course_id == course_id,
            sa.or_(Engagement.lms_group_id.is_not(None), Engagement.id.in_(groups)),
        )
    ):
        row.lms_group_id = groups.get(row.id)


def courses_of(session: Session, engagement_ids: Iterable[int]) -> Sequence[int]:
    """The courses in which these engagements meet."""
    return _courses(session, Engagement.id.in_(list(engagement_ids)))


def in_want(session: Session, closed_before: datetime) -> Sequence[int]:
    """The courses where a group is missing, or is left over from what ended early or closed before a moment."""
    missing = sa.and_(Engagement.state.in_(RUNNING), Engagement.lms_group_id.is_(None))
    over = sa.and_(
        Engagement.lms_group_id.is_not(None),
        sa.or_(
            Engagement.state == EngagementState.ENDED_EARLY,
            sa.and_(Engagement.state == EngagementState.CLOSED, Engagement.ended_at < closed_before),
        ),
    )
    return _courses(session, sa.or_(missing, over))


def in_use(session: Session) -> Sequence[int]:
    """The courses in which engagements run or groups are left."""
    return _courses(session, sa.or_(Engagement.state.in_(RUNNING), Engagement.lms_group_id.is_not(None)))


def number_of_groups(session: Session, site_id: int) -> int:
    """How many groups there are in the courses of a site."""
    query = sa.select(sa.func.count(Engagement.id)).join(Programme, Programme.id == Engagement.programme_id)
    return session.scalars(
        query.where(Programme.site_id == site_id, Engagement.lms_group_id.is_not(None))
    ).one()


def _courses(session: Session, which: sa.ColumnElement[bool]) -> Sequence[int]:
    found = session.scalars(sa.select(Engagement.course_id).where(which).distinct())
    return [course_id for course_id in found if course_id is not None]
