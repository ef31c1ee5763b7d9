"""What happens in the widgets: one's engagements, check-ins and feedback, each text for the people it is meant for."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from companion.errors import ConflictError, InputError, NotFoundError
from companion.mentoring.check_in import NOTE_LIMIT, clean_note
from companion.mentoring.waiting import Notice, Standing, notice
from companion.mentoring.work_style import monday
from companion.models.engagement import (
    HOLDING,
    RUNNING,
    CheckIn,
    Contact,
    Engagement,
    EngagementState,
    Feedback,
    Fit,
    Mood,
    TrustItem,
)
from companion.services.engagement_view import EngagementView, engagement_views, must_agree
from companion.services.standing import standing_of
from companion.store import Connection, Database, Session, Texts, engagements, pages
from companion.store.engagements import Member
from companion.store.pages import Arrival, Together


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was sent is kept: in which engagement, and the others in it."""

    id: int
    partners: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class WidgetView:
    """What a widget shows: the running engagements, or a notice of what happens next."""

    engagements: tuple[EngagementView, ...]
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, from where: the person and the course of a verified launch.

    Attributes:
        scored_launch: the launch, where the gradebook of its platform is told of check-ins.
        together: the engagements that were found together with the launch; None where they were not looked for.
    """

    person_id: int | None
    course_id: int | None
    teacher: bool
    scored_launch: str | None = field(default=None, repr=False)
    together: Sequence[Together] | None = field(default=None, repr=False)


class MentoringService:
    """Serves the widgets. Every method takes the viewer, and reads and writes only what is the viewer's."""

    def __init__(
        self,
        db: Database,
        *,
        texts: Texts,
        clock: Callable[[], datetime],
        note_score: Callable[[Session, str, str], None] | None = None,
    ) -> None:
        """Args: note_score: told of each check-in within its transaction, by the launch and the key of the form."""
        self._db = db
        self._note_score = note_score
        self._texts = texts
        self._clock = clock

    def texts_readable(self) -> bool:
        """Whether what was written can be read with the key in use."""
        with self._db.read() as session:
            return self._texts.readable(session)

    def arrive(self, launch_id: str) -> Arrival | None:
        """The launch, while it has not expired and its platform is enabled, with the engagements it opens."""
        now = self._clock()
        with self._db.statements() as connection:
            return pages.of_launch(connection, launch_id, now, monday(now.date()))

    def widget(self, viewer: Viewer, *, questions: bool = False) -> WidgetView:
        """The viewer's running engagements in the programmes of this course, or what happens next.

        Args:
            questions: with what the viewer is asked about them.
        """
        if viewer.person_id is None or viewer.course_id is None:
            return WidgetView((), notice(Standing.TEACHER if viewer.teacher else Standing.UNKNOWN_PERSON))
        today = self._clock().date()
        with self._db.statements() as connection:
            found = _found(connection, viewer, today)
            running = [row for row in found if row.state in RUNNING]
            if running:
                views = engagement_views(
                    connection, self._texts, running, viewer.person_id, today, questions=questions
                )
                return WidgetView(tuple(views), None)
        if any(row.state in HOLDING for row in found):
            return WidgetView((), notice(Standing.PROPOSED))
        with self._db.read() as session:
            standing = standing_of(session, viewer.person_id, viewer.course_id, self._clock())
        return WidgetView((), notice(_as_seen(standing, teacher=viewer.teacher, ended=bool(found))))

    def check_in(
        self,
        viewer: Viewer,
        engagement_id: int,
        *,
        mood: Mood,
        contact: Contact,
        note: str,
        form_key: str,
    ) -> Receipt:
        """Keep a check-in; the same form a second time is kept once.

        Raises:
            NotFoundError: no such engagement of this person in this course, or it has ended.
            ConflictError: its charter waits for this person.
            InputError: the note is longer than 140 characters.
        """
        cleaned = clean_note(note)
        if cleaned and len(cleaned) > NOTE_LIMIT:
            over = len(cleaned) - NOTE_LIMIT
            sentence = (
                f"Your note is {over} character{'s' if over > 1 else ''} too long; {NOTE_LIMIT} are possible."
            )
            raise InputError(sentence, {"note": sentence})
        with self._db.statements() as connection:
            row, person_id = _agreed(connection, viewer, engagement_id, self._clock().date())
            kept = {
                "engagement_id": row.id,
                "person_id": person_id,
                "mood": mood,
                "contact": contact,
                "note_encrypted": self._texts.seal(cleaned),
                "created_at": self._clock(),
                "form_key": form_key,
            }
            if viewer.scored_launch is None:
                engagements.keep_once(connection, CheckIn, kept)
        if viewer.scored_launch is not None:
            with self._db.begin() as session:
                engagements.keep_once(session, CheckIn, kept)
                if self._note_score is not None:
                    self._note_score(session, viewer.scored_launch, form_key)
        return Receipt(row.id, row.others(person_id))

    def feedback(
        self,
        viewer: Viewer,
        engagement_id: int,
        *,
        fit: Fit | None,
        trust_item: TrustItem | None,
        trust_score: int | None,
        form_key: str,
    ) -> Receipt:
        """Keep feedback: the fit, one item of trust with its score, or both; the same form twice is kept once.

        Raises NotFoundError and ConflictError as check_in does.
        """
        with self._db.statements() as connection:
            row, person_id = _agreed(connection, viewer, engagement_id, self._clock().date())
            kept = Feedback(
                engagement_id=row.id,
                person_id=person_id,
                fit=fit,
                trust_item=trust_item,
                trust_score=trust_score,
                created_at=self._clock(),
                form_key=form_key,
            )
            engagements.add_once(connection, kept)
        return Receipt(row.id, row.others(person_id))

    def view(self, session: Session, engagement_id: int, person_id: int) -> EngagementView:
        """An engagement as one of its people sees it, within the transaction of another service."""
        connection, today = session.connection(), self._clock().date()
        found = pages.by_ids(connection, [engagement_id], person_id, monday(today))
        (view,) = engagement_views(
            connection, self._texts, [*found.values()], person_id, today, questions=True
        )
        return view


NOT_YOURS = "This engagement has ended, or it is not yours. Reload the course page."
CHARTER_FIRST = "First accept the charter of your programme. Reload the course page."


def mine(
    session: Session,
    viewer: Viewer,
    engagement_id: int,
    states: Collection[EngagementState] = RUNNING,
) -> tuple[Engagement, int]:
    """An engagement of the viewer in the course they look from, with their id; raises NotFoundError."""
    if viewer.person_id is not None and viewer.course_id is not None:
        for row in engagements.of_person(session, viewer.person_id, viewer.course_id):
            if row.id == engagement_id and row.state in states:
                return row, viewer.person_id
    raise NotFoundError(NOT_YOURS)


def agreed(session: Session, viewer: Viewer, engagement_id: int) -> tuple[Engagement, int]:
    """A running engagement whose charter the viewer accepted; raises NotFoundError, ConflictError."""
    row, person_id = mine(session, viewer, engagement_id)
    _check_agreed(pages.by_ids(session.connection(), [row.id], person_id, date.min)[row.id], person_id)
    return row, person_id


def _agreed(connection: Connection, viewer: Viewer, engagement_id: int, today: date) -> tuple[Together, int]:
    """As `agreed`, with its people and without loading what can be changed."""
    if viewer.person_id is not None:
        for row in _found(connection, viewer, today):
            if row.id == engagement_id and row.state in RUNNING:
                _check_agreed(row, viewer.person_id)
                return row, viewer.person_id
    raise NotFoundError(NOT_YOURS)


def _found(connection: Connection, viewer: Viewer, today: date) -> Sequence[Together]:
    """The engagements of the viewer in the course they look from."""
    if viewer.together is not None:
        return viewer.together
    if viewer.person_id is None or viewer.course_id is None:
        return ()
    return pages.of_person(connection, viewer.person_id, viewer.course_id, monday(today))


def _check_agreed(row: Together, person_id: int) -> None:
    if must_agree(row, person_id):
        raise ConflictError(CHARTER_FIRST)


def _as_seen(standing: Standing, *, teacher: bool, ended: bool) -> Standing:
    """The standing of somebody who may teach here, or had an engagement before."""
    if standing is Standing.NOT_IN_PROGRAMME and teacher:
        return Standing.TEACHER
    passed_over = (Standing.NEW_HIRE, Standing.RECENT_LEARNER, Standing.NOT_IN_PROGRAMME)
    return Standing.ENDED if ended and standing in passed_over else standing
