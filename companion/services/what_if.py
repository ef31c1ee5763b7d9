"""What would be under other rules: a run that can never be approved, laid beside the newest proposal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from companion.errors import NotFoundError
from companion.models.matching import MatchRun, RunState
from companion.models.programme import Programme
from companion.store import Database, Session, pair_figures, people, programmes, runs

NAMED = 50
"""Learners who would get another adviser, listed at most."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A proposal in figures."""

    pairs: int
    learners: int
    mean_points: float
    """Of a pair, by the weights of its own run."""
    largest_load: int
    advisers: int
    """Advisers with at least one learner."""
    gap: int

    @property
    def coverage(self) -> float:
        """Share of the learners with an adviser; 1 where there is nobody to match."""
        return self.pairs / self.learners if self.learners else 1.0


@dataclass(frozen=True, slots=True)
class Changed:
    """A learner who would get another adviser; None stands for nobody."""

    learner: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class WhatIfView:
    """The newest question and its answer, as far as there is one."""

    programme: Programme
    run: MatchRun | None
    base: MatchRun | None
    """The proposal it is compared with: the one that waits, or the one approved last."""
    before: Figures | None
    after: Figures | None
    changes: Sequence[Changed]
    changed: int
    """Learners who would get another adviser, or one at all, or none; of whom `changes` names the first."""


class WhatIfService:
    """Compares."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def view(self, programme_id: int) -> WhatIfView:
        """What the newest question of a programme came to; raises NotFoundError."""
        with self._db.read() as session:
            programme = programmes.get(session, programme_id)
            if programme is None:
                raise NotFoundError("There is no such programme.")
            run = runs.latest(
                session, programme_id, RunState.RUNNING, RunState.PROPOSED, RunState.FAILED, what_if=True
            )
            base = runs.latest(session, programme_id, RunState.PROPOSED) or runs.latest(
                session, programme_id, RunState.APPROVED
            )
            known = run is not None and run.state is RunState.PROPOSED
            after = pair_figures.edges(session, run.id) if run is not None and known else []
            before = pair_figures.edges(session, base.id) if base is not None else []
            different = _different(before, after) if known and base is not None else []
            return WhatIfView(
                programme,
                run,
                base,
                _figures(base, before) if base is not None else None,
                _figures(run, after) if run is not None and known else None,
                _named(session, different[:NAMED]),
                len(different),
            )


Edges = Sequence[tuple[int, int, int]]


def _figures(run: MatchRun, edges: Edges) -> Figures:
    load = Counter(adviser for _, adviser, _ in edges)
    points = sum(points for _, _, points in edges)
    return Figures(
        pairs=len(edges),
        learners=run.learners,
        mean_points=points / len(edges) if edges else 0.0,
        largest_load=max(load.values(), default=0),
        advisers=len(load),
        gap=run.gap,
    )


def _different(before: Edges, after: Edges) -> list[tuple[int, int | None, int | None]]:
    first: Mapping[int, int] = {learner: adviser for learner, adviser, _ in before}
    then: Mapping[int, int] = {learner: adviser for learner, adviser, _ in after}
    return [
        (learner, first.get(learner), then.get(learner))
        for learner in sorted(first.keys() | then.keys())
        if first.get(learner) != then.get(learner)
    ]


def _named(session: Session, different: Sequence[tuple[int, int | None, int | None]]) -> list[Changed]:
    ids = sorted({who for each in different for who in each if who is not None})
    names = {who: person.full_name for who, person in people.by_ids(session, ids).items()}
    return [
        Changed(names.get(learner, ""), names.get(before or 0), names.get(after or 0))
        for learner, before, after in different
    ]
