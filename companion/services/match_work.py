"""Working a matching out in the background: prepared once, shard by shard on any number of machines, put together.

Every step is leased, so that a worker that dies is replaced, and leaves its outcome in the database, so that what is
done is not done again. The people are frozen when the run is prepared: whoever works, and however often it begins anew,
the outcome is the same.
"""

import json
import traceback
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

import structlog

from companion.matching import (
    Budget,
    MatchInputError,
    MatchRequest,
    MatchStoppedError,
    Options,
    Progress,
    fairness,
    propose_circles,
    propose_in_shards,
)
from companion.matching.plain import (
    people_from_plain,
    people_to_plain,
    request_from_plain,
    request_to_plain,
    result_from_plain,
    result_to_plain,
)
from companion.matching.shards import Shard, Sharded, ShardResult, left_over, match_shard, plan
from companion.models.matching import MatchRun, MatchShard
from companion.services.match_outcome import (
    Proposed,
    outcome_values,
    pair_rows,
    proposal_of_circles,
    unmatched_rows,
)
from companion.services.matching_rules import Forms, MatchingRules
from companion.store import Cipher, Database, match_work, runs
from companion.store.match_work import LEASE, MOST_ATTEMPTS

log = structlog.get_logger(__name__)

EXACT = 20_000
"""People a side up to which the best matching is proven to the point."""
IN_ONE_PIECE = 100_000
"""People a side up to which one piece is matched, to within 0.01 % of the best; beyond, it goes in shards."""
CLOSE, IN_SHARDS = 0.0001, 0.001
CIRCLE_SHARD = 1_500
"""People a side of one shard of circles, which look at everybody with everybody."""
CIRCLE_SECONDS = 300.0
"""How long the circles of one shard are improved at most."""
RENEWED_AFTER = LEASE / 10
FRAME_ONLY = frozenset({"groups", "pins"})
Tell = Callable[[Progress], None]
Prepare = Callable[[MatchRun], tuple[MatchRequest, Mapping[str, Mapping[int, str]]]]


class MatchWork:
    """Works out runs that wait."""

    def __init__(
        self, db: Database, *, clock: Callable[[], datetime], texts: Cipher, prepare: Prepare
    ) -> None:
        """Args: prepare: reads the request of a run from the store, and further groups for its fairness."""
        self._db = db
        self._clock = clock
        self._texts = texts
        self._prepare_request = prepare

    def work(self, run_id: int | None = None, tell: Tell = lambda _: None) -> int:
        """Take one step after another until none is left that nobody has; gives how many steps were taken."""
        steps = 0
        while self._step(run_id, tell):
            steps += 1
        return steps

    def whole(self, run: MatchRun, shards: Sequence[MatchShard]) -> MatchRequest:
        """The request that a run was worked out from.

        Raises:
            LookupError: the run was decided, and its people forgotten.
        """
        return self._request(run, shards)

    def _step(self, run_id: int | None, tell: Tell) -> bool:
        now = self._clock()
        with self._db.begin() as session:
            shard = match_work.take_shard(session, now, run_id)
            run = match_work.take_run(session, now, run_id) if shard is None else None
            session.expunge_all()
        if shard is not None:
            self._guarded(shard.run_id, lambda: self._shard(shard, tell), shard)
        elif run is not None and run.frame_sealed is None:
            self._guarded(run.id, lambda: self._prepare(run, tell))
        elif run is not None:
            self._guarded(run.id, lambda: self._put_together(run, tell))
        return shard is not None or run is not None

    def _guarded(self, run_id: int, step: Callable[[], None], shard: MatchShard | None = None) -> None:
        """A request that cannot be matched ends the run with its reason; anything else is tried again twice."""
        try:
            step()
        except MatchStoppedError:
            return
        except MatchInputError as problem:
            self._fail(run_id, str(problem))
        except Exception as problem:  # noqa: BLE001 - whatever it is, the run ends with an account
            # Where it happened, without the values: those are people.
            where = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(problem.__traceback__)]
            log.error("matching failed", run=run_id, kind=type(problem).__name__, where=where)
            if shard is None or shard.attempts >= MOST_ATTEMPTS:
                self._fail(run_id, "It could not be worked out; the log of the worker says why.")
            else:
                with self._db.begin() as session:
                    match_work.release_shard(session, shard.id)

    def _fail(self, run_id: int, why: str) -> None:
        with self._db.begin() as session:
            match_work.fail(session, run_id, why, self._clock())

    def _prepare(self, run: MatchRun, tell: Tell) -> None:
        tell(Progress("Reading the people"))
        request, groups = self._prepare_request(run)
        largest = _largest(rules_of(run))
        pieces = plan(request, largest) if _size(request) > largest else (Shard("everybody", request),)
        frame = request_to_plain(replace(request, learners=(), advisers=(), pinned=()))
        frame |= {"pins": [list(pair) for pair in request.pinned], "groups": groups}
        with self._db.begin() as session:
            mine = match_work.keep_run(
                session,
                run.id,
                _until(run),
                self._clock(),
                frame_sealed=self._sealed(frame),
                learners=len(request.learners),
                advisers=len(request.advisers),
                phase="Waiting for a worker",
                counts={"shards": len(pieces), "done": 0},
            )
            if not mine:
                raise MatchStoppedError
            session.add_all(
                MatchShard(
                    run_id=run.id,
                    position=position,
                    name=each.name[:300],
                    input_sealed=self._sealed(people_to_plain(each.request.learners, each.request.advisers)),
                )
                for position, each in enumerate(pieces)
            )

    def _shard(self, shard: MatchShard, tell: Tell) -> None:
        with self._db.read() as session:
            run = runs.get(session, shard.run_id)
            if run is None:
                raise MatchStoppedError
            done, number = match_work.count(session, run.id)
        request = self._request(run, [shard])
        lease = _Lease(self._clock, _until(shard), partial(self._keep_shard, shard.id))

        def told(progress: Progress) -> None:
            tell(replace(progress, shards=(done, number)))
            counts = {"shards": number, "done": done, "rounds": progress.rounds}
            counts |= {} if progress.gap is None else {"gap": progress.gap}
            with self._db.begin() as session:
                match_work.tell(session, run.id, f"{shard.name}: {progress.stage}", counts)

        rules = rules_of(run)
        if rules.forms is Forms.CIRCLES:
            result = _circles(request, rules, lease.is_lost, told)
        else:
            tolerance = _tolerance(run, number)
            options = Options(tolerance=tolerance, progress=told, cancelled=lease.is_lost)
            result = result_to_plain(match_shard(Shard(shard.name, request), options))
        with self._db.begin() as session:
            match_work.finish_shard(session, shard.id, result)
            done, number = match_work.count(session, run.id)
            match_work.tell(session, run.id, f"Matched {shard.name}", {"shards": number, "done": done})
        tell(Progress(f"Matched {shard.name}", shards=(done, number)))

    def _put_together(self, run: MatchRun, tell: Tell) -> None:
        tell(Progress("Putting the reasons together"))
        with self._db.read() as session:
            shards = match_work.shards(session, run.id)
        request = self.whole(run, shards)
        groups = self._opened(run.frame_sealed or b"")["groups"]
        also = {name: {int(who): group for who, group in of.items()} for name, of in groups.items()}
        lease = _Lease(self._clock, _until(run), partial(self._keep_run, run.id))
        results = [shard.result or {} for shard in shards]
        if rules_of(run).forms is Forms.CIRCLES:
            proposed = proposal_of_circles(request, results, rules_of(run).sizes)
        else:
            options = Options(tolerance=_tolerance(run, len(shards)), cancelled=lease.is_lost)
            proposed = _proposal(request, [result_from_plain(each) for each in results], options)
        lines = [asdict(line) for line in fairness(request, proposed.proposal, also)]
        with self._db.begin() as session:
            if not match_work.keep_run(session, run.id, lease.until, self._clock()):
                raise MatchStoppedError
            runs.propose(
                session, run, outcome_values(proposed, lines), pair_rows(proposed), unmatched_rows(proposed)
            )

    def _request(self, run: MatchRun, shards: Iterable[MatchShard]) -> MatchRequest:
        """The run's request with the people of these shards."""
        if run.frame_sealed is None:
            raise LookupError("the people of this run are forgotten")
        plain = self._opened(run.frame_sealed)
        learners, advisers = [], []
        for shard in shards:
            mine, theirs = people_from_plain(self._opened(shard.input_sealed))
            learners += mine
            advisers += theirs
        here = {person.person_id for person in learners}
        return replace(
            request_from_plain({name: value for name, value in plain.items() if name not in FRAME_ONLY}),
            learners=learners,
            advisers=advisers,
            pinned=tuple((one, other) for one, other in plain["pins"] if one in here),
        )

    def _keep_shard(self, shard_id: int, lease: datetime, until: datetime) -> bool:
        with self._db.begin() as session:
            return match_work.keep_shard(session, shard_id, lease, until)

    def _keep_run(self, run_id: int, lease: datetime, until: datetime) -> bool:
        with self._db.begin() as session:
            return match_work.keep_run(session, run_id, lease, until)

    def _sealed(self, plain: Mapping[str, Any]) -> bytes:
        return self._texts.encrypt_bytes(zlib.compress(json.dumps(plain).encode(), 1))

    def _opened(self, sealed: bytes) -> dict[str, Any]:
        opened: dict[str, Any] = json.loads(zlib.decompress(self._texts.decrypt_bytes(sealed)))
        return opened


class _Lease:
    """The time a worker has for a step: prolonged while it lives, lost where another took it or nobody wants it."""

    def __init__(
        self, clock: Callable[[], datetime], until: datetime, keep: Callable[[datetime, datetime], bool]
    ) -> None:
        """Args: keep: prolongs from one moment to another; False where the lease is lost."""
        self._clock = clock
        self._keep = keep
        self.until = until

    def is_lost(self) -> bool:
        """Prolong it where it is time to; whether it is lost."""
        now = self._clock()
        if self.until - now > LEASE - RENEWED_AFTER:
            return False
        kept = self._keep(self.until, now + LEASE)
        self.until = now + LEASE
        return not kept


def _until(leased: MatchRun | MatchShard) -> datetime:
    if leased.lease_until is None:
        raise LookupError("worked on without a lease")
    return leased.lease_until


def rules_of(run: MatchRun) -> MatchingRules:
    """The rules a run was asked for with."""
    return MatchingRules.from_dict(run.parameters.get("rules", {}))


def _largest(rules: MatchingRules) -> int:
    return CIRCLE_SHARD if rules.forms is Forms.CIRCLES else IN_ONE_PIECE


def _size(request: MatchRequest) -> int:
    return max(len(request.learners), len(request.advisers))


def _tolerance(run: MatchRun, shards: int) -> float:
    if shards > 1:
        return IN_SHARDS
    return CLOSE if max(run.learners, run.advisers) > EXACT else 0.0


def _proposal(request: MatchRequest, results: Sequence[ShardResult], options: Options) -> Proposed:
    """One piece is the whole; several are joined by a matching of whoever they left over."""
    if len(results) > 1:
        rest = match_shard(left_over(request, results), options)
        results = [*results, rest]
    sharded = Sharded(tuple(sorted(pair for each in results for pair in each.pairs)), tuple(results))
    proposal = propose_in_shards(request, sharded, options)
    return Proposed(proposal, circle={})


def _circles(
    request: MatchRequest, rules: MatchingRules, is_lost: Callable[[], bool], tell: Tell
) -> dict[str, Any]:
    end = monotonic() + CIRCLE_SECONDS
    budget = Budget(spent=lambda: monotonic() > end or is_lost())
    found = propose_circles(request, rules.sizes, budget, Options(progress=tell, cancelled=is_lost))
    return asdict(found)
