"""What somebody without an engagement is told: what happens next, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """Where a person without an engagement stands."""

    UNKNOWN_PERSON = "unknown_person"
    NO_PROGRAMME = "no_programme"
    TEACHER = "teacher"
    OPTED_OUT = "opted_out"
    UNMATCHED = "unmatched"
    ENDED = "ended"
    PROPOSED = "proposed"
    NEW_HIRE = "new_hire"
    RECENT_LEARNER = "recent_learner"
    NOT_IN_PROGRAMME = "not_in_programme"


@dataclass(frozen=True, slots=True)
class Notice:
    """A heading and what happens next."""

    standing: Standing
    heading: str
    text: str


_TEXTS: dict[Standing, tuple[str, str]] = {
    Standing.UNKNOWN_PERSON: (
        "We have not met yet",
        "Your course joins the mentoring programme at its next update, usually within a day. Then this place is yours.",
    ),
    Standing.NO_PROGRAMME: (
        "No mentoring in this course yet",
        "Mentoring is not part of this course at the moment. There is nothing for you to do.",
    ),
    Standing.TEACHER: (
        "You teach this course",
        "Here your learners meet their advisers. What they write is between them; nothing is asked of you.",
    ),
    Standing.OPTED_OUT: (
        "You are not taking part",
        "You chose not to take part, and nobody is matched with you. Tell your coordinator if you change your mind.",
    ),
    Standing.UNMATCHED: (
        "We are still looking for your adviser",
        "Nobody with room fits just now. You stay on the list and come first when somebody does.",
    ),
    Standing.PROPOSED: (
        "Somebody was found for you",
        "It begins when all of you accepted. Open “My mentoring” in this course to answer, or to see who is left to.",
    ),
    Standing.ENDED: (
        "This engagement has ended",
        "Thank you for the time you gave each other. You will hear from us if another one begins.",
    ),
    Standing.NEW_HIRE: (
        "Your adviser is on the way",
        "You will be matched with somebody who finished this path not long ago. You hear from us, and you meet here.",
    ),
    Standing.RECENT_LEARNER: (
        "Somebody may soon ask for your experience",
        "You finished this path not long ago: you know what a new colleague needs. If you are matched, you meet here.",
    ),
    Standing.NOT_IN_PROGRAMME: (
        "Nothing to do here",
        "This place is for new colleagues and for those who finished the course not long ago.",
    ),
}


def notice(standing: Standing) -> Notice:
    """The words for a standing."""
    return Notice(standing, *_TEXTS[standing])
