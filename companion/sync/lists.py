"""Who is in each followed course: lists of participants, page by page, each page overlapping the one before by one.

People who come and go while we read move others from page to page. Where the overlap does not fit, the list is read
anew, so that nobody is passed over and then taken for gone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from companion.models.people import EnrolmentRole
from companion.store import staging
from companion.store.bulk import Values
from companion.sync.pipeline import Job, Pipeline
from companion.sync.progress import Progress
from companion.sync.stage import END, Stage
from lms_client import Enrolled, Function, LmsError, MalformedReply, MissingCapability, MoodleClient, NotFound

PAGE = 1000
"""People on a page; Moodle 4.5 needs about a millisecond for each."""
RESTARTS = 2
TEACHER_ROLES = frozenset({"editingteacher", "teacher", "manager", "coursecreator"})
"""Moodle's short names of the roles that teach; every other role learns."""


@lru_cache(maxsize=1024)
def role_of(roles: tuple[str, ...]) -> EnrolmentRole:
    """What somebody with these roles in a course is there."""
    return EnrolmentRole.TEACHER if TEACHER_ROLES & set(roles) else EnrolmentRole.LEARNER


def read_lists(
    client: MoodleClient, own_id: int, stage: Stage, progress: Progress, pipeline: Pipeline
) -> None:
    """Read the lists that have not ended; whoever is met becomes an enrolment on the stage.

    Args: own_id: the token's user, who is nobody's learner. Raises SiteError, FunctionUnavailable.
    """
    if stage.place("participants") == END:
        return
    with stage.looking() as session:
        courses = {row["course_lms_id"]: _List(**row) for row in staging.lists(session, stage.site_id)}
        names = staging.course_names(session, stage.site_id)
    progress.phase("participants", len(courses))
    reader = _Reader(client, own_id, stage, progress, names)
    pipeline.run(job for each in courses.values() for job in reader.first(each))
    with stage.keeping() as (session, reading):
        for row in staging.lists(
            session, stage.site_id
        ):  # nobody may be taken for gone by what we failed to ask
            name = names.get(row["course_lms_id"], row["course_lms_id"])
            staging.note_problem(reading, f"The course {name} was not read to its end.", complete=False)
        staging.want_people(session, stage.site_id, changes=reading.since is not None)
        staging.note(session, reading, participants=END)


@dataclass
class _List:
    """How far the list of a course was read: the next page, and the last person met."""

    course_lms_id: int
    page: int
    last_id: int
    restarts: int
    ended: bool = False


class _Reader:
    def __init__(
        self, client: MoodleClient, own_id: int, stage: Stage, progress: Progress, names: dict[int, str]
    ) -> None:
        self._client, self._own_id, self._stage, self._progress = client, own_id, stage, progress
        self._names = names

    def first(self, of: _List) -> Iterator[Job]:
        """What to ask first: the page after the last one kept."""
        yield self._job(of, of.page)

    def _job(self, of: _List, page: int) -> Job:
        start = max(page * PAGE - 1, 0)
        size = PAGE + 1 if page else PAGE
        return Job(
            lambda: self._client.enrolled(of.course_lms_id, start=start, size=size),
            lambda answer: self._take(of, page, answer),
        )

    def _take(self, of: _List, page: int, answer: Sequence[Enrolled] | LmsError) -> Iterable[Job]:
        if of.ended or page != of.page:
            return ()  # asked for ahead, and not needed any more
        if isinstance(answer, LmsError):
            return self._give_up(of, self._unread(of.course_lms_id, answer))
        if len(answer) > PAGE + (page > 0):
            ignored = MalformedReply(
                Function.PARTICIPANTS, f"page {page}, which is longer than was asked for"
            )
            return self._give_up(of, self._unread(of.course_lms_id, ignored))
        if of.course_lms_id not in self._names:
            return self._give_up(of, _hidden(of.course_lms_id))
        if not page and [person.id for person in answer] == [self._own_id]:
            # Moodle answers so, without an error, when the token's role lacks moodle/user:viewdetails.
            name = self._names[of.course_lms_id]
            return self._give_up(
                of, f"The token sees only itself in the course {name}: it lacks moodle/user:viewdetails."
            )
        return self._keep(of, page, answer)

    def _keep(self, of: _List, page: int, answer: Sequence[Enrolled]) -> Iterable[Job]:
        people = answer[1:] if page else answer
        ids = [of.last_id, *(person.id for person in people)]
        slipped = bool(page) and (not answer or answer[0].id != of.last_id)
        if slipped or any(one >= other for one, other in pairwise(ids)):
            yield from self._again(of)
            return
        full = len(people) == PAGE
        of.page, of.last_id, of.ended = page + 1, ids[-1], not full
        if full:
            # Two pages are asked for at a time, once the first has shown that there are more.
            yield from (
                [self._job(of, page + 1), self._job(of, page + 2)] if page == 0 else [self._job(of, page + 2)]
            )
        with self._stage.keeping(steps=0 if full else 1) as (session, _):
            rows = (self._row(of.course_lms_id, person) for person in people if person.id != self._own_id)
            staging.add_enrolments(session, self._stage.site_id, rows)
            staging.note_list(
                session,
                self._stage.site_id,
                of.course_lms_id,
                page=of.page,
                last_id=of.last_id,
                ended=of.ended,
                whole=of.ended,
            )
        if not full:
            self._progress.advance()

    def _row(self, course: int, person: Enrolled) -> Values:
        return course, person.id, role_of(person.roles), person.last_course_access, person.last_access

    def _again(self, of: _List) -> Iterable[Job]:
        of.page, of.last_id, of.restarts = 0, 0, of.restarts + 1
        if of.restarts > RESTARTS:
            name = self._names[of.course_lms_id]
            return self._give_up(
                of,
                f"The course {name} was not read to its end: its list of people changed from page to page.",
            )
        with self._stage.keeping() as (session, _):
            staging.clear_list(session, self._stage.site_id, of.course_lms_id)
            staging.note_list(
                session,
                self._stage.site_id,
                of.course_lms_id,
                page=0,
                last_id=0,
                restarts=of.restarts,
            )
        return [self._job(of, 0)]

    def _give_up(self, of: _List, sentence: str | None) -> Iterable[Job]:
        of.ended = True
        with self._stage.keeping(steps=1) as (session, reading):
            staging.note_list(session, self._stage.site_id, of.course_lms_id, ended=True)
            if sentence:
                staging.note_problem(reading, sentence, complete=False)
        self._progress.advance()
        return ()

    def _unread(self, course_id: int, problem: LmsError) -> str | None:
        """What to say of a course that could not be read; nothing where it was deleted, as far as both answers go."""
        name, gone = self._names.get(course_id), isinstance(problem, NotFound)
        if name is None:
            return None if gone else _hidden(course_id)
        if gone:
            return f"The course {name} vanished while it was being read. The next sync will know more."
        if isinstance(problem, MissingCapability):
            return f"The token may not list who is in the course {name}: see `doctor`."
        return f"The course {name} was not read to its end: {problem}"


def _hidden(course_id: int) -> str:
    return (
        f"The course with Moodle's number {course_id} is hidden from the token, so nobody was removed: "
        "the token's role needs moodle/course:viewhiddencourses."
    )
