"""Queries on the records of jobs."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.jobs import JobRecord
from companion.store.upsert import insert_new


def began(session: Session, job: str, now: datetime) -> None:
    """A run of the job begins."""
    blank = {"job": job, "started_at": now, "milliseconds": 0, "runs": 0, "failures": 0}
    insert_new(session, JobRecord, [blank], key=("job",))
    _set(session, job, started_at=now, finished_at=None)


def ended(session: Session, job: str, now: datetime, milliseconds: int, error: str | None) -> None:
    """A run of the job is over; `error` is the kind of what went wrong."""
    _set(
        session,
        job,
        finished_at=now,
        milliseconds=JobRecord.milliseconds + milliseconds,
        runs=JobRecord.runs + 1,
        failures=JobRecord.failures + (1 if error else 0),
        error=error,
    )


def all_records(session: Session) -> Sequence[JobRecord]:
    """The record of each job that ever ran, by name."""
    return session.scalars(sa.select(JobRecord).order_by(JobRecord.job)).all()


def _set(session: Session, job: str, **values: object) -> None:
    session.execute(
        sa.update(JobRecord)
        .where(JobRecord.job == job)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
