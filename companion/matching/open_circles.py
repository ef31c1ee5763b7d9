"""Circles that run and have room for somebody more."""

from dataclasses import dataclass

from companion.matching.profiles import Profile

HARD_LIMIT = 8
"""People in a circle at most, its adviser among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCircle:
    """A running circle as the matching sees it. Nobody in it is moved."""

    circle_id: int
    adviser: Profile
    learners: tuple[Profile, ...] = ()
    """Everybody else in it of whom something is known: who joins must get on with each of them."""
    room: int
    """How many can join."""
