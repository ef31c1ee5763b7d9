"""How the people of an engagement go about it: on which day who does what, by character."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from companion.models.engagement import Side


class Character(StrEnum):
    """What an engagement is like."""

    STEADY = "steady"
    """In touch every week, with commitments kept, a question answered, thanks and a lesson. Who learned will advise."""
    QUARTER = "quarter"
    """Twelve weeks, with check-ins by the tapering cadence and little else."""
    LONGER = "longer"
    """They go on for two weeks more."""
    RESTING = "resting"
    """It rests for a week in the middle."""
    CURIOUS = "curious"
    """A question that needs more than it said."""
    BRIEF = "brief"
    """In touch, but with few words; the question is left."""
    FADING = "fading"
    """They begin well, then nobody comes back."""
    PASSED_ON = "passed_on"
    """Nobody whom they asked has an answer."""
    DOUBTFUL = "doubtful"
    """Unsure of the fit, then sure that it is none."""
    PARTED = "parted"
    """One side leaves without fault, and wishes for somebody else."""
    GONE = "gone"
    """The learner no longer takes part in any of it."""
    SILENT = "silent"
    """Nobody ever says a word."""


class Step(NamedTuple):
    """Something done on a day of an engagement, counted from 0, by one side or by all."""

    day: int
    deed: str
    side: Side | None = None


L, A = Side.LEARNER, Side.ADVISER


def _weekly(*days: int) -> tuple[Step, ...]:
    return tuple(Step(day, "check_in") for day in days)


SCHEDULES: Mapping[Character, tuple[Step, ...]] = {
    Character.STEADY: (
        *_weekly(1, 8, 15, 22),
        Step(1, "card", A),
        Step(1, "commit", L),
        Step(1, "ask", L),
        Step(8, "settle", L),
        Step(8, "feedback"),
        Step(8, "give", L),
        Step(8, "commit", A),
        Step(15, "feedback", L),
        Step(15, "request", L),
        Step(15, "settle", A),
        Step(15, "reply", A),
        Step(22, "feedback", A),
        Step(22, "lesson", A),
        Step(25, "feedback", L),
    ),
    Character.QUARTER: (
        *_weekly(1, 8, 15, 22, 29, 43, 57, 71),
        Step(8, "feedback"),
        Step(43, "feedback"),
        Step(71, "lesson", A),
    ),
    Character.LONGER: (
        *_weekly(1, 9, 16, 23, 30, 37),
        Step(9, "feedback"),
        Step(16, "feedback", L),
        Step(23, "extend"),
        Step(37, "feedback"),
        Step(37, "lesson", A),
    ),
    Character.RESTING: (
        *_weekly(3, 18, 25),
        Step(9, "feedback", L),
        Step(9, "pause", L),
        Step(16, "resume", A),
        Step(25, "feedback"),
    ),
    Character.CURIOUS: (
        *_weekly(1, 8, 15, 22),
        Step(1, "ask", L),
        Step(8, "feedback"),
        Step(15, "feedback", L),
    ),
    Character.BRIEF: (*_weekly(2, 9), Step(2, "ask", L), Step(9, "feedback", L), Step(23, "feedback", A)),
    Character.FADING: (*_weekly(7), Step(7, "commit", L)),
    Character.PASSED_ON: (*_weekly(10), Step(2, "ask", L), Step(10, "feedback", A)),
    Character.DOUBTFUL: (
        *_weekly(1, 8),
        Step(8, "unsure", L),
        Step(8, "feedback", A),
        Step(15, "not_good", L),
        Step(15, "concern", L),
    ),
    Character.PARTED: (*_weekly(1), Step(8, "leave", L)),
    Character.GONE: (Step(9, "opt_out", L),),
    Character.SILENT: (),
}
"""Days 1 to 4 of each week are Tuesday to Friday where engagements begin on a Monday."""
