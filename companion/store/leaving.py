"""Queries on leaving engagements."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import HOLDING, Engagement, EngagementMember


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


def others(session: Session, engagement_id: int, person_id: int) -> Sequence[EngagementMember]:
    """The people of an engagement who are still in it, but for one."""
    return session.scalars(
        sa.select(EngagementMember)
        .where(
            EngagementMember.engagement_id == engagement_id,
            EngagementMember.person_id != person_id,
            EngagementMember.left_at.is_(None),
        )
        .order_by(EngagementMember.person_id)
    ).all()
