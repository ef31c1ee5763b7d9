"""Reading people where the site gave no token: from the rosters that its LTI platform offers, course by course.

They tell who is in a course, in which role, and by which name, address and number, as far as the platform shares these;
no time, no profile, no cohort. What was known of those stays. A course is known once a widget was opened there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from companion.errors import LmsError, NotReadyError
from companion.models.people import EnrolmentRole
from companion.models.staging import Route
from companion.store import staging
from companion.store.bulk import Values
from companion.store.mirror import CourseRow
from companion.sync.courses import kept, stage_courses
from companion.sync.people import fitting
from companion.sync.pipeline import Job, Pipeline, at_once
from companion.sync.progress import Progress
from companion.sync.scope import Scope
from companion.sync.stage import END, Stage

Told = TypeVar("Told")
OPEN_ONCE = "Open a widget of Cairn there once, as a teacher or learner of the course."
NO_ROSTER = f"The LTI platform of this site has told no roster yet. {OPEN_ONCE}"

NAMELESS = (
    "The LTI platform does not share people's names, so whoever is new has a number alone. In Moodle: Manage tools, "
    "the tool's settings, Privacy, Share launcher's name with tool: Always; the same for e-mail."
)


@dataclass(frozen=True, slots=True)
class Rostered:
    """Somebody on the roster of a course; None where the platform does not share it."""

    lms_id: int
    teaches: bool
    name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Roster:
    """A course with everybody active in it."""

    course: CourseRow
    people: list[Rostered] = field(repr=False)


class Rosters(Protocol):
    """The rosters of one site; every method but `courses` may wait for it."""

    def courses(self) -> list[int]:
        """The courses whose roster can be asked for, by the LMS's ids; raises NotReadyError where no platform is."""

    def names(self, course: int) -> CourseRow:
        """A course by its names; raises LmsError of ours."""

    def whole(self, course: int) -> Roster:
        """A course and everybody in it; raises LmsError of ours, also where only a part could be read."""


def pull_rosters(
    rosters: Rosters, stage: Stage, scope: Scope, progress: Progress, pipeline: Pipeline
) -> None:
    """Bring the reading on the stage to its end, from the course that was kept last.

    A course that is followed tells its names with its roster; of the others only the names are asked for.
    Raises NotReadyError where no roster is known, LmsError of ours where none can be read.
    """
    if stage.reading().route is None:
        with stage.keeping() as (_, reading):
            staging.set_route(reading, Route.ROSTER)
    refused: list[LmsError] = []
    _read_names(rosters, stage, scope, progress, pipeline, refused)
    _read_members(rosters, stage, progress, pipeline, refused)
    with stage.looking() as session:
        read = staging.course_names(session, stage.site_id)
    if not read:
        with stage.keeping() as (session, _):  # the next run asks anew
            staging.drop(session, stage.site_id)
        raise next(iter(refused), NotReadyError(NO_ROSTER))


def _read_names(
    rosters: Rosters,
    stage: Stage,
    scope: Scope,
    progress: Progress,
    pipeline: Pipeline,
    refused: list[LmsError],
) -> None:
    if stage.place("courses") == END:
        return
    known = rosters.courses()
    others = sorted(set(known).difference(scope.followed))
    progress.phase("courses", len(others))
    found: list[CourseRow] = []
    problems: list[str] = []

    def job(course: int) -> Job:
        return Job(
            at_once(lambda: _answer(lambda: rosters.names(course))), lambda answer: take(course, answer)
        )

    def take(course: int, answer: CourseRow | LmsError) -> Iterable[Job]:
        if isinstance(answer, LmsError):
            refused.append(answer)
            problems.append(_unread(course, answer))
        else:
            found.append(answer)
        progress.advance()
        return ()

    pipeline.run(job(course) for course in others)
    with stage.keeping() as (session, reading):
        stage_courses(session, stage, kept(found))
        staging.add_lists(session, stage.site_id, [each for each in scope.followed if each in set(known)])
        for sentence in problems:
            staging.note_problem(reading, sentence, complete=False)
        if unknown := sum(each not in known for each in scope.followed):
            sentence = f"{unknown} courses of a programme have told no roster yet. {OPEN_ONCE}"
            staging.note_problem(reading, sentence, complete=False)
        staging.note(session, reading, courses=END)


def _read_members(
    rosters: Rosters, stage: Stage, progress: Progress, pipeline: Pipeline, refused: list[LmsError]
) -> None:
    with stage.looking() as session:
        lists = [row["course_lms_id"] for row in staging.lists(session, stage.site_id)]
    progress.phase("participants", len(lists))

    def job(course: int) -> Job:
        return Job(
            at_once(lambda: _answer(lambda: rosters.whole(course))), lambda answer: take(course, answer)
        )

    def take(course: int, answer: Roster | LmsError) -> Iterable[Job]:
        with stage.keeping(steps=1) as (session, reading):
            whole = not isinstance(answer, LmsError)
            if isinstance(answer, LmsError):
                refused.append(answer)
                staging.note_problem(reading, _unread(course, answer), complete=False)
            else:
                stage_courses(session, stage, kept([answer.course]))
                rows = ((course, each.lms_id, _role(each), None, None) for each in answer.people)
                staging.add_enrolments(session, stage.site_id, rows)
                if not all(each.name for each in answer.people) and NAMELESS not in reading.problems:
                    staging.note_problem(reading, NAMELESS, complete=True)
                staging.meet_people(session, stage.site_id, [_values(each) for each in answer.people])
            staging.note_list(session, stage.site_id, course, ended=True, whole=whole)
        progress.advance()
        return ()

    pipeline.run(job(course) for course in lists)


def _answer(ask: Callable[[], Told]) -> Told | LmsError:
    """What was asked for, or why it was not told: an error of ours concerns one course alone."""
    try:
        return ask()
    except LmsError as problem:
        return problem


def _unread(course: int, problem: LmsError) -> str:
    return f"The roster of the course with Moodle's number {course} was not read: {problem}"


def _role(person: Rostered) -> EnrolmentRole:
    return EnrolmentRole.TEACHER if person.teaches else EnrolmentRole.LEARNER


def _values(person: Rostered) -> Values:
    """What a roster tells; the rest is what a person has of whom nothing was told."""
    told = (fitting(person.name, 300) or "", fitting(person.email, 300), fitting(person.number, 255))
    # An empty name, too, is one that is not told: the store keeps what it has.
    return (person.lms_id, *told, None, None, None, "[]", "{}", False, None, None)
