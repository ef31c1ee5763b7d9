"""The widgets there are: the one list that launches, deep linking and the pages go by."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Widget:
    """Attributes:
    name: value of the custom parameter `widget`.
    title: what it is called.
    activity: the name of its activity in a course page, unless a teacher gives another one.
    about: what it does, for the teacher who picks it.
    """

    name: str
    title: str
    activity: str
    about: str


WIDGETS: Final = (
    Widget(
        "check-in",
        "Check-in",
        "Mentoring check-in",
        "Once a week, one tap and a line if they like: how it is going and whether the two were in touch. "
        "Only the two see it.",
    ),
    Widget(
        "feedback",
        "Feedback",
        "Mentoring feedback",
        "Whether the two fit, and one question about trust. The coordinator sees the fit, nobody the trust.",
    ),
    Widget(
        "ask",
        "Ask",
        "Ask somebody who was here before",
        "A question goes to one or two people who finished the course and have room. Only they and the asker see it.",
    ),
    Widget(
        "mentoring",
        "My mentoring",
        "My mentoring",
        "Everything in one place: the next step first, what the two mean to do, what they agreed on, and how to reach "
        "each other.",
    ),
)
"""The first is the one that opens where an activity names none."""
