"""The only way from what is stored to a text: by a reader, and only where the reader is in its audience.

The key of the texts is held here. A query for anything with a text goes through `Texts.read`, which adds the condition
of the audience to the query itself: what somebody may not read does not even leave the database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from companion.models.audience import AUDIENCE, Audience, Concept, Reader, Staff
from companion.models.base import Base
from companion.models.charter import WorkStyle
from companion.models.commitment import Commitment
from companion.models.concern import Concern, Share
from companion.models.engagement import RUNNING, CheckIn, Engagement, EngagementMember
from companion.models.exchange import (
    Ask,
    AskedPerson,
    AskedState,
    AskWord,
    Lesson,
    LessonAudience,
    LessonState,
    Thanks,
)
from companion.models.feedback import FeedbackReply, FeedbackRequest
from companion.models.people import Enrolment, EnrolmentRole
from companion.models.programme import ProgrammeCourse
from companion.models.said import Said
from companion.store.cipher import Cipher, UnreadableError

Row = TypeVar("Row")
Condition = sa.ColumnElement[bool]
Person = sa.ColumnElement[int]


@dataclass(frozen=True, slots=True)
class Told(Generic[Row]):
    """A row and its texts, which are None where they were never written, or are gone.

    Attributes:
        texts: by column, without its ending `_encrypted`.
    """

    row: Row
    texts: Mapping[str, str | None]

    @property
    def text(self) -> str | None:
        """The text, of what has only one."""
        (only,) = self.texts.values()
        return only


@dataclass(frozen=True, slots=True)
class Kind:
    """Where the texts of a concept are.

    Attributes:
        columns: names, without their ending `_encrypted`.
        author: the column that names who wrote it.
        which: narrows the rows of the model to those of the concept.
    """

    model: type[Base]
    columns: tuple[str, ...]
    author: sa.orm.InstrumentedAttribute[int]
    which: Condition | None = None


KINDS: Mapping[Concept, Kind] = {
    Concept.CHECK_IN: Kind(CheckIn, ("note",), CheckIn.person_id),
    Concept.WORK_STYLE: Kind(WorkStyle, ("reach", "away", "feedback"), WorkStyle.person_id),
    Concept.COMMITMENT: Kind(Commitment, ("intent", "sign"), Commitment.person_id),
    Concept.FEEDBACK_REQUEST: Kind(FeedbackRequest, ("about",), FeedbackRequest.person_id),
    Concept.FEEDBACK_REPLY: Kind(FeedbackReply, ("helps", "wish"), FeedbackReply.person_id),
    Concept.CONCERN: Kind(Concern, ("text",), Concern.person_id),
    Concept.ASK: Kind(Ask, ("text",), Ask.asker_id),
    Concept.ASK_WORD: Kind(AskWord, ("text",), AskWord.author_id),
    Concept.THANKS: Kind(Thanks, ("text",), Thanks.by_id),
    Concept.NOTE: Kind(Lesson, ("text",), Lesson.author_id, Lesson.audience == LessonAudience.MYSELF),
    Concept.LESSON: Kind(Lesson, ("text",), Lesson.author_id, Lesson.audience == LessonAudience.ENGAGEMENT),
    Concept.LESSON_FOR_ALL: Kind(
        Lesson, ("text",), Lesson.author_id, Lesson.audience == LessonAudience.NEXT_COHORT
    ),
    Concept.SAID: Kind(Said, ("words",), Said.person_id),
}
"""Every concept with a text. What is not here is not text."""


class Texts:
    """Seals what people write, and opens it for those it is meant for."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    def seal(self, text: str | None) -> bytes | None:
        """The text as it is stored; None for nothing."""
        return self._cipher.encrypt(text) if text else None

    def readable(self, session: Session) -> bool:
        """Whether the key in use is the one that texts are kept with, tried on the newest note."""
        query = sa.select(CheckIn.note_encrypted).where(CheckIn.note_encrypted.is_not(None))
        newest = session.scalars(query.order_by(CheckIn.id.desc()).limit(1)).first()
        try:
            return newest is None or bool(self._cipher.decrypt(newest))
        except UnreadableError:
            return False

    def read(
        self, session: Session, reader: Reader, concept: Concept, query: sa.Select[Row]
    ) -> list[Told[Row]]:
        """The rows of the query that the reader may read, in its order, with their texts.

        Args:
            query: selects the model of the concept; a limit counts what the reader may read.
        """
        rows = session.scalars(query.where(may_read(concept, reader))).all()
        return [self._told(row, concept) for row in rows]

    def read_columns(
        self,
        connection: sa.Connection,
        reader: Reader,
        concept: Concept,
        query: sa.Select[Any],
        values: Mapping[str, object],
    ) -> list[Told[Any]]:
        """As `read`, by a query that is made once: narrowed once, and answered without loading objects.

        Args:
            query: selects all columns of the table of the concept.
            values: of its parameters.
        """
        somebody = None if reader.person_id is None else ANYBODY
        narrowed = _narrowed(query, concept, Reader(somebody, reader.staff))
        rows = connection.execute(narrowed, {**values, READER: reader.person_id})
        return [self._told(row, concept) for row in rows]

    def for_matching(self, session: Session, query: sa.Select[Said]) -> list[Told[Said]]:
        """What people said for the matching, for the matching: no page shows it, and its reasons name no more than what
        the two of a pair have in common."""
        return [self._told(row, Concept.SAID) for row in session.scalars(query)]

    def _told(self, row: Any, concept: Concept) -> Told[Any]:
        return Told(row, {name: self._open(row, name) for name in KINDS[concept].columns})

    def _open(self, row: Any, name: str) -> str | None:
        sealed: bytes | None = getattr(row, f"{name}_encrypted")
        return self._cipher.decrypt(sealed) if sealed else None


READER, ANYBODY = "reader", 0
"""The parameter that stands for the person who reads, and its value in a query made for whoever it will be."""


@lru_cache(maxsize=64)
def _narrowed(query: sa.Select[Any], concept: Concept, reader: Reader) -> sa.Select[Any]:
    return query.where(may_read(concept, reader))


def may_read(concept: Concept, reader: Reader) -> Condition:
    """The rows of a concept that a reader may read: their own, and those whose audience they are in."""
    kind, audience = KINDS[concept], AUDIENCE[concept]
    meant = _staff(audience, reader.staff)
    if reader.person_id is not None:
        me = sa.bindparam(READER, reader.person_id, sa.BigInteger)
        meant = sa.or_(meant, kind.author == me, _PEOPLE[audience](kind, me))
    return meant if kind.which is None else sa.and_(kind.which, meant)


def _staff(audience: Audience, staff: Staff | None) -> Condition:
    if staff is Staff.COORDINATOR and audience is Audience.COORDINATOR:
        return Concern.share == Share.WORDS
    return sa.true() if staff is Staff.COORDINATOR and audience is Audience.NEXT_COHORT else sa.false()


def _nobody_else(_kind: Kind, _person_id: Person) -> Condition:
    return sa.false()


def _engagement(kind: Kind, person_id: Person) -> Condition:
    model: Any = kind.model
    return sa.exists().where(
        EngagementMember.engagement_id == model.engagement_id,
        EngagementMember.person_id == person_id,
        sa.or_(EngagementMember.left_at.is_(None), EngagementMember.left_at >= model.created_at),
        sa.or_(EngagementMember.joined_at.is_(None), EngagementMember.joined_at <= model.created_at),
    )


def _companions(kind: Kind, person_id: Person) -> Condition:
    mine, theirs = aliased(EngagementMember), aliased(EngagementMember)
    return sa.exists().where(
        mine.person_id == person_id,
        mine.left_at.is_(None),
        theirs.engagement_id == mine.engagement_id,
        theirs.person_id == kind.author,
        theirs.left_at.is_(None),
        Engagement.id == mine.engagement_id,
        Engagement.state.in_(RUNNING),
    )


def _receiver(_kind: Kind, person_id: Person) -> Condition:
    return sa.exists().where(
        FeedbackRequest.id == FeedbackReply.request_id, FeedbackRequest.person_id == person_id
    )


def _asked(kind: Kind, person_id: Person) -> Condition:
    ask_id = Ask.id if kind.model is Ask else AskWord.ask_id
    asked = sa.exists().where(
        AskedPerson.ask_id == ask_id,
        AskedPerson.person_id == person_id,
        AskedPerson.state != AskedState.PASSED_ON,
    )
    if kind.model is Ask:
        return asked
    return sa.or_(asked, sa.exists().where(Ask.id == AskWord.ask_id, Ask.asker_id == person_id))


def _thanked(_kind: Kind, person_id: Person) -> Condition:
    return sa.or_(Thanks.to_id == person_id, Thanks.credited_id == person_id)


def _next_cohort(_kind: Kind, person_id: Person) -> Condition:
    return sa.and_(
        Lesson.state == LessonState.PUBLISHED,
        sa.exists().where(
            ProgrammeCourse.programme_id == Lesson.programme_id,
            Enrolment.course_id == ProgrammeCourse.course_id,
            Enrolment.person_id == person_id,
            Enrolment.role == EnrolmentRole.LEARNER,
        ),
    )


_PEOPLE: Mapping[Audience, Callable[[Kind, Person], Condition]] = {
    Audience.ONESELF: _nobody_else,
    Audience.ENGAGEMENT: _engagement,
    Audience.COMPANIONS: _companions,
    Audience.RECEIVER: _receiver,
    Audience.ASKED: _asked,
    Audience.THANKED: _thanked,
    Audience.COORDINATOR: _nobody_else,
    Audience.NEXT_COHORT: _next_cohort,
}
