"""Taking texts away: of one person who asks for it, and of everybody once they were kept long enough. Counts stay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.audience import Concept
from companion.models.base import Base
from companion.models.calendar import CalendarAddress
from companion.models.care import Nudge, Wishes
from companion.models.charter import FullWeek, WorkStyle
from companion.models.engagement import Engagement, EngagementMember
from companion.models.exchange import (
    Ask,
    AskedPerson,
    AskedState,
    AskState,
    AskWord,
    Lesson,
    LessonState,
    Thanks,
)
from companion.models.lti import Identity, Launch
from companion.models.people import Person
from companion.models.programme import Programme
from companion.models.said import PersonWish, Said, Veto
from companion.store.asks import RUNNING
from companion.store.texts import KINDS


def close_asks(session: Session, person_id: int, now: datetime) -> int:
    """Close the open asks of somebody, and give back those put to them; gives how many of theirs closed."""
    _run(
        session,
        sa.update(AskedPerson)
        .where(AskedPerson.person_id == person_id, AskedPerson.state == AskedState.WAITING)
        .values(state=AskedState.PASSED_ON, done_at=now, wishes=False),
    )
    return _run(
        session,
        sa.update(Ask)
        .where(Ask.asker_id == person_id, Ask.state.in_(RUNNING))
        .values(state=AskState.EXPIRED, ended_at=now, last_at=now),
    )


def erase(session: Session, person_id: int) -> dict[str, int]:
    """Take away every text the person wrote and what else they left behind; gives how many rows by table.

    What is counted stays: that there was a check-in, an answer, thanks. A lesson that was published carries no
    name, but it is theirs, and goes as well.
    """
    done: dict[str, int] = {}
    for kind in KINDS.values():
        columns = {f"{name}_encrypted": None for name in kind.columns}
        wrote = sa.update(kind.model).where(kind.author == person_id)
        written = sa.or_(*(getattr(kind.model, column).is_not(None) for column in columns))
        done[kind.model.__tablename__] = done.get(kind.model.__tablename__, 0) + _run(
            session, wrote.where(written).values(columns)
        )
    _run(
        session,
        sa.update(Lesson)
        .where(Lesson.author_id == person_id, Lesson.state.in_((LessonState.WAITING, LessonState.PUBLISHED)))
        .values(state=LessonState.DECLINED),
    )
    _run(session, sa.update(Thanks).where(Thanks.credited_id == person_id).values(credited_id=None))
    for model, owner in (
        (WorkStyle, WorkStyle.person_id),
        (FullWeek, FullWeek.person_id),
        (Nudge, Nudge.person_id),
        (Launch, Launch.person_id),
        (Said, Said.person_id),
        (PersonWish, PersonWish.person_id),
        (Veto, Veto.person_id),
        (CalendarAddress, CalendarAddress.person_id),
    ):
        done[model.__tablename__] = _run(session, sa.delete(model).where(owner == person_id))
    return done


def forget_profile(session: Session, person_id: int, name: str) -> bool:
    """Take away who a person was, where the LMS no longer has them; False where it does, and would tell it again."""
    person = session.get_one(Person, person_id)
    if person.removed_at is None:
        return False
    person.full_name = name
    person.email = person.id_number = person.department = person.time_zone = person.language = None
    person.interests, person.profile = [], {}
    _run(session, sa.delete(Identity).where(Identity.person_id == person_id))
    return True


def _unheld(*owners: Any) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(Wishes.held_at.is_not(None), sa.or_(*(Wishes.person_id == o for o in owners)))


def ripe_engagements(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Engagements whose texts were kept long enough after their end, and of whose people none is under a hold."""
    held_member = sa.exists().where(
        EngagementMember.engagement_id == Engagement.id,
        Wishes.person_id == EngagementMember.person_id,
        Wishes.held_at.is_not(None),
    )
    keeps = session.execute(sa.select(Programme.id, Programme.keep_texts_days)).all()
    ripe = sa.or_(
        sa.false(),
        *(
            sa.and_(Engagement.programme_id == programme_id, Engagement.ended_at <= _days_before(now, days))
            for programme_id, days in keeps
        ),
    )
    return session.scalars(
        sa.select(Engagement.id)
        .where(Engagement.ended_at.is_not(None), Engagement.texts_purged_at.is_(None), ripe, ~held_member)
        .order_by(Engagement.id)
        .limit(limit)
    ).all()


def purge_engagements(session: Session, engagement_ids: Sequence[int], now: datetime) -> int:
    """Take away what was written in engagements; gives how many rows lost a text. Counts, dates and states stay.

    A note for oneself stays: it comes back to its author as an adviser. A lesson for the next cohort stays too.
    """
    done = 0
    for concept, kind in KINDS.items():
        model: Any = kind.model
        if model is Lesson and concept is not Concept.LESSON:
            continue
        where = _within(model, engagement_ids)
        if where is None:
            continue
        columns = {f"{name}_encrypted": None for name in kind.columns}
        written = sa.or_(*(getattr(model, column).is_not(None) for column in columns))
        which = [kind.which] if kind.which is not None else []
        done += _run(session, sa.update(model).where(where, written, *which).values(columns))
    _run(session, sa.update(Engagement).where(Engagement.id.in_(engagement_ids)).values(texts_purged_at=now))
    return done


def purge_asks(session: Session, now: datetime) -> int:
    """Take away what was said in asks that ended long enough ago; gives how many rows lost a text."""
    done = 0
    for programme_id, days in session.execute(sa.select(Programme.id, Programme.keep_texts_days)).all():
        ended = sa.and_(Ask.programme_id == programme_id, Ask.ended_at <= _days_before(now, days))
        ripe = sa.select(Ask.id).where(ended, _unheld(Ask.asker_id))
        for model, ask_id, author in (
            (AskWord, AskWord.ask_id, AskWord.author_id),
            (Thanks, Thanks.ask_id, Thanks.by_id),
            (Ask, Ask.id, Ask.asker_id),
        ):
            sealed: Any = model.text_encrypted
            done += _run(
                session,
                sa.update(model)
                .where(ask_id.in_(ripe), sealed.is_not(None), _unheld(author))
                .values(text_encrypted=None),
            )
    return done


def _within(model: Any, engagement_ids: Sequence[int]) -> sa.ColumnElement[bool] | None:
    if hasattr(model, "engagement_id"):
        inside: sa.ColumnElement[bool] = model.engagement_id.in_(engagement_ids)
        return inside
    if hasattr(model, "request_id"):
        requests: Any = Base.metadata.tables["feedback_request"]
        of_requests: sa.ColumnElement[bool] = model.request_id.in_(
            sa.select(requests.c.id).where(requests.c.engagement_id.in_(engagement_ids))
        )
        return of_requests
    return None


def _days_before(now: datetime, days: int) -> datetime:
    return datetime.fromtimestamp(now.timestamp() - days * 86_400, now.tzinfo)


def _run(session: Session, statement: Any) -> int:
    return int(session.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
