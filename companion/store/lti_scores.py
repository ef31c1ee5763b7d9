"""Queries on what a gradebook is told: for whom, in which column, how many weeks of how many."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import RUNNING, CheckIn, Engagement, EngagementMember
from companion.models.lti import Launch, LineItem, Platform


@dataclass(frozen=True)
class Place:
    """Whose score of which placed widget; only where the platform's administrator here switched scores on."""

    platform_id: int
    subject: str = field(repr=False)
    resource_link_id: str
    course_id: int
    person_id: int


def place(session: Session, launch_id: str) -> Place | None:
    """Where a check-in made in this launch counts; None where it does not."""
    row = session.execute(
        sa.select(
            Launch.platform_id, Launch.subject, Launch.resource_link_id, Launch.course_id, Launch.person_id
        )
        .join(Platform, Platform.id == Launch.platform_id)
        .where(
            Launch.id == launch_id,
            Platform.scores,
            Launch.resource_link_id != "",
        )
    ).one_or_none()
    if row is None or row.course_id is None or row.person_id is None:
        return None
    return Place(row.platform_id, row.subject, row.resource_link_id, row.course_id, row.person_id)


def weeks(session: Session, person_id: int, course_id: int) -> tuple[int, int]:
    """Weeks with a check-in of the person in running engagements of the course, and all weeks of these."""
    rows = session.execute(
        sa.select(Engagement.id, Engagement.starts_on, Engagement.ends_on)
        .join(EngagementMember, EngagementMember.engagement_id == Engagement.id)
        .where(
            EngagementMember.person_id == person_id,
            Engagement.course_id == course_id,
            Engagement.state.in_(RUNNING),
        )
    ).all()
    starts = {row.id: row.starts_on for row in rows}
    made = session.execute(
        sa.select(CheckIn.engagement_id, CheckIn.created_at).where(
            CheckIn.person_id == person_id, CheckIn.engagement_id.in_(starts)
        )
    )
    done = {
        (row.engagement_id, (row.created_at.date() - starts[row.engagement_id]).days // 7) for row in made
    }
    return len(done), sum(-(-((row.ends_on - row.starts_on).days + 1) // 7) for row in rows)


def forget_line_item(session: Session, platform_id: int, resource_link_id: str) -> None:
    """Forget the column of a placed widget: somebody deleted it."""
    session.execute(
        sa.delete(LineItem).where(
            LineItem.platform_id == platform_id, LineItem.resource_link_id == resource_link_id
        )
    )
