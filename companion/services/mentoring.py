"""What happens in the widgets: one's engagements, check-ins and feedback, each text for the people it is meant for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from companion.errors import ConflictError, InputError, NotFoundError
from companion.mentoring.cadence import is_asked
from companion.mentoring.charter import OURS, must_accept
from companion.mentoring.check_in import NOTE_LIMIT, clean_note
from companion.mentoring.feedback import fit_is_due, trust_is_due
from companion.mentoring.trust import next_item
from companion.mentoring.waiting import Notice, Standing, notice
from companion.mentoring.work_style import monday
from companion.models.audience import Concept, Reader
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
    Side,
    TrustItem,
)
from companion.services.standing import standing_of
from companion.store import Connection, Database, Session, Texts, Told, charters, engagements, pages
from companion.store.engagements import Member
from companion.store.pages import Answer, Together


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
class Charter:
    """A version of a programme's charter, to be accepted."""

    version: int
    norms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """What somebody is asked about an engagement: whether it fits, and one item of the trust pulse."""

    next_trust_item: TrustItem
    last_fit: Fit | None
    fit_due: bool
    trust_due: bool

    @property
    def due(self) -> bool:
        """Whether either is asked today."""
        return self.fit_due or self.trust_due


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
    questions: Questions | None
    """What is asked of them about it; None where that was not looked up."""
    charter: Charter | None
    """To be accepted before anything else; None where it was."""
    full_weeks: frozenset[int]
    """Those of its people who have little room this week."""
    me: int

    @property
    def partner_names(self) -> str:
        """Names of the others, for a sentence."""
        return " and ".join(member.full_name for member in self.partners)


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
    """

    person_id: int | None
    course_id: int | None
    teacher: bool
    scored_launch: str | None = field(default=None, repr=False)


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

    def widget(self, viewer: Viewer, *, questions: bool = False) -> WidgetView:
        """The viewer's running engagements in the programmes of this course, or what happens next.

        Args:
            questions: with what the viewer is asked about them.
        """
        with self._db.read() as session:
            if viewer.person_id is None or viewer.course_id is None:
                standing = Standing.TEACHER if viewer.teacher else Standing.UNKNOWN_PERSON
                return WidgetView((), notice(standing))
            week = monday(self._clock().date())
            found = pages.of_person(session.connection(), viewer.person_id, viewer.course_id, week)
            running = [row for row in found if row.state in RUNNING]
            if running:
                views = self._views(session, running, viewer.person_id, questions=questions)
                return WidgetView(tuple(views), None)
            if any(row.state in HOLDING for row in found):
                return WidgetView((), notice(Standing.PROPOSED))
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
            row, person_id = _agreed(connection, viewer, engagement_id)
            kept = CheckIn(
                engagement_id=row.id,
                person_id=person_id,
                mood=mood,
                contact=contact,
                note_encrypted=self._texts.seal(cleaned),
                created_at=self._clock(),
                form_key=form_key,
            )
            if viewer.scored_launch is None:
                engagements.add_once(connection, kept)
        if viewer.scored_launch is not None:
            with self._db.begin() as session:
                engagements.add_once(session, kept)
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
            row, person_id = _agreed(connection, viewer, engagement_id)
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
        week = monday(self._clock().date())
        found = pages.by_ids(session.connection(), [engagement_id], person_id, week)
        return self._views(session, [found[engagement_id]], person_id, questions=True)[0]

    def _views(
        self, session: Session, rows: Sequence[Together], person_id: int, *, questions: bool
    ) -> list[EngagementView]:
        connection, today = session.connection(), self._clock().date()
        # What was said before somebody agreed to the charter waits for them as well.
        agreed_to = [row.id for row in rows if not _must_accept(row, person_id)]
        said: dict[int, list[Told[CheckIn]]] = {row.id: [] for row in rows}
        reader, asked = Reader(person_id), {"ids": agreed_to}
        for told in self._texts.read_columns(connection, reader, Concept.CHECK_IN, pages.CHECK_INS, asked):
            said[told.row.engagement_id].append(told)
        answers = pages.answers(connection, [*said], person_id) if questions else {}
        return [
            _view(
                row,
                person_id,
                today,
                said=said[row.id],
                questions=_questions(row, person_id, answers[row.id], today) if questions else None,
                charter=None if row.id in agreed_to else _charter(session, row),
            )
            for row in rows
        ]


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


def _agreed(connection: Connection, viewer: Viewer, engagement_id: int) -> tuple[Together, int]:
    """As `agreed`, with its people and without loading what can be changed."""
    if viewer.person_id is not None and viewer.course_id is not None:
        for row in pages.of_person(connection, viewer.person_id, viewer.course_id, date.min):
            if row.id == engagement_id and row.state in RUNNING:
                _check_agreed(row, viewer.person_id)
                return row, viewer.person_id
    raise NotFoundError(NOT_YOURS)


def _check_agreed(row: Together, person_id: int) -> None:
    if _must_accept(row, person_id):
        raise ConflictError(CHARTER_FIRST)


def _must_accept(row: Together, person_id: int) -> bool:
    return must_accept(row.member(person_id).charter_version, row.charter_version)


def charter_of(session: Session, programme_id: int, version: int) -> Charter:
    """The charter of a programme that holds now."""
    found = charters.norms(session, programme_id, version)
    return Charter(version, tuple(found) if found is not None else OURS)


def _charter(session: Session, row: Together) -> Charter:
    return charter_of(session, row.programme_id, row.charter_version)


def _view(
    row: Together,
    person_id: int,
    today: date,
    *,
    said: Sequence[Told[CheckIn]],
    questions: Questions | None,
    charter: Charter | None,
) -> EngagementView:
    side = row.member(person_id).side
    names = {member.person_id: member.full_name for member in row.members}
    return EngagementView(
        id=row.id,
        me=person_id,
        state=row.state,
        side=side,
        partners=row.others(person_id),
        programme=row.programme,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        check_ins=tuple(_check_in_view(one, person_id, names) for one in said),
        check_in_due=_check_in_due(row, said, person_id, today),
        reasons=row.reasons[side],
        questions=questions,
        charter=charter,
        full_weeks=row.full,
    )


def _questions(row: Together, person_id: int, answers: Sequence[Answer], today: date) -> Questions:
    return Questions(
        next_trust_item=next_item([answer.trust_item for answer in answers if answer.trust_item]),
        last_fit=next((answer.fit for answer in answers if answer.fit), None),
        fit_due=_fit_due(_since(row, person_id), row.ends_on, answers, today),
        trust_due=_trust_due(answers, today),
    )


def _since(row: Together, person_id: int) -> date:
    """When it began for this person."""
    joined_at = row.member(person_id).joined_at
    return joined_at.date() if joined_at else row.starts_on


def _check_in_due(row: Together, said: Sequence[Told[CheckIn]], person_id: int, today: date) -> bool:
    last = next((one.row.created_at.date() for one in said if one.row.person_id == person_id), None)
    if row.state is EngagementState.PAUSED:
        return False
    return is_asked(row.contact_days, _since(row, person_id), last, today)


def _fit_due(since: date, ends_on: date, answers: Sequence[Answer], today: date) -> bool:
    said = [(answer.created_at.date(), answer.fit) for answer in answers if answer.fit]
    return fit_is_due(since, ends_on, said, today)


def _trust_due(answers: Sequence[Answer], today: date) -> bool:
    return trust_is_due(next((a.created_at.date() for a in answers if a.trust_score), None), today)


def _check_in_view(told: Told[CheckIn], person_id: int, names: Mapping[int, str]) -> CheckInView:
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
