"""The names of courses and cohorts, kept before the first sync so that a programme can be made with them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from companion.models.lms import Cohort, Course
from companion.store.upsert import insert_new, upsert


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course as the LMS tells it."""

    lms_id: int
    short_name: str
    full_name: str
    visible: bool


def keep_courses(session: Session, site_id: int, courses: Iterable[CourseRow]) -> None:
    """Keep these courses as they are now; one that comes back after a removal is the same again."""
    rows = [{**asdict(row), "site_id": site_id, "removed_at": None} for row in courses]
    upsert(session, Course, rows, key=("site_id", "lms_id"))


def name_cohorts(session: Session, site_id: int, cohorts: Iterable[tuple[int, str]]) -> None:
    """Name the cohorts that are new, by LMS id and name; the next sync reads who is in them."""
    rows = [{"site_id": site_id, "lms_id": lms_id, "name": name} for lms_id, name in cohorts]
    insert_new(session, Cohort, rows, key=("site_id", "lms_id"))
