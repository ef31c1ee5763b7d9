"""Queries for the reports: who did what on which day, never what was written; and the cells once they are closed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.commitment import Commitment, CommitmentState
from companion.models.engagement import (
    CheckIn,
    Contact,
    Engagement,
    EngagementMember,
    EngagementState,
    Feedback,
    Side,
)
from companion.models.exchange import Ask, AskWord, WordKind
from companion.models.lms import Course
from companion.models.people import Person
from companion.models.reporting import (
    Dimension,
    ReportCell,
    ReportingGroup,
    ReportingMember,
    ReportingRules,
    ReportSum,
)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A learner who is in no reporting group yet, with the engagement that came first."""

    person: Person
    course: str | None
    began: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """An engagement of one learner, as long as it lasts or lasted."""

    engagement_id: int
    learner_id: int
    starts_on: date
    ends_on: date
    """The last day, or the day on which it was ended early."""
    finished: bool


def rules(session: Session, programme_id: int) -> ReportingRules | None:
    """How few people the figures of a programme may be about; None before its first cohort."""
    return session.get(ReportingRules, programme_id)


def add_rules(
    session: Session, programme_id: int, least: int, least_for_text: int, now: datetime
) -> ReportingRules:
    """Fix the thresholds of a programme, as its first cohort starts."""
    row = ReportingRules(
        programme_id=programme_id,
        least=least,
        least_for_text=least_for_text,
        fixed_at=now,
        reported_until=None,
    )
    session.add(row)
    session.flush()
    return row


def newcomers(session: Session, programme_id: int) -> Sequence[Newcomer]:
    """The learners of a programme who are in no reporting group, in a fixed order."""
    first = (
        sa.select(EngagementMember.person_id, sa.func.min(Engagement.id).label("engagement_id"))
        .join(Engagement, Engagement.id == EngagementMember.engagement_id)
        .where(Engagement.programme_id == programme_id, EngagementMember.side == Side.LEARNER)
        .group_by(EngagementMember.person_id)
        .subquery()
    )
    grouped = sa.exists().where(
        ReportingMember.programme_id == programme_id, ReportingMember.person_id == Person.id
    )
    rows = session.execute(
        sa.select(Person, Course.full_name, Engagement.created_at)
        .join(first, first.c.person_id == Person.id)
        .join(Engagement, Engagement.id == first.c.engagement_id)
        .join(Course, Course.id == Engagement.course_id, isouter=True)
        .where(~grouped)
        .order_by(Person.id)
    )
    return [Newcomer(*row) for row in rows]


def groups(session: Session, programme_id: int) -> Sequence[ReportingGroup]:
    """The reporting groups of a programme."""
    return session.scalars(
        sa.select(ReportingGroup)
        .where(ReportingGroup.programme_id == programme_id)
        .order_by(ReportingGroup.id)
    ).all()


def members(session: Session, programme_id: int) -> Mapping[int, int]:
    """The reporting group of each person who is in one."""
    rows = session.execute(
        sa.select(ReportingMember.person_id, ReportingMember.group_id).where(
            ReportingMember.programme_id == programme_id
        )
    )
    return {row[0]: row[1] for row in rows}


def add_group(
    session: Session, programme_id: int, people: Sequence[int], values: Mapping[Dimension, str]
) -> ReportingGroup:
    """Form a group."""
    named = {dimension.value: value for dimension, value in values.items()}
    row = ReportingGroup(programme_id=programme_id, people=len(people), values=named)
    session.add(row)
    session.flush()
    session.execute(
        sa.insert(ReportingMember),
        [{"programme_id": programme_id, "person_id": person_id, "group_id": row.id} for person_id in people],
    )
    return row


def join_groups(
    session: Session, into: int, group_ids: Sequence[int], people: int, values: Mapping[Dimension, str]
) -> None:
    """Put whole groups into one of them; the cells of all are left to the caller."""
    others = [group_id for group_id in group_ids if group_id != into]
    session.execute(
        sa.update(ReportingMember).where(ReportingMember.group_id.in_(others)).values(group_id=into)
    )
    named = {dimension.value: value for dimension, value in values.items()}
    session.execute(
        sa.update(ReportingGroup).where(ReportingGroup.id == into).values(people=people, values=named)
    )
    session.execute(sa.delete(ReportCell).where(ReportCell.group_id.in_(group_ids)))
    session.execute(sa.delete(ReportingGroup).where(ReportingGroup.id.in_(others)))


def shapes(session: Session, programme_id: int, least: int) -> Sequence[tuple[int, Mapping[str, str]]]:
    """How many people each group of at least `least` has, and what they share."""
    rows = session.execute(
        sa.select(ReportingGroup.people, ReportingGroup.values).where(
            ReportingGroup.programme_id == programme_id, ReportingGroup.people >= least
        )
    )
    return [(row[0], row[1]) for row in rows]


def cells(session: Session, programme_id: int) -> Sequence[ReportCell]:
    """Every closed cell of a programme, oldest first."""
    return session.scalars(
        sa.select(ReportCell)
        .join(ReportingGroup, ReportingGroup.id == ReportCell.group_id)
        .where(ReportingGroup.programme_id == programme_id)
        .order_by(ReportCell.first, ReportCell.id)
    ).all()


def add_cells(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep closed cells; all mappings with the same columns of ReportCell."""
    if rows:
        session.execute(sa.insert(ReportCell), list(rows))


def replace_sums(session: Session, programme_id: int, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep the sums of a programme, in place of those before; columns of ReportSum apart from the programme."""
    session.execute(sa.delete(ReportSum).where(ReportSum.programme_id == programme_id))
    if rows:
        session.execute(sa.insert(ReportSum), [{"programme_id": programme_id, **row} for row in rows])


def sums(
    session: Session,
    programme_id: int,
    dimension: Dimension | None,
    value: str | None,
    since: date,
    until: date,
) -> Sequence[ReportSum]:
    """The sums for one question: cells wholly between two days, both included, oldest first."""
    narrowed = (
        (ReportSum.dimension == dimension, ReportSum.value == value)
        if dimension
        else (ReportSum.dimension.is_(None),)
    )
    rows = session.scalars(
        sa.select(ReportSum)
        .where(ReportSum.programme_id == programme_id, *narrowed, ReportSum.first >= since)
        .order_by(ReportSum.last, ReportSum.id)
    )
    return [row for row in rows if (until - row.last).days >= LAST_DAY_OF_WEEK]


def sums_by(
    session: Session, programme_id: int, dimension: Dimension, since: date, until: date
) -> Mapping[str, Sequence[ReportSum]]:
    """The same for every value of a dimension."""
    found: dict[str, list[ReportSum]] = {}
    for row in session.scalars(
        sa.select(ReportSum)
        .where(
            ReportSum.programme_id == programme_id, ReportSum.dimension == dimension, ReportSum.first >= since
        )
        .order_by(ReportSum.value, ReportSum.last, ReportSum.id)
    ):
        if (until - row.last).days >= LAST_DAY_OF_WEEK:
            found.setdefault(row.value or "", []).append(row)
    return found


LAST_DAY_OF_WEEK = 6
"""Days from a Monday to its Sunday."""


def stretches(session: Session, programme_id: int, since: date) -> Iterator[Stretch]:
    """The engagements of a programme that lasted beyond a day, once for each learner in them."""
    rows = session.execute(
        sa.select(
            Engagement.id,
            EngagementMember.person_id,
            Engagement.starts_on,
            Engagement.ends_on,
            Engagement.ended_at,
            Engagement.state,
        )
        .join(EngagementMember, EngagementMember.engagement_id == Engagement.id)
        .where(
            Engagement.programme_id == programme_id,
            Engagement.ends_on >= since,
            EngagementMember.side == Side.LEARNER,
        )
        .order_by(Engagement.id, EngagementMember.person_id)
    )
    for engagement_id, learner_id, starts_on, ends_on, ended_at, state in rows:
        last = min(ends_on, ended_at.date()) if ended_at else ends_on
        yield Stretch(engagement_id, learner_id, starts_on, last, state is EngagementState.CLOSED)


def contacts(session: Session, programme_id: int, since: date) -> Iterator[tuple[int, datetime]]:
    """Engagement and moment of every check-in that told of contact, in engagements that lasted beyond a day."""
    rows = session.execute(
        sa.select(CheckIn.engagement_id, CheckIn.created_at)
        .join(Engagement, Engagement.id == CheckIn.engagement_id)
        .where(
            Engagement.programme_id == programme_id,
            Engagement.ends_on >= since,
            CheckIn.contact != Contact.NOT_YET,
        )
        .order_by(CheckIn.created_at, CheckIn.id)
        .execution_options(yield_per=5_000)
    )
    yield from ((row[0], row[1]) for row in rows)


def answers(session: Session, programme_id: int, since: datetime) -> Iterator[Feedback]:
    """Feedback since a moment, without anything that tells of its words: there are none in it."""
    yield from session.scalars(
        sa.select(Feedback)
        .join(Engagement, Engagement.id == Feedback.engagement_id)
        .where(Engagement.programme_id == programme_id, Feedback.created_at >= since)
        .order_by(Feedback.id)
        .execution_options(yield_per=5_000)
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """A commitment that came to its end."""

    engagement_id: int
    person_id: int
    state: CommitmentState
    settled_at: datetime


def settled(session: Session, programme_id: int, since: datetime) -> Sequence[Settled]:
    """The commitments that were kept, late or dropped since a moment."""
    rows = session.execute(
        sa.select(Commitment.engagement_id, Commitment.person_id, Commitment.state, Commitment.settled_at)
        .join(Engagement, Engagement.id == Commitment.engagement_id)
        .where(Engagement.programme_id == programme_id, Commitment.settled_at >= since)
        .order_by(Commitment.id)
    )
    return [Settled(row[0], row[1], row[2], row[3]) for row in rows if row[3] is not None]


def asks(
    session: Session, programme_id: int, since: datetime
) -> Iterator[tuple[int, datetime, datetime | None]]:
    """Who asked, when, and when the first answer came; asks of which something happened since a moment."""
    answered = (
        sa.select(sa.func.min(AskWord.created_at))
        .where(AskWord.ask_id == Ask.id, AskWord.kind == WordKind.ANSWER)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Ask.asker_id, Ask.created_at, answered)
        .where(Ask.programme_id == programme_id, Ask.last_at >= since)
        .order_by(Ask.id)
    )
    yield from ((row[0], row[1], row[2]) for row in rows)


def learners(session: Session, programme_id: int) -> Mapping[int, int]:
    """The learner of each engagement of a programme; in a circle, the one with the lowest id."""
    rows = session.execute(
        sa.select(EngagementMember.engagement_id, sa.func.min(EngagementMember.person_id))
        .join(Engagement, Engagement.id == EngagementMember.engagement_id)
        .where(Engagement.programme_id == programme_id, EngagementMember.side == Side.LEARNER)
        .group_by(EngagementMember.engagement_id)
    )
    return {row[0]: row[1] for row in rows}


def first_advised(session: Session, programme_id: int) -> Mapping[int, date]:
    """The day on which each former learner of a programme first advised in it."""
    advising, learning = sa.orm.aliased(EngagementMember), sa.orm.aliased(EngagementMember)
    before = sa.orm.aliased(Engagement)
    rows = session.execute(
        sa.select(advising.person_id, sa.func.min(Engagement.starts_on))
        .join(Engagement, Engagement.id == advising.engagement_id)
        .where(
            Engagement.programme_id == programme_id,
            advising.side == Side.ADVISER,
            sa.exists(
                sa.select(before.id)
                .join(learning, learning.engagement_id == before.id)
                .where(
                    learning.person_id == advising.person_id,
                    learning.side == Side.LEARNER,
                    before.programme_id == programme_id,
                    before.starts_on < Engagement.starts_on,
                )
            ),
        )
        .group_by(advising.person_id)
    )
    return {row[0]: row[1] for row in rows}
