"""The LMS we are connected to, its courses and its cohorts, as the last complete read saw them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, primary_key, references


class Site(Base):
    """One LMS, reached by its address and a token."""

    __tablename__ = "site"

    id: Mapped[int] = primary_key()
    base_url: Mapped[str] = mapped_column(sa.String(500), unique=True)
    """Address without a trailing slash; equal to the LTI issuer of the same LMS."""
    name: Mapped[str] = mapped_column(sa.String(300))
    token_encrypted: Mapped[bytes | None]
    """None where the site gave no token: people are read from the rosters of its LTI platform."""
    release: Mapped[str] = mapped_column(sa.String(100))
    functions: Mapped[list[str]]
    """The web-service functions the token may call, as the site listed them when last connected."""
    report_id: Mapped[int | None] = mapped_column(BigId)
    """The LMS's id of the report of participants that we set up."""
    report_filters: Mapped[list[str]] = mapped_column(default=list)
    """The filters of that report that were seen to work."""
    template_course_id: Mapped[int | None] = mapped_column(BigId)
    """The LMS's id of the hidden course that widgets are imported from."""
    connected_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    """When everything was last found in place since it was connected."""


class Course(Base):
    """A course of the LMS."""

    __tablename__ = "course"
    __table_args__ = (sa.UniqueConstraint("site_id", "lms_id"),)

    id: Mapped[int] = primary_key()
    site_id: Mapped[int] = references("site.id")
    lms_id: Mapped[int] = mapped_column(BigId)
    short_name: Mapped[str] = mapped_column(sa.String(255))
    full_name: Mapped[str] = mapped_column(sa.String(1333))
    visible: Mapped[bool]
    removed_at: Mapped[datetime | None]
    """When a complete read no longer found it; kept, because engagements refer to it."""


class Cohort(Base):
    """A cohort of the LMS (a list of people an administrator keeps there)."""

    __tablename__ = "lms_cohort"
    __table_args__ = (sa.UniqueConstraint("site_id", "lms_id"),)

    id: Mapped[int] = primary_key()
    site_id: Mapped[int] = references("site.id")
    lms_id: Mapped[int] = mapped_column(BigId)
    name: Mapped[str] = mapped_column(sa.String(254))


class CohortMember(Base):
    """A person's membership of an LMS cohort."""

    __tablename__ = "lms_cohort_member"

    cohort_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("lms_cohort.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
