"""Asks: put from the course page, answered, passed on, resolved; each text for the people who have the ask."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.errors import ConflictError, InputError, NotFoundError
from companion.mentoring.ask import (
    ANSWER_LIMIT,
    ASK_LIMIT,
    ENGAGEMENT_WEEKS,
    KIND_OF,
    OPEN_FOR,
    PASSED_ON_AFTER,
    ForbiddenMoveError,
    Move,
    Part,
    becomes_engagement,
    may_ask,
    moved,
)
from companion.mentoring.routing import MOST_ASKED
from companion.mentoring.thanks import THANKS_LIMIT
from companion.mentoring.undo import UNDO_FOR, can_be_undone
from companion.mentoring.wording import clean_text
from companion.models.exchange import Ask, AskedPerson, AskedState, AskState, AskWord, Thanks, ThanksFor
from companion.models.jobs import OutboxEntry
from companion.services.approval import form_pair
from companion.services.ask_undo import take_back
from companion.services.ask_view import AskView, ask_views
from companion.services.asked_people import AT_FIRST, AskedPeople, having, part_of
from companion.services.lifecycle import BEGIN, note_later
from companion.services.mentoring import Viewer
from companion.services.messages import Messenger
from companion.services.thanks import credited
from companion.store import (
    Database,
    Session,
    Texts,
    asks,
    engagements,
    lms,
    outbox,
    people,
    programmes,
    sections,
    thanks,
)
from companion.store.forms import add_once
from companion.store.sent import SentKind

PASS_ON = "mentoring.pass_on"  # noqa: S105 - a deed, no password
"""Kind of work in the outbox: what was passed on goes to the next once it can no longer be taken back."""
NEXT_STATES = (AskState.OPEN, AskState.PASSED_ON)
"""States in which an ask is put to one more: in the others somebody has said a word."""
SHOWN_AFTER = timedelta(days=14)
"""How long an ask that ended stays in sight."""

TOO_MANY = "Three of your questions are open. Close one of them first: that also lets people rest."
NOTHING_SAID = "Write what you would like to say."
TOO_LONG = "That is too long. Keep to what matters most."
NO_ASK = "This question is not open to you any more. Reload the course page."
MOVED_ON = "Somebody was faster: this question stands otherwise by now. Look at it again."
NO_PROGRAMME = "Mentoring is not part of this course at the moment."
NO_SEAT = "They have no room for another person just now. The question stays open."


@dataclass(frozen=True, slots=True)
class AskPage:
    """What the widget shows.

    Attributes:
        open_to_asking: the course belongs to a programme and the person may take part.
        may_ask: fewer than three of theirs wait.
        sections: number and name.
    """

    mine: tuple[AskView, ...]
    inbox: tuple[AskView, ...]
    open_to_asking: bool
    may_ask: bool
    sections: tuple[tuple[int, str], ...]


class AskService:
    """Serves the ask widget. Every method takes the viewer, and shows and changes only what is the viewer's."""

    def __init__(
        self,
        db: Database,
        *,
        texts: Texts,
        clock: Callable[[], datetime],
        messages: Messenger,
    ) -> None:
        self._db = db
        self._texts = texts
        self._clock = clock
        self._people = AskedPeople(texts=texts, messages=messages)

    def page(self, viewer: Viewer) -> AskPage:
        """The viewer's asks and those put to them, in the programmes of this course."""
        if viewer.person_id is None or viewer.course_id is None:
            return AskPage((), (), open_to_asking=False, may_ask=False, sections=())
        with self._db.read() as session:
            here = asks.in_course(viewer.course_id, self._clock() - SHOWN_AFTER)
            views = ask_views(session, self._texts, here, viewer.person_id)
            person = people.get(session, viewer.person_id)
            takes_part = person is not None and person.opted_out_at is None
            return AskPage(
                mine=tuple(view for view in views if view.mine),
                inbox=tuple(view for view in views if not view.mine),
                open_to_asking=takes_part and bool(programmes.of_course(session, viewer.course_id)),
                may_ask=may_ask(asks.waiting_of(session, viewer.person_id)),
                sections=tuple((s.number, s.name) for s in sections.of_course(session, viewer.course_id)),
            )

    def put(
        self, viewer: Viewer, text: str, *, section: int | None, topics: Sequence[str], form_key: str
    ) -> AskView:
        """Put a question to one or two able people; the same form a second time puts it once.

        Raises:
            NotFoundError: the course is in no programme, or the person does not take part.
            InputError: nothing or too much was written, or three of theirs are open.
        """
        said = _checked(text, ASK_LIMIT, "text")
        now = self._clock()
        with self._db.begin() as session:
            lms.lock(session)
            person_id, course_id, programme_id = self._asker(session, viewer)
            row = asks.by_form(session, form_key)
            if row is None:
                if not may_ask(asks.waiting_of(session, person_id)):
                    raise InputError(TOO_MANY, {"text": TOO_MANY})
                known = {each.number for each in sections.of_course(session, course_id)}
                row = Ask(
                    programme_id=programme_id,
                    asker_id=person_id,
                    course_id=course_id,
                    section=section if section in known else None,
                    topics=sorted({topic.strip().casefold() for topic in topics if topic.strip()}),
                    text_encrypted=self._texts.seal(said),
                    state=AskState.OPEN,
                    created_at=now,
                    last_at=now,
                    form_key=form_key,
                )
                session.add(row)
                session.flush()
                self._people.put_to_first(session, row, now)
            elif row.asker_id != person_id:
                raise NotFoundError(NO_ASK)
            return self._view(session, row, person_id)

    def answer(self, viewer: Viewer, ask_id: int, text: str, *, form_key: str) -> AskView:
        """Answer. Raises NotFoundError, ConflictError where it ended meanwhile, InputError as `put`."""
        return self._say(viewer, ask_id, Move.ANSWER, text, form_key)

    def want_more(self, viewer: Viewer, ask_id: int, text: str, *, form_key: str) -> AskView:
        """Ask back, where the question is too thin to answer. Raises as `answer`."""
        return self._say(viewer, ask_id, Move.WANT_MORE, text, form_key)

    def add(self, viewer: Viewer, ask_id: int, text: str, *, form_key: str) -> AskView:
        """Add to one's own question. Raises as `answer`."""
        return self._say(viewer, ask_id, Move.ADD, text, form_key)

    def pass_on(self, viewer: Viewer, ask_id: int) -> None:
        """Give an ask back without a reason; the next able person is asked once it can no longer be taken back.

        Raises NotFoundError, ConflictError.
        """
        now = self._clock()
        with self._db.begin() as session:
            row, person_id = self._mine(session, viewer, ask_id)
            part = part_of(session, row, person_id)
            self._move(row, Move.PASS_ON, Part.ASKER if part is None else Part.ASKED, now)
            if part is not None:
                part.state, part.done_at = AskedState.PASSED_ON, now
            session.flush()
            if not having(session, row):
                row.state = moved(row.state, Move.RUN_OUT, Part.CLOCK)
            work = {"ask_id": row.id, "person_id": person_id}
            key = f"{PASS_ON}-{row.id}-{person_id}-{now:%Y%m%d%H%M%S%f}"
            outbox.add(session, PASS_ON, {key: work}, now, due_at=now + UNDO_FOR)

    def pass_on_now(self, entry: OutboxEntry) -> None:
        """Put an ask that was passed on to the next. Done twice it does nothing more."""
        now = self._clock()
        with self._db.begin() as session:
            lms.lock(session)
            row = asks.locked(session, int(entry.payload["ask_id"]))
            part = part_of(session, row, int(entry.payload["person_id"])) if row else None
            if row is None or part is None or row.state not in NEXT_STATES:
                return
            passed_at = part.done_at if part.state is AskedState.PASSED_ON else None
            stands = passed_at is not None and not can_be_undone(passed_at, now)
            if stands and len(having(session, row)) < AT_FIRST:
                self._people.put_to_next(session, row, now)

    def resolve(
        self,
        viewer: Viewer,
        ask_id: int,
        *,
        thanked: Collection[int] = (),
        words: str = "",
        credited_name: str = "",
        form_key: str,
    ) -> AskView:
        """Close one's own ask, thanks to those who answered it.

        Args:
            thanked: ids of people; whoever did not answer is passed over.
            words: a line for them, if any.
            credited_name: full name of somebody the advice went back to (D8), if any.

        Raises:
            NotFoundError, ConflictError: as `answer`.
            InputError: the line is too long, or the name is nobody's.
        """
        said = clean_text(words)
        if said and len(said) > THANKS_LIMIT:
            raise InputError(TOO_LONG, {"words": TOO_LONG})
        now = self._clock()
        with self._db.begin() as session:
            row, person_id = self._mine(session, viewer, ask_id)
            self._move(row, Move.RESOLVE, self._as(session, row, person_id), now)
            row.ended_at = now
            credit = credited(session, viewer, credited_name)
            for number, to_id in enumerate(
                sorted(set(thanked) & set(thanks.helpers(session, person_id, row.id)))
            ):
                row_of_thanks = Thanks(
                    by_id=person_id,
                    to_id=to_id,
                    credited_id=credit if credit != to_id else None,
                    ask_id=row.id,
                    about=ThanksFor.ANSWER,
                    text_encrypted=self._texts.seal(said),
                    created_at=now,
                    form_key=f"{form_key[:60]}-{number}",
                )
                add_once(session, row_of_thanks)
            return self._view(session, row, person_id)

    def undo(self, viewer: Viewer, kind: SentKind, form_key: str) -> None:
        """Take back an ask, what was said or wished in one, or that it is resolved or passed on, within ten minutes.

        Raises ConflictError where it is too late, or others have gone on from it.
        """
        with self._db.begin() as session:
            take_back(session, kind, form_key, viewer.person_id or 0, self._clock())

    def wish(self, viewer: Viewer, ask_id: int, with_id: int | None = None) -> bool:
        """Wish to go on together for a week; gives whether both do. It begins once neither can take it back.

        Args:
            with_id: whom the asker wishes to go on with; nobody names anybody else than the asker.

        Raises:
            NotFoundError: it is not theirs, or nobody such was asked.
            InputError: the other has no seat left.
        """
        now = self._clock()
        with self._db.begin() as session:
            lms.lock(session)
            row, person_id = self._mine(session, viewer, ask_id)
            adviser_id = with_id if row.asker_id == person_id else person_id
            part = part_of(session, row, adviser_id)
            if part is None or part.state is AskedState.PASSED_ON:
                raise NotFoundError(NO_ASK)
            if row.asker_id == person_id:
                part.asker_wishes = True
            else:
                part.wishes = True
            together = part.person_id in engagements.partners_of(session, row.asker_id)
            if not becomes_engagement(part.asker_wishes, part.wishes, together):
                return False
            self._go_on(session, row, part, now)
            return True

    def tick(self) -> int:
        """What time does: asks expire, and silent or passed-on ones are put to the next. Gives how many moved."""
        now = self._clock()
        with self._db.begin() as session:
            expired = asks.expire(session, now - OPEN_FOR, now)
        with self._db.read() as session:
            waiting = asks.left_waiting(session, now - PASSED_ON_AFTER, now - UNDO_FOR, MOST_ASKED)
        joined = 0
        for ask_id in waiting:
            with self._db.begin() as session:
                lms.lock(session)
                row = asks.locked(session, ask_id)
                if row is not None and row.state in NEXT_STATES:
                    joined += self._people.put_to_next(session, row, now)
        return expired + joined

    def _say(self, viewer: Viewer, ask_id: int, move: Move, text: str, form_key: str) -> AskView:
        said = _checked(text, ANSWER_LIMIT, "text")
        now = self._clock()
        with self._db.begin() as session:
            row, person_id = self._mine(session, viewer, ask_id)
            if not asks.said_before(session, form_key):
                self._move(row, move, self._as(session, row, person_id), now)
                part = part_of(session, row, person_id)
                if part is not None:
                    part.state, part.done_at = _AFTER[move], now
                else:
                    asks.wait_again(session, row.id)
                session.add(
                    AskWord(
                        ask_id=row.id,
                        author_id=person_id,
                        kind=KIND_OF[move],
                        text_encrypted=self._texts.seal(said),
                        created_at=now,
                        form_key=form_key,
                    )
                )
                session.flush()
            return self._view(session, row, person_id)

    def _go_on(self, session: Session, row: Ask, part: AskedPerson, now: datetime) -> None:
        programme = programmes.get(session, row.programme_id)
        if programme is None:
            raise NotFoundError(NO_ASK)
        advising = programmes.ties(session, programme.id).advising.get(part.person_id, 0)
        if advising >= programme.capacity:
            raise InputError(NO_SEAT)
        formed = form_pair(
            session,
            programme,
            learner_id=row.asker_id,
            adviser_id=part.person_id,
            course_id=row.course_id,
            weeks=ENGAGEMENT_WEEKS,
            now=now,
        )
        part.engagement_id = formed.id
        note_later(session, BEGIN, formed.id, part.person_id, now)

    def _asker(self, session: Session, viewer: Viewer) -> tuple[int, int, int]:
        if viewer.person_id is None or viewer.course_id is None:
            raise NotFoundError(NO_PROGRAMME)
        found = programmes.of_course(session, viewer.course_id)
        person = people.get(session, viewer.person_id)
        if not found or person is None or person.opted_out_at is not None:
            raise NotFoundError(NO_PROGRAMME)
        return viewer.person_id, viewer.course_id, found[0].id

    def _view(self, session: Session, row: Ask, reader_id: int) -> AskView:
        return ask_views(session, self._texts, asks.one(row.id), reader_id)[0]

    def _mine(self, session: Session, viewer: Viewer, ask_id: int) -> tuple[Ask, int]:
        if viewer.person_id is not None:
            row = asks.get(session, ask_id, viewer.person_id)
            if row is not None:
                return row, viewer.person_id
        raise NotFoundError(NO_ASK)

    def _as(self, session: Session, row: Ask, person_id: int) -> Part:
        return Part.ASKER if row.asker_id == person_id else Part.ASKED

    def _move(self, row: Ask, move: Move, part: Part, now: datetime) -> None:
        try:
            row.state = moved(row.state, move, part)
        except ForbiddenMoveError as problem:
            raise ConflictError(MOVED_ON) from problem
        row.last_at = now


_AFTER = {Move.ANSWER: AskedState.ANSWERED, Move.WANT_MORE: AskedState.MORE_WANTED}


def _checked(text: str, limit: int, field: str) -> str:
    said = clean_text(text)
    if said is None:
        raise InputError(NOTHING_SAID, {field: NOTHING_SAID})
    if len(said) > limit:
        raise InputError(TOO_LONG, {field: TOO_LONG})
    return said
