"""Lessons that were offered to the next cohort, as its coordinator looks at them: without a name."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from companion.errors import ConflictError
from companion.models.audience import Concept, Reader, Staff
from companion.models.exchange import Lesson, LessonState
from companion.store import Database, Texts, Told, lessons, sections
from companion.store.slices import Slice

NO_LESSON = "This lesson does not wait for a look any more."
NOT_DECIDED = "This lesson waits for a look already, or its author took it back."
OLDEST = Slice("offered")


@dataclass(frozen=True, slots=True)
class OfferedLesson:
    """A lesson offered to the next cohort, as its coordinator sees it: without a name.

    Attributes:
        text: by the explicit choice of its author; None of one that was declined, which is the author's alone again.
        decided_by: name of the coordinator; None while it waits.
    """

    id: int
    programme_id: int
    section: str | None
    text: str | None
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None


class OfferedLessonService:
    """Shows coordinators what waits for a look, and keeps what they decide."""

    def __init__(self, db: Database, *, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._texts = texts
        self._clock = clock

    def waiting(
        self, programme_ids: Collection[int], wanted: Slice = OLDEST
    ) -> tuple[list[OfferedLesson], int]:
        """A slice of what waits for a look before the next cohort sees it, and how much does."""
        return self._page(programme_ids, (LessonState.WAITING,), wanted)

    def decided(self, programme_ids: Collection[int], wanted: Slice) -> tuple[list[OfferedLesson], int]:
        """A slice of what was let through or declined, and how much was."""
        return self._page(programme_ids, (LessonState.PUBLISHED, LessonState.DECLINED), wanted)

    def _page(
        self, programme_ids: Collection[int], states: Collection[LessonState], wanted: Slice
    ) -> tuple[list[OfferedLesson], int]:
        with self._db.read() as session:
            query, total = lessons.page(session, lessons.offered(programme_ids, states), wanted)
            told = self._texts.read(session, Reader(staff=Staff.COORDINATOR), Concept.LESSON_FOR_ALL, query)
            courses = {one.row.course_id for one in told if one.row.course_id is not None}
            named = sections.names(session, courses)
        return [_offered_lesson(one, named) for one in told], total

    def decide(self, lesson_id: int, *, publish: bool, by: str) -> None:
        """Let an offered lesson through, or not. Raises ConflictError where it does not wait."""
        state = LessonState.PUBLISHED if publish else LessonState.DECLINED
        with self._db.begin() as session:
            if lessons.decide(session, lesson_id, state, by, self._clock()) is None:
                raise ConflictError(NO_LESSON)

    def look_again(self, lesson_id: int) -> None:
        """Let a decided lesson wait again. Raises ConflictError where it is not decided."""
        with self._db.begin() as session:
            if not lessons.ask_again(session, lesson_id):
                raise ConflictError(NOT_DECIDED)


def _offered_lesson(told: Told[Lesson], named: Mapping[tuple[int, int], str]) -> OfferedLesson:
    row = told.row
    place = None if row.section is None else named.get((row.course_id or 0, row.section))
    text = None if row.state is LessonState.DECLINED else told.text
    return OfferedLesson(
        row.id, row.programme_id, place, text, row.created_at, row.decided_at, row.decided_by
    )
