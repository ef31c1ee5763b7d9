"""A sync from start to end: one run at a time, a record of each, the last good state kept when one fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.errors import CompanionError, ConflictError, LmsError
from companion.models.jobs import SyncKind, SyncRun, SyncState
from companion.models.staging import Route
from companion.services.connection import Connection
from companion.services.sync_record import Recorder
from companion.store import Database, Session, lms, merging, programmes, staging, sync_runs
from companion.store.slices import Slice
from companion.sync.pipeline import Pipeline
from companion.sync.plan import NOTHING_HELD, removals
from companion.sync.progress import Progress, Silent
from companion.sync.pull import pull
from companion.sync.rosters import Rosters, pull_rosters
from companion.sync.scope import Scope
from companion.sync.stage import TAKEN_OVER, Stage
from lms_client import LmsError as ClientError
from lms_client import ReportFilter

KEPT_PROFILE_FIELDS = frozenset({"jobrole", "location", "manager", "languages"})
"""Custom profile fields the matching reads where a site has them; a programme's own date field joins them."""
RESUMED_WITHIN = timedelta(hours=3)
"""A reading begun longer ago is not gone on with: its first pages are too old to stand beside the last ones."""
FULL_AT_LEAST = timedelta(days=8)
"""Changes are asked for only where everything was read since: the nightly full run may have failed for a week."""
OVERLAP = timedelta(minutes=15)
"""Changes are asked for from so long before the last reading began: the clocks of two machines differ."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, for the person who asked for it.

    Attributes:
        resumed: it went on from pages that an earlier run had kept.
        route: where enrolment and completion times came from; None where nobody was read.
    """

    run_id: int
    kind: SyncKind
    resumed: bool
    route: str | None
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

    def __init__(
        self,
        db: Database,
        *,
        connection: Connection,
        rosters: Callable[[str], Rosters],
        clock: Callable[[], datetime],
        leave_gone: Callable[[Session, int, datetime], object],
        requests: int = 2,
    ) -> None:
        """Take what a reading needs.

        Args:
            rosters: those of a site, by its address.
            leave_gone: parts from the engagements of a site those whom its LMS no longer has, within the transaction.
            requests: sent to the LMS at a time, at most.
        """
        self._leave_gone = leave_gone
        self._db = db
        self._connection = connection
        self._rosters = rosters
        self._clock = clock
        self._requests = requests

    def run(
        self,
        progress: Progress | None = None,
        *,
        kind: SyncKind = SyncKind.FULL,
        allow_removals: bool = False,
    ) -> SyncReport:
        """Read the site once: all of it, or what changed where that serves.

        Raises:
            ConflictError: a run is under way, or another one took the place of this one.
            NotReadyError: no site is connected, or its token cannot be read.
            LmsError: the LMS could not be read; what is stored stays as it was.
        """
        site_id = self._connection.site().id
        scope = self._scope(site_id)
        with self._db.begin() as session:
            started = sync_runs.start(session, site_id, scope.digest(), self._clock())
            if started is None:
                raise ConflictError("A sync is already running. Wait until it has ended.")
            self._set_out(session, started, kind)
        recorder = Recorder(self._db, started.id, self._clock, progress or Silent())
        try:
            return self._read_and_apply(started, scope, recorder, allow_removals)
        except ClientError as problem:
            recorder.fail(str(problem))
            raise LmsError(f"{problem} Nothing was changed.") from problem
        except CompanionError as problem:
            recorder.fail(str(problem))
            raise
        except BaseException as problem:
            recorder.fail(f"It was interrupted ({type(problem).__name__}). Nothing was changed.")
            raise

    def refresh(self) -> SyncReport:
        """Read what changed. Raises as `run` does."""
        return self.run(kind=SyncKind.CHANGES)

    def remove(self) -> SyncReport:
        """Read everything, and remove whoever has gone, however many. Raises as `run` does."""
        return self.run(allow_removals=True)

    def history(self) -> list[SyncRun]:
        """The newest runs of the connected site."""
        site_id = self._connection.site().id
        with self._db.read() as session:
            return list(sync_runs.latest(session, site_id))

    def page(self, wanted: Slice) -> tuple[Sequence[SyncRun], int]:
        """A slice of the runs of the connected site, and how many its filters leave."""
        site_id = self._connection.site().id
        with self._db.read() as session:
            return sync_runs.page(session, site_id, wanted)

    def status(self) -> SyncStatus:
        """The newest runs of the connected site, and whether the newest is alive."""
        runs = tuple(self.history())
        alive_since = self._clock() - sync_runs.DEAD_AFTER
        under_way = any(
            run.state is SyncState.RUNNING and run.heartbeat_at >= alive_since for run in runs[:1]
        )
        return SyncStatus(runs, under_way)

    def _scope(self, site_id: int) -> Scope:
        with self._db.read() as session:
            site = lms.site_by_id(session, site_id)
            known = {name.value for name in ReportFilter}
            return Scope(
                followed=[course.lms_id for course in lms.followed_courses(session, site_id)],
                profile_fields=frozenset(programmes.profile_fields(session, site_id) | KEPT_PROFILE_FIELDS),
                report_id=site.report_id,
                report_filters=frozenset(ReportFilter(name) for name in site.report_filters if name in known),
            )

    def _set_out(self, session: Session, run: SyncRun, wish: SyncKind) -> None:
        """Go on with the reading that an earlier run left, where it still serves; else begin one."""
        now = self._clock()
        reading = staging.current(session, run.site_id)
        # A roster is told as a whole or not at all.
        tells_changes = lms.site_by_id(session, run.site_id).token_encrypted is not None
        run.resumed = (
            reading is not None
            and reading.scope == run.scope
            and now - reading.started_at < RESUMED_WITHIN
            and (reading.kind is SyncKind.FULL or wish is SyncKind.CHANGES)
        )
        if reading is None or not run.resumed:
            since = self._since(session, run, now) if wish is SyncKind.CHANGES and tells_changes else None
            kind = SyncKind.CHANGES if since else SyncKind.FULL
            reading = staging.begin(session, run.site_id, kind, run.scope, now, since)
        run.kind, run.read_at = reading.kind, reading.started_at

    def _since(self, session: Session, run: SyncRun, now: datetime) -> datetime | None:
        """From when on changes are asked for; None where everything has to be read."""
        full = sync_runs.last_complete(session, run.site_id, SyncKind.FULL)
        last = sync_runs.last_complete(session, run.site_id)
        if full is None or last is None or full.read_at is None or last.read_at is None:
            return None
        if full.route == Route.ROSTER:  # a token tells of the time before what rosters left out
            return None
        if run.scope != full.scope or now - full.read_at > FULL_AT_LEAST:
            return None
        return last.read_at - OVERLAP

    def _read_and_apply(
        self, run: SyncRun, scope: Scope, recorder: Recorder, allow_removals: bool
    ) -> SyncReport:
        stage = Stage(self._db, run.site_id, recorder.renew)
        pipeline = Pipeline(self._requests, recorder.beat)
        site = self._connection.site()
        if site.token_encrypted is None:
            pull_rosters(self._rosters(site.base_url), stage, scope, recorder, pipeline)
        else:
            pull(self._connection.client(), stage, scope, recorder, pipeline)
        recorder.phase("storing")
        return self._apply(run, allow_removals, len(scope.followed))

    def _apply(self, run: SyncRun, allow_removals: bool, followed: int) -> SyncReport:
        now = self._clock()
        with self._db.begin() as session:
            reading = staging.current(session, run.site_id)
            if not sync_runs.write(session, run.id, now) or reading is None:
                raise ConflictError(TAKEN_OVER)
            held = NOTHING_HELD
            if reading.kind is SyncKind.FULL:
                missing = merging.gone(session, run.site_id)
                held = removals(missing, complete=reading.complete, allow=allow_removals)
            courses, people = merging.read_counts(session, run.site_id)
            changed = merging.merge(session, reading, now, removals=held.allowed)
            self._leave_gone(session, run.site_id, now)
            report = SyncReport(
                run_id=run.id,
                kind=reading.kind,
                resumed=run.resumed,
                route=reading.route.value if reading.route else None,
                courses=courses,
                people=people,
                followed=followed,
                changes=changed,
                problems=(*reading.problems, *held.problems),
                complete=reading.complete,
            )
            sync_runs.write(
                session,
                run.id,
                now,
                state=SyncState.DONE,
                phase="done",
                steps=None,
                finished_at=now,
                route=report.route,
                complete=reading.complete,
                held_back=held.held_back,
                counts={"courses_read": courses, "people_read": people, **changed},
                problems=list(report.problems),
            )
            staging.drop(session, run.site_id)
        return report
