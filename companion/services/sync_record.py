"""The record of a run while it goes on: its lease, its phase, its steps."""

from collections.abc import Callable
from datetime import datetime

from companion.errors import ConflictError
from companion.models.jobs import SyncState
from companion.store import Database, Session, sync_runs
from companion.sync.progress import Progress
from companion.sync.stage import TAKEN_OVER

BEAT_SECONDS = 5
"""Between two signs of life, where nothing else is written."""


class Recorder:
    """Progress that keeps the run's record alive and passes everything on.

    Whoever was taken for dead meanwhile is told by ConflictError, from any of its methods but `fail`.
    """

    def __init__(self, db: Database, run_id: int, clock: Callable[[], datetime], onward: Progress) -> None:
        self._db, self._run_id, self._clock, self._onward = db, run_id, clock, onward
        self._written_at = clock()

    def phase(self, name: str, total: int | None = None) -> None:
        """Keep which phase begins, and pass it on."""
        self._onward.phase(name, total)
        self._write(phase=name, steps=total, steps_done=0)

    def advance(self, steps: int = 1) -> None:
        """Pass the steps on: they are kept with the pages they are about."""
        self._onward.advance(steps)
        self.beat()

    def beat(self) -> None:
        """Give a sign of life, unless there was one a moment ago."""
        if (self._clock() - self._written_at).total_seconds() >= BEAT_SECONDS:
            self._write()

    def renew(self, session: Session, steps: int) -> None:
        """Renew the lease and count steps in a transaction that keeps a page."""
        self._written_at = self._clock()
        if not sync_runs.step(session, self._run_id, self._written_at, steps):
            raise ConflictError(TAKEN_OVER)

    def fail(self, sentence: str) -> None:
        """Keep why the run ended."""
        now = self._clock()
        with self._db.begin() as session:
            sync_runs.write(
                session, self._run_id, now, state=SyncState.FAILED, finished_at=now, error=sentence[:500]
            )

    def _write(self, **values: object) -> None:
        self._written_at = self._clock()
        with self._db.begin() as session:
            alive = sync_runs.write(session, self._run_id, self._written_at, **values)
        if not alive:
            raise ConflictError(TAKEN_OVER)
