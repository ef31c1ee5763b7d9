"""Where a reading is kept page by page, so that a run that was stopped goes on from the last page it kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from companion.errors import ConflictError
from companion.models.staging import Reading
from companion.store import Database, Session, staging

END = "end"
"""The place of a phase that is over."""

TAKEN_OVER = "This sync was silent for so long that it was taken for dead. Nothing was changed by it."


class Stage:
    """The reading of one site that a run collects.

    Each `keeping` is a transaction of its own and renews the run's lease: whoever was taken for dead keeps nothing.
    """

    def __init__(self, db: Database, site_id: int, renew: Callable[[Session, int], None]) -> None:
        """Args: renew: renews the lease and counts steps; raises where the run lost its place."""
        self.site_id = site_id
        self._db = db
        self._renew = renew

    @contextmanager
    def keeping(self, steps: int = 0) -> Iterator[tuple[Session, Reading]]:
        """A transaction in which `steps` more steps are kept."""
        with self._db.begin() as session:
            self._renew(session, steps)
            found = staging.current(session, self.site_id)
            if found is None:
                raise ConflictError(TAKEN_OVER)
            yield session, found

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """A session to look at what was kept."""
        with self._db.read() as session:
            yield session

    def reading(self) -> Reading:
        """The reading as it stands."""
        with self._db.read() as session:
            found = staging.current(session, self.site_id)
        if found is None:
            raise ConflictError(TAKEN_OVER)
        return found

    def place(self, phase: str) -> Any:
        """How far a phase came, None where it has not begun."""
        return self.reading().places.get(phase)

    def end(self, phase: str) -> None:
        """A phase is over."""
        with self.keeping() as (session, reading):
            staging.note(session, reading, **{phase: END})

    def problem(self, sentence: str, *, complete: bool = True) -> None:
        """Something could not be read; without `complete` somebody may look gone who is not."""
        with self.keeping() as (_, reading):
            staging.note_problem(reading, sentence, complete=complete)
