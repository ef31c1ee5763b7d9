"""Queries on the pairs that matching runs propose."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from companion.models.matching import ProposedPair
from companion.models.people import Person
from companion.store.slices import Slice, counted, narrowed, ordered

LEARNER, ADVISER = aliased(Person), aliased(Person)
WITH_PEOPLE = (
    sa.select(ProposedPair, LEARNER, ADVISER)
    .join(LEARNER, LEARNER.id == ProposedPair.learner_id)
    .join(ADVISER, ADVISER.id == ProposedPair.adviser_id)
)
"""Pairs, each with its learner and its adviser."""
OPEN = sa.and_(ProposedPair.decided_at.is_(None), ProposedPair.refusal.is_(None))
"""Pairs that are still to be decided."""
COLUMNS = {
    "learner": LEARNER.full_name,
    "adviser": ADVISER.full_name,
    "department": LEARNER.department,
    "points": ProposedPair.points,
    "circle": ProposedPair.circle,
    "by_hand": ProposedPair.by_hand,
}


@dataclass(frozen=True, slots=True)
class PairPage:
    """Pairs of a run, and how many there are in all."""

    rows: Sequence[tuple[ProposedPair, Person, Person]]
    total: int


def get(session: Session, run_id: int, pair_id: int) -> tuple[ProposedPair, Person, Person] | None:
    """One pair of a run with its people."""
    row = session.execute(
        WITH_PEOPLE.where(ProposedPair.run_id == run_id, ProposedPair.id == pair_id)
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def of_run(session: Session, run_id: int) -> Sequence[tuple[ProposedPair, Person, Person]]:
    """The proposed pairs with learner and adviser, by the learner's name."""
    rows = session.execute(
        WITH_PEOPLE.where(ProposedPair.run_id == run_id).order_by(LEARNER.full_name, LEARNER.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def page(session: Session, run_id: int, wanted: Slice) -> PairPage:
    """A slice of the pairs of a run, searched by names and departments."""
    query = WITH_PEOPLE.with_only_columns(ProposedPair.id).where(ProposedPair.run_id == run_id)
    filters = {**COLUMNS, "open": OPEN, "department": sa.func.coalesce(LEARNER.department, "")}
    searched = [LEARNER.full_name, ADVISER.full_name, LEARNER.department, ADVISER.department]
    query = narrowed(query, wanted, searched=searched, filters=filters)
    total = counted(session, query)
    # Numbers alone are sorted: the reasons of a hundred thousand pairs are hundreds of megabytes.
    ids = session.scalars(ordered(query, wanted.within(total), COLUMNS, ProposedPair.id)).all()
    rows = session.execute(WITH_PEOPLE.where(ProposedPair.id.in_(ids)))
    by_id = {row[0].id: (row[0], row[1], row[2]) for row in rows}
    return PairPage([by_id[each] for each in ids], total)


def refused(session: Session, run_id: int, wanted: Slice) -> PairPage:
    """A slice of the pairs that could no longer be formed."""
    query = narrowed(
        WITH_PEOPLE.where(ProposedPair.run_id == run_id, ProposedPair.refusal.is_not(None)),
        wanted,
        searched=[LEARNER.full_name, ADVISER.full_name, ProposedPair.refusal],
        filters={},
    )
    total = counted(session, query)
    columns = {"learner": LEARNER.full_name, "adviser": ADVISER.full_name, "why": ProposedPair.refusal}
    rows = session.execute(ordered(query, wanted.within(total), columns, ProposedPair.id))
    return PairPage([(row[0], row[1], row[2]) for row in rows], total)


def departments(session: Session, run_id: int) -> Sequence[str]:
    """The departments of the learners of a run's pairs, by name."""
    name = sa.func.coalesce(LEARNER.department, "")
    return session.scalars(
        sa.select(name)
        .join(ProposedPair, ProposedPair.learner_id == LEARNER.id)
        .where(ProposedPair.run_id == run_id)
        .distinct()
        .order_by(name)
    ).all()


def of_learner(session: Session, run_id: int, learner_id: int) -> ProposedPair | None:
    """What a run proposes for a learner."""
    return session.scalars(
        sa.select(ProposedPair).where(ProposedPair.run_id == run_id, ProposedPair.learner_id == learner_id)
    ).one_or_none()


def open_number(session: Session, run_id: int) -> int:
    """How many pairs are still to be decided."""
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(ProposedPair).where(ProposedPair.run_id == run_id, OPEN)
        )
        or 0
    )


def some_open(session: Session, run_id: int, limit: int) -> Sequence[int]:
    """Ids of pairs that are still to be decided, the first so many."""
    return session.scalars(
        sa.select(ProposedPair.id)
        .where(ProposedPair.run_id == run_id, OPEN)
        .order_by(ProposedPair.id)
        .limit(limit)
    ).all()


def open_with_people(
    session: Session, run_id: int, only: Collection[int] | None = None
) -> Sequence[tuple[ProposedPair, Person, Person]]:
    """The pairs that are still to be decided, by the learner's name, without their reasons.

    Args:
        only: ids of some of them, of a circle of any of its pairs; the others are left out.
    """
    query = (
        WITH_PEOPLE.options(sa.orm.defer(ProposedPair.reasons))
        .where(ProposedPair.run_id == run_id, OPEN)
        .order_by(LEARNER.full_name, LEARNER.id)
    )
    if only is not None:
        chosen = sa.and_(ProposedPair.run_id == run_id, ProposedPair.id.in_(only))
        circles = sa.select(ProposedPair.circle).where(chosen, ProposedPair.circle.is_not(None))
        query = query.where(sa.or_(ProposedPair.id.in_(only), ProposedPair.circle.in_(circles)))
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Concerned:
    """How many people and engagements the pairs that are still to be decided are about."""

    learners: int
    advisers: int
    engagements: int
    """That begin."""
    joining: int
    """Learners who join a circle that runs."""


def concerned(session: Session, run_id: int) -> Concerned:
    """Whom approving a run would reach."""
    together = sa.func.coalesce(
        sa.cast(ProposedPair.circle, sa.String), "pair-" + sa.cast(ProposedPair.id, sa.String)
    )
    row = session.execute(
        sa.select(
            sa.func.count(sa.distinct(ProposedPair.learner_id)),
            sa.func.count(sa.distinct(ProposedPair.adviser_id)),
            sa.func.count(sa.distinct(sa.case((ProposedPair.joins_id.is_(None), together)))),
            sa.func.count(ProposedPair.joins_id),
        ).where(ProposedPair.run_id == run_id, OPEN)
    ).one()
    return Concerned(*row)


def add(session: Session, row: ProposedPair) -> None:
    """Add a pair to a proposal."""
    session.add(row)
    session.flush()


def drop(session: Session, *pairs: ProposedPair) -> None:
    """Take pairs out of a proposal."""
    for row in pairs:
        session.delete(row)
    session.flush()
