"""Queries on engagements; what people wrote in them is read by the people in them alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.commitment import Commitment
from companion.models.concern import Concern
from companion.models.engagement import (
    HOLDING,
    RUNNING,
    CheckIn,
    Engagement,
    EngagementKind,
    EngagementMember,
    EngagementState,
    Feedback,
    Fit,
    Side,
)
from companion.models.feedback import FeedbackReply, FeedbackRequest
from companion.models.people import Person
from companion.models.programme import ProgrammeCourse
from companion.models.watch import RiskFound
from companion.store.slices import Slice, containing, counted, narrowed, ordered
from companion.store.upsert import insert_once

Sent = CheckIn | Feedback | FeedbackRequest | FeedbackReply | Commitment | Concern
"""What people send by a form, which has a key of its own."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in an engagement, with the side taken."""

    person_id: int
    lms_id: int
    full_name: str
    side: Side
    present: bool
    """Still in the LMS and not suspended there."""
    charter_version: int | None = None
    """The version of the charter they accepted last."""
    accepted: bool = False
    """They agreed to the proposal."""
    extension_until: date | None = None
    joined_at: datetime | None = None
    """When they joined a circle that ran already."""
    declined: bool = False
    """They declined the proposal, and can still take that back."""


def add(session: Session, row: Engagement, members: Mapping[int, Side]) -> Engagement:
    """Store a new engagement with its people."""
    session.add(row)
    session.flush()
    session.add_all(
        EngagementMember(engagement_id=row.id, person_id=person_id, side=side)
        for person_id, side in members.items()
    )
    session.flush()
    return row


def add_many(session: Session, made: Sequence[tuple[Engagement, Mapping[int, Side]]]) -> None:
    """Store new engagements with their people, however many, in few statements."""
    session.add_all(row for row, _ in made)
    session.flush()
    people = [
        {"engagement_id": row.id, "person_id": person_id, "side": side}
        for row, members in made
        for person_id, side in members.items()
    ]
    if people:
        session.execute(sa.insert(EngagementMember), people)


def join(session: Session, members: Sequence[EngagementMember]) -> None:
    """Add people to an engagement there is."""
    session.add_all(members)
    session.flush()


def circles_running(session: Session, programme_id: int, until: date) -> Sequence[Engagement]:
    """The circles of a programme that are active, and are so up to this day at least."""
    return session.scalars(
        sa.select(Engagement)
        .where(
            Engagement.programme_id == programme_id,
            Engagement.kind == EngagementKind.CIRCLE,
            Engagement.state == EngagementState.ACTIVE,
            Engagement.ends_on >= until,
        )
        .order_by(Engagement.id)
    ).all()


def get(session: Session, engagement_id: int, *, lock: bool = False) -> Engagement | None:
    """One engagement; locked until the end of the transaction where asked."""
    return session.get(Engagement, engagement_id, with_for_update=lock or None, populate_existing=lock)


def in_state(session: Session, state: EngagementState) -> Sequence[Engagement]:
    """All engagements in a state, locked until the end of the transaction."""
    query = sa.select(Engagement).where(Engagement.state == state).order_by(Engagement.id)
    return session.scalars(query.with_for_update()).all()


def memberships(session: Session, engagement_id: int) -> Sequence[EngagementMember]:
    """What is kept of everybody in an engagement who did not leave it."""
    query = sa.select(EngagementMember).where(
        EngagementMember.engagement_id == engagement_id, EngagementMember.left_at.is_(None)
    )
    return session.scalars(query.order_by(EngagementMember.person_id)).all()


def membership(session: Session, engagement_id: int, person_id: int) -> EngagementMember:
    """What is kept of one person in an engagement."""
    return session.get_one(EngagementMember, (engagement_id, person_id))


def held_by(
    session: Session, engagement_id: int, person_id: int
) -> tuple[Engagement, EngagementMember] | None:
    """An engagement that somebody is in and did not leave, with what is kept of them; locked."""
    found = session.execute(
        sa.select(Engagement, EngagementMember)
        .join(EngagementMember, EngagementMember.engagement_id == Engagement.id)
        .where(
            Engagement.id == engagement_id,
            EngagementMember.person_id == person_id,
            EngagementMember.left_at.is_(None),
        )
        .with_for_update()
    ).first()
    return None if found is None else (found[0], found[1])


def by_ids(session: Session, engagement_ids: Sequence[int]) -> Mapping[int, Engagement]:
    """Engagements by id."""
    rows = session.scalars(sa.select(Engagement).where(Engagement.id.in_(engagement_ids)))
    return {row.id: row for row in rows}


def members(
    session: Session, engagement_ids: Sequence[int], *, left: bool = False
) -> Mapping[int, Sequence[Member]]:
    """The people of engagements who did not leave them, learners first, then by name.

    Args:
        left: those who left as well, for a list of what was.
    """
    stayed = sa.true() if left else EngagementMember.left_at.is_(None)
    found: dict[int, list[Member]] = {engagement_id: [] for engagement_id in engagement_ids}
    rows = session.execute(
        sa.select(EngagementMember, Person)
        .join(Person, Person.id == EngagementMember.person_id)
        .where(EngagementMember.engagement_id.in_(engagement_ids), stayed)
        .order_by(EngagementMember.side.desc(), Person.full_name, Person.id)
    )
    for member, person in rows:
        present = person.removed_at is None and not person.suspended
        found[member.engagement_id].append(
            Member(
                person.id,
                person.lms_id,
                person.full_name,
                member.side,
                present,
                member.charter_version,
                member.accepted_at is not None,
                member.extension_until,
                member.joined_at,
                member.declined_at is not None,
            )
        )
    return found


def partners_of(session: Session, person_id: int) -> frozenset[int]:
    """Ids of those with whom somebody has a running engagement."""
    mine, other = sa.orm.aliased(EngagementMember), sa.orm.aliased(EngagementMember)
    return frozenset(
        session.scalars(
            sa.select(other.person_id)
            .join(mine, mine.engagement_id == other.engagement_id)
            .join(Engagement, Engagement.id == mine.engagement_id)
            .where(
                mine.person_id == person_id,
                other.person_id != person_id,
                Engagement.state.in_(HOLDING),
                mine.left_at.is_(None),
                other.left_at.is_(None),
            )
        )
    )


def of_person(session: Session, person_id: int, course_id: int) -> Sequence[Engagement]:
    """A person's engagements in the programmes of a course, or begun in it: running ones first, newest first."""
    return session.scalars(_OF_PERSON, {"person": person_id, "course": course_id}).all()


def in_course(engagement: Any, course: Any) -> sa.ColumnElement[bool]:
    """Whether an engagement is of a programme of the course, or was begun in it. Args: the model or its columns."""
    of_programme = sa.exists().where(
        ProgrammeCourse.programme_id == engagement.programme_id, ProgrammeCourse.course_id == course
    )
    return sa.or_(of_programme, engagement.course_id == course)


# Much that is sent from a widget asks this: made once.
_OF_PERSON = (
    sa.select(Engagement)
    .join(EngagementMember, EngagementMember.engagement_id == Engagement.id)
    .where(
        EngagementMember.person_id == sa.bindparam("person"),
        EngagementMember.left_at.is_(None),
        in_course(Engagement, sa.bindparam("course")),
    )
    .order_by(sa.case((Engagement.state.in_(HOLDING), 0), else_=1), Engagement.id.desc())
)


def of_programme(session: Session, programme_id: int) -> Sequence[Engagement]:
    """All engagements of a programme, running ones first, newest first."""
    return session.scalars(
        sa.select(Engagement)
        .where(Engagement.programme_id == programme_id)
        .order_by(_RUNNING_FIRST, Engagement.id.desc())
    ).all()


_RUNNING_FIRST: Final = sa.case((Engagement.state.in_(HOLDING), 0), else_=1)


def page(session: Session, programme_id: int, wanted: Slice) -> tuple[Sequence[Engagement], int]:
    """The engagements of a programme that a slice leaves, and how many its filters leave in all.

    Its text is looked for in the names of the people, also of those who left; `look` is a risk that stands.
    """
    query = sa.select(Engagement).where(Engagement.programme_id == programme_id)
    if wanted.text:
        named = sa.exists().where(
            EngagementMember.engagement_id == Engagement.id,
            Person.id == EngagementMember.person_id,
            containing(wanted.text, [Person.full_name]),
        )
        query = query.where(named)
    if "look" in wanted.only:
        query = query.where(
            Engagement.state.in_(HOLDING),
            sa.exists().where(
                RiskFound.engagement_id == Engagement.id, RiskFound.risk == wanted.only["look"]
            ),
        )
    query = narrowed(query, replace(wanted, text=""), searched=(), filters={"state": Engagement.state})
    total = counted(session, query)
    columns = {"state": _RUNNING_FIRST, "starts": Engagement.starts_on, "ends": Engagement.ends_on}
    return session.scalars(ordered(query, wanted.within(total), columns, Engagement.id.desc())).all(), total


def running(session: Session, programme_id: int) -> int:
    """How many engagements of a programme run."""
    query = sa.select(sa.func.count()).where(
        Engagement.programme_id == programme_id, Engagement.state.in_(RUNNING)
    )
    return session.scalar(query) or 0


def among(engagement_ids: Collection[int]) -> sa.ColumnElement[bool]:
    """The engagements of these ids."""
    return Engagement.id.in_(engagement_ids)


def finished(today: date, lately: datetime) -> sa.ColumnElement[bool]:
    """The engagements whose last day is past, unless somebody wished to go on since a moment: they may yet do so."""
    wished = sa.exists().where(
        EngagementMember.engagement_id == Engagement.id, EngagementMember.extension_at > lately
    )
    return sa.and_(Engagement.ends_on < today, ~wished)


def move(
    session: Session,
    leads: Mapping[EngagementState, EngagementState],
    which: sa.ColumnElement[bool],
    **values: Any,
) -> Sequence[int]:
    """Move engagements on, each from its state to the one that `leads` names; gives their ids.

    Args:
        leads: the new state by the old one; engagements in other states stay as they are.
        values: further columns to set.
    """
    to = sa.case(
        *((Engagement.state == old, sa.literal(new, Engagement.state.type)) for old, new in leads.items())
    )
    return session.scalars(
        sa.update(Engagement)
        .where(Engagement.state.in_(leads), which)
        .values(state=to, **values)
        .returning(Engagement.id)
        .execution_options(synchronize_session=False)
    ).all()


def add_once(session: Session | sa.Connection, row: Sent) -> bool:
    """Store what a form said; False where the same form was stored before, also in this very moment."""
    model = type(row)
    known = model.__table__.c
    return keep_once(session, model, {name: value for name, value in vars(row).items() if name in known})


def keep_once(session: Session | sa.Connection, model: type[Sent], values: Mapping[str, Any]) -> bool:
    """As `add_once`, of the values by their columns."""
    return insert_once(session, model, values, key=("form_key",))


@dataclass(frozen=True, slots=True)
class Activity:
    """What an administrator may know of an engagement: dates, counts and states, never a word."""

    check_ins: int = 0
    last_check_in_at: datetime | None = None
    fits: tuple[Fit, ...] = ()


def activity(session: Session, engagement_ids: Sequence[int]) -> Mapping[int, Activity]:
    """Counts and dates by engagement; the columns with text are not even selected."""
    counted = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            sa.select(CheckIn.engagement_id, sa.func.count(), sa.func.max(CheckIn.created_at))
            .where(CheckIn.engagement_id.in_(engagement_ids))
            .group_by(CheckIn.engagement_id)
        )
    }
    fits: dict[int, dict[int, Fit]] = {}
    for engagement_id, person_id, fit in session.execute(
        sa.select(Feedback.engagement_id, Feedback.person_id, Feedback.fit)
        .where(Feedback.engagement_id.in_(engagement_ids))
        .order_by(Feedback.id)
    ):
        if fit is not None:
            fits.setdefault(engagement_id, {})[person_id] = fit
    found = {}
    for engagement_id in engagement_ids:
        number, last = counted.get(engagement_id, (0, None))
        told = tuple(fit for _, fit in sorted(fits.get(engagement_id, {}).items()))
        found[engagement_id] = Activity(number, last, told)
    return found
