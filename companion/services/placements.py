"""Placing widgets into course pages, and taking them out: shown first, asked for, done, remembered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.errors import CompanionError, LmsError
from companion.models.lms import Course
from companion.models.placement import Placement, PlacementAction, PlacementRun, Way
from companion.placement import widgets
from companion.placement.block import has_block
from companion.placement.placer import Done
from companion.placement.snippet import snippet
from companion.services.connection import Connection
from companion.services.placement_plan import PlannedCourse, Preview, Wish, placer_for, template_of
from companion.services.placement_runs import Runner, new_run, targets_of
from companion.store import Database, lms, placements, programmes
from companion.store.slices import Slice
from companion.sync.progress import Progress, Silent
from lms_client import LmsError as ClientError

COMMAND_LINE = "command line"
NEWEST = Slice("when", descending=True)


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """What placing did; problems are sentences."""

    standing: tuple[tuple[str, str], ...]
    """Course name and widget, of everything that stands now."""
    added: int
    moved: int
    removed: int
    problems: tuple[str, ...]


class PlacementService:
    """Places widgets and remembers where they stand."""

    def __init__(self, db: Database, *, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._connection = connection
        self._clock = clock
        self._runner = Runner(db, connection, clock)

    def use_template(self, lms_course_id: int) -> None:
        """Import from this course from now on; raises NotReadyError where it holds no widget."""
        client = self._connection.client()
        try:
            widgets.template_widgets(client, lms_course_id)
        except ClientError as problem:
            raise LmsError(str(problem)) from problem
        with self._db.begin() as session:
            site = lms.site(session)
            if site is not None:
                site.template_course_id = lms_course_id

    def template(self) -> int:
        """The LMS's id of the course that widgets are imported from; raises NotReadyError where it is not known."""
        return template_of(self._connection.site())

    def has_block(self) -> bool:
        """Whether the site had Cairn's block when it was last connected."""
        return has_block(self._connection.site().functions)

    def preview(self, programme_ids: Sequence[int], wish: Wish) -> Preview:
        """What would be done in the courses of the programmes, as Moodle is now. Changes nothing.

        Raises:
            NotReadyError: the way is not open: no template course, no widget in it, no block on the site.
            LmsError: the LMS cannot be reached or refuses.
        """
        site, courses = self._connection.site(), self._courses(programme_ids)
        try:
            placer, problems = placer_for(self._connection.client(), site, wish)
            plans = list(placer.plans(targets_of(self._db, courses)))
        except ClientError as problem:
            raise LmsError(str(problem)) from problem
        address = f"{site.base_url}/course/view.php?id="
        planned = (
            PlannedCourse(course.full_name, f"{address}{course.lms_id}", plan.steps, plan.problem)
            for course, plan in zip(courses, plans, strict=True)
        )
        return Preview(wish, tuple(planned), problems)

    def place(
        self,
        programme_ids: Sequence[int],
        progress: Progress | None = None,
        *,
        way: Way = Way.TEMPLATE,
        to_top: bool = False,
        by: str = COMMAND_LINE,
    ) -> PlaceReport:
        """Make the widgets stand in every course of the programmes; nothing is placed twice.

        Raises:
            ConflictError: widgets are being placed or taken out already.
            NotReadyError, LmsError: as `preview` does.
        """
        return self._now(programme_ids, Wish(PlacementAction.PLACE, way, to_top), progress, by)

    def remove(
        self, programme_ids: Sequence[int], progress: Progress | None = None, *, by: str = COMMAND_LINE
    ) -> PlaceReport:
        """Take what Cairn placed out of every course of the programmes; raises as `place` does."""
        return self._now(programme_ids, Wish(PlacementAction.REMOVE), progress, by)

    def ask(self, programme_id: int, wish: Wish, *, by: str) -> int:
        """Note that this is to be done in the background; gives the run's id."""
        site_id = self._connection.site().id
        with self._db.begin() as session:
            run = new_run(site_id, programme_id, wish, by, self._clock())
            return placements.ask(session, run).id

    def work(self) -> int:
        """Do what was asked for, one run after the other; gives how many ended well."""
        site_id, done = self._connection.site().id, 0
        while True:
            with self._db.begin() as session:
                run = placements.next_asked(session, site_id)
                if run is None or not placements.start(session, run.id, self._clock()):
                    return done
            try:
                self._runner.do(run, Silent())
            except CompanionError:
                continue  # what went wrong is kept in the run, for the administrator to read
            done += 1

    def history(self, programme_id: int, wanted: Slice = NEWEST) -> tuple[Sequence[PlacementRun], int]:
        """A slice of the runs of a programme, and how many there are."""
        with self._db.read() as session:
            return placements.runs_of(session, programme_id, wanted)

    def snippet(self, programme_ids: Sequence[int], widget: str, title: str) -> str:
        """HTML for a block on every page of the LMS that shows a widget where it stands in the course at hand."""
        standing = self.standing(programme_ids)
        return snippet({c.lms_id: p.lms_module_id for p, c in standing if p.widget == widget}, title)

    def activity_address(self, course_id: int | None, widget: str) -> str | None:
        """The page of the LMS that opens a widget in the full window; None where none was seen standing."""
        if course_id is None:
            return None
        with self._db.read() as session:
            found = placements.find(session, course_id, widget)
        return (
            f"{self._connection.site().base_url}/mod/lti/view.php?id={found.lms_module_id}" if found else None
        )

    def standing(self, programme_ids: Sequence[int]) -> list[tuple[Placement, Course]]:
        """Where widgets stood when last placed."""
        ids = [course.id for course in self._courses(programme_ids)]
        with self._db.read() as session:
            return list(placements.of_courses(session, ids))

    def standing_page(
        self, programme_id: int, wanted: Slice
    ) -> tuple[Sequence[tuple[Placement, Course]], int]:
        """A slice of where widgets of a programme stood when last placed, and how many its filters leave."""
        with self._db.read() as session:
            return placements.page(session, programme_id, wanted)

    def _now(
        self, programme_ids: Sequence[int], wish: Wish, progress: Progress | None, by: str
    ) -> PlaceReport:
        done = Done()
        for programme_id in programme_ids:
            run = self._runner.begin(programme_id, wish, by)
            done = done.plus(self._runner.do(run, progress or Silent()))
        names = tuple((course.full_name, found.widget) for found, course in self.standing(programme_ids))
        return PlaceReport(names, done.added, done.moved, done.removed, tuple(dict.fromkeys(done.problems)))

    def _courses(self, programme_ids: Sequence[int]) -> list[Course]:
        with self._db.read() as session:
            found = {c.id: c for p in programme_ids for c in programmes.courses(session, p)}
            return list(found.values())
