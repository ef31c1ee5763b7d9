"""The queue: jobs by name on Huey, stored beside the data (SQLite or PostgreSQL).

Huey runs a job at most once; what must not be lost is in the outbox or in a run record, and a periodic job
looks there again.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Protocol

from huey import Huey, PostgresHuey, SqliteHuey, crontab

Handlers = Mapping[str, Callable[[], object]]


class Queue(Protocol):
    """Where a job is asked for by its name."""

    def send(self, job: str) -> None:
        """Have the job done soon, by whichever worker is free."""


class HueyQueue:
    """The queue in use; opened when first needed."""

    def __init__(self, database_url: str, data_dir: Path) -> None:
        self._database_url = database_url
        self._data_dir = data_dir
        self._opening = Lock()
        self._huey: Huey | None = None
        self._handlers: Handlers = {}

    def send(self, job: str) -> None:
        """Have the job done soon."""
        self.huey()
        self._task(job)

    def bind(self, handlers: Handlers) -> None:
        """What a worker does for each name."""
        self._handlers = handlers

    def huey(self) -> Huey:
        """The Huey instance, with every job and its schedule registered."""
        with self._opening:  # a web server answers several requests at a time, and each may be the first
            if self._huey is None:
                self._huey = self._open()
            return self._huey

    def _open(self) -> Huey:
        huey = self._store()
        self._task = huey.task(name="job")(self._run)
        for job, schedule in SCHEDULE.items():
            huey.periodic_task(schedule, name=f"every-{job}")(lambda job=job: self._run(job))
        return huey

    def _store(self) -> Huey:
        if self._database_url.startswith("postgresql"):
            return PostgresHuey(
                "cairn", dsn=self._database_url.replace("postgresql+psycopg://", "postgresql://")
            )
        self._data_dir.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("cairn", filename=str(self._data_dir / "queue.sqlite3"), timeout=30)

    def _run(self, job: str) -> None:
        self._handlers[job]()


SCHEDULE = {
    "asks": crontab(minute="7"),
    "nudges": crontab(minute="27"),
    "outbox": crontab(),
    "meeting-places": crontab(minute="37"),
    "meeting-places-all": crontab(minute="55", hour="3"),
    "next-best": crontab(minute="23"),
    "match": crontab(minute="3-58/5"),
    "upkeep": crontab(minute="17"),
    "watch": crontab(minute="27"),
    "purge": crontab(minute="35", hour="3"),
    "reports": crontab(minute="50", hour="0"),
    "refresh": crontab(minute="10"),
    "sync": crontab(minute="40", hour="2"),
}
"""Minutes and hours in UTC. The full sync is put where offices in Europe and America sleep; changes are read hourly."""
