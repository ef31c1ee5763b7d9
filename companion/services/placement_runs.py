"""One run from start to end: course by course, alone on its site, with a record of what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from companion.errors import CompanionError, ConflictError, LmsError
from companion.models.lms import Course
from companion.models.placement import PlacementRun, PlacementState, Way
from companion.placement.placer import Done, Placer, Standing, Target
from companion.services.connection import Connection
from companion.services.placement_plan import Wish, placer_for
from companion.store import Database, placements, programmes
from companion.sync.progress import Progress
from lms_client import FunctionUnavailable, SiteError
from lms_client import LmsError as ClientError

UNDER_WAY = "Widgets are being placed or taken out already. Wait until that has ended."
TAKEN_OVER = "This run was silent for so long that it was taken for dead. What it did stands."


def new_run(site_id: int, programme_id: int, wish: Wish, by: str, now: datetime) -> PlacementRun:
    """A run that is asked for."""
    return PlacementRun(
        site_id=site_id,
        programme_id=programme_id,
        action=wish.action,
        way=wish.way,
        to_top=wish.to_top,
        state=PlacementState.ASKED,
        asked_by=by[:300],
        asked_at=now,
        heartbeat_at=now,
        added=0,
        moved=0,
        removed=0,
        problems=[],
    )


def targets_of(db: Database, courses: Sequence[Course]) -> list[Target]:
    """The courses as the placers know them, with what was noted as placed there."""
    with db.read() as session:
        noted = placements.of_courses(session, [course.id for course in courses])
    placed: dict[int, set[int]] = {}
    for row, course in noted:
        if row.way is not Way.DEEP_LINK:
            placed.setdefault(course.id, set()).add(row.lms_module_id)
    return [Target(c.lms_id, frozenset(placed.get(c.id, ()))) for c in courses]


@dataclass
class Runner:
    """Does what a run asks for."""

    db: Database
    connection: Connection
    clock: Callable[[], datetime]

    def begin(self, programme_id: int, wish: Wish, by: str) -> PlacementRun:
        """A run that has begun; raises ConflictError where another one is under way."""
        site_id, now = self.connection.site().id, self.clock()
        with self.db.begin() as session:
            run = placements.add(session, new_run(site_id, programme_id, wish, by, now))
            if not placements.start(session, run.id, now):
                raise ConflictError(UNDER_WAY)
        return run

    def do(self, run: PlacementRun, progress: Progress) -> Done:
        """Do a run that has begun, and note what came of it.

        Raises:
            ConflictError: it was taken for dead meanwhile.
            NotReadyError: the way is not open.
            LmsError: the LMS cannot be reached or refuses; what was done until then stands and is noted.
        """
        work = _Work(self, run, progress)
        try:
            work.all_courses()
        except ClientError as problem:
            work.end(PlacementState.FAILED, error=str(problem)[:500])
            raise LmsError(f"{problem} {work.told()} before that; run it again to go on.") from problem
        except CompanionError as problem:
            work.end(PlacementState.FAILED, error=str(problem)[:500])
            raise
        except BaseException as problem:
            work.end(PlacementState.FAILED, error=f"It was interrupted ({type(problem).__name__}).")
            raise
        work.end(PlacementState.DONE)
        return work.done


class _Work:
    """A run under way; `done` sums up what came of it so far."""

    def __init__(self, runner: Runner, run: PlacementRun, progress: Progress) -> None:
        self.done = Done()
        self._runner, self._run, self._progress = runner, run, progress

    def all_courses(self) -> None:
        run, db = self._run, self._runner.db
        wish = Wish(run.action, run.way, run.to_top)
        with db.read() as session:
            courses = list(programmes.courses(session, run.programme_id))
        client = self._runner.connection.client()
        placer, problems = placer_for(client, self._runner.connection.site(), wish)
        self._add(Done(problems=problems))
        self._progress.phase(
            "placing widgets" if wish.action == "place" else "removing widgets", len(courses)
        )
        for course, target in zip(courses, targets_of(db, courses), strict=True):
            self._one(placer, course, target)
            self._progress.advance()
            self._alive()

    def end(self, state: PlacementState, error: str | None = None) -> None:
        self._write(state=state, finished_at=self._runner.clock(), error=error)

    def told(self) -> str:
        return f"{self.done.added} widgets were placed and {self.done.removed} removed"

    def _one(self, placer: Placer, course: Course, target: Target) -> None:
        """Look afresh, and do what is to be done; a course that refuses does not hold up the others."""
        try:
            plan = next(iter(placer.plans([target])))
            if plan.problem:
                self._trouble(course, plan.problem)
                if not plan.gone:
                    return
            done = placer.carry_out(plan)
        except (SiteError, FunctionUnavailable):
            raise
        except ClientError as problem:
            self._trouble(course, str(problem))
        else:
            self._note(course, done.standing)
            self._add(replace(done, problems=tuple(f"{course.full_name}: {each}" for each in done.problems)))

    def _trouble(self, course: Course, sentence: str) -> None:
        self._add(Done(problems=(f"{course.full_name}: {sentence}",)))

    def _add(self, more: Done) -> None:
        self.done = self.done.plus(more)

    def _note(self, course: Course, standing: Sequence[Standing]) -> None:
        """Note where widgets stand; of a widget that stands twice what Cairn placed."""
        now = self._runner.clock()
        rows: dict[str, dict[str, object]] = {}
        for each in sorted(standing, key=lambda s: s.way is not Way.DEEP_LINK):
            rows[each.widget] = {
                "course_id": course.id,
                "widget": each.widget,
                "lms_module_id": each.module_id,
                "lms_activity_id": each.activity_id,
                "way": each.way,
                "placed_at": now,
            }
        with self._runner.db.begin() as session:
            placements.record(session, list(rows.values()), [course.id])

    def _alive(self) -> None:
        if not self._write():
            raise ConflictError(TAKEN_OVER)

    def _write(self, **values: object) -> bool:
        counts = {"added": self.done.added, "moved": self.done.moved, "removed": self.done.removed}
        with self._runner.db.begin() as session:
            return placements.write(
                session,
                self._run.id,
                self._runner.clock(),
                problems=list(self.done.problems),
                **counts,
                **values,
            )
