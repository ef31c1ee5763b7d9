"""Queries on matching runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from companion.models.engagement import Side
from companion.models.matching import MatchRun, ProposedPair, RunState, UnmatchedLearner
from companion.models.people import Person


def add(
    session: Session, run: MatchRun, pairs: Sequence[ProposedPair], unmatched: Sequence[UnmatchedLearner]
) -> MatchRun:
    """Store a run; an older proposal of the same programme that nobody decided is discarded."""
    session.execute(
        sa.update(MatchRun)
        .where(MatchRun.programme_id == run.programme_id, MatchRun.state == RunState.PROPOSED)
        .values(state=RunState.DISCARDED, decided_at=run.created_at)
        .execution_options(synchronize_session=False)
    )
    session.add(run)
    session.flush()
    for pair in pairs:
        pair.run_id = run.id
    for learner in unmatched:
        learner.run_id = run.id
    session.add_all((*pairs, *unmatched))
    session.flush()
    return run


def get(session: Session, run_id: int) -> MatchRun | None:
    """One run."""
    return session.get(MatchRun, run_id)


def latest(session: Session, programme_id: int, *states: RunState) -> MatchRun | None:
    """The newest run of a programme, in one of the states where given."""
    query = sa.select(MatchRun).where(MatchRun.programme_id == programme_id)
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
        .where(MatchRun.programme_id.in_(programme_ids))
        .group_by(MatchRun.programme_id)
    )
    found = {row[0]: Standing(row[1], True, row[2] is not None, row[2]) for row in rows}
    return {each: found.get(each, Standing(None, False, False, None)) for each in programme_ids}


def of_programme(session: Session, programme_id: int) -> Sequence[MatchRun]:
    """The runs of a programme, newest first."""
    return session.scalars(
        sa.select(MatchRun).where(MatchRun.programme_id == programme_id).order_by(MatchRun.id.desc())
    ).all()


def pairs(session: Session, run_id: int) -> Sequence[tuple[ProposedPair, Person, Person]]:
    """The proposed pairs with learner and adviser, by the learner's name."""
    learner, adviser = aliased(Person), aliased(Person)
    rows = session.execute(
        sa.select(ProposedPair, learner, adviser)
        .join(learner, learner.id == ProposedPair.learner_id)
        .join(adviser, adviser.id == ProposedPair.adviser_id)
        .where(ProposedPair.run_id == run_id)
        .order_by(learner.full_name, learner.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def unmatched(session: Session, run_id: int) -> Sequence[tuple[UnmatchedLearner, Person]]:
    """The learners without a pair and why, by name."""
    rows = session.execute(
        sa.select(UnmatchedLearner, Person)
        .join(Person, Person.id == UnmatchedLearner.person_id)
        .where(UnmatchedLearner.run_id == run_id)
        .order_by(Person.full_name, Person.id)
    )
    return [(row[0], row[1]) for row in rows]


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


def decide(session: Session, run_id: int, state: RunState, by: str, now: datetime) -> bool:
    """Move a proposed run on; False where somebody already decided it."""
    done = session.execute(
        sa.update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.state == RunState.PROPOSED)
        .values(state=state, decided_by=by, decided_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def is_unmatched(session: Session, run_id: int, person_id: int) -> bool:
    """Whether a run left this learner without a pair."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(UnmatchedLearner.run_id == run_id, UnmatchedLearner.person_id == person_id)
            )
        )
    )


def reasons_for(session: Session, engagement_id: int, side: Side) -> tuple[str, ...]:
    """Why a pair was formed, in the words for one side."""
    pair = session.scalars(sa.select(ProposedPair).where(ProposedPair.engagement_id == engagement_id)).first()
    if pair is None:
        return ()
    return tuple(reason[f"text_{side.value}"] for reason in pair.reasons)
