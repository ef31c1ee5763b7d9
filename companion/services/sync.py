"""A sync from start to end: one run at a time, a record of each, the last good state kept when one fails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from companion.errors import CompanionError, ConflictError, LmsError
from companion.mentoring.engagement import Move, Mover, leads
from companion.models.jobs import SyncRun, SyncState
from companion.services.connection import Connection
from companion.store import Database, engagements, lms, mirror, programmes, sections, sync_runs
from companion.sync.plan import plan
from companion.sync.progress import Progress, Silent
from companion.sync.pull import pull
from companion.sync.snapshot import Snapshot
from lms_client import LmsError as ClientError

KEPT_PROFILE_FIELDS = frozenset({"jobrole", "location", "manager", "languages"})
"""Custom profile fields the matching reads where a site has them; a programme's own date field joins them."""

TAKEN_OVER = "This sync was silent for so long that it was taken for dead. Nothing was changed by it."


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, for the person who asked for it."""

    run_id: int
    courses: int
    people: int
    followed: int
    changes: dict[str, int]
    problems: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The newest runs, and whether one is alive."""

    runs: tuple[SyncRun, ...]
    under_way: bool


class SyncService:
    """Reads the LMS into the store."""

    def __init__(self, db: Database, *, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._connection = connection
        self._clock = clock

    def run(self, progress: Progress | None = None, *, allow_removals: bool = False) -> SyncReport:
        """Read the site once.

        Raises:
            ConflictError: a run is under way, or another one took the place of this one.
            NotReadyError: no site is connected, or its token cannot be read.
            LmsError: the LMS could not be read; what is stored stays as it was.
        """
        site_id = self._connection.site().id
        with self._db.begin() as session:
            started = sync_runs.start(session, site_id, self._clock())
        if started is None:
            raise ConflictError("A sync is already running. Wait until it has ended.")
        recorder = _Recorder(self._db, started.id, self._clock, progress or Silent())
        try:
            return self._read_and_apply(site_id, recorder, allow_removals)
        except ClientError as problem:
            recorder.fail(str(problem))
            raise LmsError(f"{problem} Nothing was changed.") from problem
        except CompanionError as problem:
            recorder.fail(str(problem))
            raise
        except BaseException as problem:
            recorder.fail(f"It was interrupted ({type(problem).__name__}). Nothing was changed.")
            raise

    def history(self) -> list[SyncRun]:
        """The newest runs of the connected site."""
        site_id = self._connection.site().id
        with self._db.read() as session:
            return list(sync_runs.latest(session, site_id))

    def status(self) -> SyncStatus:
        """The newest runs of the connected site, and whether the newest is alive."""
        runs = tuple(self.history())
        alive_since = self._clock() - sync_runs.DEAD_AFTER
        under_way = any(
            run.state is SyncState.RUNNING and run.heartbeat_at >= alive_since for run in runs[:1]
        )
        return SyncStatus(runs, under_way)

    def _read_and_apply(self, site_id: int, recorder: "_Recorder", allow_removals: bool) -> SyncReport:
        with self._db.read() as session:
            followed = [course.lms_id for course in lms.followed_courses(session, site_id)]
            fields = programmes.profile_fields(session, site_id) | KEPT_PROFILE_FIELDS
        client = self._connection.client()
        snapshot = pull(client, followed=followed, profile_fields=fields, progress=recorder)
        recorder.phase("storing")
        return self._apply(site_id, recorder.run_id, snapshot, allow_removals, len(followed))

    def _apply(
        self, site_id: int, run_id: int, snapshot: Snapshot, allow_removals: bool, followed: int
    ) -> SyncReport:
        now = self._clock()
        with self._db.begin() as session:
            if not sync_runs.write(session, run_id, now):
                raise ConflictError(TAKEN_OVER)
            planned = plan(snapshot, mirror.load(session, site_id), allow_removals=allow_removals)
            mirror.apply(session, site_id, planned.changes, now)
            for course_lms_id, rows in snapshot.sections.items():
                sections.keep(session, site_id, course_lms_id, rows)
            engagements.move(
                session, leads(Move.STOP, Mover.LMS), engagements.abandoned(site_id), ended_at=now
            )
            read = {"courses_read": len(snapshot.courses), "people_read": len(snapshot.people)}
            sync_runs.write(
                session,
                run_id,
                now,
                state=SyncState.DONE,
                phase="done",
                finished_at=now,
                counts={**read, **planned.changes.counts()},
                problems=list(planned.problems),
            )
        return SyncReport(
            run_id,
            len(snapshot.courses),
            len(snapshot.people),
            followed,
            planned.changes.counts(),
            planned.problems,
            snapshot.complete,
        )


class _Recorder:
    """Progress that keeps the run record alive and passes everything on."""

    def __init__(self, db: Database, run_id: int, clock: Callable[[], datetime], onward: Progress) -> None:
        self.run_id = run_id
        self._db, self._clock, self._onward = db, clock, onward
        self._written_at = clock()

    def phase(self, name: str, total: int | None = None) -> None:
        self._onward.phase(name, total)
        self._write(phase=name)

    def advance(self, steps: int = 1) -> None:
        self._onward.advance(steps)
        if (self._clock() - self._written_at).total_seconds() >= 10:
            self._write()

    def fail(self, sentence: str) -> None:
        now = self._clock()
        with self._db.begin() as session:
            sync_runs.write(
                session, self.run_id, now, state=SyncState.FAILED, finished_at=now, error=sentence[:500]
            )

    def _write(self, **values: object) -> None:
        self._written_at = self._clock()
        with self._db.begin() as session:
            alive = sync_runs.write(session, self.run_id, self._written_at, **values)
        if not alive:
            raise ConflictError(TAKEN_OVER)
