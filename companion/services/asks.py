"""Asks: put from the course page, answered, passed on, resolved; each text for the people who have the ask."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.errors import InputError, NotFoundError
from companion.mentoring.ask import (
    ANSWER_LIMIT,
    ASK_LIMIT,
    KIND_OF,
    Move,
    may_ask,
)
from companion.mentoring.thanks import THANKS_LIMIT
from companion.mentoring.wording import clean_text
from companion.models.exchange import Ask, AskedState, AskState, AskWord, Thanks, ThanksFor
from companion.services import ask_going_on
from companion.services.ask_moves import NO_ASK, mine, move, part_in
from companion.services.ask_undo import take_back
from companion.services.ask_view import AskView, ask_views
from companion.services.asked_people import AskedPeople, part_of
from companion.services.mentoring import Viewer
from companion.services.thanks import credited
from companion.store import (
    Database,
    Session,
    Texts,
    asks,
    lms,
    people,
    programmes,
    sections,
    thanks,
)
from companion.store.forms import add_once
from companion.store.sent import SentKind

SHOWN_AFTER = timedelta(days=14)
"""How long an ask that ended stays in sight."""

TOO_MANY = "Three of your questions are open. Close one of them first: that also lets people rest."
NOTHING_SAID = "Write what you would like to say."
TOO_LONG = "That is too long. Keep to what matters most."
NO_PROGRAMME = "Mentoring is not part of this course at the moment."


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
        people: AskedPeople,
    ) -> None:
        self._db = db
        self._texts = texts
        self._clock = clock
        self._people = people

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
            row, person_id = mine(session, viewer, ask_id)
            move(row, Move.RESOLVE, part_in(row, person_id), now)
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
        with self._db.begin() as session:
            lms.lock(session)
            row, person_id = mine(session, viewer, ask_id)
            return ask_going_on.wish(session, row, person_id, with_id, self._clock())

    def _say(self, viewer: Viewer, ask_id: int, made: Move, text: str, form_key: str) -> AskView:
        said = _checked(text, ANSWER_LIMIT, "text")
        now = self._clock()
        with self._db.begin() as session:
            row, person_id = mine(session, viewer, ask_id)
            if not asks.said_before(session, form_key):
                move(row, made, part_in(row, person_id), now)
                part = part_of(session, row, person_id)
                if part is not None:
                    part.state, part.done_at = _AFTER[made], now
                else:
                    asks.wait_again(session, row.id)
                session.add(
                    AskWord(
                        ask_id=row.id,
                        author_id=person_id,
                        kind=KIND_OF[made],
                        text_encrypted=self._texts.seal(said),
                        created_at=now,
                        form_key=form_key,
                    )
                )
                session.flush()
            return self._view(session, row, person_id)

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


_AFTER = {Move.ANSWER: AskedState.ANSWERED, Move.WANT_MORE: AskedState.MORE_WANTED}


def _checked(text: str, limit: int, field: str) -> str:
    said = clean_text(text)
    if said is None:
        raise InputError(NOTHING_SAID, {field: NOTHING_SAID})
    if len(said) > limit:
        raise InputError(TOO_LONG, {field: TOO_LONG})
    return said
