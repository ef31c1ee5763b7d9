"""A run under review: found, still open, and with the people it was made from."""

from collections import Counter

from companion.errors import ConflictError, NotFoundError
from companion.matching import MatchRequest
from companion.models.matching import MatchRun, RunState
from companion.models.programme import Programme
from companion.services.match_work import MatchWork
from companion.store import Session, match_work, pair_figures, programmes, runs

FORGOTTEN = (
    "This proposal was decided: the people it was made from are no longer kept. Run the matching again."
)


class FrozenPeople:
    """The people of runs as they were; those of the last one stay at hand, since a review asks again and again."""

    def __init__(self, jobs: MatchWork) -> None:
        self._jobs = jobs
        self._last: tuple[int, MatchRequest] | None = None

    def of(self, session: Session, run: MatchRun) -> MatchRequest | None:
        """The request that a run answered; None where its people were forgotten."""
        if run.frame_sealed is None:
            return None
        last = self._last
        if last is None or last[0] != run.id:
            last = self._last = run.id, self._jobs.whole(run, match_work.shards(session, run.id))
        return last[1]

    def needed(self, session: Session, run: MatchRun) -> MatchRequest:
        """Likewise; raises ConflictError where its people were forgotten."""
        request = self.of(session, run)
        if request is None:
            raise ConflictError(FORGOTTEN)
        return request


def found(session: Session, run_id: int) -> tuple[MatchRun, Programme]:
    """A run and its programme; raises NotFoundError."""
    run = runs.get(session, run_id)
    programme = programmes.get(session, run.programme_id) if run else None
    if run is None or programme is None:
        raise NotFoundError("There is no such matching run.")
    return run, programme


def found_open(session: Session, run_id: int) -> tuple[MatchRun, Programme]:
    """A run that waits for approval, locked until the end of the transaction; raises NotFoundError, ConflictError."""
    runs.locked(session, run_id)
    run, programme = found(session, run_id)
    if run.state is not RunState.PROPOSED or run.what_if:
        raise ConflictError("This proposal was already decided. Nothing was changed.")
    return run, programme


def load(session: Session, run_id: int) -> Counter[int]:
    """How many learners each adviser has in the proposal."""
    return Counter(adviser for _, adviser, _ in pair_figures.edges(session, run_id))


def seats(request: MatchRequest, adviser_id: int) -> int:
    """How many learners an adviser takes in the matching."""
    return next((each.capacity for each in request.advisers if each.person_id == adviser_id), 0)
