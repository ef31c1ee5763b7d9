"""What people are told by message when their engagement moves on; kind, and without a reason; pure."""

from enum import StrEnum


class Occasion(StrEnum):
    """Why somebody is told."""

    PROPOSED = "proposed"
    LEFT = "left"
    LEFT_CIRCLE = "left_circle"
    CLOSED = "closed"
    EXTENDED = "extended"
    GIVEN_TIME = "given_time"
    REQUESTED = "requested"


_TEXTS: dict[Occasion, tuple[str, str]] = {
    Occasion.PROPOSED: (
        "Somebody was found for you in “{programme}”",
        "in “{programme}” we found somebody for you: {names}. Open your course page and say whether you would like to "
        "go part of the way together.",
    ),
    Occasion.LEFT: (
        "Your mentoring in “{programme}” has ended",
        "your time with {names} in “{programme}” has come to an end. This happens, and it is nobody's fault. Thank you "
        "for the time you gave. If you would like to go on with somebody else, we look for them with the next match.",
    ),
    Occasion.LEFT_CIRCLE: (
        "Your circle in “{programme}”",
        "{names} left your circle in “{programme}”. This happens, and it is nobody's fault. The circle goes on.",
    ),
    Occasion.CLOSED: (
        "Thank you for your mentoring in “{programme}”",
        "your time with {names} in “{programme}” has come to its end. Thank you for what you gave each other. In your "
        "course page you can look back, and see how you could pass it on.",
    ),
    Occasion.EXTENDED: (
        "You go on together in “{programme}”",
        "you and {names} go on together in “{programme}”: all of you wished it.",
    ),
    Occasion.GIVEN_TIME: (
        "More time in “{programme}”",
        "you and {names} have two more weeks together in “{programme}”. Use them as it suits you both.",
    ),
    Occasion.REQUESTED: (
        "{names} asks you for feedback",
        "{names} asks you for feedback in “{programme}”. Two sentences are enough; you find the question in your "
        "course page.",
    ),
}


def said(occasion: Occasion, *, person: str, names: str, programme: str) -> tuple[str, str]:
    """Subject and plain text of a message.

    Args:
        names: of the others it is about, as one reads them in a sentence.
    """
    subject, text = _TEXTS[occasion]
    return (
        subject.format(names=names, programme=programme),
        f"Hello {person},\n\n{text.format(names=names, programme=programme)}",
    )
