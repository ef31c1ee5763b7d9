"""Asks as the asker, or somebody who has one, sees them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.mentoring.ask import MOVES, Move, Part
from companion.models.audience import Concept, Reader
from companion.models.exchange import Ask, AskedState, AskState, AskWord, WordKind
from companion.store import Session, Texts, Told, asks, engagements, sections
from companion.store.asks import Asked


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


def ask_views(session: Session, texts: Texts, query: asks.Query, reader_id: int) -> list[AskView]:
    """The asks of the query that are the reader's to see, by a bounded number of statements."""
    reader = Reader(reader_id)
    told = texts.read(session, reader, Concept.ASK, query)
    rows = [one.row for one in told]
    ids = [row.id for row in rows]
    words = texts.read(session, reader, Concept.ASK_WORD, asks.words(ids)) if rows else []
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
