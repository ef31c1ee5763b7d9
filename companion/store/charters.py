"""Queries on charters, work styles and full weeks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.charter import Charter, FullWeek, WorkStyle
from companion.models.engagement import RUNNING, Engagement, EngagementMember
from companion.models.programme import Programme
from companion.store.upsert import upsert


def norms(session: Session | sa.Connection, programme_id: int, version: int) -> Sequence[str] | None:
    """The norms of a version of a programme's charter; None where there is no such version."""
    query = sa.select(Charter.norms).where(Charter.programme_id == programme_id, Charter.version == version)
    return session.scalar(query)


def versions(session: Session, programme_id: int) -> Sequence[Charter]:
    """The charters of a programme, the newest first."""
    query = sa.select(Charter).where(Charter.programme_id == programme_id).order_by(Charter.version.desc())
    return session.scalars(query).all()


def acceptance(session: Session, programme_id: int, version: int) -> tuple[int, int]:
    """How many people are in running engagements of a programme, and how many of them accepted a version.

    Somebody in two engagements counts as one person, and has accepted once they did in each.
    """
    accepted = sa.func.coalesce(EngagementMember.charter_version, -1) >= version
    each = (
        sa.select(sa.func.min(sa.case((accepted, 1), else_=0)).label("accepted"))
        .join(Engagement, Engagement.id == EngagementMember.engagement_id)
        .where(
            Engagement.programme_id == programme_id,
            Engagement.state.in_(RUNNING),
            EngagementMember.left_at.is_(None),
        )
        .group_by(EngagementMember.person_id)
        .subquery()
    )
    row = session.execute(sa.select(sa.func.count(), sa.func.sum(each.c.accepted)).select_from(each)).one()
    return row[0], row[1] or 0


def add(session: Session, programme_id: int, norms: list[str], by: str, now: datetime) -> int:
    """Make the next version of a programme's charter the current one; gives its number."""
    version = session.scalar(
        sa.update(Programme)
        .where(Programme.id == programme_id)
        .values(charter_version=Programme.charter_version + 1)
        .returning(Programme.charter_version)
        .execution_options(synchronize_session=False)
    )
    if version is None:
        raise LookupError("a charter without its programme")
    session.add(
        Charter(programme_id=programme_id, version=version, norms=norms, created_at=now, created_by=by)
    )
    session.flush()
    return version


def accept(session: Session, engagement_id: int, person_id: int, version: int, now: datetime) -> None:
    """Note that somebody accepted a version; an older one never replaces a newer."""
    session.execute(
        sa.update(EngagementMember)
        .where(
            EngagementMember.engagement_id == engagement_id,
            EngagementMember.person_id == person_id,
            sa.func.coalesce(EngagementMember.charter_version, -1) < version,
        )
        .values(charter_version=version, charter_accepted_at=now)
        .execution_options(synchronize_session=False)
    )


def styles(person_ids: Collection[int]) -> sa.Select[WorkStyle]:
    """The work styles of people, for `Texts.read`."""
    return sa.select(WorkStyle).where(WorkStyle.person_id.in_(person_ids))


def set_style(session: Session, person_id: int, values: Mapping[str, Any]) -> None:
    """Keep how somebody likes to work."""
    upsert(session, WorkStyle, [{"person_id": person_id, **values}], key=["person_id"])


def full(session: Session, person_ids: Collection[int], monday: date) -> frozenset[int]:
    """Those of the people who have little room in a week."""
    query = sa.select(FullWeek.person_id).where(FullWeek.person_id.in_(person_ids), FullWeek.monday == monday)
    return frozenset(session.scalars(query))


def set_full(session: Session, person_id: int, monday: date, full: bool, now: datetime) -> None:
    """Note, or take back, that somebody has little room in a week."""
    if full:
        row = {"person_id": person_id, "monday": monday, "said_at": now}
        upsert(session, FullWeek, [row], key=["person_id", "monday"])
        return
    session.execute(sa.delete(FullWeek).where(FullWeek.person_id == person_id, FullWeek.monday == monday))
