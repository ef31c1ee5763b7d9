"""Reading the LMS into a Snapshot. What cannot be read is told as a problem; only a lost connection ends it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from companion.models.people import EnrolmentRole
from companion.store.mirror import CohortRow, CourseRow, EnrolmentKey, EnrolmentRow, PersonRow
from companion.sync.progress import Progress
from companion.sync.snapshot import Snapshot
from lms_client import (
    Completion,
    Course,
    LmsError,
    MissingCapability,
    MoodleClient,
    NotFound,
    Participant,
    PersonDetails,
    ReportUnsuitable,
)
from lms_client import FunctionUnavailable as FunctionMissing

TEACHER_ROLES = frozenset({"editingteacher", "teacher", "manager", "coursecreator"})
"""Moodle's short names of the roles that teach; every other role learns."""


TEMPLATE_SHORT_NAME = "CAIRN-TEMPLATE"
"""Short name of the hidden course that widgets are imported from, as the set-up guide has it made."""


@dataclass
class _Reading:
    """What has been read so far."""

    people: dict[int, Participant] = field(default_factory=dict)
    enrolments: dict[EnrolmentKey, EnrolmentRow] = field(default_factory=dict)
    read_courses: set[int] = field(default_factory=set)
    unknown: set[EnrolmentKey] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    complete: bool = True
    times_known: bool = False


def pull(
    client: MoodleClient, *, followed: Sequence[int], profile_fields: frozenset[str], progress: Progress
) -> Snapshot:
    """Read the site.

    Args:
        followed: the LMS's ids of the courses whose people are read.
        profile_fields: short names of the custom profile fields that are kept.

    Raises:
        LmsError: the site cannot be reached, the token is refused or a needed function is missing.
    """
    progress.phase("courses")
    site = client.site_info()
    courses = course_rows(client.courses())
    reading = _Reading()
    _read_participants(
        client, [c for c in followed if c in courses], site.user_id, courses, reading, progress
    )
    people = _read_details(client, reading, profile_fields, progress)
    progress.phase("completions", len(reading.enrolments))
    _read_completions(client, site.functions, reading, progress)
    progress.phase("cohorts")
    cohorts = _read_cohorts(client, frozenset(people), reading)
    return Snapshot(
        courses=courses,
        people=people,
        enrolments={key: row for key, row in reading.enrolments.items() if key[0] in people},
        cohorts=cohorts,
        read_courses=frozenset(reading.read_courses),
        unknown_completions=frozenset(reading.unknown),
        times_known=reading.times_known,
        complete=reading.complete,
        problems=tuple(reading.problems),
    )


def course_rows(courses: Iterable[Course]) -> dict[int, CourseRow]:
    """The courses to keep, by the LMS's id: all but the template that widgets are imported from."""
    return {
        course.id: CourseRow(course.id, course.short_name, course.full_name, course.visible)
        for course in courses
        if course.short_name != TEMPLATE_SHORT_NAME
    }


def _read_participants(
    client: MoodleClient,
    followed: Sequence[int],
    own_id: int,
    courses: Mapping[int, CourseRow],
    reading: _Reading,
    progress: Progress,
) -> None:
    progress.phase("participants", len(followed))
    for course_id in followed:
        name = courses[course_id].full_name
        try:
            found = list(client.participants(course_id))
        except NotFound:
            _trouble(
                reading, f"The course {name} vanished while it was being read. The next sync will know more."
            )
        except MissingCapability:
            _trouble(reading, f"The token may not list who is in the course {name}: see `doctor`.")
        else:
            _take(found, course_id, own_id, name, reading)
        progress.advance()


def _take(found: Sequence[Participant], course_id: int, own_id: int, name: str, reading: _Reading) -> None:
    if [person.id for person in found] == [own_id]:
        # Moodle answers so, without an error, when the token's role lacks moodle/user:viewdetails.
        _trouble(
            reading, f"The token sees only itself in the course {name}: it lacks moodle/user:viewdetails."
        )
        return
    reading.read_courses.add(course_id)
    for person in found:
        if person.id == own_id:
            continue
        reading.people[person.id] = person
        key = (person.id, course_id)
        role = EnrolmentRole.TEACHER if TEACHER_ROLES & set(person.roles) else EnrolmentRole.LEARNER
        reading.enrolments[key] = EnrolmentRow(*key, role, None, None, person.last_course_access)


def _trouble(reading: _Reading, sentence: str) -> None:
    reading.complete = False
    reading.problems.append(sentence)


def _read_details(
    client: MoodleClient, reading: _Reading, profile_fields: frozenset[str], progress: Progress
) -> dict[int, PersonRow]:
    ids = sorted(reading.people)
    progress.phase("people", len(ids))
    people: dict[int, PersonRow] = {}
    for details in client.people(ids):
        people[details.id] = _person_row(details, profile_fields)
        progress.advance()
    return people


def _person_row(details: PersonDetails, profile_fields: frozenset[str]) -> PersonRow:
    kept = {name: value for name, value in details.custom_fields.items() if name in profile_fields and value}
    return PersonRow(
        lms_id=details.id,
        full_name=details.full_name,
        email=details.email,
        id_number=details.idnumber or None,
        language=details.language,
        time_zone=details.time_zone,
        department=details.department or None,
        interests=tuple(details.interests),
        profile=tuple(sorted(kept.items())),
        suspended=details.suspended,
        first_access=details.first_access,
        last_access=details.last_access,
    )


def _read_completions(
    client: MoodleClient, functions: frozenset[str], reading: _Reading, progress: Progress
) -> None:
    if _read_report(client, reading, progress):
        return
    pairs = [
        (row.course_lms_id, row.person_lms_id)
        for row in reading.enrolments.values()
        if row.role is EnrolmentRole.LEARNER  # Moodle keeps no completion of those who teach
    ]
    failures = 0
    for (course_id, person_id), answer in client.completions(pairs, functions=functions):
        key = (person_id, course_id)
        if isinstance(answer, LmsError):
            failures += 1
            reading.unknown.add(key)
        else:
            _complete(reading, key, answer)
        progress.advance()
    if failures:
        reading.problems.append(
            f"{failures} of {len(pairs)} completions could not be read; what was known of them stays."
        )


def _complete(reading: _Reading, key: EnrolmentKey, answer: Completion | None) -> None:
    if answer is not None and answer.completed:
        reading.enrolments[key] = replace(reading.enrolments[key], completed_at=answer.completed_at)


def _read_report(client: MoodleClient, reading: _Reading, progress: Progress) -> bool:
    """Read times from the report; False where there is none that serves."""
    try:
        report = next((r for r in client.reports() if r.is_participants), None)
    except (FunctionMissing, MissingCapability):
        return False
    if report is None:
        return False
    times: dict[EnrolmentKey, tuple[datetime | None, datetime | None]] = {}
    try:
        for row in client.participation(report.id):
            key = (row.user_id, row.course_id)
            if key in reading.enrolments:
                times[key] = (row.enrolled_at, row.completed_at)
            progress.advance()
    except (ReportUnsuitable, MissingCapability) as problem:
        reading.problems.append(f"The report “{report.name}” was not used: {problem}")
        return False
    for key, (enrolled_at, completed_at) in times.items():
        row_before = reading.enrolments[key]
        reading.enrolments[key] = replace(row_before, enrolled_at=enrolled_at, completed_at=completed_at)
    # Somebody whose enrolment the report leaves out (suspended there) keeps what is known.
    reading.unknown.update(set(reading.enrolments) - set(times))
    reading.times_known = True
    return True


def _read_cohorts(
    client: MoodleClient, people: frozenset[int], reading: _Reading
) -> dict[int, CohortRow] | None:
    try:
        cohorts = client.cohorts()
        members = client.cohort_members([cohort.id for cohort in cohorts]) if cohorts else {}
    except (FunctionMissing, MissingCapability) as problem:
        reading.problems.append(f"Cohorts were left as they were: {problem}")
        return None
    return {c.id: CohortRow(c.id, c.name, _known(members.get(c.id, ()), people)) for c in cohorts}


def _known(members: Iterable[int], people: frozenset[int]) -> frozenset[int]:
    return frozenset(members) & people
