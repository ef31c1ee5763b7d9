"""Changing a proposal before it is approved: pins and bans, pairs taken apart, given and swapped. Nobody is told."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from companion.errors import ConflictError, InputError, NotFoundError
from companion.matching import Explanation, MatchInputError, MatchRequest, explain
from companion.models.matching import Instruction, MatchRun, ProposedPair
from companion.services.match_outcome import pair_between, pair_row
from companion.services.reviewed_run import FrozenPeople, found_open, load, seats
from companion.store import Database, Session, left_out, pair_figures, pair_instructions, proposed_pairs, runs

TAKEN_APART = "A coordinator took the pair apart."


class ReviewChanges:
    """Changes what a run proposes, as long as it waits for approval."""

    def __init__(self, db: Database, *, people: FrozenPeople, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._people = people
        self._clock = clock

    def instruct(self, run_id: int, learner_id: int, adviser_id: int, kind: Instruction, by: str) -> None:
        """Pin a pair, or forbid it, for every matching of the programme from now on.

        A pinned pair must be one that the rules allow; a forbidden one that is proposed is taken apart.

        Raises:
            NotFoundError: no such run, or one of the two is not in it.
            InputError: a hard rule forbids the pair that is to be pinned.
            ConflictError: the proposal was decided.
        """
        with self._db.begin() as session:
            run, programme = found_open(session, run_id)
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
            pair_instructions.instruct(session, row)
            pair = proposed_pairs.of_learner(session, run_id, learner_id)
            if kind is Instruction.FORBID and pair and pair.adviser_id == adviser_id:
                self._take_apart(session, run, pair)

    def lift(self, programme_id: int, instruction_id: int) -> None:
        """Take a pin or a ban back; raises NotFoundError."""
        with self._db.begin() as session:
            if not pair_instructions.lift(session, programme_id, instruction_id):
                raise NotFoundError("There is no such pin or ban.")

    def take_apart(self, run_id: int, pair_id: int) -> None:
        """Leave a pair out of this proposal; another matching may propose it again.

        Raises:
            NotFoundError: no such pair.
            ConflictError: it was decided.
        """
        with self._db.begin() as session:
            run, _ = found_open(session, run_id)
            self._take_apart(session, run, _open_pair(session, run_id, pair_id))

    def give(self, run_id: int, learner_id: int, adviser_id: int) -> None:
        """Give a learner, with a pair or without one, to an adviser who has a seat left in this proposal.

        Raises:
            NotFoundError: one of the two is not in the matching.
            InputError: a hard rule forbids the pair.
            ConflictError: the adviser is full, or the proposal was decided.
        """
        with self._db.begin() as session:
            run, _ = found_open(session, run_id)
            pair = proposed_pairs.of_learner(session, run_id, learner_id)
            _check_single(pair)
            if pair is not None and pair.decided_at is not None:
                raise ConflictError("This pair was already approved.")
            request = self._people.needed(session, run)
            _check_allowed(self._explained(session, run, learner_id, adviser_id))
            if load(session, run_id)[adviser_id] >= seats(request, adviser_id):
                raise ConflictError(
                    "This adviser has no seat left in the proposal: swap with one of their learners."
                )
            with _summed(session, run, request):
                if pair is not None:
                    proposed_pairs.drop(session, pair)
                self._form(session, run, request, learner_id, adviser_id)
                left_out.drop(session, run_id, learner_id)

    def swap(self, run_id: int, pair_id: int, other_id: int) -> None:
        """Let two learners exchange their advisers.

        Raises:
            NotFoundError: no such pairs.
            InputError: a hard rule forbids one of the new pairs.
            ConflictError: one of them was decided.
        """
        with self._db.begin() as session:
            run, _ = found_open(session, run_id)
            pair, other = _open_pair(session, run_id, pair_id), _open_pair(session, run_id, other_id)
            _check_single(pair)
            _check_single(other)
            request = self._people.needed(session, run)
            exchanged = ((pair.learner_id, other.adviser_id), (other.learner_id, pair.adviser_id))
            for learner_id, adviser_id in exchanged:
                _check_allowed(self._explained(session, run, learner_id, adviser_id))
            with _summed(session, run, request):
                proposed_pairs.drop(session, pair, other)
                for learner_id, adviser_id in exchanged:
                    self._form(session, run, request, learner_id, adviser_id)

    def _form(
        self, session: Session, run: MatchRun, request: MatchRequest, learner_id: int, adviser_id: int
    ) -> None:
        row = pair_row(pair_between(request, learner_id, adviser_id))
        row.run_id, row.by_hand = run.id, True
        proposed_pairs.add(session, row)

    def _take_apart(self, session: Session, run: MatchRun, pair: ProposedPair) -> None:
        if pair.decided_at is not None:
            raise ConflictError("This pair was already approved.")
        with _summed(session, run, self._people.needed(session, run)):
            proposed_pairs.drop(session, pair)
            left_out.add(session, run.id, pair.learner_id, "taken_apart", TAKEN_APART)

    def _explained(self, session: Session, run: MatchRun, learner_id: int, adviser_id: int) -> Explanation:
        try:
            return explain(self._people.needed(session, run), learner_id, adviser_id)
        except MatchInputError as problem:
            raise NotFoundError(str(problem)) from problem


def _open_pair(session: Session, run_id: int, pair_id: int) -> ProposedPair:
    row = proposed_pairs.get(session, run_id, pair_id)
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
    edges = pair_figures.edges(session, run.id)
    cost = 0
    for who, number in Counter(adviser for _, adviser, _ in edges).items():
        running = request.running.get(who, 0)
        cost += request.load_penalty * sum(range(running, running + number))
    return sum(points for _, _, points in edges), cost, len(edges)
