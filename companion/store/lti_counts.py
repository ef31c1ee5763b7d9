"""Counts about a course for those who teach it: numbers alone, each with how many people it is about."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import RUNNING, CheckIn, Engagement, EngagementMember


@dataclass(frozen=True, slots=True)
class Count:
    """A number, and how many people it is about."""

    number: int
    people: int


def running(session: Session, course_id: int) -> Count:
    """Running engagements that meet in the course, and the people in them."""
    row = session.execute(
        sa.select(
            sa.func.count(Engagement.id.distinct()), sa.func.count(EngagementMember.person_id.distinct())
        )
        .join(EngagementMember, EngagementMember.engagement_id == Engagement.id)
        .where(*_running_in(course_id))
    ).one()
    return Count(row[0], row[1])


def check_ins(session: Session, course_id: int, since: datetime) -> Count:
    """Check-ins made there since a moment, and the people who made them."""
    row = session.execute(
        sa.select(sa.func.count(CheckIn.id.distinct()), sa.func.count(CheckIn.person_id.distinct()))
        .join(Engagement, Engagement.id == CheckIn.engagement_id)
        .where(*_running_in(course_id), CheckIn.created_at >= since)
    ).one()
    return Count(row[0], row[1])


def _running_in(course_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Engagement.course_id == course_id, Engagement.state.in_(RUNNING)
