"""Figures of the pairs of a matching run, for pictures and comparisons."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.matching import ProposedPair
from companion.store.proposed_pairs import ADVISER, LEARNER


def edges(session: Session, run_id: int) -> Sequence[tuple[int, int, int]]:
    """Learner, adviser and points of every pair: numbers alone."""
    rows = session.execute(
        sa.select(ProposedPair.learner_id, ProposedPair.adviser_id, ProposedPair.points)
        .where(ProposedPair.run_id == run_id)
        .order_by(ProposedPair.learner_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def loads(session: Session, run_id: int) -> Sequence[tuple[int, int]]:
    """How many advisers get how many learners: the latter, and the advisers, by the latter."""
    each = (
        sa.select(sa.func.count().label("learners"))
        .where(ProposedPair.run_id == run_id)
        .group_by(ProposedPair.adviser_id)
        .subquery()
    )
    query = sa.select(each.c.learners, sa.func.count()).group_by(each.c.learners).order_by(each.c.learners)
    return [(row[0], row[1]) for row in session.execute(query)]


def between_departments(session: Session, run_id: int) -> Sequence[tuple[str, str, int]]:
    """How many learners of one department go to advisers of another."""
    mine, theirs = (sa.func.coalesce(side.department, "") for side in (LEARNER, ADVISER))
    rows = session.execute(
        sa.select(mine, theirs, sa.func.count())
        .select_from(ProposedPair)
        .join(LEARNER, LEARNER.id == ProposedPair.learner_id)
        .join(ADVISER, ADVISER.id == ProposedPair.adviser_id)
        .where(ProposedPair.run_id == run_id)
        .group_by(mine, theirs)
        .order_by(mine, theirs)
    )
    return [(row[0], row[1], row[2]) for row in rows]
