"""Queries on proposals to learners: those open, and those that came to nothing."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from companion.models.engagement import Engagement, EngagementKind, EngagementMember, EngagementState, Side
from companion.models.said import Veto

LEARNER, ADVISER = aliased(EngagementMember), aliased(EngagementMember)
NEVER_BEGAN = sa.and_(
    Engagement.state == EngagementState.ENDED_EARLY,
    Engagement.kind == EngagementKind.PAIR,
    sa.exists().where(
        EngagementMember.engagement_id == Engagement.id, EngagementMember.charter_accepted_at.is_(None)
    ),
    ~sa.exists().where(
        EngagementMember.engagement_id == Engagement.id, EngagementMember.left_at.is_not(None)
    ),
)
"""Pairs that were declined, or that nobody answered: of those that began somebody accepted the charter, or left."""


def _between(programme_id: int) -> sa.Select[int, int, int]:
    return (
        sa.select(Engagement.id, LEARNER.person_id, ADVISER.person_id)
        .join(LEARNER, sa.and_(LEARNER.engagement_id == Engagement.id, LEARNER.side == Side.LEARNER))
        .join(ADVISER, sa.and_(ADVISER.engagement_id == Engagement.id, ADVISER.side == Side.ADVISER))
        .where(Engagement.programme_id == programme_id)
    )


def proposals_of(session: Session, programme_id: int, person_id: int) -> Sequence[tuple[int, int]]:
    """The open proposals to a learner, of pairs: the engagement and the adviser."""
    query = _between(programme_id).where(
        Engagement.state == EngagementState.PROPOSED,
        Engagement.kind == EngagementKind.PAIR,
        LEARNER.person_id == person_id,
    )
    return [(row[0], row[2]) for row in session.execute(query)]


def advisers_proposed(session: Session, programme_id: int, person_id: int) -> Sequence[int]:
    """The advisers of the open proposals to a learner."""
    return [adviser for _, adviser in proposals_of(session, programme_id, person_id)]


def has_vetoed(session: Session, programme_id: int, person_id: int) -> bool:
    """Whether a learner used the one veto of a programme."""
    return session.get(Veto, (programme_id, person_id)) is not None


def veto(session: Session, programme_id: int, person_id: int, other_id: int, now: datetime) -> None:
    """Keep whom a learner passes over; the caller made sure that it is the first."""
    session.add(Veto(programme_id=programme_id, person_id=person_id, other_id=other_id, given_at=now))
    session.flush()


def advisers_refused(session: Session, programme_id: int, person_id: int) -> Sequence[int]:
    """Advisers that were proposed to a learner, without an engagement coming of it."""
    query = _between(programme_id).where(NEVER_BEGAN, LEARNER.person_id == person_id)
    return [row[2] for row in session.execute(query)]


def came_to_nothing(session: Session, programme_id: int) -> Sequence[int]:
    """The learner of each proposal that was declined or expired, once for each."""
    return [
        row[1] for row in session.execute(_between(programme_id).where(NEVER_BEGAN).order_by(Engagement.id))
    ]
