"""Queries on thanks and lessons. Texts are read through `thanks_of`, `lessons_of` and their like alone, each of which
names its reader."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from companion.models.engagement import Engagement, EngagementMember
from companion.models.exchange import (
    Ask,
    AskedPerson,
    AskWord,
    Lesson,
    LessonAudience,
    LessonState,
    Thanks,
    WordKind,
)
from companion.models.people import Enrolment, Person
from companion.models.programme import ProgrammeCourse


def add_once(session: Session, row: Thanks | Lesson) -> bool:
    """Store what a form said; False where the same form was stored before."""
    model = type(row)
    seen = sa.select(sa.exists().where(model.form_key == row.form_key))
    if session.scalar(seen):
        return False
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        if session.scalar(seen):
            return False
        raise
    return True


def thanks_seen_by(reader_id: int) -> sa.ColumnElement[bool]:
    """The condition under which a person may read thanks: given, received, or credited by them."""
    return sa.or_(Thanks.by_id == reader_id, Thanks.to_id == reader_id, Thanks.credited_id == reader_id)


@dataclass(frozen=True, slots=True)
class ThanksRow:
    """Thanks with the names in them."""

    row: Thanks
    by_name: str
    to_name: str
    credited_name: str | None


def thanks_of(session: Session, reader_id: int, limit: int = 30) -> Sequence[ThanksRow]:
    """The thanks a person may read, newest first."""
    by, to, credited = (sa.orm.aliased(Person) for _ in range(3))
    rows = session.execute(
        sa.select(Thanks, by.full_name, to.full_name, credited.full_name)
        .join(by, by.id == Thanks.by_id)
        .join(to, to.id == Thanks.to_id)
        .outerjoin(credited, credited.id == Thanks.credited_id)
        .where(thanks_seen_by(reader_id))
        .order_by(Thanks.created_at.desc(), Thanks.id.desc())
        .limit(limit)
    )
    return [ThanksRow(*row) for row in rows]


def partners(session: Session, person_id: int) -> dict[int, str]:
    """Names, by id, of everybody in a person's engagements, running or ended."""
    mine, other = sa.orm.aliased(EngagementMember), sa.orm.aliased(EngagementMember)
    rows = session.execute(
        sa.select(Person.id, Person.full_name)
        .join(other, other.person_id == Person.id)
        .join(mine, mine.engagement_id == other.engagement_id)
        .where(mine.person_id == person_id, other.person_id != person_id)
        .distinct()
    )
    return {row[0]: row[1] for row in rows}


def shared_engagement(session: Session, one_id: int, other_id: int) -> int | None:
    """The newest engagement of two people."""
    one, other = sa.orm.aliased(EngagementMember), sa.orm.aliased(EngagementMember)
    return session.scalar(
        sa.select(sa.func.max(Engagement.id))
        .join(one, (one.engagement_id == Engagement.id) & (one.person_id == one_id))
        .join(other, (other.engagement_id == Engagement.id) & (other.person_id == other_id))
    )


def helpers(session: Session, asker_id: int, ask_id: int | None = None) -> dict[int, str]:
    """Names, by id, of those who answered an ask of somebody."""
    query = (
        sa.select(Person.id, Person.full_name)
        .join(AskWord, AskWord.author_id == Person.id)
        .join(Ask, Ask.id == AskWord.ask_id)
        .where(Ask.asker_id == asker_id, AskWord.kind == WordKind.ANSWER)
        .distinct()
    )
    if ask_id is not None:
        query = query.where(Ask.id == ask_id)
    return {row[0]: row[1] for row in session.execute(query)}


def in_programme(session: Session, programme_id: int, full_name: str) -> Sequence[int]:
    """Ids of the people of a programme's courses who have exactly this name, in any case; at most two."""
    in_course = sa.exists(
        sa.select(Enrolment.id)
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Enrolment.course_id)
        .where(Enrolment.person_id == Person.id, ProgrammeCourse.programme_id == programme_id)
    )
    return session.scalars(
        sa.select(Person.id)
        .where(sa.func.lower(Person.full_name) == full_name.lower(), Person.removed_at.is_(None), in_course)
        .limit(2)
    ).all()


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a person gave and received what; dates and texts are not read."""

    answers_given: int
    answers_received: int
    thanks_given: int
    thanks_received: int
    credits_given: int
    credits_received: int
    lessons: int


def counts(session: Session, person_id: int) -> Counts:
    """The counts for a balance, in one statement."""

    def number(*conditions: sa.ColumnElement[bool], frm: sa.FromClause) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).select_from(frm).where(*conditions).scalar_subquery()

    words = sa.join(AskWord, Ask, Ask.id == AskWord.ask_id)
    answer = AskWord.kind == WordKind.ANSWER
    thanks: sa.FromClause = Thanks.__table__
    lessons: sa.FromClause = Lesson.__table__
    row = session.execute(
        sa.select(
            number(answer, AskWord.author_id == person_id, frm=words),
            number(answer, Ask.asker_id == person_id, AskWord.author_id != person_id, frm=words),
            number(Thanks.by_id == person_id, frm=thanks),
            number(Thanks.to_id == person_id, frm=thanks),
            number(Thanks.by_id == person_id, Thanks.credited_id.is_not(None), frm=thanks),
            number(Thanks.credited_id == person_id, frm=thanks),
            number(
                Lesson.author_id == person_id,
                Lesson.audience != LessonAudience.MYSELF,
                frm=lessons,
            ),
        )
    ).one()
    return Counts(*row)


def lessons_seen_by(reader_id: int) -> sa.ColumnElement[bool]:
    """The condition under which a person may read a lesson with its author: it is theirs, or was written for their
    engagement. What is published for the next cohort is read without its author, through `published`."""
    in_it = sa.exists().where(
        EngagementMember.engagement_id == Lesson.engagement_id, EngagementMember.person_id == reader_id
    )
    return sa.or_(Lesson.author_id == reader_id, sa.and_(Lesson.audience == LessonAudience.ENGAGEMENT, in_it))


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson with its author's name."""

    row: Lesson
    author_name: str


def lessons_of(session: Session, reader_id: int, limit: int = 50) -> Sequence[LessonRow]:
    """The lessons a person may read with their authors, newest first."""
    rows = session.execute(
        sa.select(Lesson, Person.full_name)
        .join(Person, Person.id == Lesson.author_id)
        .where(lessons_seen_by(reader_id))
        .order_by(Lesson.created_at.desc(), Lesson.id.desc())
        .limit(limit)
    )
    return [LessonRow(*row) for row in rows]


def notes_of(session: Session, author_id: int) -> Sequence[Lesson]:
    """What somebody wrote as a learner, for them to find again as an adviser."""
    return session.scalars(
        sa.select(Lesson)
        .where(Lesson.author_id == author_id, Lesson.as_learner, Lesson.text_encrypted.is_not(None))
        .order_by(Lesson.created_at, Lesson.id)
        .limit(200)
    ).all()


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A lesson for the next cohort; who wrote it is not even selected."""

    id: int
    course_id: int
    section: int | None
    text_encrypted: bytes
    published_at: datetime


def published(session: Session, course_id: int) -> Sequence[PublishedRow]:
    """The lessons that a coordinator let through for a course, newest first."""
    rows: Any = session.execute(
        sa.select(Lesson.id, Lesson.course_id, Lesson.section, Lesson.text_encrypted, Lesson.decided_at)
        .where(
            Lesson.course_id == course_id,
            Lesson.audience == LessonAudience.NEXT_COHORT,
            Lesson.state == LessonState.PUBLISHED,
            Lesson.text_encrypted.is_not(None),
        )
        .order_by(Lesson.decided_at.desc(), Lesson.id.desc())
        .limit(200)
    )
    return [PublishedRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """A lesson that waits for a coordinator's look; who wrote it is not even selected."""

    id: int
    course_id: int | None
    section: int | None
    text_encrypted: bytes
    created_at: datetime


def offered(session: Session, programme_id: int) -> Sequence[OfferedRow]:
    """Lessons offered to the next cohort that nobody looked at yet, oldest first: all a coordinator may read."""
    rows: Any = session.execute(
        sa.select(Lesson.id, Lesson.course_id, Lesson.section, Lesson.text_encrypted, Lesson.created_at)
        .where(
            Lesson.programme_id == programme_id,
            Lesson.audience == LessonAudience.NEXT_COHORT,
            Lesson.state == LessonState.WAITING,
            Lesson.text_encrypted.is_not(None),
        )
        .order_by(Lesson.created_at, Lesson.id)
        .limit(100)
    )
    return [OfferedRow(*row) for row in rows]


def decide(session: Session, lesson_id: int, state: LessonState, by: str, now: datetime) -> int | None:
    """Let an offered lesson through or not; gives its programme, None where it does not wait (any more)."""
    return session.scalar(
        sa.update(Lesson)
        .where(
            Lesson.id == lesson_id,
            Lesson.state == LessonState.WAITING,
            Lesson.audience == LessonAudience.NEXT_COHORT,
        )
        .values(state=state, decided_at=now, decided_by=by)
        .returning(Lesson.programme_id)
        .execution_options(synchronize_session=False)
    )


def names_around(session: Session, person_id: int) -> Collection[str]:
    """Names a lesson without names must not give away: the author's and those of their engagements and asks."""
    own = session.scalars(sa.select(Person.full_name).where(Person.id == person_id)).all()
    asked = session.scalars(
        sa.select(Person.full_name)
        .join(AskedPerson, AskedPerson.person_id == Person.id)
        .join(Ask, Ask.id == AskedPerson.ask_id)
        .where(Ask.asker_id == person_id)
        .distinct()
    ).all()
    return {*own, *partners(session, person_id).values(), *asked}
