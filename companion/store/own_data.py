"""Everything that is kept about a person: found as it is read, taken away on request."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.audience import Concept, Reader
from companion.models.base import Base
from companion.models.calendar import CalendarAddress
from companion.models.care import Nudge, Wishes
from companion.models.charter import FullWeek, WorkStyle
from companion.models.engagement import Engagement, EngagementMember, Feedback
from companion.models.exchange import Ask, AskedPerson, AskWord, Lesson, LessonState, Thanks
from companion.models.lms import Cohort, CohortMember, Course
from companion.models.lti import Identity, Launch
from companion.models.people import Enrolment, Person
from companion.models.programme import Programme
from companion.models.said import PersonWish, Said
from companion.store.texts import KINDS, Texts

Rows = Sequence[Mapping[str, Any]]
HIDDEN = frozenset({"form_key", "nonce", "id"})
"""Columns that tell a person nothing: made by us for our own order."""


def texts_of(session: Session, texts: Texts, person_id: int) -> dict[str, Rows]:
    """What the person wrote, and what others wrote that they may read, by concept."""
    found: dict[str, Rows] = {}
    for concept, kind in KINDS.items():
        query = sa.select(kind.model)
        if concept is Concept.LESSON_FOR_ALL:
            query = query.where(kind.author == person_id)  # those of others stand at their sections, nameless
        told = texts.read(session, Reader(person_id), concept, query)
        rows = [{**_plain(session, one.row), **one.texts} for one in told]
        found[concept.value] = [
            {"yours": getattr(t.row, kind.author.key) == person_id, **r}
            for t, r in zip(told, rows, strict=True)
        ]
    return found


def facts_of(session: Session, person_id: int) -> dict[str, Rows]:
    """What is kept about the person that is no text."""
    person = session.get_one(Person, person_id)
    return {
        "person": [_plain(session, person)],
        "courses": _mappings(
            session,
            sa.select(
                Course.full_name.label("course"),
                Enrolment.role,
                Enrolment.enrolled_at,
                Enrolment.completed_at,
                Enrolment.last_access,
            )
            .join(Course, Course.id == Enrolment.course_id)
            .where(Enrolment.person_id == person_id)
            .order_by(Course.full_name),
        ),
        "cohorts": _mappings(
            session,
            sa.select(Cohort.name.label("cohort"))
            .join(CohortMember, CohortMember.cohort_id == Cohort.id)
            .where(CohortMember.person_id == person_id)
            .order_by(Cohort.name),
        ),
        "engagements": _mappings(
            session,
            sa.select(
                Engagement.id.label("engagement"),
                Programme.name.label("programme"),
                EngagementMember.side,
                Engagement.state,
                Engagement.starts_on,
                Engagement.ends_on,
                Engagement.ended_at,
                EngagementMember.accepted_at,
                EngagementMember.charter_version,
                EngagementMember.charter_accepted_at,
                EngagementMember.left_at,
            )
            .join(Engagement, Engagement.id == EngagementMember.engagement_id)
            .join(Programme, Programme.id == Engagement.programme_id)
            .where(EngagementMember.person_id == person_id)
            .order_by(Engagement.id),
        ),
        "fit_and_trust": _own(session, Feedback, Feedback.person_id == person_id),
        "asks_put_to_you": _own(session, AskedPerson, AskedPerson.person_id == person_id),
        "full_weeks": _own(session, FullWeek, FullWeek.person_id == person_id),
        "reminders": _own(session, Nudge, Nudge.person_id == person_id),
        "wishes": _own(session, Wishes, Wishes.person_id == person_id),
        "sign_ins": _own(session, Identity, Identity.person_id == person_id),
        "open_widgets": _mappings(
            session,
            sa.select(Launch.widget, Launch.created_at, Launch.expires_at).where(
                Launch.person_id == person_id
            ),
        ),
    }


def _own(session: Session, model: type[Base], which: sa.ColumnElement[bool]) -> Rows:
    return [_plain(session, row) for row in session.scalars(sa.select(model).where(which))]


def _mappings(session: Session, query: Any) -> Rows:
    return [{name: plain(value) for name, value in row.items()} for row in session.execute(query).mappings()]


def _plain(session: Session, row: Base) -> dict[str, Any]:
    """A row without texts and inner order; people by their names."""
    found: dict[str, Any] = {}
    for column in sa.inspect(type(row)).columns:
        name = column.key
        if name in HIDDEN or name.endswith("_encrypted"):
            continue
        value = getattr(row, name)
        if any(key.column.table.name == "person" for key in column.foreign_keys):
            other = session.get(Person, value) if value is not None else None
            found[name.removesuffix("_id")] = other.full_name if other else None
        else:
            found[name] = plain(value)
    return found


def plain(value: object) -> object:
    """A value as JSON knows it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def held(session: Session, person_id: int) -> bool:
    """Whether a legal hold stands on a person's data."""
    return bool(
        session.scalar(
            sa.select(sa.exists().where(Wishes.person_id == person_id, Wishes.held_at.is_not(None)))
        )
    )


def wishes(session: Session, person_id: int) -> Wishes:
    """A person's wishes, to be written to."""
    row = session.get(Wishes, person_id)
    if row is None:
        row = Wishes(person_id=person_id, unanswered=0)
        session.add(row)
        session.flush()
    return row


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


def took_part(session: Session, programme_id: int) -> Sequence[tuple[str, str | None]]:
    """Name and number of those who agreed that "took part" is told, and did: they were in an engagement that began."""
    rows = session.execute(
        sa.select(Person.full_name, Person.id_number)
        .join(Wishes, Wishes.person_id == Person.id)
        .where(
            Wishes.took_part_shown_at.is_not(None),
            Person.removed_at.is_(None),
            sa.exists(
                sa.select(EngagementMember.person_id)
                .join(Engagement, Engagement.id == EngagementMember.engagement_id)
                .where(
                    EngagementMember.person_id == Person.id,
                    Engagement.programme_id == programme_id,
                    EngagementMember.charter_accepted_at.is_not(None),
                )
            ),
        )
        .order_by(Person.full_name, Person.id)
    )
    return [(row[0], row[1]) for row in rows]


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
