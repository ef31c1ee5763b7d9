"""Reviewing a proposal: slices of it, reasons, "why not", pins and bans, swaps, and what would be under other rules."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from companion.errors import ConflictError, InputError, NotFoundError
from companion.matching import (
    Certificate,
    Explanation,
    MatchInputError,
    MatchRequest,
    Pair,
    Proposal,
    WhyNot,
    explain,
    top,
    why_not,
)
from companion.matching.plain import result_from_plain
from companion.models.matching import (
    Instruction,
    MatchRun,
    MatchShard,
    PairInstruction,
    ProposedPair,
    RunState,
    UnmatchedLearner,
)
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.match_outcome import pair_between, pair_row
from companion.services.match_work import MatchWork
from companion.store import Database, Session, match_work, people, programmes, runs
from companion.store.runs import PairPage, UnmatchedPage
from companion.store.slices import Slice

ALTERNATIVES = 5
DRAWN_ONE_BY_ONE = 40
"""Pairs up to which a picture shows each; beyond, it shows departments."""
DEPARTMENTS_DRAWN = 12
"""Departments a picture names, the largest; the others are drawn as one."""
OTHERS = "All others"
SOLVED_AGAIN = 5_000
"""People a side up to which "why not" is answered exactly, by a matching with the pair in it: a second or two."""
FORGOTTEN = (
    "This proposal was decided: the people it was made from are no longer kept. Run the matching again."
)
TAKEN_APART = "A coordinator took the pair apart."


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A proposal as far as one page shows it."""

    run: MatchRun
    programme: Programme
    pairs: PairPage
    unmatched: UnmatchedPage
    proposed: int
    """Pairs in all, whatever the filter."""
    left_out: int
    open: int
    refused: PairPage
    instructions: Sequence[tuple[PairInstruction, Person, Person]]
    instructed: int
    """Pinned and forbidden pairs in all."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Who is with whom: pair by pair, or between departments where they are many; and the load of advisers."""

    pairs: Sequence[tuple[str, str, int]]
    """Learner, adviser and points; empty where there are too many to be drawn."""
    departments: Sequence[tuple[str, str, int]]
    loads: Sequence[tuple[int, int]]
    """Number of learners, and advisers who get so many."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another adviser for a learner."""

    adviser: Person
    points: int
    reasons: Sequence[str]
    learners: int
    """Learners this adviser has in the proposal."""
    seats: int


@dataclass(frozen=True, slots=True)
class Others:
    """Who else there would be for a learner.

    Attributes:
        found: advisers whose name contains what was searched for.
        known: whether the people of the run are still kept, so that alternatives can be looked at.
    """

    alternatives: Sequence[Alternative] = ()
    found: Sequence[Person] = ()
    known: bool = False


@dataclass(frozen=True, slots=True)
class PairView:
    """One pair of a proposal with what speaks for it, for both sides, and who else there would be."""

    run: MatchRun
    programme: Programme
    pair: ProposedPair
    learner: Person
    adviser: Person
    instruction: Instruction | None
    others: Others


@dataclass(frozen=True, slots=True)
class LearnerView:
    """A learner without a pair: the reason that binds, and who could be given by hand."""

    run: MatchRun
    programme: Programme
    learner: Person
    left: UnmatchedLearner
    others: Others


@dataclass(frozen=True, slots=True)
class WhyNotView:
    """The answer about another pair, with names."""

    answer: WhyNot
    learner: Person
    adviser: Person
    names: Mapping[int, str]
    swap: tuple[ProposedPair, ...]
    """Pairs of that adviser, to swap with; empty where a seat is free or nothing can be changed."""
    free: bool
    """Whether the adviser has a seat that the proposal leaves free."""
    own: ProposedPair | None
    """The pair the learner has been proposed in, if any."""


class ReviewService:
    """Shows and changes a proposal before it is approved. Nobody is told anything by it."""

    def __init__(self, db: Database, *, jobs: MatchWork, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._jobs = jobs
        self._clock = clock
        self._last: tuple[int, MatchRequest] | None = None

    def page(
        self, run_id: int, pairs: Slice, unmatched: Slice, refused: Slice, instructed: Slice
    ) -> ReviewPage:
        """One page of a proposal, with a slice of each of its lists; raises NotFoundError."""
        with self._db.read() as session:
            run, programme = _found(session, run_id)
            proposed, left_out = runs.counts(session, [run_id])[run_id]
            return ReviewPage(
                run,
                programme,
                runs.pair_page(session, run_id, pairs),
                runs.unmatched_page(session, run_id, unmatched),
                proposed,
                left_out,
                runs.open_pairs(session, run_id),
                runs.refused(session, run_id, refused),
                *runs.instruction_page(session, programme.id, instructed),
            )

    def departments(self, run_id: int) -> Sequence[str]:
        """The departments of the learners with a pair, to filter by."""
        with self._db.read() as session:
            return runs.departments(session, run_id)

    def why_unmatched(self, run_id: int) -> Sequence[tuple[str, str, int]]:
        """Why learners were left out: the rule, a sentence that says so, and of how many."""
        with self._db.read() as session:
            return runs.reasons_unmatched(session, run_id)

    def picture(self, run_id: int) -> Picture:
        """What a picture of the proposal shows; raises NotFoundError."""
        with self._db.read() as session:
            _found(session, run_id)
            loads = runs.loads(session, run_id)
            if sum(learners * advisers for learners, advisers in loads) > DRAWN_ONE_BY_ONE:
                return Picture((), _largest(runs.between_departments(session, run_id)), loads)
            drawn = [
                (learner.full_name, adviser.full_name, pair.points)
                for pair, learner, adviser in runs.pairs(session, run_id)
            ]
            return Picture(drawn, (), loads)

    def pair(self, run_id: int, pair_id: int, text: str = "") -> PairView:
        """One pair and who else there would be. Args: text: part of an adviser's name to look for.

        Raises:
            NotFoundError: no such pair in this run.
        """
        with self._db.read() as session:
            run, programme = _found(session, run_id)
            row = runs.pair(session, run_id, pair_id)
            if row is None:
                raise NotFoundError("There is no such pair in this proposal.")
            pair, learner, adviser = row
            told = {
                (each.learner_id, each.adviser_id): each.kind
                for each, _, _ in runs.instructions(session, programme.id)
            }
            others = self._others(session, run, learner.id, text, but=adviser.id)
            return PairView(
                run, programme, pair, learner, adviser, told.get((learner.id, adviser.id)), others
            )

    def learner(self, run_id: int, learner_id: int, text: str = "") -> LearnerView | int:
        """A learner without a pair and who there would be, or the id of the pair they are proposed in.

        Args:
            text: part of an adviser's name to look for.

        Raises:
            NotFoundError: they are no learner of this run.
        """
        with self._db.read() as session:
            run, programme = _found(session, run_id)
            pair = runs.pair_of_learner(session, run_id, learner_id)
            if pair is not None:
                return pair.id
            row = runs.unmatched_learner(session, run_id, learner_id)
            if row is None:
                raise NotFoundError("There is no such learner in this proposal.")
            left, learner = row
            return LearnerView(run, programme, learner, left, self._others(session, run, learner_id, text))

    def why_not(self, run_id: int, learner_id: int, adviser_id: int) -> WhyNotView:
        """What another pair would be worth, and what it would cost whom.

        Raises:
            NotFoundError: one of the two is not in the matching.
            ConflictError: the proposal was decided.
        """
        with self._db.read() as session:
            run, _ = _found(session, run_id)
            request = self._needed(session, run)
            proposal = _stored_proposal(session, run)
            small = max(len(request.learners), len(request.advisers)) <= SOLVED_AGAIN
            try:
                answer = why_not(request, proposal, learner_id, adviser_id, solve_again=small or None)
            except MatchInputError as problem:
                raise NotFoundError(str(problem)) from problem
            named = {learner_id, adviser_id}
            for change in answer.changes[:ALTERNATIVES]:
                named |= {each for each in (change.learner_id, change.before, change.after) if each}
            by_id = people.by_ids(session, sorted(named))
            theirs = [each for each in proposal.pairs if each.adviser_id == adviser_id]
            seats = next(each.capacity for each in request.advisers if each.person_id == adviser_id)
            pairs = (runs.pair_of_learner(session, run_id, each.learner_id) for each in theirs)
            swap = tuple(pair for pair in pairs if pair and pair.decided_at is None)
            open_run = run.state is RunState.PROPOSED and not run.what_if
            free = len(theirs) < seats
            names = {who: person.full_name for who, person in by_id.items()}
            for pair in swap:
                names.setdefault(
                    pair.learner_id, people.by_ids(session, [pair.learner_id])[pair.learner_id].full_name
                )
            return WhyNotView(
                answer,
                by_id[learner_id],
                by_id[adviser_id],
                names,
                swap if open_run and not free and answer.pair.allowed else (),
                free and open_run and answer.pair.allowed,
                runs.pair_of_learner(session, run_id, learner_id),
            )

    def instruct(self, run_id: int, learner_id: int, adviser_id: int, kind: Instruction, by: str) -> None:
        """Pin a pair, or forbid it, for every matching of the programme from now on.

        A pinned pair must be one that the rules allow; a forbidden one that is proposed is taken apart.

        Raises:
            NotFoundError: no such run, or one of the two is not in it.
            InputError: a hard rule forbids the pair that is to be pinned.
            ConflictError: the proposal was decided.
        """
        with self._db.begin() as session:
            run, programme = _open(session, run_id)
            if kind is Instruction.PIN:
                _check_allowed(self._explained(session, run, learner_id, adviser_id))
            row = {
                "programme_id": programme.id,
                "learner_id": learner_id,
                "adviser_id": adviser_id,
                "kind": kind,
                "given_by": by,
                "given_at": self._clock(),
            }
            runs.instruct(session, row)
            pair = runs.pair_of_learner(session, run_id, learner_id)
            if kind is Instruction.FORBID and pair and pair.adviser_id == adviser_id:
                self._take_apart(session, run, pair)

    def lift(self, programme_id: int, instruction_id: int) -> None:
        """Take a pin or a ban back; raises NotFoundError."""
        with self._db.begin() as session:
            if not runs.lift(session, programme_id, instruction_id):
                raise NotFoundError("There is no such pin or ban.")

    def take_apart(self, run_id: int, pair_id: int) -> None:
        """Leave a pair out of this proposal; another matching may propose it again.

        Raises:
            NotFoundError: no such pair.
            ConflictError: it was decided.
        """
        with self._db.begin() as session:
            run, _ = _open(session, run_id)
            self._take_apart(session, run, _open_pair(session, run_id, pair_id))

    def give(self, run_id: int, learner_id: int, adviser_id: int) -> None:
        """Give a learner, with a pair or without one, to an adviser who has a seat left in this proposal.

        Raises:
            NotFoundError: one of the two is not in the matching.
            InputError: a hard rule forbids the pair.
            ConflictError: the adviser is full, or the proposal was decided.
        """
        with self._db.begin() as session:
            run, _ = _open(session, run_id)
            pair = runs.pair_of_learner(session, run_id, learner_id)
            _check_single(pair)
            if pair is not None and pair.decided_at is not None:
                raise ConflictError("This pair was already approved.")
            request = self._needed(session, run)
            _check_allowed(self._explained(session, run, learner_id, adviser_id))
            if _load(session, run_id)[adviser_id] >= _seats(request, adviser_id):
                raise ConflictError(
                    "This adviser has no seat left in the proposal: swap with one of their learners."
                )
            with _summed(session, run, request):
                if pair is not None:
                    runs.drop(session, pair)
                self._form(session, run, request, learner_id, adviser_id)
                runs.take_in(session, run_id, learner_id)

    def swap(self, run_id: int, pair_id: int, other_id: int) -> None:
        """Let two learners exchange their advisers.

        Raises:
            NotFoundError: no such pairs.
            InputError: a hard rule forbids one of the new pairs.
            ConflictError: one of them was decided.
        """
        with self._db.begin() as session:
            run, _ = _open(session, run_id)
            pair, other = _open_pair(session, run_id, pair_id), _open_pair(session, run_id, other_id)
            _check_single(pair)
            _check_single(other)
            request = self._needed(session, run)
            exchanged = ((pair.learner_id, other.adviser_id), (other.learner_id, pair.adviser_id))
            for learner_id, adviser_id in exchanged:
                _check_allowed(self._explained(session, run, learner_id, adviser_id))
            with _summed(session, run, request):
                runs.drop(session, pair, other)
                for learner_id, adviser_id in exchanged:
                    self._form(session, run, request, learner_id, adviser_id)

    def _form(
        self, session: Session, run: MatchRun, request: MatchRequest, learner_id: int, adviser_id: int
    ) -> None:
        row = pair_row(pair_between(request, learner_id, adviser_id))
        row.run_id, row.by_hand = run.id, True
        runs.add_pair(session, row)

    def _take_apart(self, session: Session, run: MatchRun, pair: ProposedPair) -> None:
        if pair.decided_at is not None:
            raise ConflictError("This pair was already approved.")
        with _summed(session, run, self._needed(session, run)):
            runs.drop(session, pair)
            runs.leave_out(session, run.id, pair.learner_id, "taken_apart", TAKEN_APART)

    def _explained(self, session: Session, run: MatchRun, learner_id: int, adviser_id: int) -> Explanation:
        try:
            return explain(self._needed(session, run), learner_id, adviser_id)
        except MatchInputError as problem:
            raise NotFoundError(str(problem)) from problem

    def _needed(self, session: Session, run: MatchRun) -> MatchRequest:
        request = self._request(session, run)
        if request is None:
            raise ConflictError(FORGOTTEN)
        return request

    def _request(self, session: Session, run: MatchRun) -> MatchRequest | None:
        """The people of a run as they were; the last one asked for is at hand, since a review asks again and again."""
        if run.frame_sealed is None:
            return None
        if self._last is None or self._last[0] != run.id:
            self._last = run.id, self._jobs.whole(run, match_work.shards(session, run.id))
        return self._last[1]

    def _others(
        self, session: Session, run: MatchRun, learner_id: int, text: str, but: int | None = None
    ) -> Others:
        request = self._request(session, run)
        if request is None:
            return Others()
        best = [each for each in top(request, learner_id, ALTERNATIVES + 1) if each.adviser_id != but]
        advisers = {each.person_id for each in request.advisers}
        named = people.named_like(session, run.programme_id, text)
        return Others(
            self._alternatives(session, run.id, request, best[:ALTERNATIVES]),
            [each for each in named if each.id in advisers],
            known=True,
        )

    def _alternatives(
        self, session: Session, run_id: int, request: MatchRequest, others: Sequence[Pair]
    ) -> list[Alternative]:
        by_id = people.by_ids(session, [each.adviser_id for each in others])
        load = _load(session, run_id)
        return [
            Alternative(
                by_id[each.adviser_id],
                each.points,
                [f"{reason.points}: {reason.text_admin}" for reason in each.reasons],
                load[each.adviser_id],
                _seats(request, each.adviser_id),
            )
            for each in others
            if each.adviser_id in by_id
        ]


def _largest(between: Sequence[tuple[str, str, int]]) -> Sequence[tuple[str, str, int]]:
    """The same with few departments, the largest first: of hundreds, a picture of each with each says nothing."""
    size: Counter[str] = Counter()
    for mine, theirs, pairs in between:
        size[mine] += pairs
        size[theirs] += pairs
    order = sorted(size, key=lambda name: (-size[name], name))
    few = len(order) <= DEPARTMENTS_DRAWN
    named = order if few else order[: DEPARTMENTS_DRAWN - 1]
    place = {name: at for at, name in enumerate([*named, OTHERS])}
    summed: Counter[tuple[str, str]] = Counter()
    for mine, theirs, pairs in between:
        summed[mine if mine in place else OTHERS, theirs if theirs in place else OTHERS] += pairs
    ranked = sorted(summed.items(), key=lambda item: (place[item[0][0]], place[item[0][1]]))
    return [(mine, theirs, pairs) for (mine, theirs), pairs in ranked]


def _found(session: Session, run_id: int) -> tuple[MatchRun, Programme]:
    run = runs.get(session, run_id)
    programme = programmes.get(session, run.programme_id) if run else None
    if run is None or programme is None:
        raise NotFoundError("There is no such matching run.")
    return run, programme


def _open(session: Session, run_id: int) -> tuple[MatchRun, Programme]:
    runs.locked(session, run_id)
    run, programme = _found(session, run_id)
    if run.state is not RunState.PROPOSED or run.what_if:
        raise ConflictError("This proposal was already decided. Nothing was changed.")
    return run, programme


def _open_pair(session: Session, run_id: int, pair_id: int) -> ProposedPair:
    row = runs.pair(session, run_id, pair_id)
    if row is None:
        raise NotFoundError("There is no such pair in this proposal.")
    if row[0].decided_at is not None:
        raise ConflictError("This pair was already approved.")
    return row[0]


def _check_allowed(found: Explanation) -> None:
    if not found.allowed:
        raise InputError(" ".join(["This pair may not be formed.", *(each.text for each in found.barriers)]))


def _check_single(pair: ProposedPair | None) -> None:
    if pair is not None and pair.circle is not None:
        raise ConflictError(
            "Circles are not changed one by one: pin or forbid the pair, and run the matching again."
        )


def _load(session: Session, run_id: int) -> Counter[int]:
    return Counter(adviser for _, adviser, _ in runs.edges(session, run_id))


def _seats(request: MatchRequest, adviser_id: int) -> int:
    return next((each.capacity for each in request.advisers if each.person_id == adviser_id), 0)


@contextmanager
def _summed(session: Session, run: MatchRun, request: MatchRequest) -> Iterator[None]:
    """Keep the sums of a run, and its gap, right while pairs are changed."""
    before = _sums(session, run, request)
    yield
    after = _sums(session, run, request)
    points, cost, pairs = (now - then for now, then in zip(after, before, strict=True))
    bonus = int(run.certificate.get("bonus", 0))
    runs.add_points(session, run.id, points, cost, points - cost + bonus * pairs)


def _sums(session: Session, run: MatchRun, request: MatchRequest) -> tuple[int, int, int]:
    """Points of all pairs, the cost of load, and the number of pairs."""
    edges = runs.edges(session, run.id)
    cost = 0
    for who, number in Counter(adviser for _, adviser, _ in edges).items():
        running = request.running.get(who, 0)
        cost += request.load_penalty * sum(range(running, running + number))
    return sum(points for _, _, points in edges), cost, len(edges)


def _stored_proposal(session: Session, run: MatchRun) -> Proposal:
    """The proposal as it stands, without reasons, for questions about it."""
    pairs = tuple(Pair(*edge, ()) for edge in runs.edges(session, run.id))
    proven: dict[str, Any] = dict(run.certificate)
    load_cost = proven.pop("load_cost", 0)
    return Proposal(
        pairs=pairs,
        unmatched=(),
        idle_advisers=(),
        points=run.points,
        load_cost=load_cost,
        coverage=len(pairs) / run.learners if run.learners else 1.0,
        gap=run.gap,
        solver=run.solver,
        versions=run.versions,
        input_hash=run.input_hash,
        certificate=Certificate(**proven),
        prices=_prices(match_work.shards(session, run.id)),
    )


def _prices(shards: Sequence[MatchShard]) -> dict[int, int]:
    results = [result_from_plain(each.result) for each in shards if each.result and "prices" in each.result]
    return {who: price for result in results for who, price in result.prices.items()}
