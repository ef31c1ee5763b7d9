"""Engagements and what the people in them say: check-ins and feedback."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key, references


class EngagementState(StrEnum):
    """Where an engagement stands; which moves lead where is in companion.mentoring.engagement."""

    PROPOSED = "proposed"
    """Its people were asked whether they wish it."""
    ACCEPTED = "accepted"
    """All of them do; it has not begun."""
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"
    ENDED_EARLY = "ended_early"
    """Declined, expired, left, or ended by somebody else before its last day."""


RUNNING = (EngagementState.ACTIVE, EngagementState.PAUSED)
"""States in which the people are together: they write to each other."""
HOLDING = (EngagementState.PROPOSED, EngagementState.ACCEPTED, *RUNNING)
"""States in which it takes the seats of its people."""


class EngagementKind(StrEnum):
    """How many people it joins."""

    PAIR = "pair"
    CIRCLE = "circle"


class Side(StrEnum):
    """The side a person has in an engagement."""

    LEARNER = "learner"
    ADVISER = "adviser"


class Mood(StrEnum):
    """How it goes, in one tap."""

    GOOD = "good"
    MIXED = "mixed"
    HARD = "hard"


class Contact(StrEnum):
    """Whether the two were in touch since the last check-in, and how."""

    NOT_YET = "not_yet"
    MESSAGE = "message"
    CALL = "call"
    IN_PERSON = "in_person"


class Fit(StrEnum):
    """How well the match fits."""

    GOOD = "good"
    UNSURE = "unsure"
    NOT_GOOD = "not_good"


class TrustItem(StrEnum):
    """What the five trust items ask about."""

    RELIANCE = "reliance"
    DISCLOSURE = "disclosure"
    INTEGRITY = "integrity"
    BENEVOLENCE = "benevolence"
    ABILITY = "ability"


class Engagement(Base):
    """A mentoring relationship with a beginning and an end."""

    __tablename__ = "engagement"

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = references("programme.id")
    run_id: Mapped[int | None] = references("match_run.id", on_delete="SET NULL")
    kind: Mapped[EngagementKind] = mapped_column(enum_column(EngagementKind), default=EngagementKind.PAIR)
    course_id: Mapped[int | None] = references("course.id", on_delete="SET NULL")
    """The course page the people meet in; empty where they share none."""
    state: Mapped[EngagementState] = mapped_column(enum_column(EngagementState), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    """Since when it rests, or did last; its last day moves on by as long."""
    resumed_at: Mapped[datetime | None]
    """When its last rest ended; empty while it rests."""
    texts_purged_at: Mapped[datetime | None]
    """When what was written in it was taken away; what is counted stays."""
    lms_group_id: Mapped[int | None] = mapped_column(BigId)
    """The LMS's id of the group made for it, once the outbox has made it."""


class EngagementMember(Base):
    """A person in an engagement."""

    __tablename__ = "engagement_member"

    engagement_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("engagement.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    side: Mapped[Side] = mapped_column(enum_column(Side))
    accepted_at: Mapped[datetime | None]
    """When they agreed to the proposal."""
    declined_at: Mapped[datetime | None]
    """When they declined it; it takes effect once it can no longer be taken back."""
    charter_version: Mapped[int | None]
    """The version of the programme's charter they accepted last."""
    charter_accepted_at: Mapped[datetime | None]
    extension_until: Mapped[date | None]
    """The last day they would go on to; empty where they did not ask."""
    extension_at: Mapped[datetime | None]
    """When they said so."""
    joined_at: Mapped[datetime | None]
    """When they joined a circle that ran already; they read nothing written earlier. Empty for those it began with."""
    left_at: Mapped[datetime | None]
    """When they left it before its end; they read nothing written later."""


class CheckIn(Base):
    """One check-in. The note is for the people of the engagement alone and encrypted at rest."""

    __tablename__ = "check_in"
    __table_args__ = (sa.Index("ix_check_in_engagement_id_created_at", "engagement_id", "created_at"),)

    id: Mapped[int] = primary_key()
    engagement_id: Mapped[int] = references("engagement.id")
    person_id: Mapped[int] = references("person.id")
    mood: Mapped[Mood] = mapped_column(enum_column(Mood))
    contact: Mapped[Contact] = mapped_column(enum_column(Contact))
    note_encrypted: Mapped[bytes | None]
    created_at: Mapped[datetime]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """Made with the form, so that sending it twice stores it once."""


class Feedback(Base):
    """A person's view of the fit, and one trust item; never shown with a name."""

    __tablename__ = "feedback"

    id: Mapped[int] = primary_key()
    engagement_id: Mapped[int] = references("engagement.id")
    person_id: Mapped[int] = references("person.id")
    fit: Mapped[Fit | None] = mapped_column(enum_column(Fit))
    """Empty where it was not asked for this time."""
    trust_item: Mapped[TrustItem | None] = mapped_column(enum_column(TrustItem))
    trust_score: Mapped[int | None]
    """1 (not at all) to 5 (fully)."""
    created_at: Mapped[datetime]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
