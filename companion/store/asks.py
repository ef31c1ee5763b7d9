"""Queries on asks. Texts are read by way of `Texts.read`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.audience import Concept, Reader
from companion.models.charter import FullWeek
from companion.models.exchange import Ask, AskedPerson, AskedState, AskState, AskWord, WordKind
from companion.models.lms import Course
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.models.programme import ProgrammeCourse
from companion.store.texts import may_read

CANDIDATES = 300
"""People looked at for one ask, those who finished last first: routing needs three."""
Query = sa.Select[Ask]
WAITING = (AskState.OPEN, AskState.MORE_WANTED, AskState.PASSED_ON)
RUNNING = (*WAITING, AskState.ANSWERED)


def get(session: Session, ask_id: int, reader_id: int) -> Ask | None:
    """One ask, where the reader may read it; locked until the end of the transaction."""
    mine = may_read(Concept.ASK, Reader(reader_id))
    return session.scalars(sa.select(Ask).where(Ask.id == ask_id, mine).with_for_update()).first()


def one(ask_id: int) -> Query:
    """One ask, for `Texts.read`."""
    return sa.select(Ask).where(Ask.id == ask_id)


def in_course(course_id: int, ended_since: datetime) -> Query:
    """The asks in the programmes of a course, for `Texts.read`: what runs first, then what ended lately."""
    of_course = sa.exists().where(
        ProgrammeCourse.programme_id == Ask.programme_id, ProgrammeCourse.course_id == course_id
    )
    lately = sa.or_(Ask.state.in_(RUNNING), Ask.ended_at >= ended_since)
    return (
        sa.select(Ask)
        .where(of_course, lately)
        .order_by(sa.case((Ask.state.in_(RUNNING), 0), else_=1), Ask.last_at.desc(), Ask.id.desc())
        .limit(20)
    )


def words(ask_ids: Collection[int]) -> sa.Select[AskWord]:
    """What was said in asks, oldest first, for `Texts.read`."""
    return sa.select(AskWord).where(AskWord.ask_id.in_(ask_ids)).order_by(AskWord.created_at, AskWord.id)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was asked, with the name."""

    row: AskedPerson
    full_name: str


def asked(session: Session, ask_ids: Collection[int]) -> Mapping[int, Sequence[Asked]]:
    """Who was asked, in the order they were; names and states, no text."""
    rows = session.execute(
        sa.select(AskedPerson, Person.full_name)
        .join(Person, Person.id == AskedPerson.person_id)
        .where(AskedPerson.ask_id.in_(ask_ids))
        .order_by(AskedPerson.asked_at, AskedPerson.id)
    )
    found: dict[int, list[Asked]] = {ask_id: [] for ask_id in ask_ids}
    for row, name in rows:
        found[row.ask_id].append(Asked(row, name))
    return found


def names(session: Session, person_ids: Collection[int]) -> Mapping[int, str]:
    """Full names by id."""
    rows = session.execute(sa.select(Person.id, Person.full_name).where(Person.id.in_(person_ids)))
    return {row[0]: row[1] for row in rows}


def waiting_of(session: Session, asker_id: int) -> int:
    """How many asks of somebody wait for an answer."""
    count = sa.select(sa.func.count()).where(Ask.asker_id == asker_id, Ask.state.in_(WAITING))
    return session.scalar(count) or 0


def by_form(session: Session, form_key: str) -> Ask | None:
    """The ask that a form already put."""
    return session.scalars(sa.select(Ask).where(Ask.form_key == form_key)).first()


def said_before(session: Session, form_key: str) -> bool:
    """Whether a form already said something."""
    return bool(session.scalar(sa.select(sa.exists().where(AskWord.form_key == form_key))))


@dataclass(frozen=True, slots=True)
class Load:
    """What was put to somebody: now, lately, and how much of it they answered."""

    waiting: int = 0
    recent: int = 0
    put: int = 0
    answered: int = 0


def loads(
    session: Session, person_ids: Collection[int], recent: datetime, regular: datetime
) -> Mapping[int, Load]:
    """Loads by person, in one statement.

    Args:
        recent: being asked after this moment is recent load.
        regular: answering is counted from this moment on.
    """

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)

    rows = session.execute(
        sa.select(
            AskedPerson.person_id,
            count(Ask.state.in_(WAITING), AskedPerson.state == AskedState.WAITING),
            count(AskedPerson.asked_at >= recent),
            count(AskedPerson.asked_at >= regular),
            count(
                AskedPerson.asked_at >= regular,
                AskedPerson.done_at.is_not(None),
                AskedPerson.state != AskedState.PASSED_ON,
            ),
        )
        .join(Ask, Ask.id == AskedPerson.ask_id)
        .where(AskedPerson.person_id.in_(person_ids))
        .group_by(AskedPerson.person_id)
    )
    return {row[0]: Load(*row[1:]) for row in rows}


def finishers(session: Session, programme_id: int, course_id: int | None) -> Sequence[Person]:
    """Those of a programme who finished one of its courses and may take part: this course first, then the newest."""
    here = Enrolment.course_id == course_id if course_id is not None else sa.false()
    newest = (
        sa.select(
            Enrolment.person_id,
            sa.func.max(sa.case((here, 1), else_=0)).label("here"),
            sa.func.max(Enrolment.completed_at).label("at"),
        )
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Enrolment.course_id)
        .where(
            ProgrammeCourse.programme_id == programme_id,
            Enrolment.role == EnrolmentRole.LEARNER,
            Enrolment.completed_at.is_not(None),
        )
        .group_by(Enrolment.person_id)
        .subquery()
    )
    return session.scalars(
        sa.select(Person)
        .join(newest, newest.c.person_id == Person.id)
        .where(Person.removed_at.is_(None), Person.suspended.is_(False), Person.opted_out_at.is_(None))
        .order_by(newest.c.here.desc(), newest.c.at.desc(), Person.id)
        .limit(CANDIDATES)
    ).all()


def finished(session: Session, person_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """The courses that people completed."""
    rows = session.execute(
        sa.select(Enrolment.person_id, Enrolment.course_id).where(
            Enrolment.person_id.in_(person_ids), Enrolment.completed_at.is_not(None)
        )
    )
    found: dict[int, set[int]] = {}
    for person_id, course_id in rows:
        found.setdefault(person_id, set()).add(course_id)
    return {person_id: frozenset(courses) for person_id, courses in found.items()}


def expire(session: Session, before: datetime, now: datetime) -> int:
    """End the asks in which nothing happened since `before`; gives how many."""
    return len(
        session.scalars(
            sa.update(Ask)
            .where(Ask.state.in_(RUNNING), Ask.last_at <= before)
            .values(state=AskState.EXPIRED, ended_at=now)
            .returning(Ask.id)
            .execution_options(synchronize_session=False)
        ).all()
    )


def left_waiting(session: Session, before: datetime, passed_on: datetime, most: int) -> Sequence[int]:
    """Asks that want another person: everybody passed them on, or nobody said a word in them since `before`.

    Args:
        passed_on: what was passed on after this moment can still be taken back.
        most: with so many people having it, nobody joins.
    """
    of_ask = AskedPerson.ask_id == Ask.id
    last = sa.select(sa.func.max(AskedPerson.asked_at)).where(of_ask).scalar_subquery()
    having = (
        sa.select(sa.func.count()).where(of_ask, AskedPerson.state != AskedState.PASSED_ON).scalar_subquery()
    )
    silent = sa.and_(Ask.state == AskState.OPEN, Ask.last_at <= before, last <= before, having < most)
    nobody = sa.and_(Ask.state == AskState.PASSED_ON, Ask.last_at <= passed_on)
    return session.scalars(sa.select(Ask.id).where(sa.or_(nobody, silent)).order_by(Ask.id)).all()


def wait_again(session: Session, ask_id: int) -> None:
    """The asker said more: those who wanted it, or had answered, are waited for again."""
    session.execute(
        sa.update(AskedPerson)
        .where(
            AskedPerson.ask_id == ask_id,
            AskedPerson.state.in_((AskedState.MORE_WANTED, AskedState.ANSWERED)),
        )
        .values(state=AskedState.WAITING)
    )


def put_by(session: Session, form_key: str, person_id: int, after: datetime) -> Ask | None:
    """The ask that somebody put by a form after a moment; locked."""
    mine = (Ask.form_key == form_key, Ask.asker_id == person_id, Ask.created_at > after)
    return session.scalars(sa.select(Ask).where(*mine).with_for_update()).first()


def said_by(session: Session, form_key: str, person_id: int, after: datetime) -> AskWord | None:
    """What somebody said in an ask by a form after a moment."""
    mine = (AskWord.form_key == form_key, AskWord.author_id == person_id, AskWord.created_at > after)
    return session.scalars(sa.select(AskWord).where(*mine)).first()


def resolved_by(session: Session, number: str, person_id: int, after: datetime) -> Ask | None:
    """The ask of this number, where it is somebody's own and they resolved it after a moment; locked."""
    mine = (Ask.id == int(number), Ask.asker_id == person_id, Ask.ended_at > after)
    resolved = sa.select(Ask).where(*mine, Ask.state == AskState.RESOLVED)
    return session.scalars(resolved.with_for_update()).first()


def passed_on_by(session: Session, ask_id: int, person_id: int, after: datetime) -> AskedPerson | None:
    """What is kept of somebody in an ask that they passed on after a moment."""
    mine = (AskedPerson.ask_id == ask_id, AskedPerson.person_id == person_id)
    lately = (AskedPerson.state == AskedState.PASSED_ON, AskedPerson.done_at > after)
    return session.scalars(sa.select(AskedPerson).where(*mine, *lately).with_for_update()).first()


def kinds_said(session: Session, ask_id: int) -> Sequence[tuple[int, WordKind]]:
    """Who said something in an ask, and what kind of thing, in the order they did; no text."""
    rows = session.execute(
        sa.select(AskWord.author_id, AskWord.kind)
        .where(AskWord.ask_id == ask_id)
        .order_by(AskWord.created_at, AskWord.id)
    )
    return [(row[0], row[1]) for row in rows]


def locked(session: Session, ask_id: int) -> Ask | None:
    """One ask for the clock, which reads no text; locked until the end of the transaction."""
    return session.scalars(sa.select(Ask).where(Ask.id == ask_id).with_for_update()).first()


def full_this_week(session: Session, today: date) -> frozenset[int]:
    """Who has little room this week, so that nothing is put to them."""
    monday = today - timedelta(days=today.weekday())
    return frozenset(session.scalars(sa.select(FullWeek.person_id).where(FullWeek.monday == monday)))


def course_names(session: Session, course_ids: Collection[int]) -> Mapping[int, str]:
    """Full names of courses by id."""
    rows = session.execute(sa.select(Course.id, Course.full_name).where(Course.id.in_(course_ids)))
    return {row[0]: row[1] for row in rows}
