"""How people are reminded, what they decided about their own data, and what a programme gives them to talk about."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key, references


class NudgeKind(StrEnum):
    """What somebody is reminded of, what others wait for most first."""

    ASK = "ask"
    PROPOSAL = "proposal"
    FIRST_CONTACT = "first_contact"
    COMMITMENT = "commitment"
    CLOSE = "close"
    FEEDBACK = "feedback"
    CHECK_IN = "check_in"
    PULSE = "pulse"
    """An item of trust."""


class Occasion(StrEnum):
    """When a prompt fits."""

    OPENING = "opening"
    WEEK = "week"
    ADVICE = "advice"
    SECTION = "section"
    HARD = "hard"
    CIRCLE = "circle"
    FEEDBACK = "feedback"
    CLOSE = "close"


class Nudge(Base):
    """A reminder that was decided on; the sending is in the outbox."""

    __tablename__ = "nudge"
    __table_args__ = (sa.Index("ix_nudge_person_id_created_at", "person_id", "created_at"),)

    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[NudgeKind] = mapped_column(enum_column(NudgeKind))
    subject_id: Mapped[int] = mapped_column(BigId)
    """Of the ask, the engagement or the commitment it is about."""
    course_id: Mapped[int | None] = references("course.id", on_delete="SET NULL")
    """The course in whose page the job is done."""
    created_at: Mapped[datetime]


class Wishes(Base):
    """What a person decided about being reminded and about their data; no row means all is as by default."""

    __tablename__ = "wishes"

    person_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    nudges_stopped_at: Mapped[datetime | None]
    took_part_shown_at: Mapped[datetime | None]
    """When they agreed that "took part" may be told (D17); empty by default, and again when taken back."""
    seen_at: Mapped[datetime | None]
    """When a sign of life after a nudge was noted last."""
    nudged_at: Mapped[datetime | None]
    """Their last nudge."""
    unanswered: Mapped[int]
    """Nudges since their last sign of life."""
    held_at: Mapped[datetime | None]
    """A legal hold: nothing of theirs is purged or erased while it stands."""
    erased_at: Mapped[datetime | None]


class ProgrammePrompt(Base):
    """A prompt as a programme has it: its own, or one of ours changed or hidden."""

    __tablename__ = "programme_prompt"
    __table_args__ = (sa.UniqueConstraint("programme_id", "key"),)

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = references("programme.id")
    key: Mapped[str] = mapped_column(sa.String(60))
    hidden: Mapped[bool]
    occasion: Mapped[Occasion] = mapped_column(enum_column(Occasion))
    side: Mapped[str | None] = mapped_column(sa.String(30))
    """learner or adviser; empty for both."""
    first_week: Mapped[int | None]
    last_week: Mapped[int | None]
    course_id: Mapped[int | None] = references("course.id")
    section: Mapped[int | None]
    texts: Mapped[dict[str, str]]
    """By language."""


class CourseSection(Base):
    """A section of a course page, as last read."""

    __tablename__ = "course_section"

    course_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("course.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(255))
