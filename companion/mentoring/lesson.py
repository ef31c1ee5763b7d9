"""Lessons: what went right or wrong, for whom it is meant, and where it appears; pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

LESSON_LIMIT = 400
"""Characters: three or four sentences."""
MOST_SHOWN = 3
"""Lessons beside one section: more are not read."""
SHORTEST_NAME = 3
"""Letters of a part of a name worth looking for: shorter ones stand in half of all words."""


@dataclass(frozen=True, slots=True)
class Published:
    """A lesson for the next cohort that a coordinator let through. It carries no name.

    Attributes:
        section: the course section it belongs to; None for the whole course.
    """

    id: int
    course_id: int
    section: int | None
    published_at: datetime


def shown(
    lessons: Iterable[Published], course_id: int, section: int | None, most: int = MOST_SHOWN
) -> list[Published]:
    """The lessons to show at a section of a course: its own first, then those of the whole course, newest first."""
    here = [one for one in lessons if one.course_id == course_id and one.section in (section, None)]
    here.sort(key=lambda one: (one.section is None, -one.published_at.timestamp(), one.id))
    return here[:most]


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """The names, of the people concerned, that a text gives away, in the order given.

    A lesson for the next cohort is told without names; this is what to ask the author to leave out.

    Args:
        names: full names; each of their parts counts by itself.
    """
    words = {word.casefold() for word in re.findall(r"\w+", text)}
    parts = dict.fromkeys(part for name in names for part in re.findall(r"\w+", name))
    return [part for part in parts if len(part) >= SHORTEST_NAME and part.casefold() in words]


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person wrote as a learner, for themselves to find again.

    Attributes:
        written_on: the day.
    """

    id: int
    programme_id: int
    course_id: int | None
    written_on: date
    as_learner: bool


def come_back(
    notes: Sequence[Note], programme_id: int, courses: Collection[int], most: int = MOST_SHOWN
) -> list[Note]:
    """The notes that come back to somebody who now advises: what they wrote as a learner, the earliest first.

    Advisers who read again what they wrote as novices judge better what a novice needs (Zhang; D10). The first weeks
    are the ones they have forgotten most.

    Args:
        programme_id: of the engagement in which they advise now.
        courses: those of the programme, where a note from another programme belongs too.
    """
    mine = [
        note
        for note in notes
        if note.as_learner and (note.programme_id == programme_id or note.course_id in courses)
    ]
    return sorted(mine, key=lambda note: (note.written_on, note.id))[:most]
