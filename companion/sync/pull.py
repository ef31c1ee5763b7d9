"""Reading the LMS into a Snapshot: what cannot be read is told as a problem, and what is stored of it stays.

A run ends without a snapshot only where the site does not answer, or the token may not read people at all.
"""

from collections.abc import Iterable, Mapping, Sequence

from companion.models.people import EnrolmentRole
from companion.store.mirror import CohortRow, CourseRow, PersonRow
from companion.sync.completions import read_completions
from companion.sync.progress import Progress
from companion.sync.reading import Reading
from companion.sync.sections import read_sections
from companion.sync.snapshot import Snapshot
from lms_client import (
    Course,
    FunctionUnavailable,
    LmsError,
    MissingCapability,
    MoodleClient,
    NotFound,
    Participant,
    PersonDetails,
    SiteError,
)

TEACHER_ROLES = frozenset({"editingteacher", "teacher", "manager", "coursecreator"})
"""Moodle's short names of the roles that teach; every other role learns."""


TEMPLATE_SHORT_NAME = "CAIRN-TEMPLATE"
"""Short name of the hidden course that widgets are imported from, as the set-up guide has it made."""


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
    reading = Reading()
    if not courses:
        reading.trouble("The token sees no course at all, so nobody was removed: see `doctor`.")
    _read_participants(client, followed, site.user_id, courses, reading, progress)
    people = _read_details(client, reading, profile_fields, progress)
    read_completions(client, site.functions, reading, progress)
    progress.phase("cohorts")
    cohorts = _read_cohorts(client, reading)
    sections = dict(read_sections(client, site.functions, sorted(reading.read_courses), progress))
    return Snapshot(
        courses=courses,
        people=people,
        enrolments={key: row for key, row in reading.enrolments.items() if key[0] in people},
        cohorts=cohorts,
        read_courses=frozenset(reading.read_courses),
        unknown_completions=frozenset(reading.unknown),
        complete=reading.complete,
        problems=tuple(reading.problems),
        sections=sections,
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
    reading: Reading,
    progress: Progress,
) -> None:
    progress.phase("participants", len(followed))
    for course_id in followed:
        course = courses.get(course_id)
        try:
            found = list(client.participants(course_id))
        except (SiteError, FunctionUnavailable):
            raise
        except LmsError as problem:
            if sentence := _unread(course_id, course, problem):
                reading.trouble(sentence)
        else:
            _take(found, course_id, own_id, course, reading)
        progress.advance()


def _unread(course_id: int, course: CourseRow | None, problem: LmsError) -> str | None:
    """What to say of a course that could not be read; nothing where it was deleted, as far as both answers go."""
    gone = isinstance(problem, NotFound)
    if course is None:
        return None if gone else _hidden(course_id)
    if gone:
        return (
            f"The course {course.full_name} vanished while it was being read. The next sync will know more."
        )
    if isinstance(problem, MissingCapability):
        return f"The token may not list who is in the course {course.full_name}: see `doctor`."
    return f"The course {course.full_name} was not read to its end: {problem}"


def _hidden(course_id: int) -> str:
    return (
        f"The course with Moodle's number {course_id} is hidden from the token, so nobody was removed: "
        "the token's role needs moodle/course:viewhiddencourses."
    )


def _take(
    found: Sequence[Participant], course_id: int, own_id: int, course: CourseRow | None, reading: Reading
) -> None:
    if course is None:
        reading.trouble(_hidden(course_id))
        return
    if [person.id for person in found] == [own_id]:
        # Moodle answers so, without an error, when the token's role lacks moodle/user:viewdetails.
        reading.trouble(
            f"The token sees only itself in the course {course.full_name}: it lacks moodle/user:viewdetails."
        )
        return
    reading.read_courses.add(course_id)
    for person in found:
        if person.id != own_id:
            teaches = TEACHER_ROLES & set(person.roles)
            reading.take(person, course_id, EnrolmentRole.TEACHER if teaches else EnrolmentRole.LEARNER)


def _read_details(
    client: MoodleClient, reading: Reading, profile_fields: frozenset[str], progress: Progress
) -> dict[int, PersonRow]:
    ids = sorted(reading.people)
    progress.phase("people", len(ids))
    people: dict[int, PersonRow] = {}
    for details in client.people(ids):
        people[details.id] = _person_row(details, profile_fields)
        progress.advance()
    _without_details(set(ids) - set(people), reading)
    return people


def _without_details(missing: set[int], reading: Reading) -> None:
    """People seen in a course whose profile was not told: deleted just now, or hidden from the token."""
    if not missing:
        return
    reading.trouble(
        f"{len(missing)} people stand in the courses, but the token was not told who they are; what was known of "
        "them stays. They were deleted just now, or the token's role lacks moodle/user:viewalldetails."
    )
    reading.read_courses -= {course for person, course in reading.enrolments if person in missing}


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


def _read_cohorts(client: MoodleClient, reading: Reading) -> dict[int, CohortRow] | None:
    try:
        cohorts = client.cohorts()
        members = client.cohort_members([cohort.id for cohort in cohorts])
    except SiteError:
        raise
    except LmsError as problem:
        reading.problems.append(f"Cohorts were left as they were: {problem}")
        return None
    return {c.id: CohortRow(c.id, c.name, frozenset(members.get(c.id, ()))) for c in cohorts}
