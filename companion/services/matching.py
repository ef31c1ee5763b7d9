"""A matching run: propose, look at, approve or discard."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from companion.errors import ConflictError, InputError, NotFoundError, NotReadyError
from companion.matching import MatchInputError, MatchRequest, Pair, Proposal, Weights, propose
from companion.models.matching import MatchRun, ProposedPair, RunState, UnmatchedLearner
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.approval import Outcome, approve
from companion.services.profiles import profiles
from companion.services.programmes import People, people_of
from companion.store import Database, programmes, runs, sync_runs
from companion.store.programmes import Ties


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


class MatchingService:
    """Proposes pairs and turns an approved proposal into engagements."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def propose(self, programme_id: int) -> int:
        """Match the programme's people of today; gives the id of the stored run.

        Raises:
            NotFoundError: no such programme.
            NotReadyError: its people have not been read from the LMS yet.
            InputError: the matching cannot be solved as it stands; says what to change.
        """
        now = self._clock()
        with self._db.read() as session:
            programme = programmes.get(session, programme_id)
            if programme is None:
                raise NotFoundError("There is no such programme.")
            if sync_runs.last_done(session, programme.site_id) is None:
                raise NotReadyError("Nobody has been read from Moodle yet. Run: python -m companion sync")
            people = people_of(session, programme, now.date())
            ties = programmes.ties(session, programme_id)
            courses = {c.id: c.full_name for c in programmes.courses(session, programme_id)}
        try:
            request = _request(programme, people, ties, courses, now)
            proposal = propose(request)
        except MatchInputError as problem:
            raise InputError(str(problem)) from problem
        with self._db.begin() as session:
            run = _run(programme, request, proposal, now)
            return runs.add(session, run, _pairs(proposal), _unmatched(proposal)).id

    def view(self, run_id: int) -> RunView:
        """A run with everything it proposed; raises NotFoundError."""
        with self._db.read() as session:
            run = runs.get(session, run_id)
            programme = programmes.get(session, run.programme_id) if run else None
            if run is None or programme is None:
                raise NotFoundError("There is no such matching run.")
            return RunView(
                run, programme, tuple(runs.pairs(session, run_id)), tuple(runs.unmatched(session, run_id))
            )

    def history(self, programme_id: int) -> list[RunLine]:
        """The runs of a programme, newest first."""
        with self._db.read() as session:
            rows = runs.of_programme(session, programme_id)
            counts = runs.counts(session, [row.id for row in rows])
            return [RunLine(row, *counts[row.id]) for row in rows]

    def latest(self, programme_id: int, *states: RunState) -> MatchRun | None:
        """The newest run of a programme, in one of the states where given."""
        with self._db.read() as session:
            return runs.latest(session, programme_id, *states)

    def approve(self, run_id: int, by: str) -> Outcome:
        """Turn the proposal into engagements, and note whom to tell, in one transaction.

        A pair that can no longer be formed (somebody left, or the last seat was taken since) is refused with its
        reason; the others are formed.

        Raises:
            ConflictError: somebody already decided about this run.
            NotFoundError: no such run.
        """
        now = self._clock()
        with self._db.begin() as session:
            run = runs.get(session, run_id)
            if run is None:
                raise NotFoundError("There is no such matching run.")
            if not runs.decide(session, run_id, RunState.APPROVED, by, now):
                raise ConflictError("This proposal was already decided. Nothing was done a second time.")
            return approve(session, run, now)

    def discard(self, run_id: int, by: str) -> None:
        """Drop the proposal; nobody is told. Raises NotFoundError, or ConflictError where it was decided."""
        with self._db.begin() as session:
            if runs.get(session, run_id) is None:
                raise NotFoundError("There is no such matching run.")
            if not runs.decide(session, run_id, RunState.DISCARDED, by, self._clock()):
                raise ConflictError("This proposal was already decided.")


def _request(
    programme: Programme, people: People, ties: Ties, courses: dict[int, str], now: datetime
) -> MatchRequest:
    by_id = profiles(people, ties, programme.capacity)
    return MatchRequest(
        learners=[by_id[i] for i in people.found.new_hires if i not in ties.learning],
        advisers=[by_id[i] for i in people.found.recent_learners],
        on=now.date(),
        course_names=courses,
        programme_courses=frozenset(courses),
        window_days=(programme.recent_from_days, programme.recent_to_days),
        weights=Weights.from_dict(programme.weights),
        min_shared_hours=programme.min_shared_hours,
    )


def _run(programme: Programme, request: MatchRequest, proposal: Proposal, now: datetime) -> MatchRun:
    return MatchRun(
        programme_id=programme.id,
        state=RunState.PROPOSED,
        created_at=now,
        programme_version=programme.version,
        parameters={
            "weights": request.weights.as_dict(),
            "window_days": list(request.window_days),
            "min_shared_hours": request.min_shared_hours,
            "load_penalty": request.load_penalty,
            "capacity": programme.capacity,
            "on": request.on.isoformat(),
        },
        input_hash=proposal.input_hash,
        solver=proposal.solver,
        versions=dict(proposal.versions),
        points=proposal.points,
        gap=proposal.gap,
        learners=len(request.learners),
        advisers=len(request.advisers),
    )


def _pairs(proposal: Proposal) -> list[ProposedPair]:
    return [_pair(pair) for pair in proposal.pairs]


def _pair(pair: Pair) -> ProposedPair:
    return ProposedPair(
        learner_id=pair.learner_id,
        adviser_id=pair.adviser_id,
        points=pair.points,
        reasons=[asdict(reason) for reason in pair.reasons],
    )


def _unmatched(proposal: Proposal) -> list[UnmatchedLearner]:
    return [UnmatchedLearner(person_id=u.person_id, code=u.code, text=u.text) for u in proposal.unmatched]
