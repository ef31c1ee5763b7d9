"""Finding people of the LMS, for whoever answers for their data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.care import Wishes
from companion.models.people import Person
from companion.store.slices import Slice, counted, narrowed, ordered


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person, and what was decided about their data; None where nothing was."""

    person: Person
    wishes: Wishes | None


COLUMNS: Final = {"name": Person.full_name, "email": Person.email, "access": Person.last_access}
STANDINGS: Final = {
    "here": Person.removed_at.is_(None),
    "gone": Person.removed_at.is_not(None),
    "out": Person.opted_out_at.is_not(None),
    "held": Wishes.held_at.is_not(None),
    "erased": Wishes.erased_at.is_not(None),
}
"""Conditions by the key of the filter `standing`."""


def found(session: Session, wanted: Slice) -> tuple[Sequence[PersonLine], int]:
    """The people of a slice, and how many its filters leave in all."""
    query = sa.select(Person, Wishes).outerjoin(Wishes, Wishes.person_id == Person.id)
    standing = STANDINGS.get(str(wanted.only.get("standing", "")))
    if standing is not None:
        query = query.where(standing)
    query = narrowed(query, wanted, searched=[Person.full_name, Person.email], filters={})
    total = counted(session, query)
    rows = session.execute(ordered(query, wanted.within(total), COLUMNS, Person.id))
    return [PersonLine(person, wishes) for person, wishes in rows], total


def one(session: Session, person_id: int) -> PersonLine | None:
    """One person."""
    row = session.execute(
        sa.select(Person, Wishes)
        .outerjoin(Wishes, Wishes.person_id == Person.id)
        .where(Person.id == person_id)
    ).first()
    return PersonLine(row[0], row[1]) if row else None
