"""What one reading of the LMS saw, and how far it may be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from companion.store.mirror import CohortRow, CourseRow, EnrolmentKey, EnrolmentRow, PersonRow
from companion.store.sections import SectionRow


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One reading.

    Attributes:
        read_courses: courses whose list of participants was read to its end.
        unknown_completions: enrolments whose completion could not be asked for; what is stored stays.
        cohorts: with all their members, also those in no course read; None where they could not be read.
        sections: of the courses whose page could be read.
        complete: every followed course was read to its end, so that who is missing has gone.
        problems: sentences for the administrator.
    """

    courses: Mapping[int, CourseRow]
    people: Mapping[int, PersonRow]
    enrolments: Mapping[EnrolmentKey, EnrolmentRow]
    cohorts: Mapping[int, CohortRow] | None
    read_courses: frozenset[int]
    unknown_completions: frozenset[EnrolmentKey]
    complete: bool
    problems: tuple[str, ...]
    sections: Mapping[int, tuple[SectionRow, ...]] = field(default_factory=dict)
