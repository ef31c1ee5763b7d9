"""Queries on personal calendar addresses, and on the dates that stand in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.calendar import CalendarAddress
from companion.models.engagement import RUNNING, Engagement, EngagementMember
from companion.models.people import Person
from companion.models.programme import Programme


@dataclass(frozen=True, slots=True)
class Together:
    """A running engagement, as one of its people sees it; `others` are their names."""

    engagement_id: int
    programme: str
    course_id: int | None
    starts_on: date
    ends_on: date
    contact_days: Sequence[int]
    others: tuple[str, ...]


def get(session: Session, person_id: int) -> CalendarAddress | None:
    """The address of a person."""
    return session.get(CalendarAddress, person_id)


def put(session: Session, person_id: int, token_hash: str, now: datetime) -> None:
    """Give a person an address; the one before, if any, works no longer."""
    drop(session, person_id)
    session.add(CalendarAddress(person_id=person_id, token_hash=token_hash, created_at=now))
    session.flush()


def drop(session: Session, person_id: int) -> bool:
    """Take the address of a person back; False where there was none."""
    gone = session.scalars(
        sa.delete(CalendarAddress)
        .where(CalendarAddress.person_id == person_id)
        .returning(CalendarAddress.person_id)
        .execution_options(synchronize_session="fetch")
    )
    return gone.one_or_none() is not None


def person_of(session: Session, token_hash: str) -> Person | None:
    """Whose address it is, where they are still in the LMS."""
    return session.scalars(
        sa.select(Person)
        .join(CalendarAddress, CalendarAddress.person_id == Person.id)
        .where(
            CalendarAddress.token_hash == token_hash,
            Person.removed_at.is_(None),
            Person.suspended.is_(False),
        )
    ).one_or_none()


def running(session: Session, person_id: int) -> Sequence[Together]:
    """The running engagements of a person."""
    mine = sa.select(EngagementMember.engagement_id).where(
        EngagementMember.person_id == person_id, EngagementMember.left_at.is_(None)
    )
    rows = session.execute(
        sa.select(Engagement, Programme.name, Programme.contact_days)
        .join(Programme, Programme.id == Engagement.programme_id)
        .where(Engagement.id.in_(mine), Engagement.state.in_(RUNNING))
        .order_by(Engagement.id)
    ).all()
    names: dict[int, list[str]] = {row.id: [] for row, *_ in rows}
    for engagement_id, name in session.execute(
        sa.select(EngagementMember.engagement_id, Person.full_name)
        .join(Person, Person.id == EngagementMember.person_id)
        .where(
            EngagementMember.engagement_id.in_(names),
            EngagementMember.person_id != person_id,
            EngagementMember.left_at.is_(None),
        )
        .order_by(Person.full_name)
    ):
        names[engagement_id].append(name)
    return [
        Together(row.id, programme, row.course_id, row.starts_on, row.ends_on, days, tuple(names[row.id]))
        for row, programme, days in rows
    ]
