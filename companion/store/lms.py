"""Queries on the site, its courses and its cohorts."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import RUNNING, Engagement
from companion.models.lms import Cohort, Course, Site
from companion.models.programme import ProgrammeCourse


def site(session: Session) -> Site | None:
    """The site Cairn is connected to: the one connected last."""
    return session.scalars(
        sa.select(Site).order_by(Site.connected_at.desc(), Site.id.desc()).limit(1)
    ).first()


def site_by_url(session: Session, base_url: str) -> Site | None:
    """The site of an address."""
    return session.scalars(sa.select(Site).where(Site.base_url == base_url)).first()


def site_by_id(session: Session, site_id: int) -> Site:
    """The site with this id of ours."""
    return session.get_one(Site, site_id)


def add(session: Session, row: Site) -> Site:
    """Store a new site."""
    session.add(row)
    session.flush()
    return row


def courses(session: Session, site_id: int) -> Sequence[Course]:
    """The courses still in the LMS, by name."""
    return session.scalars(
        sa.select(Course)
        .where(Course.site_id == site_id, Course.removed_at.is_(None))
        .order_by(Course.full_name, Course.id)
    ).all()


def course(session: Session, course_id: int) -> Course | None:
    """One course."""
    return session.get(Course, course_id)


def courses_by_ids(session: Session, course_ids: Collection[int]) -> Mapping[int, Course]:
    """Courses by id."""
    return {row.id: row for row in session.scalars(sa.select(Course).where(Course.id.in_(course_ids)))}


def cohorts(session: Session, site_id: int) -> Sequence[Cohort]:
    """The cohorts of the LMS, by name."""
    return session.scalars(sa.select(Cohort).where(Cohort.site_id == site_id).order_by(Cohort.name)).all()


def followed_courses(session: Session, site_id: int) -> Sequence[Course]:
    """The courses whose people are read: those of a programme, and those where a running engagement meets.

    Else whoever meets in a course that its programme gave up would be taken for gone.
    """
    of_programme = sa.exists().where(ProgrammeCourse.course_id == Course.id)
    met_in = sa.exists().where(Engagement.course_id == Course.id, Engagement.state.in_(RUNNING))
    return session.scalars(
        sa.select(Course)
        .where(Course.site_id == site_id, Course.removed_at.is_(None), sa.or_(of_programme, met_in))
        .order_by(Course.lms_id)
    ).all()


def lock(session: Session) -> None:
    """Let one transaction at a time go on from here: seats are counted, then taken.

    SQLite has one writer anyway; PostgreSQL locks the rows of the sites.
    """
    session.execute(sa.select(Site.id).with_for_update()).all()
