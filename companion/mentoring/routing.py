"""Who is asked: one to three able people with room, never the same few; pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_ASKED = 3
"""An ask goes to one to three people (PRODUCT: a one-week micro-engagement with 1 to 3 advisers)."""
MOST_WAITING = 2
"""Asks that may wait for one person's answer at a time; more is a queue (Coding-Coach's advisers got up to twenty)."""
RECENT_DAYS = 30
"""Days over which being asked counts as recent load."""

COURSE_POINTS = 40
TOPIC_POINTS = 30
HOURS_POINTS = 15
REGULARITY_POINTS = 15
"""What speaks for somebody, 100 in all: the matching's order of weights, with the course a question arose in first."""
LOAD_POINTS = 12
"""Taken off for each recent ask: four of them outweigh having finished the course."""
ENOUGH_HOURS = 4.0
"""Shared working hours a day that count in full."""
LEAST_POINTS = 20
"""A second and a third person are asked only where they can do this much; the first, where they are able at all."""


class Strength(StrEnum):
    """Why somebody is asked, as the asker is told."""

    COURSE = "course"
    TOPIC = "topic"
    HOURS = "hours"
    REGULAR = "regular"


@dataclass(frozen=True, slots=True)
class Question:
    """What routing knows of an ask: never its text.

    Attributes:
        course_id: the course it arose in; None outside a course.
        topics: lower-case words the asker chose.
    """

    asker_id: int
    course_id: int | None
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might be asked.

    Attributes:
        finished: courses they completed.
        topics: lower-case words they offer.
        shared_hours: a day, with the asker; None where a time zone is not known.
        regularity: 0 to 1, the share of what was put to them lately that they answered.
        waiting: asks that wait for their answer now.
        recent: asks put to them within RECENT_DAYS.
        available: takes part, is neither paused nor low on bandwidth.
    """

    person_id: int
    finished: frozenset[int] = frozenset()
    topics: frozenset[str] = frozenset()
    shared_hours: float | None = None
    regularity: float = 0.5
    waiting: int = 0
    recent: int = 0
    available: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to ask, and why."""

    person_id: int
    points: float
    strengths: tuple[Strength, ...]


def route(
    question: Question,
    candidates: Iterable[Candidate],
    *,
    asked: Collection[int] = (),
    most: int = MOST_ASKED,
) -> list[Choice]:
    """The best to ask, best first; empty where nobody able has room.

    Args:
        asked: people who had this ask before, whatever they did with it.
        most: how many are wanted; at most MOST_ASKED are given.
    """
    able = (one for one in candidates if one.person_id not in asked and can_be_asked(question, one))
    ranked = sorted((_choice(question, one) for one in able), key=lambda c: (-c.points, c.person_id))
    wanted = ranked[: min(most, MOST_ASKED)]
    return [choice for place, choice in enumerate(wanted) if place == 0 or choice.points >= LEAST_POINTS]


def can_be_asked(question: Question, candidate: Candidate) -> bool:
    """Whether somebody is able, and has room."""
    able = question.course_id in candidate.finished or question.topics & candidate.topics
    room = candidate.available and candidate.waiting < MOST_WAITING
    return bool(able) and room and candidate.person_id != question.asker_id


def points(question: Question, candidate: Candidate) -> float:
    """How much speaks for somebody: at most 100, less LOAD_POINTS for each recent ask."""
    own: float = COURSE_POINTS * (question.course_id in candidate.finished)
    if question.topics:
        own += TOPIC_POINTS * len(question.topics & candidate.topics) / len(question.topics)
    own += HOURS_POINTS * min((candidate.shared_hours or 0.0) / ENOUGH_HOURS, 1.0)
    own += REGULARITY_POINTS * candidate.regularity
    return own - LOAD_POINTS * candidate.recent


def _choice(question: Question, candidate: Candidate) -> Choice:
    return Choice(candidate.person_id, points(question, candidate), tuple(_strengths(question, candidate)))


def _strengths(question: Question, candidate: Candidate) -> Sequence[Strength]:
    found = {
        Strength.COURSE: question.course_id in candidate.finished,
        Strength.TOPIC: bool(question.topics & candidate.topics),
        Strength.HOURS: (candidate.shared_hours or 0.0) >= ENOUGH_HOURS,
        Strength.REGULAR: candidate.regularity > 0.5,
    }
    return [strength for strength, there in found.items() if there]
