"""What is kept for how long, counted: what would go with the next purge, what within a month, what a hold keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.care import Wishes
from companion.models.engagement import Engagement, EngagementMember
from companion.models.people import Person


@dataclass(frozen=True, slots=True)
class Kept:
    """Ended engagements with their texts, or people who left.

    Attributes:
        kept: all of them; due: to go with the next purge; soon: within `SOON` after it; held: kept by a legal hold.
    """

    kept: int = 0
    due: int = 0
    soon: int = 0
    held: int = 0


SOON = timedelta(days=30)


def engagements(session: Session, days: Mapping[int, int], now: datetime) -> Mapping[int, Kept]:
    """Engagements of each programme whose texts are kept after their end, for so many days by programme."""
    held = sa.exists().where(
        EngagementMember.engagement_id == Engagement.id,
        Wishes.person_id == EngagementMember.person_id,
        Wishes.held_at.is_not(None),
    )
    found = {}
    for programme_id, number in days.items():
        of_one = sa.and_(
            Engagement.programme_id == programme_id,
            Engagement.ended_at.is_not(None),
            Engagement.texts_purged_at.is_(None),
        )
        found[programme_id] = _counted(
            session, of_one, Engagement.ended_at, held, now - timedelta(days=number)
        )
    return found


def gone(session: Session, days: int | None, now: datetime) -> Kept:
    """People whom the LMS no longer has, and who are forgotten after so many days; never where None."""
    before = now - timedelta(days=days) if days is not None else None
    return _counted(session, _remembered(), Person.removed_at, _held(), before)


def to_forget(session: Session, before: datetime, limit: int) -> Sequence[int]:
    """People who left before a moment and are not forgotten yet; nobody under a legal hold."""
    return session.scalars(
        sa.select(Person.id)
        .where(_remembered(), Person.removed_at <= before, ~_held())
        .order_by(Person.id)
        .limit(limit)
    ).all()


def held_people(session: Session) -> int:
    """How many people are under a legal hold."""
    return session.scalar(sa.select(sa.func.count()).where(Wishes.held_at.is_not(None))) or 0


def _remembered() -> sa.ColumnElement[bool]:
    forgotten = sa.exists().where(Wishes.person_id == Person.id, Wishes.erased_at >= Person.removed_at)
    return sa.and_(Person.removed_at.is_not(None), ~forgotten)


def _held() -> sa.ColumnElement[bool]:
    return sa.exists().where(Wishes.person_id == Person.id, Wishes.held_at.is_not(None))


def _counted(
    session: Session,
    which: sa.ColumnElement[bool],
    since: sa.SQLColumnExpression[datetime | None],
    held: sa.ColumnElement[bool],
    before: datetime | None,
) -> Kept:
    due, soon = (sa.false(), sa.false()) if before is None else (since <= before, since <= before + SOON)
    numbers = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((sa.and_(due, ~held), 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((sa.and_(soon, ~due, ~held), 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((held, 1), else_=0)), 0),
        ).where(which)
    ).one()
    return Kept(*(int(number) for number in numbers))
