"""Why not this other pair: what it is worth to the two, and what it would cost the others."""

from dataclasses import dataclass, replace

from companion.matching.assignment import DEFAULTS, propose
from companion.matching.comparison import Change, changes
from companion.matching.options import Options
from companion.matching.proposal import Explanation, Pair, Proposal
from companion.matching.reasons import explain
from companion.matching.request import MatchRequest
from companion.matching.words import counted


@dataclass(frozen=True, slots=True)
class WhyNot:
    """An answer about one pair."""

    pair: Explanation
    """What the pair is worth, and what forbids it, if anything."""
    current: Pair | None
    """What the learner has been proposed instead."""
    loss: int
    """Points that everybody together, cost of load included, would lose at least; 0 where the pair is forbidden."""
    exact: bool
    """Whether the loss is known exactly because the matching was solved again."""
    fewer: int | None
    """Learners who would be left without an adviser; None where it was not solved again."""
    changes: tuple[Change, ...]
    """Who would get another adviser; empty where it was not solved again."""
    text: str


def why_not(
    request: MatchRequest,
    proposal: Proposal,
    learner_id: int,
    adviser_id: int,
    options: Options = DEFAULTS,
    *,
    solve_again: bool | None = None,
) -> WhyNot:
    """Say what forming this pair would cost, given the proposal made from this request.

    Where the proposal came with prices, they bound the loss without solving again: the pair takes a seat from others,
    which is worth its price, and gives the learner more or less than what they have. The bound is what linear
    programming calls the reduced cost, less the gap of the proposal.

    Args:
        request: what the proposal was made from.
        proposal: the outcome of `propose`.
        learner_id: one of the request's learners.
        adviser_id: one of the request's advisers.
        options: for solving again.
        solve_again: whether to solve with the pair pinned; None for only where there are no prices.

    Raises:
        MatchInputError: where one of the two is not in the request.
    """
    pair = explain(request, learner_id, adviser_id)
    current = next((each for each in proposal.pairs if each.learner_id == learner_id), None)
    if not pair.allowed:
        text = " ".join(["This pair may not be formed.", *(barrier.text for barrier in pair.barriers)])
        return WhyNot(pair, current, 0, exact=True, fewer=None, changes=(), text=text)
    if current and current.adviser_id == adviser_id:
        return WhyNot(pair, current, 0, exact=True, fewer=0, changes=(), text="This pair is proposed.")
    if solve_again is None:
        solve_again = adviser_id not in proposal.prices
    if not solve_again:
        loss = _at_least(proposal, pair, current)
        return WhyNot(
            pair, current, loss, exact=False, fewer=None, changes=(), text=_text(pair, current, loss)
        )
    return _solved_again(request, proposal, pair, current, options)


def _at_least(proposal: Proposal, pair: Explanation, current: Pair | None) -> int:
    bonus, prices = proposal.certificate.bonus, proposal.prices
    utility = current.points + bonus - prices.get(current.adviser_id, 0) if current else 0
    reduced = max(0, utility) + prices[pair.adviser_id] - pair.points - bonus
    return max(0, reduced - proposal.gap)


def _solved_again(
    request: MatchRequest, proposal: Proposal, pair: Explanation, current: Pair | None, options: Options
) -> WhyNot:
    own = (pair.learner_id, pair.adviser_id)
    pinned = [*(each for each in request.pinned if each[0] != own[0]), own]
    taken = sum(adviser == own[1] for _, adviser in pinned)
    seats = next(each.capacity for each in request.advisers if each.person_id == own[1])
    if taken > seats:
        text = "All seats of this adviser are pinned for others."
        return WhyNot(pair, current, 0, exact=True, fewer=None, changes=(), text=text)
    forced = propose(replace(request, pinned=pinned), options)
    fewer = len(proposal.pairs) - len(forced.pairs)
    loss = (proposal.points - proposal.load_cost) - (forced.points - forced.load_cost)
    moved = tuple(each for each in changes(proposal, forced) if each.learner_id != own[0])
    text = _text(pair, current, loss)
    if fewer > 0:
        text += f" It would leave {counted(fewer, 'more learner')} without an adviser."
    if moved:
        text += f" {counted(len(moved), 'other learner')} would get another adviser or none."
    return WhyNot(pair, current, loss, exact=True, fewer=fewer, changes=moved, text=text)


def _text(pair: Explanation, current: Pair | None, loss: int) -> str:
    worth = f"This pair is worth {counted(pair.points, 'point')}"
    if current:
        worth += f", the one proposed {counted(current.points, 'point')}"
    if loss > 0:
        return f"{worth}. Forming it would cost all together {counted(loss, 'point')} or more."
    return f"{worth}. Forming it might cost nobody a point."
