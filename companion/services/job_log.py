"""What the worker does, noted around every job: the check and the metrics read it."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from companion.models.jobs import JobRecord
from companion.store import Database, job_records

ALIVE_WITHIN: Final = timedelta(minutes=5)
"""A job is due every minute; a worker silent for so long is taken for dead."""

log = structlog.get_logger()


class JobLog:
    """Notes each run of a job."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def watched(self, job: str, run: Callable[[], object]) -> Callable[[], object]:
        """The same job, which leaves a record; what it raises is noted by its kind and raised."""

        def call() -> object:
            with self._db.begin() as session:
                job_records.began(session, job, self._clock())
            began, error = time.monotonic(), None
            try:
                return run()
            except Exception as problem:
                # Only the kind: a message could quote what somebody wrote.
                error = type(problem).__name__
                log.error("job_failed", job=job, kind=error)
                raise
            finally:
                with self._db.begin() as session:
                    job_records.ended(session, job, self._clock(), _since(began), error)

        return call

    def records(self) -> Sequence[JobRecord]:
        """The record of each job that ever ran."""
        with self._db.read() as session:
            return job_records.all_records(session)

    def alive(self) -> bool:
        """Whether a worker did something lately."""
        return self.alive_by(self.records())

    def alive_by(self, records: Sequence[JobRecord]) -> bool:
        """The same, by records that were read already."""
        since = self._clock() - ALIVE_WITHIN
        return any(max(row.started_at, row.finished_at or row.started_at) >= since for row in records)


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
