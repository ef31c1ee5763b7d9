"""Thanks with credit, the balance of giving and asking, and lessons: each for the people it is meant for."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from companion.errors import ConflictError, InputError, NotFoundError
from companion.mentoring.lesson import LESSON_LIMIT, Note, Published, come_back, names_in, shown
from companion.mentoring.thanks import THANKS_LIMIT, Balance, Gift, may_thank
from companion.mentoring.wording import clean_text
from companion.models.audience import Concept, Reader, Staff
from companion.models.engagement import Engagement, EngagementState, Side
from companion.models.exchange import Lesson, LessonAudience, LessonKind, LessonState, Thanks, ThanksFor
from companion.services.mentoring import Viewer, agreed
from companion.store import (
    Database,
    Session,
    Texts,
    Told,
    commitments,
    engagements,
    gifts,
    programmes,
    sections,
)
from companion.store.slices import Slice

NOT_TOGETHER = "You can thank people you were with, or who answered a question of yours."
NOBODY_OF_NAME = "Nobody in this programme has exactly this name. Write it as it stands in the course."
TWO_OF_NAME = "More than one person here has this name, so the credit cannot be given by name."
NAME_WHAT_FOR = "Say in a few words what it is for."
TOO_LONG = "That is too long. Keep to what matters most."
NOTHING_SAID = "Write what you would like to say."
NAMES_GIVEN = "Leave out the names in it: it is shown to the next cohort without any."
NOT_YOURS = "This engagement is not yours. Reload the course page."
NO_LESSON = "This lesson does not wait for a look any more."
NOT_DECIDED = "This lesson waits for a look already, or its author took it back."
NOT_DONE = "This commitment is not kept any more. Reload the course page."
OLDEST = Slice("offered")


@dataclass(frozen=True, slots=True)
class ThanksView:
    """Thanks as one of its people sees it; `text` is None where none was written, or it is gone."""

    id: int
    by: str
    to: str
    credited: str | None
    mine: bool
    about: ThanksFor
    text: str | None
    created_at: datetime


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


class GiftService:
    """Serves what is given. Every method for people takes the viewer; those for coordinators read offered lessons."""

    def __init__(self, db: Database, *, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._texts = texts
        self._clock = clock

    def thank(
        self,
        viewer: Viewer,
        to_id: int,
        *,
        about: ThanksFor,
        subject_id: int | None = None,
        text: str = "",
        credited_name: str = "",
        form_key: str,
    ) -> None:
        """Thank somebody for one concrete thing; the same form a second time thanks once.

        Raises:
            NotFoundError: the two have nothing to do with each other.
            InputError: what it is for is missing, it is too long, or nobody has the credited name.
        """
        said = clean_text(text)
        if about is ThanksFor.OTHER and not said:
            raise InputError(NAME_WHAT_FOR, {"text": NAME_WHAT_FOR})
        if said and len(said) > THANKS_LIMIT:
            raise InputError(TOO_LONG, {"text": TOO_LONG})
        with self._db.begin() as session:
            by_id = _known(viewer)
            together, helpers = gifts.partners(session, by_id), gifts.helpers(session, by_id)
            if not may_thank(by_id, to_id, together, helpers):
                raise NotFoundError(NOT_TOGETHER)
            row = Thanks(
                by_id=by_id,
                to_id=to_id,
                credited_id=credited(session, viewer, credited_name),
                engagement_id=gifts.shared_engagement(session, by_id, to_id),
                about=about,
                subject_id=subject_id,
                text_encrypted=self._texts.seal(said),
                created_at=self._clock(),
                form_key=form_key,
            )
            gifts.add_once(session, row)

    def thank_for_commitment(
        self, viewer: Viewer, engagement_id: int, commitment_id: int, *, form_key: str
    ) -> None:
        """Thank somebody for what they had committed to and did, in one tap; once each.

        Raises:
            NotFoundError, ConflictError: the engagement is not open to the viewer, or the charter waits.
            NotFoundError: nobody else in it kept such a commitment.
        """
        with self._db.begin() as session:
            engagement, by_id = agreed(session, viewer, engagement_id)
            done = commitments.done_by_another(session, commitment_id, engagement.id, by_id)
            if done is None:
                raise NotFoundError(NOT_DONE)
            if gifts.thanked_for(session, by_id, [done.id]):
                return
            row = Thanks(
                by_id=by_id,
                to_id=done.person_id,
                engagement_id=engagement.id,
                about=ThanksFor.COMMITMENT,
                subject_id=done.id,
                created_at=self._clock(),
                form_key=form_key,
            )
            gifts.add_once(session, row)

    def thanks(self, viewer: Viewer) -> list[ThanksView]:
        """What the viewer gave, received and was credited in, newest first."""
        reader_id = _known(viewer)
        with self._db.read() as session:
            found = self._texts.read(session, Reader(reader_id), Concept.THANKS, gifts.thanks())
            people = {id_ for one in found for id_ in (one.row.by_id, one.row.to_id, one.row.credited_id)}
            names = gifts.names(session, people)
        return [
            ThanksView(
                one.row.id,
                names.get(one.row.by_id, ""),
                names.get(one.row.to_id, ""),
                names.get(one.row.credited_id),
                one.row.by_id == reader_id,
                one.row.about,
                one.text,
                one.row.created_at,
            )
            for one in found
        ]

    def people_to_thank(self, viewer: Viewer) -> dict[int, str]:
        """Names, by id, of those the viewer may thank."""
        by_id = _known(viewer)
        with self._db.read() as session:
            return {**gifts.helpers(session, by_id), **gifts.partners(session, by_id)}

    def balance(self, viewer: Viewer) -> Balance:
        """What the viewer gave and received. There is no way to ask for anybody else's."""
        with self._db.read() as session:
            found = gifts.counts(session, _known(viewer))
        given = Counter(
            {
                Gift.ANSWER: found.answers_given,
                Gift.THANKS: found.thanks_given,
                Gift.CREDIT: found.credits_given,
                Gift.LESSON: found.lessons,
            }
        )
        received = Counter(
            {
                Gift.ANSWER: found.answers_received,
                Gift.THANKS: found.thanks_received,
                Gift.CREDIT: found.credits_received,
            }
        )
        return Balance(+given, +received)

    def write_lesson(
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
            author_id = _known(viewer)
            row, side = _own(session, author_id, engagement_id)
            to_next = audience is LessonAudience.NEXT_COHORT
            if to_next and names_in(said, gifts.names_around(session, author_id)):
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
            gifts.add_once(session, lesson)

    def lessons(self, viewer: Viewer) -> list[LessonView]:
        """The viewer's own lessons and those written for their engagements, newest first."""
        reader_id = _known(viewer)
        with self._db.read() as session:
            found = [
                one
                for concept in (Concept.NOTE, Concept.LESSON, Concept.LESSON_FOR_ALL)
                for one in self._texts.read(session, Reader(reader_id), concept, gifts.lessons())
                # What others left for the next cohort stands at its section, without their names.
                if concept is not Concept.LESSON_FOR_ALL or one.row.author_id == reader_id
            ]
            names = gifts.names(session, {one.row.author_id for one in found})
        found.sort(key=lambda one: (one.row.created_at, one.row.id), reverse=True)
        return [_lesson_view(one, names.get(one.row.author_id), reader_id) for one in found]

    def come_back(self, viewer: Viewer, engagement_id: int) -> list[LessonView]:
        """What the viewer wrote as a learner on the path they now advise on (D10).

        A learner gets it with the thank-you at the end, beside the question whether they would advise.
        """
        reader_id = _known(viewer)
        with self._db.read() as session:
            row, side = _own(session, reader_id, engagement_id)
            if side is not Side.ADVISER and row.state is not EngagementState.CLOSED:
                return []
            told = {
                one.row.id: one
                for concept in (Concept.NOTE, Concept.LESSON, Concept.LESSON_FOR_ALL)
                for one in self._texts.read(session, Reader(reader_id), concept, gifts.notes(reader_id))
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
                    session, Reader(viewer.person_id), Concept.LESSON_FOR_ALL, gifts.published(course_id)
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

    def offered(
        self, programme_ids: Collection[int], wanted: Slice = OLDEST
    ) -> tuple[list[OfferedLesson], int]:
        """For the coordinator: a slice of what waits for a look before the next cohort sees it, and how much does."""
        return self._offered(programme_ids, (LessonState.WAITING,), wanted)

    def decided(self, programme_ids: Collection[int], wanted: Slice) -> tuple[list[OfferedLesson], int]:
        """For the coordinator: a slice of what was let through or declined, and how much was."""
        return self._offered(programme_ids, (LessonState.PUBLISHED, LessonState.DECLINED), wanted)

    def _offered(
        self, programme_ids: Collection[int], states: Collection[LessonState], wanted: Slice
    ) -> tuple[list[OfferedLesson], int]:
        with self._db.read() as session:
            query, total = gifts.page(session, gifts.offered(programme_ids, states), wanted)
            told = self._texts.read(session, Reader(staff=Staff.COORDINATOR), Concept.LESSON_FOR_ALL, query)
            courses = {one.row.course_id for one in told if one.row.course_id is not None}
            named = sections.names(session, courses)
        return [_offered_lesson(one, named) for one in told], total

    def decide(self, lesson_id: int, *, publish: bool, by: str) -> None:
        """For the coordinator: let an offered lesson through, or not. Raises ConflictError where it does not wait."""
        state = LessonState.PUBLISHED if publish else LessonState.DECLINED
        with self._db.begin() as session:
            if gifts.decide(session, lesson_id, state, by, self._clock()) is None:
                raise ConflictError(NO_LESSON)

    def look_again(self, lesson_id: int) -> None:
        """For the coordinator: let a decided lesson wait again. Raises ConflictError where it is not decided."""
        with self._db.begin() as session:
            if not gifts.ask_again(session, lesson_id):
                raise ConflictError(NOT_DECIDED)


def _offered_lesson(told: Told[Lesson], named: Mapping[tuple[int, int], str]) -> OfferedLesson:
    row = told.row
    place = None if row.section is None else named.get((row.course_id or 0, row.section))
    text = None if row.state is LessonState.DECLINED else told.text
    return OfferedLesson(
        row.id, row.programme_id, place, text, row.created_at, row.decided_at, row.decided_by
    )


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


def credited(session: Session, viewer: Viewer, full_name: str) -> int | None:
    """Whom a name credits, in the engagement or outside it (D8); None where none was given.

    Raises InputError where it is nobody's in the programme, that of several, or one's own.
    """
    name = " ".join(full_name.split())
    if not name:
        return None
    found: set[int] = set()
    if viewer.course_id is not None:
        for programme in programmes.of_course(session, viewer.course_id):
            found.update(gifts.in_programme(session, programme.id, name))
    if len(found) > 1:
        raise InputError(TWO_OF_NAME, {"credited": TWO_OF_NAME})
    if not found or viewer.person_id in found:
        raise InputError(NOBODY_OF_NAME, {"credited": NOBODY_OF_NAME})
    return found.pop()


def _known(viewer: Viewer) -> int:
    if viewer.person_id is None:
        raise NotFoundError(NOT_YOURS)
    return viewer.person_id


def _own(session: Session, person_id: int, engagement_id: int) -> tuple[Engagement, Side]:
    row = engagements.get(session, engagement_id)
    if row is not None:
        for member in engagements.members(session, [engagement_id])[engagement_id]:
            if member.person_id == person_id:
                return row, member.side
    raise NotFoundError(NOT_YOURS)
