"""Lessons: written for whom their author chose, and found again where they are of use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from companion.errors import InputError, NotFoundError
from companion.mentoring.lesson import LESSON_LIMIT, Note, Published, come_back, names_in, shown
from companion.mentoring.wording import clean_text
from companion.models.audience import Concept, Reader
from companion.models.engagement import Engagement, EngagementState, Side
from companion.models.exchange import Lesson, LessonAudience, LessonKind, LessonState
from companion.services.known import known
from companion.services.mentoring import Viewer
from companion.store import Database, Session, Texts, Told, engagements, lessons, people, programmes, sections
from companion.store.forms import add_once

NOTHING_SAID = "Write what you would like to say."
TOO_LONG = "That is too long. Keep to what matters most."
NAMES_GIVEN = "Leave out the names in it: it is shown to the next cohort without any."
NOT_YOURS = "This engagement is not yours. Reload the course page."


@dataclass(frozen=True, slots=True)
class LessonView:
    """A lesson; `author` is None where it is told without the name."""

    id: int
    author: str | None
    mine: bool
    kind: LessonKind
    audience: LessonAudience
    state: LessonState
    text: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SharedLesson:
    """A lesson of an earlier cohort, at its section."""

    id: int
    section: str | None
    text: str


class LessonService:
    """Serves lessons to people. Every method takes the viewer."""

    def __init__(self, db: Database, *, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._texts = texts
        self._clock = clock

    def write(
        self,
        viewer: Viewer,
        engagement_id: int,
        *,
        kind: LessonKind,
        audience: LessonAudience,
        text: str,
        section: int | None,
        form_key: str,
    ) -> None:
        """Keep a lesson for whom its author chose; the same form a second time is kept once.

        Raises:
            NotFoundError: the engagement is not the viewer's.
            InputError: nothing or too much was written, or names stand in a lesson for the next cohort.
        """
        said = clean_text(text)
        if not said:
            raise InputError(NOTHING_SAID, {"text": NOTHING_SAID})
        if len(said) > LESSON_LIMIT:
            raise InputError(TOO_LONG, {"text": TOO_LONG})
        with self._db.begin() as session:
            author_id = known(viewer)
            row, side = _own(session, author_id, engagement_id)
            to_next = audience is LessonAudience.NEXT_COHORT
            if to_next and names_in(said, lessons.names_around(session, author_id)):
                raise InputError(NAMES_GIVEN, {"text": NAMES_GIVEN})
            lesson = Lesson(
                author_id=author_id,
                programme_id=row.programme_id,
                engagement_id=row.id,
                course_id=viewer.course_id or row.course_id,
                section=section,
                kind=kind,
                audience=audience,
                as_learner=side is Side.LEARNER,
                text_encrypted=self._texts.seal(said),
                state=LessonState.WAITING if to_next else LessonState.KEPT,
                created_at=self._clock(),
                form_key=form_key,
            )
            add_once(session, lesson)

    def seen_by(self, viewer: Viewer) -> list[LessonView]:
        """The viewer's own lessons and those written for their engagements, newest first."""
        reader_id = known(viewer)
        with self._db.read() as session:
            found = [
                one
                for concept in (Concept.NOTE, Concept.LESSON, Concept.LESSON_FOR_ALL)
                for one in self._texts.read(session, Reader(reader_id), concept, lessons.newest())
                # What others left for the next cohort stands at its section, without their names.
                if concept is not Concept.LESSON_FOR_ALL or one.row.author_id == reader_id
            ]
            names = people.names(session, {one.row.author_id for one in found})
        found.sort(key=lambda one: (one.row.created_at, one.row.id), reverse=True)
        return [_lesson_view(one, names.get(one.row.author_id), reader_id) for one in found]

    def come_back(self, viewer: Viewer, engagement_id: int) -> list[LessonView]:
        """What the viewer wrote as a learner on the path they now advise on (D10).

        A learner gets it with the thank-you at the end, beside the question whether they would advise.
        """
        reader_id = known(viewer)
        with self._db.read() as session:
            row, side = _own(session, reader_id, engagement_id)
            if side is not Side.ADVISER and row.state is not EngagementState.CLOSED:
                return []
            told = {
                one.row.id: one
                for concept in (Concept.NOTE, Concept.LESSON, Concept.LESSON_FOR_ALL)
                for one in self._texts.read(session, Reader(reader_id), concept, lessons.notes(reader_id))
            }
            courses = {course.id for course in programmes.courses(session, row.programme_id)}
        notes = [
            Note(
                one.row.id,
                one.row.programme_id,
                one.row.course_id,
                one.row.created_at.date(),
                one.row.as_learner,
            )
            for one in told.values()
        ]
        return [
            _lesson_view(told[note.id], None, reader_id)
            for note in come_back(notes, row.programme_id, courses)
        ]

    def at(self, viewer: Viewer, section: int | None) -> list[SharedLesson]:
        """What earlier cohorts left at a section of the viewer's course, without names."""
        course_id = viewer.course_id
        if viewer.person_id is None or course_id is None:
            return []
        with self._db.read() as session:
            told = {
                one.row.id: one
                for one in self._texts.read(
                    session, Reader(viewer.person_id), Concept.LESSON_FOR_ALL, lessons.published(course_id)
                )
            }
            named = sections.names(session, [course_id])
        found = shown(
            [
                Published(one.row.id, course_id, one.row.section, one.row.decided_at or one.row.created_at)
                for one in told.values()
            ],
            course_id,
            section,
        )
        return [
            SharedLesson(
                one.id,
                named.get((course_id, one.section)) if one.section is not None else None,
                told[one.id].text or "",
            )
            for one in found
        ]


def _lesson_view(told: Told[Lesson], author: str | None, reader_id: int) -> LessonView:
    row = told.row
    return LessonView(
        row.id,
        author,
        row.author_id == reader_id,
        row.kind,
        row.audience,
        row.state,
        told.text,
        row.created_at,
    )


def _own(session: Session, person_id: int, engagement_id: int) -> tuple[Engagement, Side]:
    row = engagements.get(session, engagement_id)
    if row is not None:
        for member in engagements.members(session, [engagement_id])[engagement_id]:
            if member.person_id == person_id:
                return row, member.side
    raise NotFoundError(NOT_YOURS)
