"""Looking at a proposal: slices of it, its picture, who else there would be, and "why not"."""

from collections.abc import Sequence
from typing import Any

from companion.errors import NotFoundError
from companion.matching import (
    Certificate,
    MatchInputError,
    MatchRequest,
    Pair,
    Proposal,
    top,
    why_not,
)
from companion.matching.plain import result_from_plain
from companion.models.matching import (
    MatchRun,
    MatchShard,
    RunState,
)
from companion.services.review_views import (
    Alternative,
    LearnerView,
    Others,
    PairView,
    Picture,
    ReviewPage,
    WhyNotView,
    largest,
)
from companion.services.reviewed_run import FrozenPeople, found, load, seats
from companion.store import (
    Database,
    Session,
    left_out,
    match_work,
    pair_figures,
    pair_instructions,
    people,
    proposed_pairs,
    runs,
)
from companion.store.slices import Slice

ALTERNATIVES = 5
DRAWN_ONE_BY_ONE = 40
"""Pairs up to which a picture shows each; beyond, it shows departments."""
SOLVED_AGAIN = 5_000
"""People a side up to which "why not" is answered exactly, by a matching with the pair in it: a second or two."""


class ReviewService:
    """Shows a proposal before it is approved."""

    def __init__(self, db: Database, *, people: FrozenPeople) -> None:
        self._db = db
        self._people = people

    def page(
        self, run_id: int, pairs: Slice, unmatched: Slice, refused: Slice, instructed: Slice
    ) -> ReviewPage:
        """One page of a proposal, with a slice of each of its lists; raises NotFoundError."""
        with self._db.read() as session:
            run, programme = found(session, run_id)
            proposed, alone = runs.counts(session, [run_id])[run_id]
            return ReviewPage(
                run,
                programme,
                proposed_pairs.page(session, run_id, pairs),
                left_out.page(session, run_id, unmatched),
                proposed,
                alone,
                proposed_pairs.open_number(session, run_id),
                proposed_pairs.refused(session, run_id, refused),
                *pair_instructions.page(session, programme.id, instructed),
            )

    def departments(self, run_id: int) -> Sequence[str]:
        """The departments of the learners with a pair, to filter by."""
        with self._db.read() as session:
            return proposed_pairs.departments(session, run_id)

    def why_unmatched(self, run_id: int) -> Sequence[tuple[str, str, int]]:
        """Why learners were left out: the rule, a sentence that says so, and of how many."""
        with self._db.read() as session:
            return left_out.reasons(session, run_id)

    def picture(self, run_id: int) -> Picture:
        """What a picture of the proposal shows; raises NotFoundError."""
        with self._db.read() as session:
            found(session, run_id)
            loads = pair_figures.loads(session, run_id)
            if sum(learners * advisers for learners, advisers in loads) > DRAWN_ONE_BY_ONE:
                return Picture((), largest(pair_figures.between_departments(session, run_id)), loads)
            drawn = [
                (learner.full_name, adviser.full_name, pair.points)
                for pair, learner, adviser in proposed_pairs.of_run(session, run_id)
            ]
            return Picture(drawn, (), loads)

    def pair(self, run_id: int, pair_id: int, text: str = "") -> PairView:
        """One pair and who else there would be. Args: text: part of an adviser's name to look for.

        Raises:
            NotFoundError: no such pair in this run.
        """
        with self._db.read() as session:
            run, programme = found(session, run_id)
            row = proposed_pairs.get(session, run_id, pair_id)
            if row is None:
                raise NotFoundError("There is no such pair in this proposal.")
            pair, learner, adviser = row
            told = {
                (each.learner_id, each.adviser_id): each.kind
                for each, _, _ in pair_instructions.of_programme(session, programme.id)
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
            run, programme = found(session, run_id)
            pair = proposed_pairs.of_learner(session, run_id, learner_id)
            if pair is not None:
                return pair.id
            row = left_out.get(session, run_id, learner_id)
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
            run, _ = found(session, run_id)
            request = self._people.needed(session, run)
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
            pairs = (proposed_pairs.of_learner(session, run_id, each.learner_id) for each in theirs)
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
                proposed_pairs.of_learner(session, run_id, learner_id),
            )

    def _others(
        self, session: Session, run: MatchRun, learner_id: int, text: str, but: int | None = None
    ) -> Others:
        request = self._people.of(session, run)
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
        taken = load(session, run_id)
        return [
            Alternative(
                by_id[each.adviser_id],
                each.points,
                each.reasons,
                taken[each.adviser_id],
                seats(request, each.adviser_id),
            )
            for each in others
            if each.adviser_id in by_id
        ]


def _stored_proposal(session: Session, run: MatchRun) -> Proposal:
    """The proposal as it stands, without reasons, for questions about it."""
    pairs = tuple(Pair(*edge, ()) for edge in pair_figures.edges(session, run.id))
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
