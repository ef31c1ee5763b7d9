"""A matching run: asked for, worked out, looked at, approved or discarded."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.errors import ConflictError, InputError, NotFoundError, NotReadyError
from companion.matching import MatchInputError, MatchRequest
from companion.models.matching import MatchRun, ProposedPair, RunState, UnmatchedLearner
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.approval import Outcome, approve
from companion.services.match_request import WhatIf, asked_of, request_of
from companion.services.match_work import MatchWork, Tell
from companion.services.matching_rules import Consent, MatchingRules
from companion.store import (
    Cipher,
    Database,
    Session,
    left_out,
    match_work,
    programmes,
    proposed_pairs,
    runs,
    sync_runs,
)
from companion.store.proposed_pairs import Concerned
from companion.store.slices import Slice

AT_ONCE = 2_000
"""People of a programme up to which a matching takes a second or two, so that nobody has to wait for a worker."""
NEWEST = Slice("proposed", descending=True)
RESTORABLE_FOR = timedelta(days=1)
"""So long a discarded proposal can be brought back: until then the people it was made from are kept."""
NOT_RESTORED = (
    "This proposal can no longer be brought back: it was decided, more than a day ago or for another one. "
    "Propose again instead."
)
APPROVED_AT_ONCE = 2_000
"""Pairs up to which approving takes a second or two, so that nobody has to wait for a worker."""
APPROVED_AT_A_TIME = 10_000
"""Pairs a worker approves in one transaction: some seconds, during which nobody else forms an engagement."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with its pairs and the learners left without one."""

    run: MatchRun
    programme: Programme
    pairs: tuple[tuple[ProposedPair, Person, Person], ...]
    unmatched: tuple[tuple[UnmatchedLearner, Person], ...]


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list."""

    run: MatchRun
    pairs: int
    unmatched: int


@dataclass(frozen=True, slots=True)
class RunStanding:
    """A run in figures.

    Attributes:
        open: pairs that are still to be decided, each of a circle counted.
        unmatched: learners without a pair.
        concerned: the people and engagements of the open pairs.
    """

    run: MatchRun
    programme: Programme
    open: int
    unmatched: int
    concerned: Concerned

    @property
    def consent(self) -> Consent:
        """When its engagements begin."""
        return MatchingRules.from_dict(self.run.parameters.get("rules", {})).consent


class MatchingService:
    """Proposes pairs and turns an approved proposal into engagements."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime], texts: Cipher) -> None:
        self._db = db
        self._clock = clock
        self._texts = texts
        self.jobs = MatchWork(db, clock=clock, texts=texts, prepare=self._prepare)

    def propose(self, programme_id: int, tell: Tell = lambda _: None) -> int:
        """Match the programme's people of today, here and now; gives the id of the stored run.

        Raises:
            NotFoundError: no such programme.
            NotReadyError: its people have not been read from the LMS yet.
            ConflictError: a matching of the programme is under way.
            InputError: the matching cannot be solved as it stands; says what to change.
        """
        run_id = self.begin(programme_id)
        self.jobs.work(run_id, tell)
        with self._db.read() as session:
            run = runs.get(session, run_id)
        if run is not None and run.state is RunState.FAILED:
            raise InputError(run.error or "The matching could not be worked out.")
        return run_id

    def work(self) -> int:
        """Work out the matchings that wait, then approve what waits for it; gives how many steps were taken."""
        return self.jobs.work() + self.approve_asked()

    def begin(self, programme_id: int, what_if: WhatIf | None = None) -> int:
        """Ask for a matching, which a worker (or `jobs.work`) then works out; gives the id of its run.

        Raises:
            NotFoundError: no such programme.
            NotReadyError: its people have not been read from the LMS yet.
            ConflictError: a matching of the programme is under way.
            InputError: a weight that cannot be used.
        """
        now = self._clock()
        with self._db.begin() as session:
            programme = programmes.get(session, programme_id)
            if programme is None:
                raise NotFoundError("There is no such programme.")
            if sync_runs.last_done(session, programme.site_id) is None:
                raise NotReadyError("Nobody has been read from Moodle yet. Run: python -m companion sync")
            try:
                asked = asked_of(programme, now, what_if)
            except MatchInputError as problem:
                raise InputError(str(problem)) from problem
            latest = runs.latest(session, programme_id)
            if what_if is None and latest is not None and latest.state is RunState.APPROVING:
                raise ConflictError("A proposal of this programme is being approved. Wait until it is.")
            run = match_work.begin(session, asked)
            if run is None:
                raise ConflictError(
                    "A matching of this programme is under way. Wait for it, or stop it first."
                )
            return run.id

    def is_small(self, programme_id: int) -> bool:
        """Whether the programme has so few people that its matching is a matter of a second or two."""
        with self._db.read() as session:
            return programmes.size(session, programme_id) <= AT_ONCE

    def stop(self, run_id: int, by: str) -> None:
        """Give up a matching that is under way. Raises NotFoundError, or ConflictError where it is done."""
        with self._db.begin() as session:
            if runs.get(session, run_id) is None:
                raise NotFoundError("There is no such matching run.")
            now = self._clock()
            if not runs.decide(session, run_id, RunState.DISCARDED, by, now, of=RunState.RUNNING):
                raise ConflictError("This matching is no longer under way.")
            match_work.forget(session, run_id)

    def _prepare(self, run: MatchRun) -> tuple[MatchRequest, dict[str, dict[int, str]]]:
        with self._db.read() as session:
            programme = programmes.get(session, run.programme_id)
            if programme is None:
                raise LookupError("a run without its programme")
            return request_of(session, programme, run, self._texts)

    def view(self, run_id: int) -> RunView:
        """A run with everything it proposed; raises NotFoundError."""
        with self._db.read() as session:
            run = runs.get(session, run_id)
            programme = programmes.get(session, run.programme_id) if run else None
            if run is None or programme is None:
                raise NotFoundError("There is no such matching run.")
            return RunView(
                run,
                programme,
                tuple(proposed_pairs.of_run(session, run_id)),
                tuple(left_out.of_run(session, run_id)),
            )

    def standing(self, run_id: int) -> RunStanding:
        """A run in figures; raises NotFoundError."""
        with self._db.read() as session:
            run = runs.get(session, run_id)
            programme = programmes.get(session, run.programme_id) if run else None
            if run is None or programme is None:
                raise NotFoundError("There is no such matching run.")
            _, unmatched = runs.counts(session, [run_id])[run_id]
            pairs, reached = (
                proposed_pairs.open_number(session, run_id),
                proposed_pairs.concerned(session, run_id),
            )
            return RunStanding(run, programme, pairs, unmatched, reached)

    def history(self, programme_id: int, wanted: Slice = NEWEST) -> tuple[list[RunLine], int]:
        """A slice of the runs of a programme, and how many there are."""
        with self._db.read() as session:
            rows, total = runs.of_programme(session, programme_id, wanted)
            counts = runs.counts(session, [row.id for row in rows])
            return [RunLine(row, *counts[row.id]) for row in rows], total

    def latest(self, programme_id: int, *states: RunState) -> MatchRun | None:
        """The newest run of a programme, in one of the states where given."""
        with self._db.read() as session:
            return runs.latest(session, programme_id, *states)

    def approve(self, run_id: int, by: str, only: Collection[int] | None = None) -> Outcome:
        """Turn the proposal into engagements, and note whom to tell, in one transaction.

        A pair that can no longer be formed (somebody left, or the last seat was taken since) is refused with its
        reason; the others are formed.

        Args:
            only: ids of the pairs to approve now (of a circle, all of it); the rest stays to be decided.

        Raises:
            ConflictError: somebody already decided about this run.
            NotFoundError: no such run.
        """
        now = self._clock()
        with self._db.begin() as session:
            run = _to_approve(session, run_id)
            outcome = approve(session, run, now, only)
            if only is None or not proposed_pairs.open_number(session, run_id):
                runs.decide(session, run_id, RunState.APPROVED, by, now)
                match_work.forget(session, run_id)
            return outcome

    def ask_approval(self, run_id: int, by: str) -> None:
        """Have a worker turn the proposal into engagements; raises as `approve` does.

        What `approve` does in one transaction is then done some pairs at a time, so that neither a page nor whoever
        else writes waits for minutes. A worker that dies leaves what was formed, and the next one goes on.
        """
        with self._db.begin() as session:
            run = _to_approve(session, run_id)
            run.state, run.decided_by = RunState.APPROVING, by
            run.counts = {**run.counts, "pairs": proposed_pairs.open_number(session, run_id), "decided": 0}

    def approve_asked(self) -> int:
        """Approve what `ask_approval` asked for; gives how many times pairs were approved. Safe to do twice at once."""
        with self._db.read() as session:
            waiting = runs.being_approved(session)
        times = 0
        for run_id in waiting:
            while self._approve_some(run_id):
                times += 1
        return times

    def _approve_some(self, run_id: int) -> bool:
        """Approve some more; False where nothing is left to approve."""
        now = self._clock()
        with self._db.begin() as session:
            run = runs.locked(session, run_id)
            if run is None or run.state is not RunState.APPROVING:
                return False
            chosen = proposed_pairs.some_open(session, run_id, APPROVED_AT_A_TIME)
            if chosen:
                approve(session, run, now, chosen)
            left = proposed_pairs.open_number(session, run_id)
            run.counts = {**run.counts, "decided": run.counts["pairs"] - left}
            if not left:
                run.state, run.decided_at = RunState.APPROVED, now
                match_work.forget(session, run_id)
            return True

    def discard(self, run_id: int, by: str) -> None:
        """Drop the proposal; nobody is told. Raises NotFoundError, or ConflictError where it was decided.

        The people it was made from are kept until `forget`, so that it can be restored.
        """
        with self._db.begin() as session:
            if runs.get(session, run_id) is None:
                raise NotFoundError("There is no such matching run.")
            if not runs.decide(session, run_id, RunState.DISCARDED, by, self._clock()):
                raise ConflictError("This proposal was already decided.")

    def restore(self, run_id: int) -> None:
        """Let a discarded proposal wait for a decision again.

        Raises:
            ConflictError: it was not discarded, or too long ago, or another matching began since.
            NotFoundError: no such run.
        """
        with self._db.begin() as session:
            run = runs.locked(session, run_id)
            if run is None:
                raise NotFoundError("There is no such matching run.")
            newest = runs.latest(session, run.programme_id)
            if run.state is not RunState.DISCARDED or run.frame_sealed is None or newest is not run:
                raise ConflictError(NOT_RESTORED)
            run.state, run.decided_by, run.decided_at = RunState.PROPOSED, None, None

    def forget(self) -> None:
        """Forget the people of proposals that were discarded too long ago to be restored."""
        with self._db.begin() as session:
            match_work.forget_discarded(session, self._clock() - RESTORABLE_FOR)


def _to_approve(session: Session, run_id: int) -> MatchRun:
    run = runs.locked(session, run_id)
    if run is None or run.what_if:
        raise NotFoundError("There is no such matching run.")
    if run.state is not RunState.PROPOSED:
        raise ConflictError("This proposal was already decided. Nothing was done a second time.")
    return run
