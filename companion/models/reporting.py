"""Reporting groups and their cells, kept once they are closed: what is erased later stays counted.

`companion.mentoring.reporting` says why no report can be broken down any further than these rows.
"""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key, references


class Dimension(StrEnum):
    """What reports can be narrowed to, in the order in which people are parted."""

    COHORT = "cohort"
    COURSE = "course"
    DEPARTMENT = "department"
    LOCATION = "location"
    LANGUAGE = "language"
    HIRE_MONTH = "hire_month"


class Source(StrEnum):
    """What people did that is counted. Measures counted from the same doings share one source, and so its cells."""

    CONTACT = "contact"
    FIRST_CONTACT = "first_contact"
    COMMITMENTS = "commitments"
    FIT = "fit"
    TRUST = "trust"
    ASKS = "asks"
    ADVISING = "advising"


class ReportingRules(Base):
    """How few people a figure of a programme may be about; fixed when its first cohort starts, only ever raised."""

    __tablename__ = "reporting_rules"

    programme_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    least: Mapped[int]
    least_for_text: Mapped[int]
    fixed_at: Mapped[datetime]
    """When the first cohort started."""
    reported_until: Mapped[date | None]
    """The last Sunday whose week has been written up."""


class ReportingGroup(Base):
    """People who are only ever reported on together."""

    __tablename__ = "reporting_group"

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = references("programme.id")
    people: Mapped[int]
    """How many there were when the group was formed; erasing somebody does not lower it."""
    values: Mapped[dict[str, str]]
    """What all of them share, by dimension."""


class ReportingMember(Base):
    """Somebody in a reporting group; nobody is ever moved to another one."""

    __tablename__ = "reporting_member"

    programme_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    group_id: Mapped[int] = references("reporting_group.id")


class ReportCell(Base):
    """What a group did over whole weeks, counted once enough of its people contributed. Never changed."""

    __tablename__ = "report_cell"
    __table_args__ = (sa.UniqueConstraint("group_id", "source", "first"),)

    id: Mapped[int] = primary_key()
    group_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("reporting_group.id", ondelete="CASCADE"))
    source: Mapped[Source] = mapped_column(enum_column(Source))
    first: Mapped[date]
    last: Mapped[date]
    """Mondays of the first and the last week."""
    people: Mapped[int]
    tally: Mapped[dict[str, int]]


class ReportSum(Base):
    """Cells added up for the questions that can be asked; made anew from the cells whenever some are closed."""

    __tablename__ = "report_sum"
    __table_args__ = (sa.Index("ix_report_sum_question", "programme_id", "dimension", "value"),)

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("programme.id", ondelete="CASCADE"))
    dimension: Mapped[Dimension | None] = mapped_column(enum_column(Dimension))
    """Empty for the whole programme."""
    value: Mapped[str | None] = mapped_column(sa.String(255))
    source: Mapped[Source] = mapped_column(enum_column(Source))
    first: Mapped[date]
    last: Mapped[date]
    tally: Mapped[dict[str, int]]
