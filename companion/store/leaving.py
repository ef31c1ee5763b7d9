"""Queries on leaving engagements."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import HOLDING, Engagement, EngagementMember
from companion.models.people import Person


def holding_of(session: Session, person_id: int) -> Sequence[tuple[Engagement, EngagementMember]]:
    """The engagements somebody is in that run or are about to, with their membership; locked."""
    rows = session.execute(
        sa.select(Engagement, EngagementMember)
        .join(EngagementMember, EngagementMember.engagement_id == Engagement.id)
        .where(
            EngagementMember.person_id == person_id,
            EngagementMember.left_at.is_(None),
            Engagement.state.in_(HOLDING),
        )
        .order_by(Engagement.id)
        .with_for_update()
    )
    return [(row[0], row[1]) for row in rows]


def gone(session: Session, site_id: int) -> Sequence[int]:
    """Ids of the people who are in engagements and whom the LMS no longer has, or suspended."""
    return session.scalars(
        sa.select(Person.id)
        .join(EngagementMember, EngagementMember.person_id == Person.id)
        .join(Engagement, Engagement.id == EngagementMember.engagement_id)
        .where(
            Person.site_id == site_id,
            sa.or_(Person.removed_at.is_not(None), Person.suspended.is_(True)),
            EngagementMember.left_at.is_(None),
            Engagement.state.in_(HOLDING),
        )
        .distinct()
        .order_by(Person.id)
    ).all()
