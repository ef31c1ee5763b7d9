"""What stands beside each input: who will see it, in words, from the one table of audiences; pure."""

from companion.models.audience import AUDIENCE, Audience, Concept

SAID: dict[Audience, str] = {
    Audience.ONESELF: "Only you see this.",
    Audience.ENGAGEMENT: "You and %(names)s see this. No teacher and no administrator does.",
    Audience.COMPANIONS: "Those you are in an engagement with see this. No teacher and no administrator does.",
    Audience.RECEIVER: "Only %(names)s sees this, and you. No coordinator, teacher or administrator does.",
    Audience.ASKED: "You and those who have the question see this. No teacher and no administrator does.",
    Audience.THANKED: "You, whom you thank and whom you name see this. No teacher and no administrator does.",
    Audience.COORDINATOR: "Your coordinator sees what you choose below. %(names)s does not, nor does anybody else.",
    Audience.NEXT_COHORT: "A coordinator looks at it first. Then the people of the programme see it, without "
    "your name.",
    Audience.TREND: "You and %(names)s see one line made of the answers of all of you. In a pair it can be guessed "
    "who said what. Coordinators only see it counted together with many others.",
    Audience.FLAGGED: "Your coordinator sees this answer, so that something can be done. It is not shown to %(names)s.",
}
"""A sentence for each audience, with a place for the names of the others."""


def said(concept: Concept) -> str:
    """Who will see what is written here."""
    return SAID[AUDIENCE[concept]]
