"""What happens in the widgets: one's engagements, check-ins and feedback, each text for the people it is meant for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from companion.errors import InputError, NotFoundError
from companion.mentoring.check_in import NOTE_LIMIT, clean_note, is_due
from companion.mentoring.trust import next_item
from companion.mentoring.waiting import Notice, Standing, notice
from companion.models.audience import Concept, Reader
from companion.models.engagement import (
    RUNNING,
    CheckIn,
    Contact,
    Engagement,
    EngagementState,
    Feedback,
    Fit,
    Mood,
    Side,
    TrustItem,
)
from companion.services.standing import standing_of
from companion.store import Database, Session, Texts, Told, engagements, programmes, runs
from companion.store.engagements import Member


@dataclass(frozen=True, slots=True)
class CheckInView:
    """A check-in as the people of its engagement see it."""

    mine: bool
    author: str
    mood: Mood
    contact: Contact
    note: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EngagementView:
    """An engagement as one of its people sees it."""

    id: int
    state: EngagementState
    side: Side
    partners: tuple[Member, ...]
    programme: str
    starts_on: date
    ends_on: date
    check_ins: tuple[CheckInView, ...]
    check_in_due: bool
    reasons: tuple[str, ...]
    next_trust_item: TrustItem
    last_fit: Fit | None

    @property
    def partner_names(self) -> str:
        """Names of the others, for a sentence."""
        return " and ".join(member.full_name for member in self.partners)


@dataclass(frozen=True, slots=True)
class WidgetView:
    """What a widget shows: the running engagements, or a notice of what happens next."""

    engagements: tuple[EngagementView, ...]
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, from where: the person and the course of a verified launch."""

    person_id: int | None
    course_id: int | None
    teacher: bool
    launch_id: str | None = field(default=None, repr=False)


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

    def widget(self, viewer: Viewer) -> WidgetView:
        """The viewer's running engagements in the programmes of this course, or what happens next."""
        with self._db.read() as session:
            if viewer.person_id is None or viewer.course_id is None:
                standing = Standing.TEACHER if viewer.teacher else Standing.UNKNOWN_PERSON
                return WidgetView((), notice(standing))
            found = engagements.of_person(session, viewer.person_id, viewer.course_id)
            running = [row for row in found if row.state in RUNNING]
            if running:
                views = [self._view(session, row, viewer.person_id) for row in running]
                return WidgetView(tuple(views), None)
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
    ) -> EngagementView:
        """Keep a check-in; the same form a second time is kept once.

        Raises:
            NotFoundError: no such engagement of this person in this course, or it has ended.
            InputError: the note is longer than 140 characters.
        """
        cleaned = clean_note(note)
        if cleaned and len(cleaned) > NOTE_LIMIT:
            over = len(cleaned) - NOTE_LIMIT
            sentence = (
                f"Your note is {over} character{'s' if over > 1 else ''} too long; {NOTE_LIMIT} are possible."
            )
            raise InputError(sentence, {"note": sentence})
        with self._db.begin() as session:
            row, person_id = self._mine(session, viewer, engagement_id)
            kept = CheckIn(
                engagement_id=row.id,
                person_id=person_id,
                mood=mood,
                contact=contact,
                note_encrypted=self._texts.seal(cleaned),
                created_at=self._clock(),
                form_key=form_key,
            )
            engagements.add_once(session, kept)
            if self._note_score is not None and viewer.launch_id:
                self._note_score(session, viewer.launch_id, form_key)
            return self._view(session, row, person_id)

    def feedback(
        self,
        viewer: Viewer,
        engagement_id: int,
        *,
        fit: Fit,
        trust_item: TrustItem,
        trust_score: int,
        form_key: str,
    ) -> EngagementView:
        """Keep feedback; the same form a second time is kept once. Raises NotFoundError as check_in does."""
        with self._db.begin() as session:
            row, person_id = self._mine(session, viewer, engagement_id)
            kept = Feedback(
                engagement_id=row.id,
                person_id=person_id,
                fit=fit,
                trust_item=trust_item,
                trust_score=trust_score,
                created_at=self._clock(),
                form_key=form_key,
            )
            engagements.add_once(session, kept)
            return self._view(session, row, person_id)

    def _mine(self, session: Session, viewer: Viewer, engagement_id: int) -> tuple[Engagement, int]:
        if viewer.person_id is not None and viewer.course_id is not None:
            for row in engagements.of_person(session, viewer.person_id, viewer.course_id):
                if row.id == engagement_id and row.state in RUNNING:
                    return row, viewer.person_id
        raise NotFoundError("This engagement has ended, or it is not yours. Reload the course page.")

    def _view(self, session: Session, row: Engagement, person_id: int) -> EngagementView:
        members = engagements.members(session, [row.id])[row.id]
        me = next(member for member in members if member.person_id == person_id)
        names = {member.person_id: member.full_name for member in members}
        answers = engagements.feedback_of(session, row.id, person_id)
        programme = programmes.get(session, row.programme_id)
        said = self._texts.read(session, Reader(person_id), Concept.CHECK_IN, engagements.check_ins(row.id))
        last = next((entry.row.created_at.date() for entry in said if entry.row.person_id == person_id), None)
        return EngagementView(
            id=row.id,
            state=row.state,
            side=me.side,
            partners=tuple(member for member in members if member.person_id != person_id),
            programme=programme.name if programme else "",
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            check_ins=tuple(_check_in_view(entry, person_id, names) for entry in said),
            check_in_due=is_due(last, self._clock().date()),
            reasons=runs.reasons_for(session, row.id, me.side),
            next_trust_item=next_item([answer.trust_item for answer in answers if answer.trust_item]),
            last_fit=next((answer.fit for answer in answers if answer.fit), None),
        )


def _check_in_view(told: Told[CheckIn], person_id: int, names: dict[int, str]) -> CheckInView:
    row = told.row
    return CheckInView(
        mine=row.person_id == person_id,
        author=names.get(row.person_id, ""),
        mood=row.mood,
        contact=row.contact,
        note=told.text,
        created_at=row.created_at,
    )


def _as_seen(standing: Standing, *, teacher: bool, ended: bool) -> Standing:
    """The standing of somebody who may teach here, or had an engagement before."""
    if standing is Standing.NOT_IN_PROGRAMME and teacher:
        return Standing.TEACHER
    passed_over = (Standing.NEW_HIRE, Standing.RECENT_LEARNER, Standing.NOT_IN_PROGRAMME)
    return Standing.ENDED if ended and standing in passed_over else standing
