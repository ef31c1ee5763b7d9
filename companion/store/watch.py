"""Queries for the watch over running engagements: dates and states only, never a word of what people wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import (
    RUNNING,
    CheckIn,
    Contact,
    Engagement,
    EngagementMember,
    EngagementState,
    Feedback,
    Fit,
    Side,
)
from companion.models.watch import ProgrammeWatch, RemedyTaken, RiskFound
from companion.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Signs:
    """A running engagement and the signs of life in it."""

    engagement_id: int
    starts_on: date
    ends_on: date
    first_contact_at: datetime | None
    last_contact_at: datetime | None
    last_check_in_at: datetime | None


def signs(session: Session, programme_id: int) -> Sequence[Signs]:
    """Every running engagement of a programme, with its first and last contact and last check-in."""
    touched = sa.case((CheckIn.contact != Contact.NOT_YET, CheckIn.created_at))
    rows = session.execute(
        sa.select(
            Engagement.id,
            Engagement.starts_on,
            Engagement.ends_on,
            sa.func.min(touched),
            sa.func.max(touched),
            sa.func.max(CheckIn.created_at),
        )
        .join(CheckIn, CheckIn.engagement_id == Engagement.id, isouter=True)
        .where(Engagement.programme_id == programme_id, Engagement.state.in_(RUNNING))
        .group_by(Engagement.id)
        .order_by(Engagement.id)
    )
    return [Signs(*row) for row in rows]


def not_good_since(session: Session, programme_id: int) -> Mapping[int, datetime]:
    """When somebody whose last answer it is said that the match is not good, by running engagement."""
    newest = (
        sa.select(sa.func.max(Feedback.id))
        .join(Engagement, Engagement.id == Feedback.engagement_id)
        .where(
            Engagement.programme_id == programme_id,
            Engagement.state.in_(RUNNING),
            Feedback.fit.is_not(None),
        )
        .group_by(Feedback.engagement_id, Feedback.person_id)
    )
    rows = session.execute(
        sa.select(Feedback.engagement_id, sa.func.min(Feedback.created_at))
        .where(Feedback.id.in_(newest), Feedback.fit == Fit.NOT_GOOD)
        .group_by(Feedback.engagement_id)
    )
    return {row[0]: row[1] for row in rows}


def advising(session: Session, programme_id: int) -> Mapping[int, int]:
    """Running engagements of a programme by adviser."""
    rows = session.execute(
        sa.select(EngagementMember.person_id, sa.func.count())
        .join(Engagement, Engagement.id == EngagementMember.engagement_id)
        .where(
            Engagement.programme_id == programme_id,
            Engagement.state.in_(RUNNING),
            EngagementMember.side == Side.ADVISER,
            EngagementMember.left_at.is_(None),
        )
        .group_by(EngagementMember.person_id)
    )
    return {row[0]: row[1] for row in rows}


def learning(session: Session, programme_id: int) -> frozenset[int]:
    """The learners of the running engagements of a programme."""
    return frozenset(
        session.scalars(
            sa.select(EngagementMember.person_id)
            .join(Engagement, Engagement.id == EngagementMember.engagement_id)
            .where(
                Engagement.programme_id == programme_id,
                Engagement.state.in_(RUNNING),
                EngagementMember.side == Side.LEARNER,
                EngagementMember.left_at.is_(None),
            )
        )
    )


def states(session: Session) -> Mapping[int, Mapping[EngagementState, int]]:
    """How many engagements stand in each state, by programme."""
    found: dict[int, dict[EngagementState, int]] = {}
    for programme_id, state, number in session.execute(
        sa.select(Engagement.programme_id, Engagement.state, sa.func.count()).group_by(
            Engagement.programme_id, Engagement.state
        )
    ):
        found.setdefault(programme_id, {})[state] = number
    return found


def figures(session: Session) -> Mapping[int, ProgrammeWatch]:
    """The figures of the last look, by programme."""
    return {row.programme_id: row for row in session.scalars(sa.select(ProgrammeWatch))}


def keep(
    session: Session, figures: Mapping[str, object], risks: Sequence[Mapping[str, object]], programme_id: int
) -> None:
    """Replace what the last look found in a programme.

    Args:
        figures: the columns of ProgrammeWatch, apart from the programme.
        risks: the columns of RiskFound, apart from the programme and the id, all rows with the same ones.
    """
    upsert(session, ProgrammeWatch, [{"programme_id": programme_id, **figures}], key=["programme_id"])
    session.execute(sa.delete(RiskFound).where(RiskFound.programme_id == programme_id))
    if risks:
        session.execute(sa.insert(RiskFound), [{"programme_id": programme_id, **row} for row in risks])


def risk_counts(session: Session, programme_ids: Sequence[int]) -> Mapping[int, int]:
    """How many engagements and advisers need a look, by programme."""
    about = sa.func.count(sa.distinct(sa.func.coalesce(RiskFound.engagement_id, -RiskFound.person_id)))
    rows = session.execute(
        sa.select(RiskFound.programme_id, about)
        .where(RiskFound.programme_id.in_(programme_ids))
        .group_by(RiskFound.programme_id)
    )
    return {row[0]: row[1] for row in rows}


def add_remedy(session: Session, row: RemedyTaken) -> None:
    """Keep what a coordinator did."""
    session.add(row)
    session.flush()
