"""Queries on the pairs that a coordinator pinned or forbade."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.matching import Instruction, PairInstruction
from companion.models.people import Person
from companion.store.proposed_pairs import ADVISER, LEARNER
from companion.store.slices import Slice, counted, narrowed, ordered
from companion.store.upsert import upsert

WITH_PEOPLE = (
    sa.select(PairInstruction, LEARNER, ADVISER)
    .join(LEARNER, LEARNER.id == PairInstruction.learner_id)
    .join(ADVISER, ADVISER.id == PairInstruction.adviser_id)
)
"""Instructions, each with its learner and its adviser."""


def of_programme(session: Session, programme_id: int) -> Sequence[tuple[PairInstruction, Person, Person]]:
    """Pinned and forbidden pairs of a programme, by the learner's name."""
    rows = session.execute(
        WITH_PEOPLE.where(PairInstruction.programme_id == programme_id).order_by(
            LEARNER.full_name, PairInstruction.id
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def page(
    session: Session, programme_id: int, wanted: Slice
) -> tuple[Sequence[tuple[PairInstruction, Person, Person]], int]:
    """A slice of the pinned and forbidden pairs of a programme, and how many its filters leave."""
    query = narrowed(
        WITH_PEOPLE.where(PairInstruction.programme_id == programme_id),
        wanted,
        searched=[LEARNER.full_name, ADVISER.full_name],
        filters={"kind": PairInstruction.kind},
    )
    total = counted(session, query)
    columns = {"learner": LEARNER.full_name, "adviser": ADVISER.full_name, "kind": PairInstruction.kind}
    rows = session.execute(ordered(query, wanted.within(total), columns, PairInstruction.id))
    return [(row[0], row[1], row[2]) for row in rows], total


def instruct(session: Session, row: Mapping[str, Any]) -> None:
    """Pin or forbid a pair, in the place of what was said of it before; a learner is pinned to one adviser."""
    if row["kind"] is Instruction.PIN:
        session.execute(
            sa.delete(PairInstruction).where(
                PairInstruction.programme_id == row["programme_id"],
                PairInstruction.learner_id == row["learner_id"],
                PairInstruction.kind == Instruction.PIN,
            )
        )
    upsert(session, PairInstruction, [row], key=("programme_id", "learner_id", "adviser_id"))


def lift(session: Session, programme_id: int, instruction_id: int) -> bool:
    """Take a pin or a ban back; False where there is none of this number."""
    done = session.execute(
        sa.delete(PairInstruction).where(
            PairInstruction.programme_id == programme_id, PairInstruction.id == instruction_id
        )
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]
