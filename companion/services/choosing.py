"""A learner's own choice among the best advisers, one veto, and the next best where a proposal came to nothing."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from companion.errors import ConflictError, NotFoundError
from companion.matching import MatchInputError, MatchRequest, Pair, Reason, explain, top
from companion.mentoring.engagement import Move, Mover, leads
from companion.models.engagement import Engagement, EngagementState
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.approval import form_one
from companion.services.match_outcome import pair_row
from companion.services.match_request import asked_of, request_of
from companion.services.matching_rules import Consent, MatchingRules
from companion.store import Cipher, Database, Session, choosing, engagements, lms, people, programmes

OFFERED = 3
"""Advisers a learner is shown to choose from (PRODUCT default)."""
MOST_PROPOSALS = 3
"""Proposals that one learner gets one after the other; then a coordinator is needed."""
TAKEN = "Somebody was faster: this adviser has no seat left. Choose another one."
NOT_YOURS = "This adviser is not among those you can choose from."
NOBODY = "Nobody has a seat left at the moment. Your coordinator sees that."
FULL = "full"
NOTHING = "There is nothing to choose for you here."
ONE_VETO = "You passed over somebody before, and can do so once. You may still decline."


@dataclass(frozen=True, slots=True)
class Offer:
    """An adviser whom a learner may choose."""

    adviser: Person
    reasons: tuple[Reason, ...]
    """What speaks for them, the weightiest first."""
    proposed: bool
    """Whether the programme proposed this one."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What a learner may choose from in one programme."""

    programme: Programme
    offers: tuple[Offer, ...]
    may_veto: bool
    """Whether the learner can still pass over one of them."""


class ChoosingService:
    """Seats are taken here one transaction at a time: two people never get the last one."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime], texts: Cipher) -> None:
        self._db = db
        self._clock = clock
        self._texts = texts

    def offers(self, person_id: int, course_id: int) -> tuple[Offers, ...]:
        """What the learner may choose from, by programme of a course; programmes without a choice are left out."""
        with self._db.read() as session:
            found = (
                self._offers(session, programme, person_id)
                for programme in programmes.of_course(session, course_id)
                if _consent(programme) is Consent.CHOSEN
            )
            return tuple(each for each in found if each.offers)

    def is_open(self, course_id: int) -> bool:
        """Whether a programme of this course lets learners choose."""
        with self._db.read() as session:
            found = programmes.of_course(session, course_id)
            return any(_consent(programme) is Consent.CHOSEN for programme in found)

    def choose(self, person_id: int, programme_id: int, adviser_id: int) -> int:
        """Take a seat with one of the advisers offered; gives the engagement's id. Both are told.

        Raises:
            NotFoundError: there is nothing to choose for this person, or not this adviser.
            ConflictError: the last seat was taken in the meantime, or the person has an adviser by now.
        """
        return self._take(programme_id, person_id, adviser_id)

    def leave_it(self, person_id: int, programme_id: int) -> int:
        """Have the programme choose: the best adviser who has a seat; gives the engagement's id.

        Raises:
            NotFoundError: there is nothing to choose for this person.
            ConflictError: no seat is left with any of them, or the person has an adviser by now.
        """
        return self._take(programme_id, person_id, None)

    def veto(self, person_id: int, programme_id: int, adviser_id: int) -> bool:
        """Pass over an adviser who is proposed or offered, once in a programme and without a reason.

        The two are never matched again. Where the adviser was proposed, the next best is proposed at once. Nobody is
        told of it, and to the adviser it looks like a proposal whose time is over.

        Returns:
            Whether somebody else is proposed or offered now.

        Raises:
            NotFoundError: this adviser is neither proposed nor offered to this person.
            ConflictError: the veto of this programme was used before.
        """
        now = self._clock()
        with self._db.begin() as session:
            lms.lock(session)
            programme = programmes.get(session, programme_id)
            open_ones = choosing.proposals_of(session, programme_id, person_id)
            mine = [proposal for proposal, adviser in open_ones if adviser == adviser_id]
            if programme is None or not (mine or self._is_offered(session, programme, person_id, adviser_id)):
                raise NotFoundError(NOT_YOURS)
            if choosing.has_vetoed(session, programme_id, person_id):
                raise ConflictError(ONE_VETO)
            choosing.veto(session, programme_id, person_id, adviser_id, now)
            if not mine:
                return bool(self._best(session, programme, person_id))
            _decline(session, mine, now)
            return self._form_next(session, programme, person_id, now)

    def veto_proposal(self, person_id: int, engagement_id: int) -> bool:
        """Pass over the adviser of a proposal, as in `veto`.

        Raises:
            NotFoundError: this is no open proposal to this person, or one of a circle.
            ConflictError: the veto of this programme was used before.
        """
        with self._db.read() as session:
            row = engagements.get(session, engagement_id)
            found = choosing.proposals_of(session, row.programme_id, person_id) if row else ()
            adviser_id = dict(found).get(engagement_id)
        if row is None or adviser_id is None:
            raise NotFoundError(NOT_YOURS)
        return self.veto(person_id, row.programme_id, adviser_id)

    def next_best(self) -> int:
        """Propose the next best adviser to whoever's proposal was declined or expired; gives how many. Safe to repeat.

        Those who part again and again, or for whom nobody is left, stay for the coordinator.
        """
        with self._db.read() as session:
            waiting = [
                (programme.id, person_id)
                for programme in (programmes.get(session, each) for each in programmes.all_ids(session))
                if programme is not None and _consent(programme) is not Consent.AT_ONCE
                for person_id in _waiting(session, programme.id)
            ]
        return sum(self._propose_next(*each) for each in waiting)

    def _propose_next(self, programme_id: int, person_id: int) -> bool:
        now = self._clock()
        with self._db.begin() as session:
            lms.lock(session)
            programme = programmes.get(session, programme_id)
            if programme is None or person_id not in _waiting(session, programme_id):
                return False
            return self._form_next(session, programme, person_id, now)

    def _form_next(self, session: Session, programme: Programme, person_id: int, now: datetime) -> bool:
        for pair in self._best(session, programme, person_id):
            both = people.by_ids(session, [person_id, pair.adviser_id])
            made = form_one(
                session,
                programme,
                both[person_id],
                both[pair.adviser_id],
                state=EngagementState.PROPOSED,
                now=now,
            )
            if not isinstance(made, str):
                _keep_reasons(session, pair, made, now)
                return True
        return False

    def _is_offered(self, session: Session, programme: Programme, person_id: int, adviser_id: int) -> bool:
        if _consent(programme) is not Consent.CHOSEN:
            return False
        return any(pair.adviser_id == adviser_id for pair in self._best(session, programme, person_id))

    def _take(self, programme_id: int, person_id: int, adviser_id: int | None) -> int:
        """Take a seat with this adviser, or with the best one, in the place of a proposal not yet accepted."""
        now = self._clock()
        with self._db.begin() as session:
            lms.lock(session)
            programme = _chosen_programme(session, programme_id)
            request = self._request(session, programme, person_id)
            if request is None:
                raise NotFoundError(NOTHING)
            chosen = _chosen(request, person_id, adviser_id)
            _decline(
                session, [each for each, _ in choosing.proposals_of(session, programme_id, person_id)], now
            )
            both = people.by_ids(session, [person_id, chosen.adviser_id])
            made = form_one(
                session,
                programme,
                both[person_id],
                both[chosen.adviser_id],
                state=EngagementState.ACTIVE,
                now=now,
            )
            if isinstance(made, str):
                raise ConflictError(made)
            _keep_reasons(session, chosen, made, now)
            return made.id

    def _offers(self, session: Session, programme: Programme, person_id: int) -> Offers:
        pairs = self._best(session, programme, person_id)
        by_id = people.by_ids(session, [pair.adviser_id for pair in pairs])
        proposed = choosing.advisers_proposed(session, programme.id, person_id)
        return Offers(
            programme,
            tuple(
                Offer(
                    by_id[pair.adviser_id],
                    tuple(reason for reason in pair.reasons if reason.points > 0),
                    pair.adviser_id in proposed,
                )
                for pair in pairs
                if pair.adviser_id in by_id
            ),
            not choosing.has_vetoed(session, programme.id, person_id),
        )

    def _best(self, session: Session, programme: Programme, person_id: int) -> tuple[Pair, ...]:
        """The best pairs for a learner of now; nobody where there is nothing to choose."""
        request = self._request(session, programme, person_id)
        if request is None:
            return ()
        return top(request, person_id, OFFERED)

    def _request(self, session: Session, programme: Programme, person_id: int) -> MatchRequest | None:
        run = asked_of(programme, self._clock())
        proposed = frozenset(choosing.advisers_proposed(session, programme.id, person_id))
        if not proposed and person_id in programmes.ties(session, programme.id).learning:
            return None
        try:
            request, _ = request_of(session, programme, run, self._texts, only=[person_id])
        except MatchInputError:
            return None
        if not request.learners:
            return None
        refused = choosing.advisers_refused(session, programme.id, person_id)
        # The seat that a proposal of one's own holds is free for oneself.
        advisers = [
            replace(each, capacity=each.capacity + 1) if each.person_id in proposed else each
            for each in request.advisers
        ]
        return replace(request, advisers=advisers).excluding((person_id, each) for each in refused)


def _decline(session: Session, proposals: Sequence[int], now: datetime) -> None:
    engagements.move(session, leads(Move.DECLINE, Mover.MEMBER), engagements.among(proposals), ended_at=now)


def _keep_reasons(session: Session, pair: Pair, made: Engagement, now: datetime) -> None:
    """What speaks for the pair, for its page and the administrator's: as a run keeps it."""
    row = pair_row(pair)
    row.engagement_id, row.decided_at = made.id, now
    session.add(row)


def _chosen(request: MatchRequest, person_id: int, adviser_id: int | None) -> Pair:
    """The pair with the adviser to take a seat with.

    Raises:
        ConflictError: that one is full by now, or nobody has a seat.
        NotFoundError: that one could never be chosen.
    """
    pairs = top(request, person_id, len(request.advisers) if adviser_id else 1)
    if adviser_id is None:
        if not pairs:
            raise ConflictError(NOBODY)
        return pairs[0]
    for pair in pairs:
        if pair.adviser_id == adviser_id:
            return pair
    try:
        barriers = {each.code for each in explain(request, person_id, adviser_id).barriers}
    except MatchInputError as problem:
        raise NotFoundError(NOT_YOURS) from problem
    if barriers == {FULL}:
        raise ConflictError(TAKEN)
    raise NotFoundError(NOT_YOURS)


def _chosen_programme(session: Session, programme_id: int) -> Programme:
    programme = programmes.get(session, programme_id)
    if programme is None or _consent(programme) is not Consent.CHOSEN:
        raise NotFoundError("There is nothing to choose in this programme.")
    return programme


def _consent(programme: Programme) -> Consent:
    return MatchingRules.from_dict(programme.matching).consent


def _waiting(session: Session, programme_id: int) -> list[int]:
    """Learners whose proposals came to nothing, who have no adviser, and who had fewer than the most proposals."""
    ended = Counter(choosing.came_to_nothing(session, programme_id))
    learning = programmes.ties(session, programme_id).learning
    return sorted(who for who, number in ended.items() if number < MOST_PROPOSALS and who not in learning)
