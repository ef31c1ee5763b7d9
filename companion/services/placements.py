"""Placing widgets into the course pages of a programme, and taking them out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.errors import LmsError, NotReadyError
from companion.models.lms import Course
from companion.models.placement import Placement
from companion.placement import widgets
from companion.services.connection import Connection
from companion.store import Database, lms, placements, programmes
from companion.sync.progress import Progress, Silent
from lms_client import LmsError as ClientError
from lms_client import NotFound


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """What placing did; problems are sentences."""

    standing: tuple[tuple[str, str], ...]
    """Course name and widget, of everything that stands now."""
    added: int
    removed: int
    problems: tuple[str, ...]


class PlacementService:
    """Places widgets and remembers where they stand."""

    def __init__(self, db: Database, *, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._connection = connection
        self._clock = clock

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
        template_id = self._connection.site().template_course_id
        if template_id is None:
            raise NotReadyError(
                "Cairn does not know the template course yet. Make it as docs/moodle-setup.md tells (short name "
                "CAIRN-TEMPLATE) and connect again, or run: python -m companion place --template COURSE_ID"
            )
        return template_id

    def place(self, programme_ids: Sequence[int], progress: Progress | None = None) -> PlaceReport:
        """Make the template's widgets stand in every course of the programmes; nothing is placed twice.

        Raises:
            NotReadyError: there is no template course, or it holds no widget.
            LmsError: the LMS cannot be reached or refuses.
        """
        template_id = self.template()
        told = progress or Silent()
        client = self._connection.client()
        added, problems = 0, []
        try:
            wanted = widgets.template_widgets(client, template_id)
            courses = self._courses(programme_ids)
            told.phase("placing widgets", len(courses))
            for course in courses:
                try:
                    placed = widgets.place(client, template_id, wanted, course.lms_id)
                except NotFound:
                    problems.append(f"The course {course.full_name} is no longer in Moodle.")
                else:
                    added += placed.added
                    self._record(course.id, placed.standing)
                told.advance()
        except ClientError as problem:
            raise LmsError(
                f"{problem} {added} widgets were placed before that; run it again to go on."
            ) from problem
        return PlaceReport(self._standing(courses), added, 0, tuple(problems))

    def remove(self, programme_ids: Sequence[int], progress: Progress | None = None) -> PlaceReport:
        """Take our widgets out of every course of the programmes; raises LmsError as place does."""
        told = progress or Silent()
        client = self._connection.client()
        courses = self._courses(programme_ids)
        told.phase("removing widgets", len(courses))
        removed, problems = 0, []
        try:
            for course in courses:
                try:
                    removed += widgets.remove(client, course.lms_id)
                except NotFound:
                    problems.append(f"The course {course.full_name} is no longer in Moodle.")
                self._record(course.id, ())
                told.advance()
        except ClientError as problem:
            raise LmsError(
                f"{problem} {removed} widgets were removed before that; run it again to go on."
            ) from problem
        return PlaceReport((), 0, removed, tuple(problems))

    def place_all(self) -> PlaceReport:
        """Place the widgets of every programme."""
        site_id = self._connection.site().id
        with self._db.read() as session:
            ids = [programme.id for programme in programmes.all_of(session, site_id)]
        return self.place(ids)

    def activity_address(self, course_id: int | None, widget: str) -> str | None:
        """The page of the LMS that opens a widget in the full window; None where it was not placed by us."""
        if course_id is None:
            return None
        with self._db.read() as session:
            found = placements.find(session, course_id, widget)
        return (
            f"{self._connection.site().base_url}/mod/lti/view.php?id={found.lms_module_id}" if found else None
        )

    def standing(self, programme_ids: Sequence[int]) -> list[tuple[Placement, Course]]:
        """Where widgets stood when last placed."""
        with self._db.read() as session:
            ids = [course.id for course in self._courses(programme_ids)]
            return list(placements.of_courses(session, ids))

    def _courses(self, programme_ids: Sequence[int]) -> list[Course]:
        with self._db.read() as session:
            found = {c.id: c for p in programme_ids for c in programmes.courses(session, p)}
            return list(found.values())

    def _record(self, course_id: int, standing: Sequence[widgets.Standing]) -> None:
        rows: list[dict[str, object]] = [
            {
                "course_id": course_id,
                "widget": s.widget,
                "lms_module_id": s.module_id,
                "lms_activity_id": s.activity_id,
                "placed_at": self._clock(),
            }
            for s in standing
        ]
        with self._db.begin() as session:
            placements.record(session, rows, [course_id])

    def _standing(self, courses: Sequence[Course]) -> tuple[tuple[str, str], ...]:
        with self._db.read() as session:
            rows = placements.of_courses(session, [course.id for course in courses])
            return tuple((course.full_name, placement.widget) for placement, course in rows)
