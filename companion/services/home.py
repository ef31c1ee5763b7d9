"""What "my mentoring" shows: the people, the next step first, commitments, trust, charter and cards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from companion.mentoring.commitment import Standing as CommitmentStanding
from companion.mentoring.commitment import asks_for_follow_up, may_commit
from companion.mentoring.engagement import may_extend
from companion.mentoring.feedback import may_request
from companion.mentoring.next_step import Facts, Step, next_step
from companion.mentoring.trust import Answer, Index, trend
from companion.mentoring.undo import can_be_undone
from companion.mentoring.waiting import Notice
from companion.models.audience import Concept, Reader
from companion.models.charter import WorkStyle
from companion.models.commitment import Commitment, CommitmentState
from companion.models.engagement import HOLDING, RUNNING, Engagement, EngagementKind, EngagementState, Side
from companion.models.feedback import FeedbackReply, FeedbackRequest
from companion.services.engagement_view import Charter, EngagementView, charter_of
from companion.services.mentoring import MentoringService, Viewer
from companion.store import (
    Database,
    Session,
    Texts,
    Told,
    charters,
    choosing,
    commitments,
    concerns,
    engagements,
    feedback,
    programmes,
    thanks,
)

LOOKED_BACK_FOR = timedelta(days=30)
"""So long an engagement that ended is still shown, with its thank-you."""


@dataclass(frozen=True, slots=True)
class CommitmentView:
    """A commitment as the people of its engagement see it."""

    id: int
    mine: bool
    author: str
    intent: str | None
    sign: str | None
    state: CommitmentState
    due_on: date
    follow_up: bool
    days: tuple[date, ...]
    """The days it was due on before."""
    thanks: bool
    """The viewer may say thank you for it: somebody else kept it, and they did not yet."""


@dataclass(frozen=True, slots=True)
class ReplyView:
    """An answer in words, for its receiver."""

    author: str
    helps: str | None
    wish: str | None


@dataclass(frozen=True, slots=True)
class RequestView:
    """Feedback somebody asked for.

    Attributes:
        replies: only of the viewer's own requests.
        waits_for_me: the viewer has not answered yet.
    """

    id: int
    mine: bool
    author: str
    about: str | None
    waits_for_me: bool
    replies: tuple[ReplyView, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """How somebody likes to work."""

    person_id: int
    full_name: str
    reach: str | None = None
    away: str | None = None
    feedback: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written on it."""
        return not (self.reach or self.away or self.feedback)


@dataclass(frozen=True, slots=True)
class Home:
    """One engagement on the page.

    Attributes:
        accepted_charter: the charter they go by, once accepted.
        my_card: the viewer's own, also when empty.
        cards: those of the others, where something is written on them.
        may_ask_feedback: the viewer may ask for feedback again.
        extension_wished: names of those who wish to go on.
        may_advise: they came as a learner and may pass it on now.
        may_veto: they may pass over who is proposed to them.
    """

    view: EngagementView
    step: Step
    commitments: tuple[CommitmentView, ...]
    may_commit: bool
    requests: tuple[RequestView, ...]
    may_ask_feedback: bool
    trend: tuple[Index, ...]
    accepted_charter: Charter | None
    my_card: Card
    cards: tuple[Card, ...]
    may_extend: bool
    extension_wished: tuple[str, ...]
    i_wish_extension: bool
    leaving: str | None
    """Form of an exit that can still be taken back."""
    may_advise: bool
    may_veto: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """An engagement in the list of people."""

    id: int
    names: tuple[str, ...]
    state: EngagementState


@dataclass(frozen=True, slots=True)
class HomeView:
    """The page: one engagement in full, the others by name, or a notice."""

    engagements: tuple[Brief, ...]
    shown: Home | None
    notice: Notice | None


class HomeService:
    """Reads "my mentoring" for one viewer, with a bounded number of statements."""

    def __init__(
        self, db: Database, *, texts: Texts, clock: Callable[[], datetime], mentoring: MentoringService
    ) -> None:
        self._db = db
        self._texts = texts
        self._clock = clock
        self._mentoring = mentoring

    def home(self, viewer: Viewer, wanted: int | None = None) -> HomeView:
        """The page. Args: wanted: the engagement to show; else the first is."""
        with self._db.read() as session:
            rows = self._shown(session, viewer)
            if not rows or viewer.person_id is None:
                return HomeView((), None, self._mentoring.widget(viewer).notice)
            names = engagements.members(session, [row.id for row in rows])
            briefs = tuple(
                Brief(
                    row.id,
                    tuple(one.full_name for one in names[row.id] if one.person_id != viewer.person_id),
                    row.state,
                )
                for row in rows
            )
            row = next((one for one in rows if one.id == wanted), rows[0])
            return HomeView(briefs, self._home(session, row, viewer.person_id), None)

    def _shown(self, session: Session, viewer: Viewer) -> list[Engagement]:
        if viewer.person_id is None or viewer.course_id is None:
            return []
        found = engagements.of_person(session, viewer.person_id, viewer.course_id)
        held = [row for row in found if row.state in HOLDING]
        since = self._clock() - LOOKED_BACK_FOR
        over = [row for row in found if row.state is EngagementState.CLOSED and _ended_since(row, since)]
        return held + over[: 1 if held else 3]

    def _home(self, session: Session, row: Engagement, person_id: int) -> Home:
        now, reader = self._clock(), Reader(person_id)
        view = self._mentoring.view(session, row.id, person_id)
        open_now = row.state in RUNNING and view.charter is None
        people = (person_id, *(one.person_id for one in view.partners))
        names = {one.person_id: one.full_name for one in view.partners}
        own = self._commitments(session, row, reader, names, now.date()) if open_now else ()
        asked = self._requests(session, row, reader, names) if open_now else ()
        cards = self._cards(session, reader, people, names) if row.state in RUNNING else {}
        members = engagements.members(session, [row.id])[row.id]
        wished = [one for one in members if one.extension_until is not None]
        exit_row = concerns.exit_of(session, row.id, person_id) if row.state in RUNNING else None
        leaving = exit_row.form_key if exit_row and can_be_undone(exit_row.created_at, now) else None
        mine_open = sum(one.mine and one.state is CommitmentState.OPEN for one in own)
        last = feedback.last_request(session, row.id, person_id) if open_now else None
        may_advise = view.side is Side.LEARNER and row.state is EngagementState.CLOSED
        near = row.state is EngagementState.ACTIVE and may_extend(row.ends_on, now.date())
        i_wish = any(one.person_id == person_id for one in wished)
        facts = Facts(
            state=row.state,
            accepted=any(one.person_id == person_id and one.accepted for one in members),
            declined=any(one.person_id == person_id and one.declined for one in members),
            charter=view.charter is None,
            leaving=leaving is not None,
            settle=any(one.mine and one.follow_up for one in own),
            reply=any(one.waits_for_me for one in asked),
            extend=bool(wished) and not i_wish,
            check_in=view.check_in_due,
            feedback=view.questions is not None and view.questions.due,
            committed=mine_open > 0,
            may_advise=may_advise,
        )
        return Home(
            view=view,
            step=next_step(facts),
            commitments=own,
            may_commit=may_commit(mine_open),
            requests=asked,
            may_ask_feedback=open_now and may_request(last.date() if last else None, now.date()),
            trend=self._trend(session, row) if open_now else (),
            accepted_charter=self._charter(session, row) if open_now else None,
            my_card=cards.get(person_id, Card(person_id, "")),
            cards=tuple(card for key, card in cards.items() if key != person_id and not card.is_empty),
            may_extend=near and not i_wish,
            extension_wished=tuple(one.full_name for one in wished if one.person_id != person_id),
            i_wish_extension=i_wish,
            leaving=leaving,
            may_advise=may_advise,
            may_veto=_may_veto(session, row, view),
        )

    def _commitments(
        self, session: Session, row: Engagement, reader: Reader, names: dict[int, str], today: date
    ) -> tuple[CommitmentView, ...]:
        told = self._texts.read(session, reader, Concept.COMMITMENT, commitments.of_engagement(row.id))
        days = commitments.days(session, [one.row.id for one in told])
        done = {
            one.row.id
            for one in told
            if one.row.person_id != reader.person_id and one.row.state in commitments.DONE
        }
        if done and reader.person_id is not None:
            done -= thanks.thanked_for(session, reader.person_id, done)
        return tuple(
            _commitment_view(one, reader, names, tuple(days.get(one.row.id, ())), today, one.row.id in done)
            for one in told
        )

    def _requests(
        self, session: Session, row: Engagement, reader: Reader, names: dict[int, str]
    ) -> tuple[RequestView, ...]:
        told = self._texts.read(session, reader, Concept.FEEDBACK_REQUEST, feedback.requests(row.id))
        ids = [one.row.id for one in told]
        replied = feedback.replied(session, ids)
        replies = self._texts.read(session, reader, Concept.FEEDBACK_REPLY, feedback.replies(ids))
        return tuple(
            RequestView(
                one.row.id,
                one.row.person_id == reader.person_id,
                names.get(one.row.person_id, ""),
                one.text,
                one.row.person_id != reader.person_id
                and reader.person_id not in replied.get(one.row.id, frozenset()),
                _reply_views(one.row, replies, reader, names),
            )
            for one in told
        )

    def _cards(
        self, session: Session, reader: Reader, people: Sequence[int], names: dict[int, str]
    ) -> dict[int, Card]:
        told: list[Told[WorkStyle]] = self._texts.read(
            session, reader, Concept.WORK_STYLE, charters.styles(people)
        )
        return {
            one.row.person_id: Card(one.row.person_id, names.get(one.row.person_id, ""), **one.texts)
            for one in told
        }

    def _trend(self, session: Session, row: Engagement) -> tuple[Index, ...]:
        answers = [
            Answer(person_id, item, score, at.date())
            for person_id, item, score, at in feedback.trust(session, row.id)
        ]
        return tuple(trend(answers))

    def _charter(self, session: Session, row: Engagement) -> Charter | None:
        programme = programmes.get(session, row.programme_id)
        return charter_of(session, programme.id, programme.charter_version) if programme else None


def _may_veto(session: Session, row: Engagement, view: EngagementView) -> bool:
    proposed = row.state is EngagementState.PROPOSED and row.kind is EngagementKind.PAIR
    return (
        proposed and view.side is Side.LEARNER and not choosing.has_vetoed(session, row.programme_id, view.me)
    )


def _ended_since(row: Engagement, since: datetime) -> bool:
    return row.ended_at is not None and row.ended_at >= since


def _commitment_view(
    told: Told[Commitment],
    reader: Reader,
    names: dict[int, str],
    days: tuple[date, ...],
    today: date,
    thanks: bool,
) -> CommitmentView:
    row = told.row
    return CommitmentView(
        id=row.id,
        mine=row.person_id == reader.person_id,
        author=names.get(row.person_id, ""),
        intent=told.texts["intent"],
        sign=told.texts["sign"],
        state=row.state,
        due_on=row.due_on,
        follow_up=asks_for_follow_up(CommitmentStanding(row.state, row.due_on, row.was_late), today),
        days=days,
        thanks=thanks,
    )


def _reply_views(
    row: FeedbackRequest, replies: Sequence[Told[FeedbackReply]], reader: Reader, names: dict[int, str]
) -> tuple[ReplyView, ...]:
    if row.person_id != reader.person_id:
        return ()
    return tuple(
        ReplyView(names.get(one.row.person_id, ""), one.texts["helps"], one.texts["wish"])
        for one in replies
        if one.row.request_id == row.id
    )
