"""Queries on thanks and lessons. Texts are read by way of `Texts.read`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
    ThanksFor,
    WordKind,
)
from companion.models.people import Enrolment, Person
from companion.models.programme import ProgrammeCourse
from companion.store.slices import Slice, counted, ordered


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


def thanked_for(session: Session, by_id: int, commitment_ids: Collection[int]) -> frozenset[int]:
    """Those of the commitments that somebody said thank you for."""
    if not commitment_ids:
        return frozenset()
    query = sa.select(Thanks.subject_id).where(
        Thanks.by_id == by_id,
        Thanks.about == ThanksFor.COMMITMENT,
        Thanks.subject_id.in_(commitment_ids),
    )
    return frozenset(each for each in session.scalars(query) if each is not None)


def take_back_of_ask(session: Session, ask_id: int) -> None:
    """Take away the thanks with which an ask was resolved."""
    session.execute(sa.delete(Thanks).where(Thanks.ask_id == ask_id))


def thanks(limit: int = 30) -> sa.Select[Thanks]:
    """Thanks, newest first, for `Texts.read`."""
    return sa.select(Thanks).order_by(Thanks.created_at.desc(), Thanks.id.desc()).limit(limit)


def names(session: Session, person_ids: Collection[int | None]) -> Mapping[int | None, str]:
    """Full names by id."""
    wanted = {each for each in person_ids if each is not None}
    rows = session.execute(sa.select(Person.id, Person.full_name).where(Person.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


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
    given: sa.FromClause = Thanks.__table__
    written: sa.FromClause = Lesson.__table__
    row = session.execute(
        sa.select(
            number(answer, AskWord.author_id == person_id, frm=words),
            number(answer, Ask.asker_id == person_id, AskWord.author_id != person_id, frm=words),
            number(Thanks.by_id == person_id, frm=given),
            number(Thanks.to_id == person_id, frm=given),
            number(Thanks.by_id == person_id, Thanks.credited_id.is_not(None), frm=given),
            number(Thanks.credited_id == person_id, frm=given),
            number(
                Lesson.author_id == person_id,
                Lesson.audience != LessonAudience.MYSELF,
                frm=written,
            ),
        )
    ).one()
    return Counts(*row)


def lessons(limit: int = 50) -> sa.Select[Lesson]:
    """Lessons, newest first, for `Texts.read`."""
    return sa.select(Lesson).order_by(Lesson.created_at.desc(), Lesson.id.desc()).limit(limit)


def notes(author_id: int) -> sa.Select[Lesson]:
    """What somebody wrote as a learner, for them to find again as an adviser, for `Texts.read`."""
    return (
        sa.select(Lesson)
        .where(Lesson.author_id == author_id, Lesson.as_learner, Lesson.text_encrypted.is_not(None))
        .order_by(Lesson.created_at, Lesson.id)
        .limit(200)
    )


def published(course_id: int) -> sa.Select[Lesson]:
    """The lessons that a coordinator let through for a course, newest first, for `Texts.read`."""
    return (
        sa.select(Lesson)
        .where(
            Lesson.course_id == course_id,
            Lesson.state == LessonState.PUBLISHED,
            Lesson.text_encrypted.is_not(None),
        )
        .order_by(Lesson.decided_at.desc(), Lesson.id.desc())
        .limit(200)
    )


def offered(programme_ids: Collection[int], states: Collection[LessonState]) -> sa.Select[Lesson]:
    """Lessons of some programmes offered to the next cohort, in one of the states, for `Texts.read`."""
    return sa.select(Lesson).where(
        Lesson.programme_id.in_(programme_ids),
        Lesson.audience == LessonAudience.NEXT_COHORT,
        Lesson.state.in_(states),
        Lesson.text_encrypted.is_not(None),
    )


def page(session: Session, query: sa.Select[Lesson], wanted: Slice) -> tuple[sa.Select[Lesson], int]:
    """The query of a slice of the lessons of a query, and how many there are."""
    total = counted(session, query)
    columns = {"offered": Lesson.created_at, "decided": Lesson.decided_at}
    return ordered(query, wanted.within(total), columns, Lesson.id), total


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


def ask_again(session: Session, lesson_id: int) -> bool:
    """Let a decided lesson wait for a look again; False where it is not decided, or its text is gone."""
    changed = session.scalar(
        sa.update(Lesson)
        .where(
            Lesson.id == lesson_id,
            Lesson.state.in_((LessonState.PUBLISHED, LessonState.DECLINED)),
            Lesson.audience == LessonAudience.NEXT_COHORT,
            Lesson.text_encrypted.is_not(None),
        )
        .values(state=LessonState.WAITING, decided_at=None, decided_by=None)
        .returning(Lesson.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


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
