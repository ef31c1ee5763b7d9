"""How a long piece of work tells where it is."""

from typing import Protocol


class Progress(Protocol):
    """Told of phases and steps; a terminal draws them, a run record keeps them."""

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase begins; `total` steps where they are known."""

    def advance(self, steps: int = 1) -> None:
        """So many steps more are done."""


class Silent:
    """Progress that nobody looks at."""

    def phase(self, name: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, steps: int = 1) -> None:
        """Say nothing."""
