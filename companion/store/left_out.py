"""Queries on the learners whom matching runs left without a pair."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.matching import UnmatchedLearner
from companion.models.people import Person
from companion.store.slices import Slice, counted, narrowed, ordered


def of_run(session: Session, run_id: int) -> Sequence[tuple[UnmatchedLearner, Person]]:
    """The learners without a pair and why, by name."""
    rows = session.execute(
        sa.select(UnmatchedLearner, Person)
        .join(Person, Person.id == UnmatchedLearner.person_id)
        .where(UnmatchedLearner.run_id == run_id)
        .order_by(Person.full_name, Person.id)
    )
    return [(row[0], row[1]) for row in rows]


def get(session: Session, run_id: int, person_id: int) -> tuple[UnmatchedLearner, Person] | None:
    """A learner whom a run left without a pair, and why."""
    row = session.execute(
        sa.select(UnmatchedLearner, Person)
        .join(Person, Person.id == UnmatchedLearner.person_id)
        .where(UnmatchedLearner.run_id == run_id, UnmatchedLearner.person_id == person_id)
    ).first()
    return (row[0], row[1]) if row else None


def holds(session: Session, run_id: int, person_id: int) -> bool:
    """Whether a run left this learner without a pair."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(UnmatchedLearner.run_id == run_id, UnmatchedLearner.person_id == person_id)
            )
        )
    )


COLUMNS = {
    "learner": Person.full_name,
    "department": Person.department,
    "why": UnmatchedLearner.code,
}


@dataclass(frozen=True, slots=True)
class UnmatchedPage:
    """Learners left out of a run, and how many there are in all."""

    rows: Sequence[tuple[UnmatchedLearner, Person]]
    total: int


def page(session: Session, run_id: int, wanted: Slice) -> UnmatchedPage:
    """A slice of the learners left out."""
    query = (
        sa.select(UnmatchedLearner, Person)
        .join(Person, Person.id == UnmatchedLearner.person_id)
        .where(UnmatchedLearner.run_id == run_id)
    )
    query = narrowed(
        query,
        wanted,
        searched=[Person.full_name, Person.department, UnmatchedLearner.text],
        filters=COLUMNS,
    )
    total = counted(session, query)
    rows = session.execute(ordered(query, wanted.within(total), COLUMNS, UnmatchedLearner.id))
    return UnmatchedPage([(row[0], row[1]) for row in rows], total)


def reasons(session: Session, run_id: int) -> Sequence[tuple[str, str, int]]:
    """Why learners were left out: the rule, a sentence that says so, and of how many."""
    rows = session.execute(
        sa.select(UnmatchedLearner.code, sa.func.min(UnmatchedLearner.text), sa.func.count())
        .where(UnmatchedLearner.run_id == run_id)
        .group_by(UnmatchedLearner.code)
        .order_by(sa.func.count().desc(), UnmatchedLearner.code)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def add(session: Session, run_id: int, learner_id: int, code: str, text: str) -> None:
    """Put a learner among those without a pair."""
    session.add(UnmatchedLearner(run_id=run_id, person_id=learner_id, code=code, text=text))
    session.flush()


def drop(session: Session, run_id: int, learner_id: int) -> None:
    """Take a learner out of those without a pair."""
    session.execute(
        sa.delete(UnmatchedLearner).where(
            UnmatchedLearner.run_id == run_id, UnmatchedLearner.person_id == learner_id
        )
    )
