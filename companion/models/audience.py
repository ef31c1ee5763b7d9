"""Who may read what people write, as types and one table. The store's one way to a text goes by it, and so does the
line beside each input."""

from dataclasses import dataclass
from enum import StrEnum


class Concept(StrEnum):
    """What somebody writes or answers."""

    CHECK_IN = "check_in"
    WORK_STYLE = "work_style"
    COMMITMENT = "commitment"
    FEEDBACK_REQUEST = "feedback_request"
    FEEDBACK_REPLY = "feedback_reply"
    FIT = "fit"
    TRUST = "trust"
    CONCERN = "concern"
    ASK = "ask"
    ASK_WORD = "ask_word"
    THANKS = "thanks"
    NOTE = "note"
    """A lesson for oneself."""
    LESSON = "lesson"
    """A lesson for the pair or the circle."""
    LESSON_FOR_ALL = "lesson_for_all"
    """A lesson for the next cohort."""
    SAID = "said"
    """What somebody says for the matching."""


class Audience(StrEnum):
    """For whom something is meant."""

    ONESELF = "oneself"
    ENGAGEMENT = "engagement"
    """The people of the engagement."""
    COMPANIONS = "companions"
    """The people of any running engagement of its author."""
    RECEIVER = "receiver"
    """Its author, and whom it is for."""
    ASKED = "asked"
    """The asker, and the people asked who did not pass it on."""
    THANKED = "thanked"
    """Its author, whom it is for, and whom it credits."""
    COORDINATOR = "coordinator"
    """Its author and the coordinators."""
    NEXT_COHORT = "next_cohort"
    """Its author, a coordinator who looks at it first, and then everybody of the programme, without the name."""
    TREND = "trend"
    """The people of the engagement, as one line of all their answers together; coordinators, counted over many."""
    FLAGGED = "flagged"
    """Coordinators, as a state of the engagement and without a name; nobody else."""


class Relation(StrEnum):
    """What a reader is to something that was written."""

    AUTHOR = "author"
    MEMBER = "member"
    """In the engagement it was written in, the partner of a pair or one of a circle."""
    FORMER_MEMBER = "former_member"
    """Left that engagement before it was written."""
    COMPANION = "companion"
    """In a running engagement with the author."""
    RECEIVER = "receiver"
    ASKED = "asked"
    CREDITED = "credited"
    PARTICIPANT = "participant"
    """Learns in a course of the programme, once it was let through."""
    TEACHER = "teacher"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    STRANGER = "stranger"


class Staff(StrEnum):
    """Who reads without being a person of the LMS."""

    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a person of the LMS, or one of the staff. A teacher is a person like any other."""

    person_id: int | None = None
    staff: Staff | None = None


NOBODY = Reader()

AUDIENCE: dict[Concept, Audience] = {
    Concept.CHECK_IN: Audience.ENGAGEMENT,
    Concept.WORK_STYLE: Audience.COMPANIONS,
    Concept.COMMITMENT: Audience.ENGAGEMENT,
    Concept.FEEDBACK_REQUEST: Audience.ENGAGEMENT,
    Concept.FEEDBACK_REPLY: Audience.RECEIVER,
    Concept.FIT: Audience.FLAGGED,
    Concept.TRUST: Audience.TREND,
    Concept.CONCERN: Audience.COORDINATOR,
    Concept.ASK: Audience.ASKED,
    Concept.ASK_WORD: Audience.ASKED,
    Concept.THANKS: Audience.THANKED,
    Concept.NOTE: Audience.ONESELF,
    Concept.LESSON: Audience.ENGAGEMENT,
    Concept.LESSON_FOR_ALL: Audience.NEXT_COHORT,
    Concept.SAID: Audience.ONESELF,
}
"""The one table: for whom each thing is meant."""

READERS: dict[Audience, frozenset[Relation]] = {
    Audience.ONESELF: frozenset({Relation.AUTHOR}),
    Audience.ENGAGEMENT: frozenset({Relation.AUTHOR, Relation.MEMBER}),
    Audience.COMPANIONS: frozenset({Relation.AUTHOR, Relation.COMPANION}),
    Audience.RECEIVER: frozenset({Relation.AUTHOR, Relation.RECEIVER}),
    Audience.ASKED: frozenset({Relation.AUTHOR, Relation.ASKED}),
    Audience.THANKED: frozenset({Relation.AUTHOR, Relation.RECEIVER, Relation.CREDITED}),
    Audience.COORDINATOR: frozenset({Relation.AUTHOR, Relation.COORDINATOR}),
    Audience.NEXT_COHORT: frozenset({Relation.AUTHOR, Relation.PARTICIPANT, Relation.COORDINATOR}),
    Audience.TREND: frozenset(),
    Audience.FLAGGED: frozenset(),
}
"""Who that is. Where nobody is named, there is no text: what is shown is made of many answers."""


def may_read(concept: Concept, relation: Relation) -> bool:
    """Whether somebody who is this to a text may read it."""
    return relation in READERS[AUDIENCE[concept]]
