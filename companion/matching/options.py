"""How a matching is carried out: how exactly, by what, and who is told or may stop it."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Literal

from companion.matching.errors import MatchStoppedError

Engine = Literal["numba", "numpy"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a matching has come."""

    stage: str
    """What was just done, in words."""
    rounds: int = 0
    """Solutions found so far."""
    gap: int | None = None
    """Points the best possible matching could still gain at most; None while nothing is known."""
    shards: tuple[int, int] | None = None
    """Shards finished, and of how many."""


def _engine_here() -> Engine:
    return "numba" if find_spec("numba") else "numpy"


def _cores() -> int:
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Neither engine nor threads change the outcome; the tolerance may."""

    tolerance: float = 0.0
    """Stop once the proven gap is at most this share of the value: 0 proves the optimum, 0.0001 stops at 0.01 %."""
    engine: Engine = field(default_factory=_engine_here)
    """What passes over all pairs: the compiled kernel where numba is installed, or NumPy."""
    threads: int = field(default_factory=_cores)
    progress: Callable[[Progress], None] = lambda _: None
    cancelled: Callable[[], bool] = lambda: False

    def check(self) -> None:
        """Raise MatchStoppedError where the matching is no longer wanted."""
        if self.cancelled():
            raise MatchStoppedError("The matching was stopped before it was done. Nothing was proposed.")
