"""Queries on concerns and exits; what is written in them is read through `Texts.read` alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.concern import Concern, ConcernKind, ConcernState
from companion.models.people import Person
from companion.models.programme import Programme
from companion.store.slices import Slice, counted, narrowed, ordered

_OPEN_FIRST: Final = sa.case({ConcernState.OPEN: 0, ConcernState.SEEN: 1}, value=Concern.state, else_=2)


@dataclass(frozen=True, slots=True)
class Raised:
    """A concern without its text, by whom it was raised and in which programme."""

    row: Concern
    full_name: str
    programme: str


def page(
    session: Session, programme_ids: Collection[int], before: datetime, wanted: Slice
) -> tuple[list[Raised], int]:
    """The concerns of a slice, of those that can no longer be taken back, and how many its filters leave in all.

    By default open ones come first, then the newest.
    """
    query = (
        sa.select(Concern, Person.full_name, Programme.name)
        .join(Person, Person.id == Concern.person_id)
        .join(Programme, Programme.id == Concern.programme_id)
        .where(Concern.programme_id.in_(programme_ids), Concern.created_at <= before)
    )
    filters = {"state": Concern.state, "programme": Concern.programme_id}
    query = narrowed(query, wanted, searched=[Person.full_name], filters=filters)
    total = counted(session, query)
    columns = {"state": _OPEN_FIRST, "raised": Concern.created_at, "who": Person.full_name}
    rows = session.execute(ordered(query, wanted.within(total), columns, Concern.id.desc()))
    return [Raised(*row) for row in rows], total


def of_ids(concern_ids: Collection[int]) -> sa.Select[Concern]:
    """Concerns by id."""
    return sa.select(Concern).where(Concern.id.in_(concern_ids))


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


def reopen(session: Session, concern_id: int) -> bool:
    """A coordinator takes back that a concern is handled; False where it is not."""
    done = session.execute(
        sa.update(Concern)
        .where(Concern.id == concern_id, Concern.state == ConcernState.HANDLED)
        .values(state=ConcernState.SEEN, handled_at=None, handled_by=None)
        .returning(Concern.id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None


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
