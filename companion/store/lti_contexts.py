"""Queries on the courses that launches came from, and the services their platforms offer there."""

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lti import LineItem, LtiContext, Platform
from companion.store.upsert import upsert


@dataclass(frozen=True)
class Offer:
    """What a platform offers in a course; addresses are None where it offers nothing."""

    memberships_url: str | None = field(repr=False)
    lineitems_url: str | None = field(repr=False)


@dataclass(frozen=True)
class ContextView:
    """A course as an enabled platform names it.

    Attributes:
        members: people on its roster when last counted at `counted_at`; None before.
    """

    id: int
    platform_id: int
    context_id: str
    offer: Offer
    members: int | None
    counted_at: datetime | None


def note(
    session: Session, platform_id: int, context_id: str, course_id: int | None, offer: Offer, now: datetime
) -> None:
    """Keep what a launch told of its course."""
    row = {
        "platform_id": platform_id,
        "context_id": context_id,
        "course_id": course_id,
        "memberships_url": offer.memberships_url,
        "lineitems_url": offer.lineitems_url,
        "seen_at": now,
    }
    upsert(session, LtiContext, [row], key=("platform_id", "context_id"))


def of_course(session: Session, course_id: int) -> ContextView | None:
    """The course at an enabled platform: the one that a launch came from last."""
    return _one(session, LtiContext.course_id == course_id)


def of_platform(session: Session, platform_id: int, context_id: str) -> ContextView | None:
    """The course by the name a platform has for it, while the platform is enabled."""
    return _one(session, LtiContext.platform_id == platform_id, LtiContext.context_id == context_id)


def rostered(session: Session, issuer: str) -> dict[str, tuple[int, str]]:
    """Where the rosters are that enabled platforms of an issuer offer, by the issuer's name of the course.

    Each is a platform and an address. Of a course that several tools stand in, the one counts that was opened last.
    """
    rows = session.execute(
        sa.select(LtiContext.context_id, LtiContext.platform_id, LtiContext.memberships_url)
        .join(Platform, Platform.id == LtiContext.platform_id)
        .where(Platform.enabled, Platform.issuer == issuer, LtiContext.memberships_url.is_not(None))
        .order_by(LtiContext.seen_at, LtiContext.id)
    )
    return {row.context_id: (row.platform_id, row.memberships_url) for row in rows}


def _one(session: Session, *conditions: sa.ColumnElement[bool]) -> ContextView | None:
    row = session.scalars(
        sa.select(LtiContext)
        .join(Platform, Platform.id == LtiContext.platform_id)
        .where(Platform.enabled, *conditions)
        .order_by(LtiContext.seen_at.desc(), LtiContext.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    offer = Offer(row.memberships_url, row.lineitems_url)
    return ContextView(row.id, row.platform_id, row.context_id, offer, row.members, row.counted_at)


def count(session: Session, context_pk: int, members: int | None, now: datetime) -> None:
    """Keep how many people a roster had, None where it could not be read."""
    session.execute(
        sa.update(LtiContext).where(LtiContext.id == context_pk).values(members=members, counted_at=now)
    )


def line_item(session: Session, platform_id: int, resource_link_id: str) -> str | None:
    """The address of the gradebook column of a placed widget, where it is known."""
    return session.scalar(
        sa.select(LineItem.url).where(
            LineItem.platform_id == platform_id, LineItem.resource_link_id == resource_link_id
        )
    )


def keep_line_item(session: Session, platform_id: int, resource_link_id: str, url: str) -> None:
    """Keep the address of a gradebook column."""
    row = {"platform_id": platform_id, "resource_link_id": resource_link_id, "url": url}
    upsert(session, LineItem, [row], key=("platform_id", "resource_link_id"))
