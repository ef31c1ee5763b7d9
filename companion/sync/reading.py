"""What has been read of the LMS so far, while a snapshot is being made."""

from dataclasses import dataclass, field

from companion.models.people import EnrolmentRole
from companion.store.mirror import EnrolmentKey, EnrolmentRow
from lms_client import Participant


@dataclass
class Reading:
    """Filled step by step.

    Attributes:
        read_courses: courses whose list of participants was read to its end.
        unknown: enrolments whose completion could not be asked for.
        complete: nothing was left out that could make somebody look gone.
    """

    people: dict[int, Participant] = field(default_factory=dict)
    enrolments: dict[EnrolmentKey, EnrolmentRow] = field(default_factory=dict)
    read_courses: set[int] = field(default_factory=set)
    unknown: set[EnrolmentKey] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    complete: bool = True

    def trouble(self, sentence: str) -> None:
        """Something is missing: whoever is not seen may still be there."""
        self.complete = False
        self.problems.append(sentence)

    def take(self, person: Participant, course_id: int, role: EnrolmentRole) -> None:
        """Somebody was seen in a course."""
        self.people[person.id] = person
        self.enrolments[person.id, course_id] = EnrolmentRow(
            person.id, course_id, role, None, None, person.last_course_access
        )
