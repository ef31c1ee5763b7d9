"""What can speak for a pair: every ground there is, and the one table of sentences that say it to each reader."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Ground(StrEnum):
    """What speaks for a pair. Stored by its value."""

    TOPICS_OFFERED = "topics_offered"
    TOPICS_SHARED = "topics_shared"
    STYLE_CLOSE = "style_close"
    STYLE_APART = "style_apart"
    COURSE_TAKEN = "course_taken"
    COURSE_FINISHED = "course_finished"
    SAME_ROLE = "same_role"
    SHARED_HOURS = "shared_hours"
    LANGUAGES = "languages"
    SAME_LOCATION = "same_location"
    SAME_TEAM = "same_team"
    SAME_COHORT = "same_cohort"
    LEARNER_ASKED = "learner_asked"
    ADVISER_ASKED = "adviser_asked"
    LITTLE_TIME = "little_time"
    AS_TOLD = "as_told"
    """Kept from before grounds were stored, and no sentence of today's: the English for each reader is in its names."""


Clock = tuple[tuple[str, str], ...]
"""Spans of a day, from and until, such as 9:00 and 12:30."""


class Clocks(NamedTuple):
    """The same spans on the clock of each reader; the administrator's is UTC."""

    learner: Clock
    adviser: Clock
    admin: Clock


class Said(NamedTuple):
    """A ground with its values.

    Attributes:
        names: topics, ways of working, codes of languages, or the one course, role, place or team; as people or the
            LMS call them.
        finished: when the course was finished.
    """

    ground: Ground
    names: tuple[str, ...] = ()
    finished: date | None = None
    hours: Clocks | None = None


class Words(NamedTuple):
    """One sentence in words: said to the learner about the adviser, the other way round, and about both."""

    learner: str
    adviser: str
    admin: str


def _to_both(words: str, admin: str) -> Words:
    return Words(words, words, admin)


SENTENCES = {
    Ground.TOPICS_OFFERED: Words(
        "Can help with %(names)s.",
        "You can help with %(names)s.",
        "The adviser can help with %(names)s.",
    ),
    Ground.TOPICS_SHARED: _to_both(
        "You are both interested in %(names)s.", "Both are interested in %(names)s."
    ),
    Ground.STYLE_CLOSE: _to_both(
        "You like to work in similar ways: %(names)s.", "Both like to work in similar ways: %(names)s."
    ),
    Ground.STYLE_APART: _to_both(
        "You differ in how you like to work, though not in everything.",
        "They differ in how they like to work, though not in everything.",
    ),
    Ground.COURSE_TAKEN: Words(
        "Finished %(names)s %(ago)s, which you take.",
        "You finished %(names)s %(ago)s, which they take.",
        "The adviser finished %(names)s %(ago)s, which the learner takes.",
    ),
    Ground.COURSE_FINISHED: Words(
        "Finished %(names)s %(ago)s.",
        "You finished %(names)s %(ago)s.",
        "The adviser finished %(names)s %(ago)s.",
    ),
    Ground.SAME_ROLE: _to_both(
        "You both hold the same role: %(names)s.", "Both hold the same role: %(names)s."
    ),
    Ground.SHARED_HOURS: _to_both("You both work %(hours)s your time.", "Both work %(hours)s UTC."),
    Ground.LANGUAGES: _to_both("You both speak %(names)s.", "Both speak %(names)s."),
    Ground.SAME_LOCATION: _to_both("You both work in %(names)s.", "Both work in %(names)s."),
    Ground.SAME_TEAM: _to_both("You both belong to %(names)s.", "Both belong to %(names)s."),
    Ground.SAME_COHORT: _to_both("You belong to one cohort.", "Both belong to one cohort."),
    Ground.LEARNER_ASKED: Words(
        "You asked for this person.",
        "They would like to learn from you.",
        "The learner asked for this adviser.",
    ),
    Ground.ADVISER_ASKED: Words(
        "They would like to help you.",
        "You asked for this person.",
        "The adviser asked for this learner.",
    ),
    Ground.LITTLE_TIME: Words(
        "They have little time this week.",
        "You said that you have little time this week.",
        "The adviser has little time this week.",
    ),
}
"""In English, which is also the id they are translated by. Names, hours and how long ago are filled in."""
SPAN = "%(first)s to %(last)s"
WAYS = {
    "pace": "pace",
    "planning": "planning",
    "directness": "directness",
    "detail": "detail",
    "sociability": "sociability",
}
"""What the ways of working are called within a sentence."""
NOTHING = {
    "topics": "No topic in common is known.",
    "work_style": "No similar way of working is known.",
    "path": "No course of this path was finished recently.",
    "role": "They do not hold the same role, or it is not known.",
    "hours": "No shared working hours are known.",
    "language": "No common language is known.",
    "location": "They are not in one place, or it is not known.",
    "same_team": "They are not of one department, or it is not known.",
    "same_cohort": "They share no cohort.",
    "wish_of_learner": "The learner did not ask for this adviser.",
    "wish_of_adviser": "The adviser did not ask for this learner.",
    "low_bandwidth": "The adviser did not say to be short of time.",
}
"""Said to administrators, by rule, where nothing speaks for the pair."""
