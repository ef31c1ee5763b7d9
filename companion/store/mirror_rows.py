"""What the mirror of the LMS is made of: plain rows, keyed on the LMS's own ids, and the changes to them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from companion.models.people import EnrolmentRole


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course as the LMS tells it."""

    lms_id: int
    short_name: str
    full_name: str
    visible: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the LMS tells it; `profile` as sorted pairs, so that rows compare."""

    lms_id: int
    full_name: str
    email: str | None
    id_number: str | None
    language: str | None
    time_zone: str | None
    department: str | None
    interests: tuple[str, ...]
    profile: tuple[tuple[str, str], ...]
    suspended: bool
    first_access: datetime | None
    last_access: datetime | None


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A person in a course, both by the LMS's ids."""

    person_lms_id: int
    course_lms_id: int
    role: EnrolmentRole
    enrolled_at: datetime | None
    completed_at: datetime | None
    last_access: datetime | None


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort and its members by the LMS's ids."""

    lms_id: int
    name: str
    members: frozenset[int]


EnrolmentKey = tuple[int, int]
"""Person and course, by the LMS's ids."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is stored of a site."""

    courses: Mapping[int, CourseRow]
    people: Mapping[int, PersonRow]
    enrolments: Mapping[EnrolmentKey, EnrolmentRow]
    cohorts: Mapping[int, CohortRow]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a sync will write; removals by the LMS's ids."""

    courses: tuple[CourseRow, ...] = ()
    courses_gone: tuple[int, ...] = ()
    people: tuple[PersonRow, ...] = ()
    people_gone: tuple[int, ...] = ()
    enrolments: tuple[EnrolmentRow, ...] = ()
    enrolments_gone: tuple[EnrolmentKey, ...] = ()
    cohorts: tuple[CohortRow, ...] = ()
    cohorts_gone: tuple[int, ...] = ()

    def counts(self) -> dict[str, int]:
        """How many of each, for the run record."""
        return {name: len(value) for name, value in asdict(self).items() if value}
