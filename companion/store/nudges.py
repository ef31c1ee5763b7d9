"""Queries on what waits for whom, and on the nudges there were: in bulk, for everybody at a time, without a text."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.care import Nudge, NudgeKind, Wishes
from companion.models.charter import FullWeek
from companion.models.commitment import Commitment, CommitmentState
from companion.models.engagement import (
    CheckIn,
    Contact,
    Engagement,
    EngagementMember,
    EngagementState,
    Feedback,
    Fit,
)
from companion.models.exchange import Ask, AskedPerson, AskedState, AskState
from companion.models.lms import Course
from companion.models.lti import Launch
from companion.models.people import Enrolment, Person
from companion.models.placement import Placement
from companion.models.programme import Programme, ProgrammeCourse
from companion.store.slices import Slice, counted, ordered
from companion.store.upsert import insert_into

CHUNK = 500
"""People in one statement, and in one transaction."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a person.

    Attributes:
        subject_id: of the engagement, the commitment or the ask.
        since: the day it began to wait, or will.
    """

    person_id: int
    subject_id: int
    course_id: int | None
    since: date


@dataclass(frozen=True, slots=True)
class Together:
    """A person in a running engagement, with when they did what last.

    Attributes:
        in_touch: somebody in it told of a contact since they are in it.
        told_of_end: their last reminder of its end.
        joined_at: when they joined it while it ran; None for those it began with.
    """

    person_id: int
    engagement_id: int
    course_id: int | None
    starts_on: date
    ends_on: date
    contact_days: Sequence[int]
    in_touch: bool
    checked_in: datetime | None
    said_fit: datetime | None
    fit: Fit | None
    trusted: datetime | None
    told_of_end: datetime | None
    joined_at: datetime | None


def reachable(now: datetime, gap: timedelta, most_unanswered: int) -> sa.ColumnElement[bool]:
    """The people who may be nudged at all just now, by what is stored of them."""
    monday = now.date() - timedelta(days=now.weekday())
    refused = sa.exists().where(
        Wishes.person_id == Person.id,
        sa.or_(
            Wishes.nudges_stopped_at.is_not(None),
            Wishes.unanswered >= most_unanswered,
            Wishes.nudged_at > now - gap,
        ),
    )
    full = sa.exists().where(FullWeek.person_id == Person.id, FullWeek.monday == monday)
    return sa.and_(
        Person.removed_at.is_(None),
        Person.suspended.is_(False),
        Person.opted_out_at.is_(None),
        ~refused,
        ~full,
    )


def answered(session: Session, now: datetime) -> int:
    """Note a sign of life of those who opened a widget since their last nudge; gives how many people."""
    opened = sa.exists().where(Launch.person_id == Wishes.person_id, Launch.created_at > Wishes.nudged_at)
    return len(
        session.scalars(
            sa.update(Wishes)
            .where(Wishes.unanswered > 0, opened)
            .values(unanswered=0, seen_at=now)
            .returning(Wishes.person_id)
            .execution_options(synchronize_session=False)
        ).all()
    )


def _members(who: sa.ColumnElement[bool], state: EngagementState) -> Any:
    """The reachable people in engagements of a state: person, engagement, course, first and last day."""
    return (
        sa.select(
            EngagementMember.person_id,
            Engagement.id,
            Engagement.course_id,
            Engagement.starts_on,
            Engagement.ends_on,
        )
        .join(Engagement, Engagement.id == EngagementMember.engagement_id)
        .join(Person, Person.id == EngagementMember.person_id)
        .join(Programme, Programme.id == Engagement.programme_id)
        .where(Engagement.state == state, EngagementMember.left_at.is_(None), Programme.nudges, who)
    )


def together(session: Session, who: sa.ColumnElement[bool]) -> list[Together]:
    """The reachable people in running engagements, each with what they did last."""
    mine = sa.and_(CheckIn.engagement_id == Engagement.id, CheckIn.person_id == EngagementMember.person_id)
    since_joined = sa.or_(
        EngagementMember.joined_at.is_(None), CheckIn.created_at >= EngagementMember.joined_at
    )
    touched = sa.exists().where(
        CheckIn.engagement_id == Engagement.id, CheckIn.contact != Contact.NOT_YET, since_joined
    )
    said = sa.select(Feedback).where(
        Feedback.engagement_id == Engagement.id, Feedback.person_id == EngagementMember.person_id
    )
    fit = said.where(Feedback.fit.is_not(None)).order_by(Feedback.created_at.desc(), Feedback.id.desc())
    told = sa.select(sa.func.max(Nudge.created_at)).where(
        Nudge.person_id == EngagementMember.person_id,
        Nudge.kind == NudgeKind.CLOSE,
        Nudge.subject_id == Engagement.id,
    )
    rows = session.execute(
        _members(who, EngagementState.ACTIVE).add_columns(
            Programme.contact_days,
            touched,
            sa.select(sa.func.max(CheckIn.created_at)).where(mine).scalar_subquery(),
            fit.with_only_columns(Feedback.created_at).limit(1).scalar_subquery(),
            fit.with_only_columns(Feedback.fit).limit(1).scalar_subquery(),
            said.where(Feedback.trust_score.is_not(None))
            .with_only_columns(sa.func.max(Feedback.created_at))
            .scalar_subquery(),
            told.scalar_subquery(),
            EngagementMember.joined_at,
        )
    )
    return [Together(*row) for row in rows]


def proposed(
    session: Session, who: sa.ColumnElement[bool], before: datetime, only: int | None = None
) -> list[Waiting]:
    """People who did not answer a proposal made before a moment, or `only` this one."""
    query = (
        _members(who, EngagementState.PROPOSED)
        .add_columns(Engagement.created_at)
        .where(EngagementMember.accepted_at.is_(None), Engagement.created_at <= before)
    )
    rows = session.execute(query if only is None else query.where(Engagement.id == only))
    return [Waiting(p, e, c, made.date()) for p, e, c, _starts, _ends, made in rows]


def due(session: Session, who: sa.ColumnElement[bool], first: date, last: date) -> list[Waiting]:
    """Open commitments of running engagements that are due between two days, both included."""
    rows = session.execute(
        sa.select(
            Commitment.person_id,
            Commitment.id,
            Engagement.course_id,
            Commitment.due_on,
        )
        .join(Engagement, Engagement.id == Commitment.engagement_id)
        .join(Person, Person.id == Commitment.person_id)
        .join(Programme, Programme.id == Engagement.programme_id)
        .where(
            Programme.nudges,
            Commitment.state == CommitmentState.OPEN,
            Commitment.due_on.between(first, last),
            Engagement.state == EngagementState.ACTIVE,
            who,
        )
    )
    return [Waiting(*row) for row in rows]


def asked(session: Session, who: sa.ColumnElement[bool], before: datetime) -> list[Waiting]:
    """People with an ask that waits for them since a moment: those asked, and askers of whom more is wanted."""
    put = (
        sa.select(AskedPerson.person_id, Ask.id, Ask.course_id, AskedPerson.asked_at)
        .join(Ask, Ask.id == AskedPerson.ask_id)
        .join(Person, Person.id == AskedPerson.person_id)
        .join(Programme, Programme.id == Ask.programme_id)
        .where(
            Programme.nudges,
            AskedPerson.state == AskedState.WAITING,
            Ask.state.in_((AskState.OPEN, AskState.MORE_WANTED)),
            AskedPerson.asked_at <= before,
            who,
        )
    )
    back = (
        sa.select(Ask.asker_id, Ask.id, Ask.course_id, Ask.last_at)
        .join(Person, Person.id == Ask.asker_id)
        .join(Programme, Programme.id == Ask.programme_id)
        .where(Programme.nudges, Ask.state == AskState.MORE_WANTED, Ask.last_at <= before, who)
    )
    rows = [*session.execute(put), *session.execute(back)]
    return [Waiting(p, a, c, at.date()) for p, a, c, at in rows]


@dataclass(frozen=True, slots=True)
class Known:
    """What a nudge says of its person, and to them."""

    full_name: str
    language: str | None
    time_zone: str | None


def known(session: Session, person_ids: Collection[int]) -> Mapping[int, Known]:
    """Names, languages and time zones by id."""
    rows = session.execute(
        sa.select(Person.id, Person.full_name, Person.language, Person.time_zone).where(
            Person.id.in_(person_ids)
        )
    )
    return {row[0]: Known(*row[1:]) for row in rows}


def partners(session: Session, engagement_ids: Collection[int]) -> Mapping[int, Sequence[tuple[int, str]]]:
    """Id and name of everybody in engagements who did not leave them."""
    rows = session.execute(
        sa.select(EngagementMember.engagement_id, Person.id, Person.full_name)
        .join(Person, Person.id == EngagementMember.person_id)
        .where(EngagementMember.engagement_id.in_(engagement_ids), EngagementMember.left_at.is_(None))
        .order_by(Person.full_name, Person.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for engagement_id, person_id, name in rows:
        found.setdefault(engagement_id, []).append((person_id, name))
    return found


def members_of(session: Session, who: sa.ColumnElement[bool], engagement_id: int) -> Sequence[Waiting]:
    """The reachable people of a running engagement, as something that waits for each."""
    rows = session.execute(_members(who, EngagementState.ACTIVE).where(Engagement.id == engagement_id))
    return [Waiting(p, e, c, starts) for p, e, c, starts, _ends in rows]


def take(
    session: Session,
    person_ids: Collection[int],
    now: datetime,
    gap: timedelta,
    most_unanswered: int,
) -> set[int]:
    """Claim the nudge of this week for people; gives those for whom nobody else did, and who still wish any."""
    if not person_ids:
        return set()
    insert = insert_into(session, Wishes)
    rows = [{"person_id": person_id, "nudged_at": now, "unanswered": 1} for person_id in person_ids]
    free = sa.and_(
        Wishes.nudges_stopped_at.is_(None),
        Wishes.unanswered < most_unanswered,
        sa.or_(Wishes.nudged_at.is_(None), Wishes.nudged_at <= now - gap),
    )
    claimed = insert.values(rows).on_conflict_do_update(
        index_elements=["person_id"],
        set_={"nudged_at": now, "unanswered": Wishes.unanswered + 1},
        where=free,
    )
    return set(session.scalars(claimed.returning(Wishes.person_id)))


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep nudges that were decided."""
    if rows:
        session.execute(sa.insert(Nudge), [dict(row) for row in rows])


def doors(session: Session) -> Mapping[int, Mapping[str, int]]:
    """Where widgets stand: by course of ours, the LMS's id of the activity by widget."""
    found: dict[int, dict[str, int]] = {}
    for course_id, widget, module in session.execute(
        sa.select(Placement.course_id, Placement.widget, Placement.lms_module_id)
    ):
        found.setdefault(course_id, {})[widget] = module
    return found


def course_pages(session: Session) -> Mapping[int, int]:
    """The LMS's id of each course by ours."""
    rows = session.execute(sa.select(Course.id, Course.lms_id).where(Course.removed_at.is_(None)))
    return {row[0]: row[1] for row in rows}


def own_courses(session: Session, person_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """The courses of programmes that people are in, for those whose engagement meets in none."""
    rows = session.execute(
        sa.select(Enrolment.person_id, Enrolment.course_id)
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Enrolment.course_id)
        .where(Enrolment.person_id.in_(person_ids))
        .distinct()
        .order_by(Enrolment.person_id, Enrolment.course_id)
    )
    found: dict[int, list[int]] = {}
    for person_id, course_id in rows:
        found.setdefault(person_id, []).append(course_id)
    return found


def stop(session: Session, person_id: int, now: datetime | None) -> bool:
    """Stop all nudges of a person, or let them come again (now is None); False where there is no such person."""
    if session.get(Person, person_id) is None:
        return False
    row = session.get(Wishes, person_id)
    if row is None:
        row = Wishes(person_id=person_id, unanswered=0)
        session.add(row)
    row.nudges_stopped_at = None if now is None else row.nudges_stopped_at or now
    session.flush()
    return True


def unanswered(
    session: Session, programme_ids: Collection[int], most: int, wanted: Slice
) -> tuple[Sequence[tuple[int, str, str, datetime]], int]:
    """For the coordinator: who of running engagements is no longer reminded, of which programme, and since when.

    Gives the rows of the slice, and how many there are in all.
    """
    query = (
        sa.select(Person.id, Person.full_name, Programme.name, Wishes.nudged_at)
        .join(Wishes, Wishes.person_id == Person.id)
        .join(EngagementMember, EngagementMember.person_id == Person.id)
        .join(Engagement, Engagement.id == EngagementMember.engagement_id)
        .join(Programme, Programme.id == Engagement.programme_id)
        .where(
            Engagement.programme_id.in_(programme_ids),
            Engagement.state == EngagementState.ACTIVE,
            EngagementMember.left_at.is_(None),
            Wishes.unanswered >= most,
            Wishes.nudged_at.is_not(None),
        )
        .distinct()
    )
    total = counted(session, query)
    columns = {"name": Person.full_name, "programme": Programme.name, "since": Wishes.nudged_at}
    rows: Any = session.execute(ordered(query, wanted.within(total), columns, Person.id))
    return [tuple(row) for row in rows], total


def counts(session: Session, person_id: int) -> Mapping[NudgeKind, int]:
    """How often a person was nudged, by kind."""
    rows = session.execute(
        sa.select(Nudge.kind, sa.func.count()).where(Nudge.person_id == person_id).group_by(Nudge.kind)
    )
    return {row[0]: row[1] for row in rows}
