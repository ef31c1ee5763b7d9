"""Queries on lessons. Texts are read by way of `Texts.read`."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.exchange import Ask, AskedPerson, Lesson, LessonAudience, LessonState
from companion.models.people import Person
from companion.store.slices import Slice, counted, ordered
from companion.store.thanks import partners


def newest(limit: int = 50) -> sa.Select[Lesson]:
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
