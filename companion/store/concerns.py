"""Queries on concerns and exits; what is written in them is read through `Texts.read` alone."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.concern import Concern, ConcernKind, ConcernState


def for_coordinator(programme_id: int, before: datetime) -> sa.Select[Concern]:
    """The concerns of a programme that can no longer be taken back, open ones first, then the newest."""
    order = sa.case({ConcernState.OPEN: 0, ConcernState.SEEN: 1}, value=Concern.state, else_=2)
    return (
        sa.select(Concern)
        .where(Concern.programme_id == programme_id, Concern.created_at <= before)
        .order_by(order, Concern.created_at.desc(), Concern.id.desc())
    )


def get(session: Session, concern_id: int) -> Concern | None:
    """One concern."""
    return session.get(Concern, concern_id)


def exit_of(session: Session, engagement_id: int, person_id: int) -> Concern | None:
    """The exit that somebody asked for, if they did."""
    query = sa.select(Concern).where(
        Concern.engagement_id == engagement_id,
        Concern.person_id == person_id,
        Concern.kind == ConcernKind.EXIT,
    )
    return session.scalars(query).first()


def move(session: Session, concern_id: int, to: ConcernState, by: str, now: datetime) -> bool:
    """A coordinator has seen or handled a concern; False where it stood so already."""
    before = [ConcernState.OPEN] if to is ConcernState.SEEN else [ConcernState.OPEN, ConcernState.SEEN]
    values: dict[str, Any] = {"seen_at": sa.func.coalesce(Concern.seen_at, now)}
    if to is ConcernState.HANDLED:
        values |= {"handled_at": now, "handled_by": by}
    done = session.execute(
        sa.update(Concern)
        .where(Concern.id == concern_id, Concern.state.in_(before))
        .values(state=to, **values)
        .returning(Concern.id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None
