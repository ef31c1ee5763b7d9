"""The one thing to do next in an engagement; pure."""

from dataclasses import dataclass
from enum import StrEnum

from companion.models.engagement import EngagementState


class Step(StrEnum):
    """What somebody can do next, the most urgent first."""

    ANSWER_PROPOSAL = "answer_proposal"
    DECLINED = "declined"
    WAIT_FOR_OTHERS = "wait_for_others"
    BEGINS_SOON = "begins_soon"
    ACCEPT_CHARTER = "accept_charter"
    LEAVING = "leaving"
    RESUME = "resume"
    SETTLE = "settle"
    REPLY = "reply"
    EXTEND = "extend"
    CHECK_IN = "check_in"
    FEEDBACK = "feedback"
    COMMIT = "commit"
    NOTHING = "nothing"
    ADVISE = "advise"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person in an engagement.

    Attributes:
        accepted: they accepted the proposal.
        declined: they declined it, and can still take that back.
        charter: they accepted the current charter.
        leaving: they said they want to leave, and can still take it back.
        settle: a commitment of theirs has come to its day.
        reply: somebody asked them for feedback and has none of theirs yet.
        extend: somebody else wishes to go on, and they have not answered.
        check_in: a check-in is asked for.
        feedback: the fit or an item of trust is asked for.
        committed: they have an open commitment.
        may_advise: they finished what new hires of the programme learn, as a learner.
    """

    state: EngagementState
    accepted: bool = True
    declined: bool = False
    charter: bool = True
    leaving: bool = False
    settle: bool = False
    reply: bool = False
    extend: bool = False
    check_in: bool = False
    feedback: bool = False
    committed: bool = False
    may_advise: bool = False


def next_step(facts: Facts) -> Step:
    """The step to put first."""
    if facts.state in (EngagementState.CLOSED, EngagementState.ENDED_EARLY):
        return Step.ADVISE if facts.may_advise else Step.ENDED
    if facts.state in (EngagementState.PROPOSED, EngagementState.ACCEPTED):
        return _before_it_begins(facts)
    if facts.leaving:
        return Step.LEAVING
    if facts.state is EngagementState.PAUSED:
        return Step.RESUME
    wanted = (
        (not facts.charter, Step.ACCEPT_CHARTER),
        (facts.settle, Step.SETTLE),
        (facts.reply, Step.REPLY),
        (facts.extend, Step.EXTEND),
        (facts.check_in, Step.CHECK_IN),
        (facts.feedback, Step.FEEDBACK),
        (not facts.committed, Step.COMMIT),
    )
    return next((step for holds, step in wanted if holds), Step.NOTHING)


def _before_it_begins(facts: Facts) -> Step:
    if facts.declined:
        return Step.DECLINED
    if facts.state is EngagementState.ACCEPTED:
        return Step.BEGINS_SOON
    return Step.WAIT_FOR_OTHERS if facts.accepted else Step.ANSWER_PROPOSAL
