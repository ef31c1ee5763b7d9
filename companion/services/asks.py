"""Asks: put from the course page, answered, passed on, resolved; each text for the people who have the ask."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.errors import ConflictError, InputError, NotFoundError
from companion.mentoring.ask import (
    ANSWER_LIMIT,
    ASK_LIMIT,
    ENGAGEMENT_WEEKS,
    MOVES,
    OPEN_FOR,
    PASSED_ON_AFTER,
    ForbiddenMoveError,
    Move,
    Part,
    becomes_engagement,
    may_ask,
    moved,
    replayed,
)
from companion.mentoring.nudge_words import words_of
from companion.mentoring.routing import MOST_ASKED
from companion.mentoring.thanks import THANKS_LIMIT
from companion.mentoring.undo import TOO_LATE, UNDO_FOR, can_be_undone
from companion.mentoring.wording import clean_text
from companion.models.audience import Concept, Reader
from companion.models.engagement import EngagementState
from companion.models.exchange import (
    Ask,
    AskedPerson,
    AskedState,
    AskState,
    AskWord,
    Thanks,
    ThanksFor,
    WordKind,
)
from companion.models.jobs import OutboxEntry
from companion.services.approval import form_pair
from companion.services.gifts import credited
from companion.services.lifecycle import BEGIN, note_later
from companion.services.mentoring import Viewer
from companion.services.messages import Messenger
from companion.services.routing import put_to_more
from companion.store import (
    Database,
    Session,
    Texts,
    Told,
    asks,
    engagements,
    gifts,
    lms,
    outbox,
    people,
    placements,
    programmes,
    sections,
)
from companion.store.asks import Asked
from companion.store.sent import SentKind

PASS_ON = "mentoring.pass_on"  # noqa: S105 - a deed, no password
"""Kind of work in the outbox: what was passed on goes to the next once it can no longer be taken back."""
NEXT_STATES = (AskState.OPEN, AskState.PASSED_ON)
"""States in which an ask is put to one more: in the others somebody has said a word."""
AT_FIRST = 2
"""People an ask is put to at once: one may be away, and a third would work for nothing."""
SHOWN_AFTER = timedelta(days=14)
"""How long an ask that ended stays in sight."""

TOO_MANY = "Three of your questions are open. Close one of them first: that also lets people rest."
NOTHING_SAID = "Write what you would like to say."
TOO_LONG = "That is too long. Keep to what matters most."
NO_ASK = "This question is not open to you any more. Reload the course page."
MOVED_ON = "Somebody was faster: this question stands otherwise by now. Look at it again."
NO_PROGRAMME = "Mentoring is not part of this course at the moment."
ANSWERED_ALREADY = "Somebody has answered already. Say that it is resolved instead."
NO_SEAT = "They have no room for another person just now. The question stays open."


@dataclass(frozen=True, slots=True)
class WordView:
    """Something said in an ask."""

    author: str
    mine: bool
    kind: WordKind
    text: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AskedView:
    """Somebody who was asked, as the asker sees them."""

    person_id: int
    full_name: str
    state: AskedState
    strengths: tuple[str, ...]
    wishes: bool
    asker_wishes: bool
    together: bool
    """The asker and they have a running engagement, from this ask or before."""


@dataclass(frozen=True, slots=True)
class AskView:
    """An ask as the asker, or somebody who has it, sees it.

    Attributes:
        text: None where it was purged or erased.
        asked: everybody who was asked, for the asker; those who still have it, for the others.
        moves: what the reader may do.
    """

    id: int
    mine: bool
    asker: str
    state: AskState
    text: str | None
    course: str | None
    section: str | None
    created_at: datetime
    words: tuple[WordView, ...]
    asked: tuple[AskedView, ...]
    my_part: AskedView | None
    moves: frozenset[Move]

    @property
    def readers(self) -> tuple[str, ...]:
        """Names of those, beside the reader, who see what is written here."""
        have = tuple(one.full_name for one in self.asked if one.state is not AskedState.PASSED_ON)
        if self.mine:
            return have
        mine = self.my_part.person_id if self.my_part else None
        others = (
            one.full_name
            for one in self.asked
            if one.person_id != mine and one.state is not AskedState.PASSED_ON
        )
        return (self.asker, *others)


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
        self._messages = messages

    def page(self, viewer: Viewer) -> AskPage:
        """The viewer's asks and those put to them, in the programmes of this course."""
        if viewer.person_id is None or viewer.course_id is None:
            return AskPage((), (), open_to_asking=False, may_ask=False, sections=())
        with self._db.read() as session:
            here = asks.in_course(viewer.course_id, self._clock() - SHOWN_AFTER)
            views = self._views(session, here, viewer.person_id)
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
                self._put_to_more(session, row, AT_FIRST, now)
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
            part = self._part(session, row, person_id)
            self._move(row, Move.PASS_ON, Part.ASKER if part is None else Part.ASKED, now)
            if part is not None:
                part.state, part.done_at, part.wishes = AskedState.PASSED_ON, now, False
            session.flush()
            if not self._having(session, row):
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
            part = self._part(session, row, int(entry.payload["person_id"])) if row else None
            if row is None or part is None or row.state not in NEXT_STATES:
                return
            passed_at = part.done_at if part.state is AskedState.PASSED_ON else None
            stands = passed_at is not None and not can_be_undone(passed_at, now)
            if stands and len(self._having(session, row)) < AT_FIRST:
                self._next(session, row, now)

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
                sorted(set(thanked) & set(gifts.helpers(session, person_id, row.id)))
            ):
                thanks = Thanks(
                    by_id=person_id,
                    to_id=to_id,
                    credited_id=credit if credit != to_id else None,
                    ask_id=row.id,
                    about=ThanksFor.ANSWER,
                    text_encrypted=self._texts.seal(said),
                    created_at=now,
                    form_key=f"{form_key[:60]}-{number}",
                )
                gifts.add_once(session, thanks)
            return self._view(session, row, person_id)

    def undo(self, viewer: Viewer, kind: SentKind, form_key: str) -> None:
        """Take back an ask, what was said or wished in one, or that it is resolved or passed on, within ten minutes.

        Raises ConflictError where it is too late, or others have gone on from it.
        """
        now = self._clock()
        after = now - UNDO_FOR
        with self._db.begin() as session:
            person_id = viewer.person_id or 0
            if kind is SentKind.ASK:
                self._take_back(session, asks.put_by(session, form_key, person_id, after), now)
            elif kind is SentKind.RESOLVED:
                self._open_again(session, asks.resolved_by(session, form_key, person_id, after))
            elif kind is SentKind.PASSED_ON:
                self._take_again(session, asks.passed_on_by(session, int(form_key), person_id, after))
            elif kind is SentKind.WISHED:
                self._unwish(session, form_key, person_id, after)
            else:
                self._unsay(session, asks.said_by(session, form_key, person_id, after))

    def _take_back(self, session: Session, row: Ask | None, now: datetime) -> None:
        if row is None or row.ended_at is not None:
            raise ConflictError(TOO_LATE)
        if any(author != row.asker_id for author, _ in asks.kinds_said(session, row.id)):
            raise ConflictError(ANSWERED_ALREADY)
        outbox.withdraw(session, f"ask-{row.id}-", now, "The question was taken back.")
        session.delete(row)

    def _open_again(self, session: Session, row: Ask | None) -> None:
        if row is None:
            raise ConflictError(TOO_LATE)
        gifts.take_back_of_ask(session, row.id)
        row.ended_at = None
        self._stand_again(session, row)

    def _take_again(self, session: Session, part: AskedPerson | None) -> None:
        row = asks.locked(session, part.ask_id) if part else None
        if part is None or row is None or row.ended_at is not None:
            raise ConflictError(TOO_LATE)
        said = [kind for author, kind in asks.kinds_said(session, row.id) if author == part.person_id]
        part.state, part.done_at = AskedState.WAITING, part.done_at if said else None
        session.flush()
        self._stand_again(session, row)

    def _unwish(self, session: Session, number: str, person_id: int, after: datetime) -> None:
        """The week that came of it has not begun: it is as if it had not been agreed."""
        ask_id, _, with_id = number.partition("-")
        row = asks.locked(session, int(ask_id))
        mine = row is not None and row.asker_id == person_id
        part = self._part(session, row, int(with_id) if mine else person_id) if row else None
        if part is None:
            raise ConflictError(TOO_LATE)
        if part.engagement_id is not None:
            week = engagements.get(session, part.engagement_id, lock=True)
            if week is None or week.state is not EngagementState.ACCEPTED or week.created_at <= after:
                raise ConflictError(TOO_LATE)
            part.engagement_id = None
            session.flush()
            session.delete(week)
        if mine:
            part.asker_wishes = False
        else:
            part.wishes = False

    def _unsay(self, session: Session, said: AskWord | None) -> None:
        row = asks.locked(session, said.ask_id) if said else None
        if row is None or row.ended_at is not None:
            raise ConflictError(TOO_LATE)
        session.delete(said)
        session.flush()
        self._stand_again(session, row)

    def _stand_again(self, session: Session, row: Ask) -> None:
        """Have an ask and its people stand as what is still said in it has it."""
        said = asks.kinds_said(session, row.id)
        row.state = replayed(_MOVES[kind] for _, kind in said)
        for one in asks.asked(session, [row.id])[row.id]:
            if one.row.state is not AskedState.PASSED_ON:
                last = [kind for author, kind in said if author in (one.row.person_id, row.asker_id)][-1:]
                one.row.state = _STANDS[last[0]] if last else AskedState.WAITING

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
            part = self._part(session, row, adviser_id)
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
                    joined += self._next(session, row, now)
        return expired + joined

    def _say(self, viewer: Viewer, ask_id: int, move: Move, text: str, form_key: str) -> AskView:
        said = _checked(text, ANSWER_LIMIT, "text")
        now = self._clock()
        with self._db.begin() as session:
            row, person_id = self._mine(session, viewer, ask_id)
            if not asks.said_before(session, form_key):
                self._move(row, move, self._as(session, row, person_id), now)
                part = self._part(session, row, person_id)
                if part is not None:
                    part.state, part.done_at = _AFTER[move], now
                else:
                    asks.wait_again(session, row.id)
                session.add(
                    AskWord(
                        ask_id=row.id,
                        author_id=person_id,
                        kind=_KINDS[move],
                        text_encrypted=self._texts.seal(said),
                        created_at=now,
                        form_key=form_key,
                    )
                )
                session.flush()
            return self._view(session, row, person_id)

    def _next(self, session: Session, row: Ask, now: datetime) -> bool:
        """Put it to one more; where nobody has it any longer and nobody can, it waits."""
        found = self._put_to_more(session, row, 1, now)
        if found:
            row.state = AskState.OPEN
        elif not self._having(session, row) and row.state is not AskState.PASSED_ON:
            row.state = moved(row.state, Move.RUN_OUT, Part.CLOCK)
        return found

    def _put_to_more(self, session: Session, row: Ask, most: int, now: datetime) -> bool:
        have = self._having(session, row)
        room = max(0, MOST_ASKED - len(have))
        added = put_to_more(
            session,
            row,
            texts=self._texts,
            silent=asks.full_this_week(session, now.date()),
            most=min(most, room),
            now=now,
        )
        if added:
            self._tell(session, row, added)
        elif not have:
            row.state = AskState.PASSED_ON
        return bool(added)

    def _having(self, session: Session, row: Ask) -> list[Asked]:
        """Those who were asked and did not pass it on."""
        return [a for a in asks.asked(session, [row.id])[row.id] if a.row.state is not AskedState.PASSED_ON]

    def _tell(self, session: Session, row: Ask, added: Sequence[AskedPerson]) -> None:
        """News, not a reminder: it is told once and at once, or nobody could be asked in the moment (D4)."""
        address = self._address(session, row)
        for one in added:
            person = people.get(session, one.person_id)
            words = words_of("asked", person.language if person else None)
            key = f"ask-{row.id}-{one.person_id}"
            self._messages.queue_message(
                session, one.person_id, key, words.subject, words.text, link=address, link_text=words.link
            )

    def _address(self, session: Session, row: Ask) -> str | None:
        site = lms.site(session)
        if site is None or row.course_id is None:
            return None
        found = placements.find(session, row.course_id, "ask")
        if found is not None:
            return f"{site.base_url}/mod/lti/view.php?id={found.lms_module_id}"
        course = lms.course(session, row.course_id)
        return f"{site.base_url}/course/view.php?id={course.lms_id}" if course else None

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

    def _mine(self, session: Session, viewer: Viewer, ask_id: int) -> tuple[Ask, int]:
        if viewer.person_id is not None:
            row = asks.get(session, ask_id, viewer.person_id)
            if row is not None:
                return row, viewer.person_id
        raise NotFoundError(NO_ASK)

    def _as(self, session: Session, row: Ask, person_id: int) -> Part:
        return Part.ASKER if row.asker_id == person_id else Part.ASKED

    def _part(self, session: Session, row: Ask, person_id: int | None) -> AskedPerson | None:
        rows = asks.asked(session, [row.id])[row.id]
        return next((one.row for one in rows if one.row.person_id == person_id), None)

    def _move(self, row: Ask, move: Move, part: Part, now: datetime) -> None:
        try:
            row.state = moved(row.state, move, part)
        except ForbiddenMoveError as problem:
            raise ConflictError(MOVED_ON) from problem
        row.last_at = now

    def _view(self, session: Session, row: Ask, reader_id: int) -> AskView:
        return self._views(session, asks.one(row.id), reader_id)[0]

    def _views(self, session: Session, query: asks.Query, reader_id: int) -> list[AskView]:
        reader = Reader(reader_id)
        told = self._texts.read(session, reader, Concept.ASK, query)
        rows = [one.row for one in told]
        ids = [row.id for row in rows]
        words = self._texts.read(session, reader, Concept.ASK_WORD, asks.words(ids)) if rows else []
        asked = asks.asked(session, ids)
        partners = engagements.partners_of(session, reader_id) if rows else frozenset()
        names = asks.names(session, {row.asker_id for row in rows} | {word.row.author_id for word in words})
        courses = asks.course_names(session, {row.course_id for row in rows if row.course_id})
        named = sections.names(session, list(courses))
        return [
            AskView(
                id=row.id,
                mine=row.asker_id == reader_id,
                asker=names.get(row.asker_id, ""),
                state=row.state,
                text=one.text,
                course=courses.get(row.course_id) if row.course_id else None,
                section=named.get((row.course_id or 0, row.section)) if row.section is not None else None,
                created_at=row.created_at,
                words=tuple(_word(word, reader_id, names) for word in words if word.row.ask_id == row.id),
                asked=_asked_views(row, asked[row.id], reader_id, partners),
                my_part=_my_part(row, asked[row.id], reader_id, partners),
                moves=_open_moves(row, reader_id),
            )
            for one, row in zip(told, rows, strict=True)
        ]


def _word(word: Told[AskWord], reader_id: int, names: Mapping[int, str]) -> WordView:
    row = word.row
    author = names.get(row.author_id, "")
    return WordView(author, row.author_id == reader_id, row.kind, word.text, row.created_at)


_KINDS = {
    Move.ANSWER: WordKind.ANSWER,
    Move.WANT_MORE: WordKind.WANT_MORE,
    Move.ADD: WordKind.ADDITION,
}
_MOVES = {kind: move for move, kind in _KINDS.items()}
_STANDS = {
    WordKind.ANSWER: AskedState.ANSWERED,
    WordKind.WANT_MORE: AskedState.MORE_WANTED,
    WordKind.ADDITION: AskedState.WAITING,
}
"""Where somebody who was asked stands after their last word, or the asker's after it."""
_AFTER = {Move.ANSWER: AskedState.ANSWERED, Move.WANT_MORE: AskedState.MORE_WANTED}


def _checked(text: str, limit: int, field: str) -> str:
    said = clean_text(text)
    if said is None:
        raise InputError(NOTHING_SAID, {field: NOTHING_SAID})
    if len(said) > limit:
        raise InputError(TOO_LONG, {field: TOO_LONG})
    return said


def _asked_view(one: Asked, together: bool) -> AskedView:
    row = one.row
    strengths = tuple(row.strengths)
    return AskedView(
        row.person_id, one.full_name, row.state, strengths, row.wishes, row.asker_wishes, together
    )


def _asked_views(
    row: Ask, asked: Sequence[Asked], reader_id: int, partners: Collection[int]
) -> tuple[AskedView, ...]:
    """That somebody passed it on is the asker's to know alone."""
    mine = row.asker_id == reader_id
    return tuple(
        _asked_view(one, mine and one.row.person_id in partners)
        for one in asked
        if mine or one.row.state is not AskedState.PASSED_ON
    )


def _my_part(row: Ask, asked: Sequence[Asked], reader_id: int, partners: Collection[int]) -> AskedView | None:
    together = row.asker_id in partners
    return next((_asked_view(one, together) for one in asked if one.row.person_id == reader_id), None)


def _open_moves(row: Ask, reader_id: int) -> frozenset[Move]:
    part = Part.ASKER if row.asker_id == reader_id else Part.ASKED
    from_here = {
        Part.ASKER: (Move.ADD, Move.RESOLVE),
        Part.ASKED: (Move.ANSWER, Move.WANT_MORE, Move.PASS_ON),
    }
    return frozenset(move for move in from_here[part] if move in MOVES[row.state])
