"""Queries on matching runs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.matching import MatchRun, ProposedPair, RunState, UnmatchedLearner
from companion.store import match_work
from companion.store.slices import Slice, counted, ordered


def propose(
    session: Session,
    run: MatchRun,
    values: Mapping[str, Any],
    pairs: Sequence[ProposedPair],
    unmatched: Sequence[UnmatchedLearner],
) -> None:
    """Keep the outcome of a run; an older proposal of the same programme that nobody decided is discarded.

    A run that only asks "what if" discards none but older ones of its kind.
    """
    older = session.scalars(
        sa.update(MatchRun)
        .where(
            MatchRun.programme_id == run.programme_id,
            MatchRun.state == RunState.PROPOSED,
            MatchRun.what_if == run.what_if,
            MatchRun.id != run.id,
        )
        .values(state=RunState.DISCARDED, decided_at=run.created_at)
        .returning(MatchRun.id)
        .execution_options(synchronize_session=False)
    ).all()
    for run_id in older:
        match_work.forget(session, run_id)
    session.execute(
        sa.update(MatchRun)
        .where(MatchRun.id == run.id)
        .values(state=RunState.PROPOSED, phase="", lease_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    for pair_row in pairs:
        pair_row.run_id = run.id
    for left_row in unmatched:
        left_row.run_id = run.id
    session.add_all((*pairs, *unmatched))
    session.flush()


def get(session: Session, run_id: int) -> MatchRun | None:
    """One run."""
    return session.get(MatchRun, run_id)


def latest(session: Session, programme_id: int, *states: RunState, what_if: bool = False) -> MatchRun | None:
    """The newest run of a programme, in one of the states where given."""
    query = sa.select(MatchRun).where(MatchRun.programme_id == programme_id, MatchRun.what_if == what_if)
    if states:
        query = query.where(MatchRun.state.in_(states))
    return session.scalars(query.order_by(MatchRun.id.desc()).limit(1)).first()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the matching of a programme has come; `waiting` is the proposal that waits for approval."""

    waiting: int | None
    proposed: bool
    approved: bool
    decided_at: datetime | None
    """When a proposal was last approved."""


def standing(session: Session, programme_ids: Sequence[int]) -> Mapping[int, Standing]:
    """How far the matching of each programme has come."""
    waits = sa.case((MatchRun.state == RunState.PROPOSED, MatchRun.id))
    approved = sa.case((MatchRun.state == RunState.APPROVED, MatchRun.decided_at))
    rows = session.execute(
        sa.select(MatchRun.programme_id, sa.func.max(waits), sa.func.max(approved))
        .where(MatchRun.what_if.is_(False), MatchRun.programme_id.in_(programme_ids))
        .group_by(MatchRun.programme_id)
    )
    found = {row[0]: Standing(row[1], True, row[2] is not None, row[2]) for row in rows}
    return {each: found.get(each, Standing(None, False, False, None)) for each in programme_ids}


def of_programme(session: Session, programme_id: int, wanted: Slice) -> tuple[Sequence[MatchRun], int]:
    """The runs of a slice of a programme's, and how many there are."""
    query = sa.select(MatchRun).where(MatchRun.programme_id == programme_id, MatchRun.what_if.is_(False))
    total = counted(session, query)
    columns = {"proposed": MatchRun.id}
    return session.scalars(ordered(query, wanted.within(total), columns, MatchRun.id)).all(), total


def counts(session: Session, run_ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """Pairs and unmatched learners by run."""
    paired = dict.fromkeys(run_ids, 0) | {
        row[0]: row[1]
        for row in session.execute(
            sa.select(ProposedPair.run_id, sa.func.count())
            .where(ProposedPair.run_id.in_(run_ids))
            .group_by(ProposedPair.run_id)
        )
    }
    alone = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(UnmatchedLearner.run_id, sa.func.count())
            .where(UnmatchedLearner.run_id.in_(run_ids))
            .group_by(UnmatchedLearner.run_id)
        )
    }
    return {run_id: (paired[run_id], alone.get(run_id, 0)) for run_id in run_ids}


def locked(session: Session, run_id: int) -> MatchRun | None:
    """One run, for one transaction at a time."""
    return session.get(MatchRun, run_id, with_for_update=True)


def decide(
    session: Session,
    run_id: int,
    state: RunState,
    by: str,
    now: datetime,
    of: RunState = RunState.PROPOSED,
) -> bool:
    """Move a run on that stands at `of`; False where somebody already decided it."""
    done = session.execute(
        sa.update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.state == of)
        .values(state=state, decided_by=by, decided_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def unfinished(session: Session, programme_ids: Collection[int]) -> Sequence[MatchRun]:
    """Of the newest run of each programme, those that are worked out, being approved, or failed."""
    newest = (
        sa.select(sa.func.max(MatchRun.id))
        .where(MatchRun.programme_id.in_(programme_ids), MatchRun.what_if.is_(False))
        .group_by(MatchRun.programme_id)
    )
    states = (RunState.RUNNING, RunState.APPROVING, RunState.FAILED)
    query = sa.select(MatchRun).where(MatchRun.id.in_(newest), MatchRun.state.in_(states))
    return session.scalars(query.order_by(MatchRun.id)).all()


def being_approved(session: Session) -> Sequence[int]:
    """The runs that a worker is to approve, the oldest first."""
    return session.scalars(
        sa.select(MatchRun.id).where(MatchRun.state == RunState.APPROVING).order_by(MatchRun.id)
    ).all()


def add_points(session: Session, run_id: int, points: int, load_cost: int, value: int) -> None:
    """Keep the sums of a run right after a coordinator changed a pair: `value` as the certificate counts it."""
    run = session.get_one(MatchRun, run_id)
    run.points += points
    if run.certificate:
        proven = run.certificate
        run.certificate = {
            **proven,
            "value": proven["value"] + value,
            "load_cost": proven["load_cost"] + load_cost,
        }
        run.gap = proven["bound"] - proven["value"] - value
    session.flush()
