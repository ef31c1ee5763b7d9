"""Queries for the watch over running engagements: dates and states only, never a word of what people wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.concern import Concern, ConcernState
from companion.models.engagement import (
    HOLDING,
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
from companion.models.jobs import SyncRun, SyncState
from companion.models.matching import MatchRun, RunState
from companion.models.programme import Programme
from companion.models.watch import ProgrammeWatch, RemedyTaken, Risk, RiskFound
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
    paused: bool


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
            Engagement.state == EngagementState.PAUSED,
        )
        .join(CheckIn, CheckIn.engagement_id == Engagement.id, isouter=True)
        .where(Engagement.programme_id == programme_id, Engagement.state.in_(RUNNING))
        .group_by(Engagement.id)
        .order_by(Engagement.id)
    )
    return [Signs(*row) for row in rows]


def proposed(session: Session, programme_id: int) -> Mapping[int, datetime]:
    """When each engagement of a programme was proposed that somebody in it did not accept yet."""
    rows = session.execute(
        sa.select(Engagement.id, Engagement.created_at)
        .where(Engagement.programme_id == programme_id, Engagement.state == EngagementState.PROPOSED)
        .order_by(Engagement.id)
    )
    return {row[0]: row[1] for row in rows}


def agreed(session: Session, programme_id: int) -> Mapping[int, int]:
    """How many learners advisers of a programme agreed to have, the most each ever did."""
    rows = session.execute(
        sa.select(RemedyTaken.person_id, sa.func.max(RemedyTaken.agreed))
        .where(RemedyTaken.programme_id == programme_id, RemedyTaken.agreed.is_not(None))
        .group_by(RemedyTaken.person_id)
    )
    return {person_id: number for person_id, number in rows if person_id and number}


def advised_by(session: Session, programme_id: int, person_id: int) -> Sequence[int]:
    """The running engagements of a programme in which somebody advises, the newest first."""
    return session.scalars(
        sa.select(Engagement.id)
        .join(EngagementMember, EngagementMember.engagement_id == Engagement.id)
        .where(
            Engagement.programme_id == programme_id,
            Engagement.state.in_(RUNNING),
            EngagementMember.person_id == person_id,
            EngagementMember.side == Side.ADVISER,
            EngagementMember.left_at.is_(None),
        )
        .order_by(Engagement.id.desc())
    ).all()


def concern_since(session: Session, programme_id: int, before: datetime) -> Mapping[int, datetime]:
    """When the oldest concern that is not handled was raised, by running engagement.

    Args:
        before: later ones can still be taken back, and are nobody's business yet.
    """
    rows = session.execute(
        sa.select(Concern.engagement_id, sa.func.min(Concern.created_at))
        .join(Engagement, Engagement.id == Concern.engagement_id)
        .where(
            Concern.programme_id == programme_id,
            Concern.state != ConcernState.HANDLED,
            Concern.created_at <= before,
            Engagement.state.in_(RUNNING),
        )
        .group_by(Concern.engagement_id)
    )
    return {row[0]: row[1] for row in rows}


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


def changed_at(session: Session) -> Mapping[int, datetime | None]:
    """When it last changed who is who in each programme: by reading the LMS, or by approving a proposal."""
    read = (
        sa.select(sa.func.max(SyncRun.finished_at))
        .where(SyncRun.site_id == Programme.site_id, SyncRun.state == SyncState.DONE)
        .scalar_subquery()
    )
    approved = (
        sa.select(sa.func.max(MatchRun.decided_at))
        .where(MatchRun.programme_id == Programme.id, MatchRun.state == RunState.APPROVED)
        .scalar_subquery()
    )
    rows = session.execute(sa.select(Programme.id, read, approved))
    return {row[0]: max(filter(None, (row[1], row[2])), default=None) for row in rows}


def forget(session: Session, programme_ids: Sequence[int] | None = None) -> None:
    """Let the next look be made before the figures are shown again: who is who has just changed.

    Args:
        programme_ids: only of these; of all where left out.
    """
    gone = sa.delete(ProgrammeWatch)
    if programme_ids is not None:
        gone = gone.where(ProgrammeWatch.programme_id.in_(programme_ids))
    session.execute(gone)


def add_remedy(session: Session, row: RemedyTaken) -> None:
    """Keep what a coordinator did."""
    session.add(row)
    session.flush()


class _About(NamedTuple):
    programme_id: int
    engagement_id: int | None
    person_id: int | None


@dataclass(frozen=True, slots=True)
class AtRisk:
    """An engagement, or an adviser, that needs a look; the gravest risk first."""

    programme_id: int
    engagement_id: int | None
    person_id: int | None
    risks: tuple[tuple[Risk, date], ...]


def at_risk(
    session: Session,
    programme_ids: Sequence[int],
    *,
    risk: Risk | None = None,
    limit: int,
    offset: int = 0,
    backwards: bool = False,
) -> Sequence[AtRisk]:
    """What needs a look, the gravest and longest standing first.

    Args:
        risk: only what has this risk, among others.
        backwards: the least grave first.
    """
    about = (RiskFound.programme_id, RiskFound.engagement_id, RiskFound.person_id)
    gravity = (sa.func.min(RiskFound.rank), sa.func.min(RiskFound.since))
    query = (
        sa.select(*about)
        .where(RiskFound.programme_id.in_(programme_ids))
        .group_by(*about)
        .order_by(*(sa.desc(each) if backwards else each for each in gravity), *about)
    )
    if risk is not None:
        query = query.having(sa.func.max(sa.case((RiskFound.risk == risk, 1), else_=0)) == 1)
    found = [_About(*row) for row in session.execute(query.limit(limit).offset(offset))]
    engagement_ids = [each.engagement_id for each in found if each.engagement_id is not None]
    person_ids = [each.person_id for each in found if each.person_id is not None]
    standing: dict[_About, list[tuple[Risk, date]]] = {}
    for row in session.scalars(
        sa.select(RiskFound)
        .where(
            RiskFound.programme_id.in_({each.programme_id for each in found}),
            sa.or_(RiskFound.engagement_id.in_(engagement_ids), RiskFound.person_id.in_(person_ids)),
        )
        .order_by(RiskFound.rank, RiskFound.id)
    ):
        key = _About(row.programme_id, row.engagement_id, row.person_id)
        standing.setdefault(key, []).append((row.risk, row.since))
    return [AtRisk(*key, tuple(standing[key])) for key in found]


def standing(session: Session, engagement_ids: Sequence[int]) -> Mapping[int, list[tuple[Risk, date]]]:
    """What stands about each of these engagements, with the day since when, the gravest first.

    What was found of one that has ended since is left out.
    """
    found: dict[int, list[tuple[Risk, date]]] = {}
    for engagement_id, risk, since in session.execute(
        sa.select(RiskFound.engagement_id, RiskFound.risk, RiskFound.since)
        .join(Engagement, Engagement.id == RiskFound.engagement_id)
        .where(RiskFound.engagement_id.in_(engagement_ids), Engagement.state.in_(HOLDING))
        .order_by(RiskFound.rank, RiskFound.id)
    ):
        found.setdefault(engagement_id or 0, []).append((risk, since))
    return found


def number_at_risk(session: Session, programme_ids: Sequence[int], risk: Risk | None = None) -> int:
    """How many engagements and advisers `at_risk` gives in all."""
    about = sa.select(RiskFound.engagement_id, RiskFound.person_id).where(
        RiskFound.programme_id.in_(programme_ids)
    )
    if risk is not None:
        about = about.where(RiskFound.risk == risk)
    return session.scalar(sa.select(sa.func.count()).select_from(about.distinct().subquery())) or 0


def numbers_at_risk(session: Session) -> Mapping[int, int]:
    """How many engagements and advisers need a look, by programme."""
    about = (
        sa.select(RiskFound.programme_id, RiskFound.engagement_id, RiskFound.person_id).distinct().subquery()
    )
    rows = session.execute(sa.select(about.c.programme_id, sa.func.count()).group_by(about.c.programme_id))
    return {row[0]: row[1] for row in rows}


def last_remedies(
    session: Session, engagement_ids: Sequence[int], person_ids: Sequence[int] = ()
) -> Mapping[tuple[int | None, int | None], RemedyTaken]:
    """The last thing that was done about each engagement and adviser."""
    newest = (
        sa.select(sa.func.max(RemedyTaken.id))
        .where(sa.or_(RemedyTaken.engagement_id.in_(engagement_ids), RemedyTaken.person_id.in_(person_ids)))
        .group_by(RemedyTaken.engagement_id, RemedyTaken.person_id)
    )
    rows = session.scalars(sa.select(RemedyTaken).where(RemedyTaken.id.in_(newest)))
    return {(row.engagement_id, row.person_id): row for row in rows}


def remedies(session: Session, engagement_id: int) -> Sequence[RemedyTaken]:
    """Everything that was done about an engagement, newest first."""
    return session.scalars(
        sa.select(RemedyTaken)
        .where(RemedyTaken.engagement_id == engagement_id)
        .order_by(RemedyTaken.id.desc())
    ).all()
