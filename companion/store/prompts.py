"""Queries on a programme's own prompts, and on the moment somebody is at; no text is read."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.care import ProgrammePrompt
from companion.models.engagement import CheckIn, Contact, EngagementMember, Mood


def of_programme(session: Session, programme_id: int) -> Sequence[ProgrammePrompt]:
    """What a programme changed, hid or added, in the order it was."""
    return session.scalars(
        sa.select(ProgrammePrompt)
        .where(ProgrammePrompt.programme_id == programme_id)
        .order_by(ProgrammePrompt.id)
    ).all()


def find(session: Session, programme_id: int, key: str) -> ProgrammePrompt | None:
    """One of them."""
    return session.scalars(
        sa.select(ProgrammePrompt).where(
            ProgrammePrompt.programme_id == programme_id, ProgrammePrompt.key == key
        )
    ).first()


def new_key(session: Session, programme_id: int) -> str:
    """A key that none of a programme's prompts has, nor any of ours."""
    newest = sa.select(sa.func.max(ProgrammePrompt.id)).where(ProgrammePrompt.programme_id == programme_id)
    return f"own-{(session.scalar(newest) or 0) + 1}"


def contacted(session: Session, engagement_id: int) -> bool:
    """Whether anybody told of a contact."""
    told = sa.exists().where(CheckIn.engagement_id == engagement_id, CheckIn.contact != Contact.NOT_YET)
    return bool(session.scalar(sa.select(told)))


def last_mood(session: Session, engagement_id: int) -> Mood | None:
    """The mood of the newest check-in of anybody in it."""
    return session.scalar(
        sa.select(CheckIn.mood)
        .where(CheckIn.engagement_id == engagement_id)
        .order_by(CheckIn.created_at.desc(), CheckIn.id.desc())
        .limit(1)
    )


def members(session: Session, engagement_id: int) -> int:
    """How many people are in an engagement."""
    count = sa.select(sa.func.count()).where(
        EngagementMember.engagement_id == engagement_id, EngagementMember.left_at.is_(None)
    )
    return session.scalar(count) or 0
