"""A programme: which courses, who is new, who advises, how long, with which weights."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key, references


class NewHireRule(StrEnum):
    """How a programme recognises a new hire."""

    PROFILE_DATE = "profile_date"
    COHORT = "cohort"
    FIRST_ENROLMENT = "first_enrolment"


CONTACT_DAYS = (*[7] * 4, *[14] * 3, *[28] * 2)
"""Days from one contact to the next: weekly x 4, fortnightly x 3, monthly x 2. Nine contacts, after the pairs in
Microsoft's buddy pilot who met more than eight times in their first 90 days and agreed most that it helped (a
self-reported figure: a hint for the cadence, never a promise)."""


class Programme(Base):
    """The rules of one mentoring programme."""

    __tablename__ = "programme"

    id: Mapped[int] = primary_key()
    site_id: Mapped[int] = references("site.id")
    name: Mapped[str] = mapped_column(sa.String(200))
    new_hire_rule: Mapped[NewHireRule] = mapped_column(enum_column(NewHireRule))
    new_hire_field: Mapped[str | None] = mapped_column(sa.String(100))
    """Short name of the date profile field, for the rule profile_date."""
    new_hire_cohort_id: Mapped[int | None] = references("lms_cohort.id", on_delete="SET NULL")
    """For the rule cohort."""
    new_hire_days: Mapped[int]
    """How many days after the date or the first enrolment somebody counts as new."""
    recent_from_days: Mapped[int]
    recent_to_days: Mapped[int]
    """A completion between these many days ago makes a recent learner."""
    weeks: Mapped[int]
    """Length of an engagement: 1, 2, 4 or 12."""
    capacity: Mapped[int]
    """Learners one adviser takes at a time."""
    min_shared_hours: Mapped[int]
    keep_texts_days: Mapped[int] = mapped_column(default=180)
    """Days after the end of an engagement until what was written in it is gone; counts remain."""
    nudges: Mapped[bool] = mapped_column(default=True)
    """Whether its people are reminded at all."""
    contact_days: Mapped[list[int]] = mapped_column(default=lambda: [*CONTACT_DAYS])
    """The cadence: days from one contact to the next; the last one goes on."""
    charter_version: Mapped[int] = mapped_column(default=0)
    """Of its charter that holds now; 0 is our own."""
    tells_took_part: Mapped[bool] = mapped_column(default=False)
    """Whether "took part" may be told of those who agreed (D17)."""
    weights: Mapped[dict[str, int]]
    matching: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The other rules of the matching, by name; what is left out has its default (services.matching_rules)."""
    version: Mapped[int]
    """Counts the changes of its rules; each run stores the version it used."""
    created_at: Mapped[datetime]


class ProgrammeCourse(Base):
    """A course of a programme."""

    __tablename__ = "programme_course"

    programme_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    course_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("course.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Part(StrEnum):
    """What a programme has from the start and somebody should still have looked at."""

    CHARTER = "charter"
    CADENCE = "cadence"
    WEIGHTS = "weights"


class ProgrammeSettled(Base):
    """Somebody looked at a part of a programme while setting it up, and let it be so."""

    __tablename__ = "programme_settled"

    programme_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    part: Mapped[Part] = mapped_column(enum_column(Part), primary_key=True)
    settled_at: Mapped[datetime]


class ProgrammeVersion(Base):
    """The rules of a programme as they were from one change to the next."""

    __tablename__ = "programme_version"

    programme_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(sa.String(300))
