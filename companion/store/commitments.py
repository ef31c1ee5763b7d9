"""Queries on commitments; their texts are read through `Texts.read` alone."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.commitment import Commitment, CommitmentDay, CommitmentState

DONE = (CommitmentState.KEPT, CommitmentState.LATE)
_OPEN_FIRST = sa.case((Commitment.state == CommitmentState.OPEN, 0), else_=1)


def of_engagement(engagement_id: int, limit: int = 20) -> sa.Select[Commitment]:
    """Those of an engagement: open ones first by their day, then the last to be settled; for `Texts.read`."""
    return (
        sa.select(Commitment)
        .where(Commitment.engagement_id == engagement_id)
        .order_by(_OPEN_FIRST, Commitment.settled_at.desc(), Commitment.due_on, Commitment.id)
        .limit(limit)
    )


def open_of(session: Session, engagement_id: int, person_id: int) -> int:
    """How many commitments somebody has open in an engagement."""
    query = sa.select(sa.func.count()).where(
        Commitment.engagement_id == engagement_id,
        Commitment.person_id == person_id,
        Commitment.state == CommitmentState.OPEN,
    )
    return session.scalar(query) or 0


def done_by_another(
    session: Session, commitment_id: int, engagement_id: int, person_id: int
) -> Commitment | None:
    """A commitment that somebody else of the engagement kept, in time or late."""
    query = sa.select(Commitment).where(
        Commitment.id == commitment_id,
        Commitment.engagement_id == engagement_id,
        Commitment.person_id != person_id,
        Commitment.state.in_(DONE),
    )
    return session.scalars(query).first()


def own(session: Session, commitment_id: int, engagement_id: int, person_id: int) -> Commitment | None:
    """A commitment, where it is this person's, locked until the end of the transaction."""
    query = sa.select(Commitment).where(
        Commitment.id == commitment_id,
        Commitment.engagement_id == engagement_id,
        Commitment.person_id == person_id,
    )
    return session.scalars(query.with_for_update()).first()


def add_day(session: Session, row: CommitmentDay) -> None:
    """Keep the day a commitment was due on before."""
    session.add(row)
    session.flush()


def settled_by(session: Session, number: str, person_id: int) -> Commitment | None:
    """The commitment of this number, where it is this person's, locked until the end of the transaction."""
    mine = (Commitment.id == int(number), Commitment.person_id == person_id)
    return session.scalars(sa.select(Commitment).where(*mine).with_for_update()).first()


def days_kept(session: Session, commitment_id: int) -> Sequence[CommitmentDay]:
    """The days a commitment was due on before, the last one first."""
    query = sa.select(CommitmentDay).where(CommitmentDay.commitment_id == commitment_id)
    return session.scalars(query.order_by(CommitmentDay.id.desc())).all()


def days(session: Session, commitment_ids: list[int]) -> dict[int, list[date]]:
    """The days that commitments were due on before, the first one first."""
    found: dict[int, list[date]] = {}
    rows = session.execute(
        sa.select(CommitmentDay.commitment_id, CommitmentDay.due_on)
        .where(CommitmentDay.commitment_id.in_(commitment_ids))
        .order_by(CommitmentDay.id)
    )
    for commitment_id, day in rows:
        found.setdefault(commitment_id, []).append(day)
    return found
