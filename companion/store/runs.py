"""Queries on matching runs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from companion.models.matching import (
    Instruction,
    MatchRun,
    PairInstruction,
    ProposedPair,
    RunState,
    UnmatchedLearner,
)
from companion.models.people import Person
from companion.store import match_work
from companion.store.slices import Slice, counted, narrowed, ordered
from companion.store.upsert import upsert


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


def open_with_people(
    session: Session, run_id: int, only: Collection[int] | None = None
) -> Sequence[tuple[ProposedPair, Person, Person]]:
    """The pairs that are still to be decided, by the learner's name, without their reasons.

    Args:
        only: ids of some of them, of a circle of any of its pairs; the others are left out.
    """
    query = (
        sa.select(ProposedPair, LEARNER, ADVISER)
        .options(sa.orm.defer(ProposedPair.reasons))
        .join(LEARNER, LEARNER.id == ProposedPair.learner_id)
        .join(ADVISER, ADVISER.id == ProposedPair.adviser_id)
        .where(ProposedPair.run_id == run_id, OPEN)
        .order_by(LEARNER.full_name, LEARNER.id)
    )
    if only is not None:
        chosen = sa.and_(ProposedPair.run_id == run_id, ProposedPair.id.in_(only))
        circles = sa.select(ProposedPair.circle).where(chosen, ProposedPair.circle.is_not(None))
        query = query.where(sa.or_(ProposedPair.id.in_(only), ProposedPair.circle.in_(circles)))
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


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


def unmatched_learner(
    session: Session, run_id: int, person_id: int
) -> tuple[UnmatchedLearner, Person] | None:
    """A learner whom a run left without a pair, and why."""
    row = session.execute(
        sa.select(UnmatchedLearner, Person)
        .join(Person, Person.id == UnmatchedLearner.person_id)
        .where(UnmatchedLearner.run_id == run_id, UnmatchedLearner.person_id == person_id)
    ).first()
    return (row[0], row[1]) if row else None


def is_unmatched(session: Session, run_id: int, person_id: int) -> bool:
    """Whether a run left this learner without a pair."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(UnmatchedLearner.run_id == run_id, UnmatchedLearner.person_id == person_id)
            )
        )
    )


LEARNER, ADVISER = aliased(Person), aliased(Person)
PAIR_COLUMNS = {
    "learner": LEARNER.full_name,
    "adviser": ADVISER.full_name,
    "department": LEARNER.department,
    "points": ProposedPair.points,
    "circle": ProposedPair.circle,
    "by_hand": ProposedPair.by_hand,
}
OPEN = sa.and_(ProposedPair.decided_at.is_(None), ProposedPair.refusal.is_(None))
"""Pairs that are still to be decided."""


@dataclass(frozen=True, slots=True)
class PairPage:
    """Pairs of a run, and how many there are in all."""

    rows: Sequence[tuple[ProposedPair, Person, Person]]
    total: int


def pair_page(session: Session, run_id: int, wanted: Slice) -> PairPage:
    """A slice of the pairs of a run, searched by names and departments."""
    query = (
        sa.select(ProposedPair.id)
        .join(LEARNER, LEARNER.id == ProposedPair.learner_id)
        .join(ADVISER, ADVISER.id == ProposedPair.adviser_id)
        .where(ProposedPair.run_id == run_id)
    )
    filters = {**PAIR_COLUMNS, "open": OPEN, "department": sa.func.coalesce(LEARNER.department, "")}
    searched = [LEARNER.full_name, ADVISER.full_name, LEARNER.department, ADVISER.department]
    query = narrowed(query, wanted, searched=searched, filters=filters)
    total = counted(session, query)
    # Numbers alone are sorted: the reasons of a hundred thousand pairs are hundreds of megabytes.
    ids = session.scalars(ordered(query, wanted.within(total), PAIR_COLUMNS, ProposedPair.id)).all()
    rows = session.execute(
        sa.select(ProposedPair, LEARNER, ADVISER)
        .join(LEARNER, LEARNER.id == ProposedPair.learner_id)
        .join(ADVISER, ADVISER.id == ProposedPair.adviser_id)
        .where(ProposedPair.id.in_(ids))
    )
    by_id = {row[0].id: (row[0], row[1], row[2]) for row in rows}
    return PairPage([by_id[each] for each in ids], total)


UNMATCHED_COLUMNS = {
    "learner": Person.full_name,
    "department": Person.department,
    "why": UnmatchedLearner.code,
}


@dataclass(frozen=True, slots=True)
class UnmatchedPage:
    """Learners left out of a run, and how many there are in all."""

    rows: Sequence[tuple[UnmatchedLearner, Person]]
    total: int


def unmatched_page(session: Session, run_id: int, wanted: Slice) -> UnmatchedPage:
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
        filters=UNMATCHED_COLUMNS,
    )
    total = counted(session, query)
    rows = session.execute(ordered(query, wanted.within(total), UNMATCHED_COLUMNS, UnmatchedLearner.id))
    return UnmatchedPage([(row[0], row[1]) for row in rows], total)


def reasons_unmatched(session: Session, run_id: int) -> Sequence[tuple[str, str, int]]:
    """Why learners were left out: the rule, a sentence that says so, and of how many."""
    rows = session.execute(
        sa.select(UnmatchedLearner.code, sa.func.min(UnmatchedLearner.text), sa.func.count())
        .where(UnmatchedLearner.run_id == run_id)
        .group_by(UnmatchedLearner.code)
        .order_by(sa.func.count().desc(), UnmatchedLearner.code)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def pair(session: Session, run_id: int, pair_id: int) -> tuple[ProposedPair, Person, Person] | None:
    """One pair of a run with its people."""
    row = session.execute(
        sa.select(ProposedPair, LEARNER, ADVISER)
        .join(LEARNER, LEARNER.id == ProposedPair.learner_id)
        .join(ADVISER, ADVISER.id == ProposedPair.adviser_id)
        .where(ProposedPair.run_id == run_id, ProposedPair.id == pair_id)
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def pair_of_learner(session: Session, run_id: int, learner_id: int) -> ProposedPair | None:
    """What a run proposes for a learner."""
    return session.scalars(
        sa.select(ProposedPair).where(ProposedPair.run_id == run_id, ProposedPair.learner_id == learner_id)
    ).one_or_none()


def open_pairs(session: Session, run_id: int) -> int:
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


def leave_out(session: Session, run_id: int, learner_id: int, code: str, text: str) -> None:
    """Put a learner among those without a pair."""
    session.add(UnmatchedLearner(run_id=run_id, person_id=learner_id, code=code, text=text))
    session.flush()


def take_in(session: Session, run_id: int, learner_id: int) -> None:
    """Take a learner out of those without a pair."""
    session.execute(
        sa.delete(UnmatchedLearner).where(
            UnmatchedLearner.run_id == run_id, UnmatchedLearner.person_id == learner_id
        )
    )


def edges(session: Session, run_id: int) -> Sequence[tuple[int, int, int]]:
    """Learner, adviser and points of every pair, for pictures and comparisons: numbers alone."""
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


def add_pair(session: Session, row: ProposedPair) -> None:
    """Add a pair to a proposal."""
    session.add(row)
    session.flush()


def drop(session: Session, *pairs: ProposedPair) -> None:
    """Take pairs out of a proposal."""
    for row in pairs:
        session.delete(row)
    session.flush()


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


def instructions(session: Session, programme_id: int) -> Sequence[tuple[PairInstruction, Person, Person]]:
    """Pinned and forbidden pairs of a programme, by the learner's name."""
    rows = session.execute(
        sa.select(PairInstruction, LEARNER, ADVISER)
        .join(LEARNER, LEARNER.id == PairInstruction.learner_id)
        .join(ADVISER, ADVISER.id == PairInstruction.adviser_id)
        .where(PairInstruction.programme_id == programme_id)
        .order_by(LEARNER.full_name, PairInstruction.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def instruction_page(
    session: Session, programme_id: int, wanted: Slice
) -> tuple[Sequence[tuple[PairInstruction, Person, Person]], int]:
    """A slice of the pinned and forbidden pairs of a programme, and how many its filters leave."""
    query = narrowed(
        sa.select(PairInstruction, LEARNER, ADVISER)
        .join(LEARNER, LEARNER.id == PairInstruction.learner_id)
        .join(ADVISER, ADVISER.id == PairInstruction.adviser_id)
        .where(PairInstruction.programme_id == programme_id),
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


def refused(session: Session, run_id: int, wanted: Slice) -> PairPage:
    """A slice of the pairs that could no longer be formed."""
    query = narrowed(
        sa.select(ProposedPair, LEARNER, ADVISER)
        .join(LEARNER, LEARNER.id == ProposedPair.learner_id)
        .join(ADVISER, ADVISER.id == ProposedPair.adviser_id)
        .where(ProposedPair.run_id == run_id, ProposedPair.refusal.is_not(None)),
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
